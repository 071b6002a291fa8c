//! Rows as JSON texts, made by the database: every digit of a decimal arrives, and both dialects
//! spell a value alike.

use tolva_schema::dialect::Dialect;
use tolva_schema::relation::{RelationColumn, SqlType};

use super::TABLE;
use super::text::Text;
use crate::catalogue::Exposed;

/// Appends `SELECT … FROM …`.
pub fn push_select(text: &mut Text, table: &Exposed, columns: &[&RelationColumn]) {
    text.push("SELECT ");
    if text.dialect() == Dialect::Sqlite {
        push_object(text, columns);
    } else {
        text.push("row_to_json(_row)::text");
    }
    text.push(" FROM ");
    text.push_name(&table.name);
    text.push(" AS ");
    text.push(TABLE);
    if text.dialect() != Dialect::Sqlite {
        push_row(text, columns);
    }
}

/// Postgres: a row of the columns asked for. `json_build_object` would take 50 of them at most.
fn push_row(text: &mut Text, columns: &[&RelationColumn]) {
    text.push(" CROSS JOIN LATERAL (SELECT ");
    for (at, column) in columns.iter().enumerate() {
        if at > 0 {
            text.push(", ");
        }
        if let SqlType::Number { .. } = column.kind {
            // 1.50 is 1.5, as in SQLite.
            text.push("trim_scale(");
            text.push_column(column);
            text.push(")");
        } else {
            text.push_column(column);
        }
        text.push(" AS ");
        text.push_name(&column.name);
    }
    text.push(") AS _row");
}

/// SQLite: an object put together from texts. `json_object` would take 63 columns at most.
fn push_object(text: &mut Text, columns: &[&RelationColumn]) {
    text.push("'{' || ");
    push_members(text, columns, true);
    text.push(" || '}'");
}

/// Halves the list again and again: SQLite's expressions nest 1,000 deep at most.
fn push_members(text: &mut Text, columns: &[&RelationColumn], first: bool) {
    if let [column] = columns {
        // A name of a contract has no character that JSON or SQL would escape.
        text.push(if first { "'\"" } else { "',\"" });
        text.push(&column.name);
        text.push("\":' || ");
        push_value(text, column);
        return;
    }
    let (left, right) = columns.split_at(columns.len() / 2);
    text.push("(");
    push_members(text, left, first);
    text.push(") || (");
    push_members(text, right, false);
    text.push(")");
}

fn push_value(text: &mut Text, column: &RelationColumn) {
    let mut around = |before: &str, after: &str| {
        text.push(before);
        text.push_column(column);
        text.push(after);
    };
    match column.kind {
        SqlType::Boolean => {
            around("CASE ", " WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END")
        }
        // A canonical decimal is a JSON number as it stands. Something else was put there by hand.
        SqlType::Number { .. } => {
            around("CASE WHEN json_valid(", ") ");
            around("THEN ", " ");
            around("ELSE json_quote(", ") END");
        }
        // 08:00:00.500 is 08:00:00.5, as in Postgres.
        SqlType::Time | SqlType::Datetime => {
            around("json_quote(CASE WHEN instr(", ", '.') > 0 ");
            around("THEN rtrim(", ", '0') ");
            around("ELSE ", " END)");
        }
        _ => around("json_quote(", ")"),
    }
}
