//! What Dagster is told of an arrival: the file, its sheets, how they begin.

use tolva_loader::SheetSeen;

use super::{Metadata, Pipes, markdown};
use crate::verb::land::Landed;

/// Tells it.
pub fn tell(pipes: &Pipes, landed: &Landed) {
    let Landed { arrival, sheets, problem } = landed;
    pipes.log(&format!(
        "arrival {} of {}: {} ({} bytes, {}), landed {}",
        arrival.id, arrival.dataset, arrival.file, arrival.size, arrival.origin, arrival.landed_at
    ));
    let mut metadata = Metadata::default()
        .int("arrival", arrival.id)
        .text("file", &arrival.file)
        .text("path", &arrival.path)
        .text("SHA-256", &arrival.sha256)
        .int("bytes", arrival.size)
        .text("origin", &arrival.origin)
        .text("landed", &arrival.landed_at)
        .text("state", arrival.state.as_str())
        .url("arrival in the API", pipes.link(&format!("/v1/arrivals/{}", arrival.id)))
        .url("console", pipes.link("/"));
    for sheet in sheets.iter().flatten() {
        let name = sheet.name.as_deref().unwrap_or("the file");
        pipes.log(&format!("{name}: {} rows, {} columns", sheet.rows, sheet.columns));
    }
    if let Some(problem) = problem {
        pipes.log(&format!("it cannot be looked into: {problem}"));
        metadata = metadata.text("problem", problem);
    }
    if let Some(sheets) = sheets {
        metadata = metadata
            .int("sheets", sheets.len() as i64)
            .int("rows", sheets.iter().map(|sheet| sheet.rows).sum::<u64>().cast_signed())
            .int("columns", i64::from(sheets.iter().map(|one| one.columns).max().unwrap_or(0)))
            .md("what is in it", &overview(sheets))
            .md("how it begins", &begins(sheets));
    }
    pipes.materialized(metadata, &arrival.sha256);
}

fn overview(sheets: &[SheetSeen]) -> String {
    let rows: Vec<[String; 3]> = sheets
        .iter()
        .map(|sheet| {
            let name = sheet.name.clone().unwrap_or_else(|| "(text)".to_owned());
            [name, sheet.rows.to_string(), sheet.columns.to_string()]
        })
        .collect();
    markdown::table(
        &["sheet", "rows", "columns"],
        rows.iter().map(|row| row.iter().map(|cell| Some(cell.as_str()))),
    )
}

fn begins(sheets: &[SheetSeen]) -> String {
    let mut text = String::new();
    for sheet in sheets {
        let width = sheet.begins.iter().map(Vec::len).max().unwrap_or(0);
        if width == 0 {
            continue;
        }
        if let Some(name) = &sheet.name {
            text.push_str(&format!("**{name}**\n\n"));
        }
        let names: Vec<String> =
            (1..=width as u32).map(tolva_schema::finding::column_letters).collect();
        let header: Vec<&str> = names.iter().map(String::as_str).collect();
        let rows = sheet.begins.iter().map(|row| row.iter().map(|cell| Some(cell.as_str())));
        text.push_str(&markdown::table(&header, rows));
        text.push('\n');
    }
    text
}
