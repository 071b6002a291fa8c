//! A table that can be read.

use serde_json::{Map, Value, json};

use super::operation::{FORMS, Operation, readable, text, with_headers};
use super::{column, write};
use crate::catalogue::Exposed;

/// The headers of an answer with rows.
const OF_ROWS: [&str; 7] = [
    "ETag",
    "Last-Modified",
    "Cache-Control",
    "Content-Range",
    "Content-Location",
    "Link",
    "Preference-Applied",
];
/// The headers of an answer without any.
const OF_NONE: [&str; 3] = ["ETag", "Last-Modified", "Cache-Control"];

/// What the schema of its rows is called. Names of tables have small letters only.
pub fn schema_name(table: &Exposed) -> String {
    format!("table_{}", table.name)
}

/// A row of it. No column is required: `select` chooses.
pub fn row(table: &Exposed) -> Value {
    let properties: Map<String, Value> = table
        .columns
        .iter()
        .map(|column| {
            let references = table.foreign_keys.iter().find(|key| key.column == column.name);
            (column.name.clone(), column::schema(column, references))
        })
        .collect();
    json!({
        "type": "object",
        "description": format!("A row of `{}`.", table.name),
        "properties": properties,
    })
}

/// What the schema of a row that is written is called.
pub fn written_name(table: &Exposed) -> String {
    format!("written_{}", table.name)
}

/// A row of it as it is written: a surrogate key is given by Tolva.
pub fn written(table: &Exposed) -> Value {
    let mut row = row(table);
    row["description"] = format!("A row of `{}` to be written.", table.name).into();
    row["additionalProperties"] = false.into();
    row
}

/// Everything that can be done with it.
pub fn path(table: &Exposed) -> Value {
    let mut path = readable(read(table));
    if table.writable {
        for (method, operation) in write::operations(table) {
            path[method] = operation.build();
        }
    }
    path
}

fn read(table: &Exposed) -> Operation {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let first = names.first().copied().unwrap_or_default();
    let select = format!(
        "What is shown of each row: {}, another name (`name:column`), another type \
         (`column::text`), and what it refers to or what refers to it (`table(column)`).",
        names.join(", ")
    );
    let order = "In this order: `column.desc.nullslast`, with commas between several.";
    let mut operation = Operation::new(&format!("read_{}", table.name), &table.dataset, &format!("Rows of {}", table.name))
        .description(
            "Speaks the dialect of PostgREST. Filters beside the columns' own, on what is embedded, are \
             parameters as well: `company.name=eq.Acme`.",
        )
        .parameter(text("select", &select, &names.join(",")))
        .parameter(text("order", order, &format!("{first}.desc")));
    for name in ["limit", "offset", "after", "and", "or", "Prefer", "Range", "If-None-Match"] {
        operation = operation.shared(name);
    }
    operation = filters(operation, table);
    operation
        .answer("200", rows(table, "The rows."))
        .answer("206", rows(table, "The rows of a page; there are more, and they were counted."))
        .answer(
            "304",
            json!({
                "description": "The answer is the one at hand.", "headers": with_headers(&OF_NONE),
            }),
        )
        .error("300")
        .error("406")
        .error("416")
}

/// An answer with rows of the table, in each form.
pub fn rows(table: &Exposed, description: &str) -> Value {
    let row = json!({ "$ref": format!("#/components/schemas/{}", schema_name(table)) });
    let mut content = Map::new();
    let all = json!({ "schema": { "type": "array", "items": row } });
    content.insert("application/json".to_owned(), all);
    content.insert("application/vnd.pgrst.object+json".to_owned(), json!({ "schema": row }));
    for form in FORMS {
        content.insert(form.to_owned(), json!({ "schema": { "type": "string" } }));
    }
    json!({ "description": description, "headers": with_headers(&OF_ROWS), "content": content })
}

/// The parameters that choose rows by their columns.
pub fn filters(mut operation: Operation, table: &Exposed) -> Operation {
    for column in &table.columns {
        // A column may be called like a parameter; then its filter is written in quotes.
        if !["select", "order", "limit", "offset", "after", "and", "or"]
            .contains(&column.name.as_str())
        {
            operation = operation.parameter(column::filter(column));
        }
    }
    operation
}
