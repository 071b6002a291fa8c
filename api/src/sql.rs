//! From a plan to statements. Names are quoted, values are bound.

mod cell;
mod condition;
mod postgres;
mod sqlite;
mod tables;
mod text;

use sea_orm::Statement;
use tolva_schema::dialect::Dialect;

use crate::plan::Node;
use crate::problem::Problem;
use cell::cells;
pub use text::Text;

/// Gives each row as a JSON text.
pub fn json_rows(dialect: Dialect, node: &Node) -> Result<Statement, Problem> {
    let mut text = Text::new(dialect);
    let source = |text: &mut Text| push_page_of_rows(text, node);
    if text.is_sqlite() {
        sqlite::push_json_rows(&mut text, node, &source);
    } else {
        postgres::push_json_rows(&mut text, node, &source);
    }
    text.finish()
}

/// Gives columns of each row, as they are stored.
pub fn columns(dialect: Dialect, node: &Node, names: &[&str]) -> Result<Statement, Problem> {
    let mut text = Text::new(dialect);
    for (at, name) in names.iter().enumerate() {
        text.push(if at == 0 { "SELECT " } else { ", " });
        text.push_column(node.number, name);
    }
    push_page_of_rows(&mut text, node);
    text.finish()
}

/// What stands at the head of a column of texts, and whether somebody wrote what stands below.
pub struct Heading {
    /// The name.
    pub name: String,
    /// Whether the column holds texts.
    pub is_text: bool,
}

/// Gives each row as texts, with their headings.
pub fn text_rows(dialect: Dialect, node: &Node) -> Result<(Statement, Vec<Heading>), Problem> {
    let mut text = Text::new(dialect);
    let mut headings = Vec::new();
    text.push("SELECT ");
    for (name, cell) in cells(node) {
        if !headings.is_empty() {
            text.push(", ");
        }
        push_text(&mut text, node, &cell);
        // Rows with as many columns look alike, whatever is in them.
        text.push(&format!(" AS c{}", headings.len()));
        headings.push(Heading { name: name.to_owned(), is_text: cell.is_text() });
    }
    if headings.is_empty() {
        text.push("NULL AS c0");
    }
    push_page_of_rows(&mut text, node);
    Ok((text.finish()?, headings))
}

fn push_text(text: &mut Text, node: &Node, cell: &cell::Cell<'_>) {
    if text.is_sqlite() {
        sqlite::push_text(text, node, cell);
    } else {
        postgres::push_text(text, node, cell);
    }
}

fn push_page_of_rows(text: &mut Text, node: &Node) {
    tables::push_root(text, node);
    tables::push_order(text, node);
    tables::push_page(text, node.limit, node.offset);
}

/// Counts the rows, at most so many of them.
pub fn count(dialect: Dialect, node: &Node, most: Option<i64>) -> Result<Statement, Problem> {
    let mut text = Text::new(dialect);
    match most {
        None => {
            text.push("SELECT count(*)");
            tables::push_root(&mut text, node);
        }
        Some(most) => {
            text.push("SELECT count(*) FROM (SELECT 1");
            tables::push_root(&mut text, node);
            tables::push_page(&mut text, Some(most), None);
            text.push(") AS _n");
        }
    }
    text.finish()
}

/// Counts the rows of the page.
pub fn count_page(dialect: Dialect, node: &Node) -> Result<Statement, Problem> {
    let mut text = Text::new(dialect);
    text.push("SELECT count(*) FROM (SELECT 1");
    tables::push_root(&mut text, node);
    tables::push_page(&mut text, node.limit, node.offset);
    text.push(") AS _n");
    text.finish()
}

/// Gives the values in the order of the page's last row, and whether there is a row behind it.
pub fn last_of_page(dialect: Dialect, node: &Node, limit: i64) -> Result<Statement, Problem> {
    let mut text = Text::new(dialect);
    for (at, order) in node.order.iter().enumerate() {
        text.push(if at == 0 { "SELECT " } else { ", " });
        push_text(&mut text, node, &cell::Cell::Column(&order.column, None));
    }
    tables::push_root(&mut text, node);
    tables::push_order(&mut text, node);
    tables::push_page(&mut text, Some(2), Some(node.offset.unwrap_or(0).saturating_add(limit - 1)));
    text.finish()
}

/// Asks Postgres how many rows it expects.
pub fn plan(node: &Node) -> Result<Statement, Problem> {
    let mut text = Text::new(Dialect::Postgres);
    text.push("EXPLAIN (FORMAT JSON) SELECT 1");
    tables::push_root(&mut text, node);
    text.finish()
}
