//! From a query to one statement. Names come from the contract, values are bound.

mod condition;
mod json;
mod text;

use sea_orm::Statement;
use tolva_schema::dialect::Dialect;

use crate::catalogue::Exposed;
use crate::query::{Order, Query};
use text::Text;

/// What the table is called in a statement. No column can have this name: a contract's names begin
/// with a letter.
const TABLE: &str = "_table";

/// The statement that gives a JSON text per row.
pub fn select(dialect: Dialect, table: &Exposed, query: &Query<'_>) -> Statement {
    let mut text = Text::new(dialect);
    json::push_select(&mut text, table, &query.columns);
    for (at, filter) in query.filters.iter().enumerate() {
        text.push(if at == 0 { " WHERE " } else { " AND " });
        condition::push(&mut text, filter);
    }
    for (at, order) in query.order.iter().enumerate() {
        text.push(if at == 0 { " ORDER BY " } else { ", " });
        push_order(&mut text, order);
    }
    push_page(&mut text, query.limit, query.offset);
    text.into_statement()
}

fn push_order(text: &mut Text, order: &Order<'_>) {
    text.push_column(order.column);
    text.push(if order.descending { " DESC" } else { " ASC" });
    text.push(if order.nulls_first { " NULLS FIRST" } else { " NULLS LAST" });
}

fn push_page(text: &mut Text, limit: Option<i64>, offset: Option<i64>) {
    if let Some(limit) = limit {
        text.push(" LIMIT ");
        text.bind(limit);
    } else if offset.is_some() && text.dialect() == Dialect::Sqlite {
        // SQLite knows no offset without a limit; this one is none.
        text.push(" LIMIT -1");
    }
    if let Some(offset) = offset {
        text.push(" OFFSET ");
        text.bind(offset);
    }
}
