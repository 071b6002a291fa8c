//! Values as Postgres makes them.

use tolva_schema::relation::{RelationColumn, SqlType};

use super::cell::{Cell, cells};
use super::tables;
use super::text::Text;
use crate::plan::{Cast, Child, Node};

/// Appends a statement's beginning that gives each row as a JSON text. Its rows come from
/// `push_source`, inside.
pub fn push_json_rows(text: &mut Text, node: &Node, push_source: &dyn Fn(&mut Text)) {
    text.push("SELECT row_to_json(_r)::text FROM (SELECT");
    push_row(text, node);
    push_source(text);
    text.push(") AS _r");
}

/// Appends a value as a text, as it stands in CSV.
pub fn push_text(text: &mut Text, node: &Node, cell: &Cell<'_>) {
    if cell.is_text() {
        push_cell(text, node, cell);
        text.push("::text");
    } else {
        text.push("(to_json(");
        push_cell(text, node, cell);
        text.push(") #>> '{}')");
    }
}

fn push_row(text: &mut Text, node: &Node) {
    for (at, (key, cell)) in cells(node).iter().enumerate() {
        text.push(if at == 0 { " " } else { ", " });
        push_cell(text, node, cell);
        text.push(" AS ");
        text.push_name(key);
    }
}

fn push_cell(text: &mut Text, node: &Node, cell: &Cell<'_>) {
    match cell {
        Cell::Column(column, cast) => push_column(text, node, column, *cast),
        Cell::One(child) => {
            text.push("(SELECT row_to_json(_r) FROM (SELECT");
            push_row(text, &child.node);
            push_rows_of(text, node, child);
            text.push(") AS _r)");
        }
        // json_agg would put a line's end between the rows.
        Cell::Many(child) => {
            text.push(
                "(SELECT coalesce('[' || string_agg(row_to_json(_r)::text, ',') || ']', '[]')",
            );
            text.push("::json FROM (SELECT");
            push_row(text, &child.node);
            push_rows_of(text, node, child);
            text.push(") AS _r)");
        }
        Cell::Spread(child, inner) if child.reference.to_one => {
            text.push("(SELECT ");
            push_cell(text, &child.node, inner);
            push_rows_of(text, node, child);
            text.push(")");
        }
        Cell::Spread(child, inner) => {
            text.push(
                "(SELECT coalesce('[' || string_agg(coalesce(to_json(_v)::text, 'null'), ',')",
            );
            text.push(" || ']', '[]')::json FROM (SELECT ");
            push_cell(text, &child.node, inner);
            text.push(" AS _v");
            push_rows_of(text, node, child);
            text.push(") AS _r)");
        }
    }
}

fn push_rows_of(text: &mut Text, parent: &Node, child: &Child) {
    tables::push_child(text, parent, child);
    tables::push_order(text, &child.node);
    tables::push_page(text, child.node.limit, child.node.offset);
}

fn push_column(text: &mut Text, node: &Node, column: &RelationColumn, cast: Option<Cast>) {
    let mut around = |before: &str, after: &str| {
        text.push(before);
        text.push_column(node.number, &column.name);
        text.push(after);
    };
    match (column.kind, cast) {
        // 1.50 is 1.5, as in SQLite.
        (SqlType::Number { .. }, None) => around("trim_scale(", ")"),
        (_, None) => around("", ""),
        (SqlType::Number { .. }, Some(Cast::Text)) => around("trim_scale(", ")::text"),
        // As in JSON, whatever the server's setting of dates is.
        (SqlType::Date | SqlType::Time | SqlType::Datetime, Some(Cast::Text)) => {
            around("(to_json(", ") #>> '{}')");
        }
        (_, Some(Cast::Text)) => around("", "::text"),
        (_, Some(Cast::Integer)) => around("", "::integer"),
        (_, Some(Cast::Datetime)) => around("", "::timestamp"),
        (_, Some(Cast::Date)) => around("", "::date"),
        (_, Some(Cast::Time)) => around("", "::time"),
    }
}
