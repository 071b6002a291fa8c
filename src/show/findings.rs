//! Findings by rule, each with its place, its value and its neighbours like in the sheet.

use std::path::Path;

use comfy_table::{ContentLineStyle, Table, TableStyle};
use serde::Serialize;
use tolva_loader::{Loader, Neighbours};
use tolva_schema::contract::Contract;
use tolva_schema::finding::{Finding, Severity};
use tolva_schema::grouping::{self, Group};

/// Findings of one rule that are shown unless all are asked for.
pub const EXAMPLES: usize = 3;
/// Characters of a neighbour that are shown.
const WIDTH: usize = 24;

/// The findings of one rule.
#[derive(Debug, Serialize)]
pub struct Shown<'a> {
    rule: &'a str,
    severity: Severity,
    count: usize,
    meaning: &'static str,
    todo: &'static str,
    examples: Vec<Example<'a>>,
}

/// One of them.
#[derive(Debug, Serialize)]
struct Example<'a> {
    at: String,
    #[serde(flatten)]
    finding: &'a Finding,
    neighbours: Option<Neighbours>,
}

/// Groups the findings of the file at `path`, called `name`, with at most `most` examples of each
/// rule and what stands around them.
pub async fn grouped<'a>(
    loader: &Loader,
    contract: &Contract,
    path: &Path,
    name: &str,
    findings: &'a [Finding],
    most: usize,
) -> Vec<Shown<'a>> {
    let groups = grouping::by_rule(findings, most);
    let places = groups.iter().flat_map(|group| &group.examples);
    let places = places.map(|finding| finding.place.clone()).collect();
    let mut around = loader.neighbours(contract, path, name, places).await.into_iter();
    groups.into_iter().map(|group| shown(group, &mut around)).collect()
}

fn shown<'a>(group: Group<'a>, around: &mut impl Iterator<Item = Option<Neighbours>>) -> Shown<'a> {
    let example = |finding: &'a Finding| Example {
        at: finding.place.to_string(),
        finding,
        neighbours: around.next().flatten(),
    };
    Shown {
        rule: group.rule,
        severity: group.severity,
        count: group.count,
        meaning: group.advice.meaning,
        todo: group.advice.todo,
        examples: group.examples.into_iter().map(example).collect(),
    }
}

/// Prints them. `subject` is what `tolva check` calls the file.
pub fn print(file: &str, subject: &str, groups: &[Shown<'_>]) {
    for group in groups {
        println!(
            "{}[{}] × {}: {}",
            group.severity.as_str(),
            group.rule,
            group.count,
            group.meaning
        );
        println!("  what to do: {}", group.todo);
        for example in &group.examples {
            one(file, example);
        }
        let more = group.count - group.examples.len();
        if more > 0 {
            println!("  … {more} more of these: `tolva check {subject} --all` shows them");
        }
        println!();
    }
}

fn one(file: &str, example: &Example<'_>) {
    let finding = example.finding;
    let place = if example.at.is_empty() { String::new() } else { format!(", {}", example.at) };
    let field = finding.field.as_ref().map(|field| format!(" ({field})")).unwrap_or_default();
    let value = finding.value.as_ref().map(|value| format!(": `{value}`")).unwrap_or_default();
    println!("  --> {file}{place}{field}{value}");
    println!("      {}", finding.message);
    if let Some(neighbours) = &example.neighbours {
        for line in grid(neighbours).lines() {
            println!("      {}", line.trim_end());
        }
    }
}

/// The piece of the sheet, the cell (or the row) that is meant in brackets.
fn grid(neighbours: &Neighbours) -> Table {
    let lines = ContentLineStyle::none().junction('│');
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_lines(lines).content_lines(lines));
    let names = neighbours.columns.iter().map(|column| printed(&column.name));
    table.set_header(std::iter::once(String::new()).chain(names));
    for row in &neighbours.rows {
        let here = row.row == neighbours.row;
        let number = if here { format!("> {}", row.row) } else { format!("  {}", row.row) };
        let cells = neighbours.columns.iter().zip(&row.cells).map(|(column, cell)| {
            let cell = printed(cell);
            let meant = here && neighbours.column == Some(column.position);
            if meant { format!("[{cell}]") } else { cell }
        });
        table.add_row(std::iter::once(number).chain(cells));
    }
    table
}

/// A text on one line and not too long; what a terminal would take for a command is not passed on.
fn printed(text: &str) -> String {
    let mut short: String =
        text.chars().take(WIDTH).map(|one| if one.is_control() { '␣' } else { one }).collect();
    if text.chars().nth(WIDTH).is_some() {
        short.push('…');
    }
    short
}
