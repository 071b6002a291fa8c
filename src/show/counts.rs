//! Counts as a table: a row per target and table.

use comfy_table::{Table, presets};

const COLUMNS: [&str; 8] =
    ["inserted", "updated", "unchanged", "deleted", "duplicate", "held", "rejected", "blank"];

/// A table of counts, by target.
pub fn table(targets: &[(&str, &serde_json::Value)]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(["target", "table"].into_iter().chain(COLUMNS));
    for (target, counts) in targets {
        for (name, counts) in counts.as_object().into_iter().flatten() {
            let mut row = vec![(*target).to_owned(), name.clone()];
            row.extend(COLUMNS.map(|column| counts[column].as_u64().unwrap_or(0).to_string()));
            table.add_row(row);
        }
    }
    table
}
