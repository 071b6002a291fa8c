//! From the sheets of a file to a contract: sources, their fields, and the tables made of them.

mod fields;
mod groups;
mod matrix;
mod tables;

use super::dataset;
use super::lines::{self, Lines};
use super::matrix::Matrix;
use super::model::{Layout, Model, Source};
use super::name::{Names, name, singular};
use super::refer;
use super::sheets::Sheet;
use super::table::Table;
use super::write::Text;

/// What a sheet holds.
pub enum Content {
    /// Lines.
    Table(Table),
    /// A matrix.
    Matrix(Box<Matrix>),
}

/// A sheet, understood.
pub struct Part {
    /// The source of the contract that reads it.
    pub source: Source,
    /// What it holds.
    pub content: Content,
    /// The tables of the contract that it feeds.
    pub tables: Vec<super::model::Table>,
}

/// Makes a contract of what the sheets of the file called `file_name` hold; `None` where there are no
/// lines. `normalised`: whether things that lines repeat become tables of their own.
pub fn compose(
    sheets: &[Sheet],
    file_name: &str,
    wanted: Option<&str>,
    normalised: bool,
) -> Option<Model> {
    let (dataset, files) = dataset::of_file(file_name, wanted);
    let found = understand(sheets);
    let several = found.len() > 1;
    let (mut names, mut tables) = (Names::default(), Names::default());
    let mut parts: Vec<Part> = Vec::new();
    for Found { first, pattern, content } in found {
        let called = pattern.as_deref().or(first.name.as_deref()).and_then(name);
        let called = called.filter(|name| several || pattern.is_none() && !is_plain(name));
        let source = names.give(called.as_deref().unwrap_or("lines"));
        let one = match &content {
            Content::Matrix(matrix) if matrix.same_things => singular(&dataset),
            _ if several => singular(&source),
            _ => singular(&dataset),
        };
        let reference = match &pattern {
            Some(pattern) => Some(Text(pattern).to_string()),
            None => (sheets.len() > 1).then(|| sheet_reference(first)),
        };
        let mut source = Source {
            name: source,
            sheet: reference,
            place: first.name.clone().filter(|_| pattern.is_none()),
            skip_rows: 0,
            stop: None,
            has_extra: false,
            layout: Layout::Headed,
            fields: Vec::new(),
            notes: first.doubts.clone(),
        };
        let made = match &content {
            Content::Table(table) => {
                fields::describe(&mut source, table, &first.rows);
                tables::tables(&mut source, table, &one, &mut tables, normalised)
            }
            Content::Matrix(matrix) => matrix::describe(&mut source, matrix, &one, &mut tables),
        };
        if first.cut {
            source.notes.push("only the first rows were looked at for this".to_owned());
        }
        parts.push(Part { source, content, tables: made });
    }
    if parts.is_empty() {
        return None;
    }
    let mut model = Model { name: dataset, files, ..Model::default() };
    model.rules = refer::refer(&mut parts);
    for mut part in parts {
        if let Content::Table(table) = &part.content {
            fields::begin(&mut part.source, table);
        }
        model.sources.push(part.source);
        model.tables.extend(part.tables);
    }
    Some(model)
}

/// A sheet, or several of one shape, with what it holds.
struct Found<'a> {
    first: &'a Sheet,
    /// For several: what their names have in common.
    pattern: Option<String>,
    content: Content,
}

/// What the sheets hold, in their order; blank ones hold nothing.
fn understand(sheets: &[Sheet]) -> Vec<Found<'_>> {
    let mut matrices: Vec<(usize, Found<'_>)> = Vec::new();
    let mut tables: Vec<(&Sheet, Lines<'_>)> = Vec::new();
    for (at, sheet) in sheets.iter().enumerate() {
        match super::matrix::find(&sheet.rows) {
            Some(matrix) => {
                let content = Content::Matrix(Box::new(matrix));
                matrices.push((at, Found { first: sheet, pattern: None, content }));
            }
            None => tables.extend(lines::find(&sheet.rows).map(|lines| (sheet, lines))),
        }
    }
    let groups = groups::groups(&tables, sheets);
    let mut tables: Vec<Option<(&Sheet, Lines<'_>)>> = tables.into_iter().map(Some).collect();
    let mut found = matrices;
    for at in 0..tables.len() {
        let group = groups.iter().find(|(group, _)| group.contains(&at));
        let places = group.map_or(vec![at], |(group, _)| group.clone());
        let taken: Vec<(&Sheet, Lines<'_>)> =
            places.iter().filter_map(|at| tables[*at].take()).collect();
        let Some((first, _)) = taken.first() else { continue };
        let (first, pattern) = (*first, group.map(|(_, pattern)| pattern.clone()));
        let lines: Vec<_> =
            taken.into_iter().map(|(sheet, lines)| (sheet.name.as_deref(), lines)).collect();
        if let Some(table) = Table::read(&lines) {
            let content = Content::Table(table);
            found.push((first.number - 1, Found { first, pattern, content }));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, found)| found).collect()
}

/// Whether a sheet is called as programs call new ones.
fn is_plain(name: &str) -> bool {
    const PLAIN: &[&str] = &["sheet", "hoja", "tabelle", "feuil", "foglio", "planilha", "data"];
    PLAIN.contains(&name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_'))
}

/// The sheet as a contract names it: by its name, unless that would be a pattern.
fn sheet_reference(sheet: &Sheet) -> String {
    match &sheet.name {
        Some(name) if !name.contains(['*', '?', '{', '}', '/']) && !name.is_empty() => {
            Text(name).to_string()
        }
        _ => sheet.number.to_string(),
    }
}
