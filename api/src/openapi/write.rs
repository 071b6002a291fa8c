//! What can be written to a table whose contract says `writable`.

use serde_json::{Value, json};

use super::operation::{Operation, text, with_headers};
use super::table::{filters, rows, written_name};
use crate::catalogue::Exposed;

/// The headers of an answer that says what was written.
const OF_WRITTEN: [&str; 3] = ["Content-Range", "Preference-Applied", "Location"];

/// Each method with what it does.
pub fn operations(table: &Exposed) -> [(&'static str, Operation); 4] {
    let name = &table.name;
    let many = json!({ "oneOf": [row(table), { "type": "array", "items": row(table) }] });
    let insert = begin("insert", table, &format!("Makes rows of {name}"))
        .description(
            "Every value is held to the contract, as those of files are; whatever is wrong is told at \
             once, and then nothing is written.",
        )
        .parameter(text("columns", "The columns of the rows that count.", "name"))
        .parameter(text("on_conflict", "The columns by which a row is known to be there.", "name"))
        .body(json!({
            "application/json": { "schema": many },
            "text/csv": { "schema": { "type": "string" } },
        }))
        .answer("200", perhaps_rows("Rows that were there already were merged."))
        .answer("201", perhaps_rows("The rows were made, or were there already."));
    let update = filters(begin("update", table, &format!("Changes rows of {name}")), table)
        .parameter(all("changed"))
        .body(json!({ "application/json": { "schema": row(table) } }));
    let put = filters(begin("put", table, &format!("Puts the row of {name} with a key")), table)
        .description(
            "The filters tell the row by its whole key, each with `eq`; the body is all of it.",
        )
        .body(json!({ "application/json": { "schema": row(table) } }))
        .answer("201", rows(table, "The row was made; it is shown if that was preferred."));
    let delete = filters(begin("delete", table, &format!("Deletes rows of {name}")), table)
        .parameter(all("deleted"));
    [("post", insert), ("patch", update), ("put", put), ("delete", delete)]
}

fn begin(verb: &str, table: &Exposed, summary: &str) -> Operation {
    let operation = Operation::new(&format!("{verb}_{}", table.name), &table.dataset, summary)
        .secured()
        .parameter(text("select", "What is shown of each row.", "*"))
        .shared("PreferWritten")
        .error("300")
        .error("406")
        .error("409")
        .error("416");
    if verb == "insert" {
        return operation;
    }
    operation
        .answer("200", rows(table, "The rows, which was preferred."))
        .answer("204", json!({ "description": "Done.", "headers": with_headers(&OF_WRITTEN) }))
}

/// An answer that has rows only if they were preferred, and then in the form of those that are read:
/// OpenAPI has no word for a body that may be missing.
fn perhaps_rows(description: &str) -> Value {
    let description = format!(
        "{description} They are shown, as rows that are read, if `return=representation` was preferred."
    );
    json!({ "description": description, "headers": with_headers(&OF_WRITTEN) })
}

fn row(table: &Exposed) -> Value {
    json!({ "$ref": format!("#/components/schemas/{}", written_name(table)) })
}

fn all(done: &str) -> Value {
    json!({
        "name": "all", "in": "query", "schema": { "type": "string", "enum": ["true"] },
        "description": format!("Without filters: that every row is to be {done} is meant."),
    })
}
