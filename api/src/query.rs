//! What a client asks of a table, in PostgREST's words, as it is written.

pub mod filter;
pub mod literal;
pub mod logic;
pub mod order;
mod pairs;
pub mod pattern;
mod scan;
pub mod select;

use tolva_schema::relation::SqlType;

use crate::problem::Problem;
use filter::{Expression, Place};
use logic::Logic;
pub use pairs::pairs;
use scan::Scan;

/// From the table to something that is embedded in it: empty for the table itself.
pub type Path = Vec<String>;

/// What is asked of a table and of what is embedded in it.
#[derive(Debug, Default)]
pub struct Query {
    /// What is wanted of each row.
    pub select: Vec<select::Item>,
    /// Conditions; all of them hold.
    pub logic: Vec<(Path, Logic)>,
    /// Orders.
    pub orders: Vec<(Path, Vec<order::Term>)>,
    /// Rows at most.
    pub limits: Vec<(Path, i64)>,
    /// Rows left out at the start.
    pub offsets: Vec<(Path, i64)>,
    /// Where the page before ended.
    pub after: Option<String>,
}

/// Reads the query part of a URL.
pub fn read(text: &str) -> Result<Query, Problem> {
    let mut query = Query::default();
    let mut seen: Vec<String> = Vec::new();
    let mut selected = None;
    for (name, value) in pairs(text)? {
        let path = path(&name)?;
        let (last, before) =
            path.split_last().map_or(("", &[][..]), |(last, before)| (last.as_str(), before));
        let before = before.to_vec();
        let quoted = name.ends_with('"');
        let once = match last {
            _ if quoted => false,
            "select" | "after" => before.is_empty(),
            "order" | "limit" | "offset" => true,
            _ => false,
        };
        if once && seen.contains(&name) {
            return Err(Problem::Query {
                message: format!("failed to parse parameter ({name})"),
                details: "it is given twice".to_owned(),
                hint: None,
            });
        }
        match last {
            "select" if once => selected = Some(value),
            "after" if once => query.after = Some(value),
            "order" if once => query.orders.push((before, read_order(&value)?)),
            "limit" if once => query.limits.push((before, limit(&name, &value)?)),
            "offset" if once => query.offsets.push((before, count(&name, &value)?)),
            "and" | "or" if !quoted => query.logic.push(read_logic(before, last == "or", &value)?),
            "columns" | "on_conflict" if before.is_empty() && !quoted => {
                return Err(Problem::Query {
                    message: format!("failed to parse parameter ({name})"),
                    details: "it belongs to a request that writes".to_owned(),
                    hint: None,
                });
            }
            column => {
                let name = column.to_owned();
                query
                    .logic
                    .push((before, Logic::Test { expression: read_filter(&name, &value)?, name }));
            }
        }
        if once {
            seen.push(name);
        }
    }
    query.select = read_select(selected.as_deref().unwrap_or("*"))?;
    Ok(query)
}

fn path(name: &str) -> Result<Path, Problem> {
    let mut scan = Scan::new(name);
    let mut path = Vec::new();
    loop {
        path.push(scan.name().unwrap_or_default());
        if scan.is_end() {
            return Ok(path);
        }
        if !scan.eat(".") {
            return Err(Problem::Query {
                message: format!("failed to parse tree path ({name})"),
                details: scan.here(),
                hint: Some("COLUMN=OPERATOR.VALUE, or EMBEDDED.COLUMN=OPERATOR.VALUE".to_owned()),
            });
        }
    }
}

fn read_select(text: &str) -> Result<Vec<select::Item>, Problem> {
    select::read(text).map_err(|wrong| match wrong {
        select::Wrong::Aggregate => Problem::Aggregate,
        select::Wrong::Syntax(details) => Problem::Query {
            message: format!("failed to parse select parameter ({text})"),
            details,
            hint: Some("select=column,alias:column::text,table(column)".to_owned()),
        },
    })
}

fn read_filter(name: &str, text: &str) -> Result<Expression, Problem> {
    filter::read(&mut Scan::new(text), Place::Alone).map_err(|details| Problem::Query {
        message: format!("failed to parse filter ({text})"),
        details,
        hint: Some(format!("{name}=OPERATOR.VALUE, and the operators are {}", filter::OPERATORS)),
    })
}

fn read_logic(mut path: Path, any: bool, text: &str) -> Result<(Path, Logic), Problem> {
    let negated = path.last().is_some_and(|word| word == "not");
    if negated {
        path.pop();
    }
    match logic::read(negated, any, text) {
        Ok(logic) => Ok((path, logic)),
        Err(details) => Err(Problem::Query {
            message: format!("failed to parse logic tree ({text})"),
            details,
            hint: Some("or=(a.eq.1,and(b.gt.2,c.is.null))".to_owned()),
        }),
    }
}

fn read_order(text: &str) -> Result<Vec<order::Term>, Problem> {
    order::read(text).map_err(|details| Problem::Query {
        message: format!("failed to parse order ({text})"),
        details,
        hint: Some("order=column.desc.nullslast,table(column)".to_owned()),
    })
}

/// How many rows; fewer than none are a range that cannot be had.
fn limit(name: &str, text: &str) -> Result<i64, Problem> {
    match text.trim().parse::<i64>() {
        Ok(limit) if limit < 0 => Err(Problem::Range {
            details: "Limit should be greater than or equal to zero.".to_owned(),
            total: None,
        }),
        _ => count(name, text),
    }
}

fn count(name: &str, text: &str) -> Result<i64, Problem> {
    text.trim().parse().ok().filter(|count| *count >= 0).ok_or_else(|| Problem::Query {
        message: format!("failed to parse {name} ({text})"),
        details: "it is no number of rows".to_owned(),
        hint: Some(format!("{name}=100")),
    })
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
