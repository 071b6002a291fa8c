//! Values as SQLite makes them: JSON put together from texts. `json_object` would take 63 columns at
//! most, and would know neither decimals nor truth.

use tolva_schema::relation::{RelationColumn, SqlType};

use super::cell::{Cell, cells};
use super::tables;
use super::text::Text;
use crate::plan::{Cast, Child, Node};

/// Appends a statement's beginning that gives each row as a JSON text.
pub fn push_json_rows(text: &mut Text, node: &Node, push_source: &dyn Fn(&mut Text)) {
    text.push("SELECT ");
    push_object(text, node);
    push_source(text);
}

/// Appends a value as a text, as it stands in CSV.
pub fn push_text(text: &mut Text, node: &Node, cell: &Cell<'_>) {
    match cell {
        Cell::Column(column, cast) => {
            text.push("CAST(");
            push_plain(text, node, column, *cast);
            text.push(" AS TEXT)");
        }
        Cell::One(child) => push_one(text, node, child),
        Cell::Spread(child, inner) if child.reference.to_one => {
            text.push("(SELECT ");
            push_text(text, &child.node, inner);
            push_rows_of(text, node, child);
            text.push(")");
        }
        Cell::Many(_) | Cell::Spread(..) => push_cell(text, node, cell),
    }
}

fn push_object(text: &mut Text, node: &Node) {
    let cells = cells(node);
    if cells.is_empty() {
        text.push("'{}'");
        return;
    }
    text.push("'{' || ");
    push_members(text, node, &cells, true);
    text.push(" || '}'");
}

/// Halves the list again and again: SQLite's expressions nest 1,000 deep at most.
fn push_members(text: &mut Text, node: &Node, cells: &[(&str, Cell<'_>)], first: bool) {
    if let [(key, cell)] = cells {
        text.push_json_text(if first { "" } else { "," }, key, ":");
        text.push(" || ");
        push_cell(text, node, cell);
        return;
    }
    let (left, right) = cells.split_at(cells.len() / 2);
    text.push("(");
    push_members(text, node, left, first);
    text.push(") || (");
    push_members(text, node, right, false);
    text.push(")");
}

/// Appends a value as JSON.
fn push_cell(text: &mut Text, node: &Node, cell: &Cell<'_>) {
    match cell {
        Cell::Column(column, cast) => push_column(text, node, column, *cast),
        Cell::One(child) => {
            text.push("coalesce(");
            push_one(text, node, child);
            text.push(", 'null')");
        }
        Cell::Many(child) => push_array(text, node, child, &|text| push_object(text, &child.node)),
        Cell::Spread(child, inner) if child.reference.to_one => {
            text.push("coalesce((SELECT ");
            push_cell(text, &child.node, inner);
            push_rows_of(text, node, child);
            text.push("), 'null')");
        }
        Cell::Spread(child, inner) => {
            push_array(text, node, child, &|text| push_cell(text, &child.node, inner));
        }
    }
}

fn push_one(text: &mut Text, node: &Node, child: &Child) {
    text.push("(SELECT ");
    push_object(text, &child.node);
    push_rows_of(text, node, child);
    text.push(")");
}

fn push_array(text: &mut Text, node: &Node, child: &Child, push_value: &dyn Fn(&mut Text)) {
    text.push("(SELECT '[' || coalesce(group_concat(_v, ','), '') || ']' FROM (SELECT ");
    push_value(text);
    text.push(" AS _v");
    push_rows_of(text, node, child);
    text.push("))");
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
        (SqlType::Boolean, None) => {
            around("CASE ", " WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END");
        }
        // A canonical decimal is a JSON number as it stands. Something else was put there by hand.
        (SqlType::Number { .. }, None) => {
            around("CASE WHEN json_valid(", ") ");
            around("THEN ", " ");
            around("ELSE json_quote(", ") END");
        }
        (SqlType::Boolean, Some(Cast::Integer)) => around("coalesce(", ", 'null')"),
        _ => {
            text.push("json_quote(");
            push_plain(text, node, column, cast);
            text.push(")");
        }
    }
}

/// Appends a column's value without quotes around it.
fn push_plain(text: &mut Text, node: &Node, column: &RelationColumn, cast: Option<Cast>) {
    let mut around = |before: &str, after: &str| {
        text.push(before);
        text.push_column(node.number, &column.name);
        text.push(after);
    };
    match (column.kind, cast) {
        (SqlType::Boolean, None | Some(Cast::Text)) => {
            around("CASE ", " WHEN 1 THEN 'true' WHEN 0 THEN 'false' END");
        }
        // 08:00:00.500 is 08:00:00.5, as in Postgres.
        (SqlType::Time | SqlType::Datetime, None | Some(Cast::Text)) => {
            around("CASE WHEN instr(", ", '.') > 0 ");
            around("THEN rtrim(", ", '0') ");
            around("ELSE ", " END");
        }
        (_, Some(Cast::Datetime)) => around("(", " || 'T00:00:00')"),
        (_, Some(Cast::Date)) => around("substr(", ", 1, 10)"),
        (_, Some(Cast::Time)) => {
            around("CASE WHEN instr(", ", '.') > 0 ");
            around("THEN rtrim(substr(", ", 12), '0') ");
            around("ELSE substr(", ", 12) END");
        }
        (_, Some(Cast::Text)) => around("CAST(", " AS TEXT)"),
        _ => around("", ""),
    }
}
