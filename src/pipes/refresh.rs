//! What Dagster is told of a refresh: what was loaded, what ran, what the target holds now.

use tolva_loader::{Holding, Noted};

use super::{Metadata, Pipes, Severity, markdown};
use crate::verb::refresh::Brought;

/// The check that a target holds as many rows as the ledger says.
pub const ROWS_AGREE: &str = "rows_agree";

/// Tells it of one target. An asset was made when a load brought something in, or confirmed what is there.
pub fn tell(pipes: &Pipes, brought: &Brought, target: &str, ddl: Vec<String>, ran: &[Noted]) {
    if let Some(rest) = brought.rest.get(target) {
        pipes.log(&format!("{} → {target}: {rest}", brought.told.dataset));
    }
    if let Some(holdings) = brought.holdings.get(target) {
        agree(pipes, holdings);
    }
    let mut loads = brought.loads.iter().filter(|load| load.target == target);
    let Some(load) = loads.rfind(|load| load.state.is_applied()) else { return };
    let loads = brought.loads.iter().filter(|one| one.target == target).count();
    let sum = |what: &str| {
        let tables = load.counts.as_object().into_iter().flat_map(|tables| tables.values());
        tables.filter_map(|counts| counts[what].as_i64()).sum::<i64>()
    };
    let told = &brought.told;
    let seconds = brought.seconds.get(target).copied().unwrap_or_default();
    let mut metadata = Metadata::default()
        .int("load", load.load)
        .int("arrival", load.arrival)
        .text("state", load.state.as_str())
        .text("file", &load.file)
        .text("SHA-256", &load.sha256)
        .float("seconds", seconds)
        .int("read", load.read)
        .int("rejected", load.rejected)
        .int("inserted", sum("inserted"))
        .int("updated", sum("updated"))
        .int("unchanged", sum("unchanged"))
        .int("deleted", sum("deleted"))
        .int("held", sum("held"))
        .json("counts", load.counts.clone())
        .md("what changed", &super::counts(&load.counts))
        .md("DDL of the tables", &markdown::sql(ddl))
        .md("queries that ran", &markdown::sql(ran.iter().map(told_of)))
        .url("load in the API", pipes.link(&format!("/v1/loads/{}", load.load)))
        .url("findings", pipes.link(&format!("/v1/loads/{}/findings", load.load)))
        .url("changes", pipes.link(&format!("/v1/loads/{}/changes", load.load)))
        .url("console", pipes.link("/"));
    if loads > 1 {
        metadata = metadata.int("loads of this step", loads as i64);
    }
    if let Some(holdings) = brought.holdings.get(target) {
        metadata = metadata
            .int("dagster/row_count", holdings.iter().map(|one| one.rows).sum::<i64>())
            .md("rows", &rows(holdings));
    }
    pipes.log(&format!(
        "{} → {target}: arrival {} {} in {:.2} s",
        told.dataset,
        load.arrival,
        load.state.as_str(),
        seconds
    ));
    pipes.materialized(metadata, &load.sha256);
}

fn told_of(noted: &Noted) -> String {
    if noted.times > 1 {
        format!("-- {} times\n{}", noted.times, noted.sql)
    } else {
        noted.sql.clone()
    }
}

fn agree(pipes: &Pipes, holdings: &[Holding]) {
    let known: Vec<&Holding> = holdings.iter().filter(|one| one.expected.is_some()).collect();
    let passed = known.iter().all(|one| one.expected == Some(one.rows));
    let lines: Vec<[String; 3]> = holdings
        .iter()
        .map(|one| {
            let expected = one.expected.map_or_else(String::new, |rows| rows.to_string());
            [one.table.clone(), one.rows.to_string(), expected]
        })
        .collect();
    let rows = lines.iter().map(|line| line.iter().map(|cell| Some(cell.as_str())));
    let table = markdown::table(&["table", "rows in the target", "rows by the ledger"], rows);
    pipes.checked(ROWS_AGREE, passed, Severity::Error, Metadata::default().md("rows", &table));
}

fn rows(holdings: &[Holding]) -> String {
    let mut text = String::new();
    for one in holdings {
        let header: Vec<&str> = one.columns.iter().map(String::as_str).collect();
        let rows = one.begins.iter().map(|row| row.iter().map(Option::as_deref));
        let table = markdown::table(&header, rows);
        text.push_str(&format!("**{}** ({} rows)\n\n{table}\n", one.table, one.rows));
    }
    text
}
