//! What a client asks of a table, in PostgREST's words, checked against the table's columns.

mod filter;
mod literal;
mod order;
mod pairs;
mod pattern;
mod select;

use tolva_schema::relation::{RelationColumn, SqlType};

use crate::catalogue::Exposed;
use crate::problem::Problem;
pub use filter::{Comparison, Filter, Test, Truth};
pub use order::Order;
pub use pairs::pairs;
pub use pattern::Pattern;

/// Filters in one request: SQLite nests them, and nests 1,000 deep at most.
const MAX_FILTERS: usize = 200;
/// Values in one request: SQLite binds 32,766 at most.
const MAX_VALUES: usize = 30_000;

/// What is asked of a table.
#[derive(Debug)]
pub struct Query<'t> {
    /// The columns, in this order.
    pub columns: Vec<&'t RelationColumn>,
    /// All of these hold.
    pub filters: Vec<Filter<'t>>,
    /// The order; ends with the primary key, so that it is the same every time.
    pub order: Vec<Order<'t>>,
    /// Rows at most.
    pub limit: Option<i64>,
    /// Rows left out at the start.
    pub offset: Option<i64>,
}

/// Reads the query part of a URL.
pub fn read<'t>(table: &'t Exposed, text: &str) -> Result<Query<'t>, Problem> {
    let mut select = None;
    let mut order = None;
    let mut limit = None;
    let mut offset = None;
    let mut filters = Vec::new();
    for (name, value) in pairs(text)? {
        let place = match name.as_str() {
            "select" => &mut select,
            "order" => &mut order,
            "limit" => &mut limit,
            "offset" => &mut offset,
            "and" | "or" | "not.and" | "not.or" | "columns" | "on_conflict" => {
                return Err(Problem::Query {
                    message: format!("failed to parse parameter ({name})"),
                    details: "it is not supported".to_owned(),
                    hint: Some("filters of several columns are joined by AND".to_owned()),
                });
            }
            column => {
                let column = table.column(&identifier(column))?;
                filters.push(filter::read(column, &value)?);
                continue;
            }
        };
        if place.replace(value).is_some() {
            return Err(Problem::Query {
                message: format!("failed to parse parameter ({name})"),
                details: "it is given twice".to_owned(),
                hint: None,
            });
        }
    }
    bounded("filters", filters.len(), MAX_FILTERS)?;
    bounded("values", filters.iter().map(|filter| filter.test.values()).sum(), MAX_VALUES)?;
    Ok(Query {
        columns: select::read(table, select.as_deref().unwrap_or("*"))?,
        filters,
        order: order::read(table, order.as_deref().unwrap_or_default())?,
        limit: limit.map(|text| count("limit", &text)).transpose()?,
        offset: offset.map(|text| count("offset", &text)).transpose()?,
    })
}

fn bounded(what: &str, count: usize, most: usize) -> Result<(), Problem> {
    if count <= most {
        return Ok(());
    }
    Err(Problem::Query {
        message: format!("too many {what} in one request"),
        details: format!("there are {count}, and {most} are possible"),
        hint: Some("ask in several requests".to_owned()),
    })
}

fn count(name: &str, text: &str) -> Result<i64, Problem> {
    text.trim().parse().ok().filter(|count| *count >= 0).ok_or_else(|| Problem::Query {
        message: format!("failed to parse {name} ({text})"),
        details: "it is no number of rows".to_owned(),
        hint: Some(format!("{name}=100")),
    })
}

/// The name of a column as it may be written: plain, or in double quotes.
fn identifier(text: &str) -> String {
    let text = text.trim();
    match text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.to_owned(),
        None => text.to_owned(),
    }
}

/// The word for a column's type: that of Frictionless Table Schema.
pub fn kind(kind: SqlType) -> &'static str {
    match kind {
        SqlType::Text { .. } | SqlType::Document => "string",
        SqlType::Integer | SqlType::Serial | SqlType::Small => "integer",
        SqlType::Number { .. } => "number",
        SqlType::Boolean => "boolean",
        SqlType::Date => "date",
        SqlType::Time => "time",
        SqlType::Datetime => "datetime",
        SqlType::Hash => "hash",
    }
}
