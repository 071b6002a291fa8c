//! What a request that writes asks for beside its rows.

use crate::problem::Problem;
use crate::query::filter::{Expression, Operation, Operator};
use crate::query::logic::Logic;
use crate::query::{self, Query, pairs};

/// What the parameters say.
#[derive(Debug, Default)]
pub struct Asked {
    /// What is wanted of the rows, and which rows.
    pub query: Query,
    /// The columns that count.
    pub columns: Option<Vec<String>>,
    /// The columns that tell whether a row is there already.
    pub on_conflict: Option<Vec<String>>,
    /// Whether all rows are meant (`all=true`).
    pub all: bool,
}

/// Parameters that only requests which write have.
const OWN: [&str; 3] = ["columns", "on_conflict", "all"];

/// Reads the query part of a URL.
pub fn read(text: &str) -> Result<Asked, Problem> {
    let mut asked = Asked::default();
    let mut rest = Vec::new();
    for part in text.split('&').filter(|part| !part.is_empty()) {
        let (name, raw) = part.split_once('=').unwrap_or((part, ""));
        // A filter of a column called `all` has an operator: all=eq.true.
        let own = OWN.contains(&name) && (name != "all" || matches!(raw, "true" | "false"));
        if !own {
            rest.push(part);
            continue;
        }
        let value = pairs(part)?.pop().map(|(_, value)| value).unwrap_or_default();
        let twice = match name {
            "columns" => asked.columns.replace(names(&value)).is_some(),
            "on_conflict" => asked.on_conflict.replace(names(&value)).is_some(),
            _ => std::mem::replace(&mut asked.all, value == "true"),
        };
        if twice {
            return Err(Problem::Query {
                message: format!("failed to parse parameter ({name})"),
                details: "it is given twice".to_owned(),
                hint: None,
            });
        }
    }
    asked.query = query::read(&rest.join("&"))?;
    Ok(asked)
}

/// Names with commas between them; each may stand in double quotes.
fn names(text: &str) -> Vec<String> {
    let name = |name: &str| {
        let name = name.trim();
        let quoted = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
        quoted.unwrap_or(name).to_owned()
    };
    text.split(',').map(name).filter(|name| !name.is_empty()).collect()
}

impl Asked {
    /// Whether anything is asked of the rows of the table itself.
    pub fn filters(&self) -> bool {
        self.query.logic.iter().any(|(path, _)| path.is_empty())
    }

    /// Whether the client says in which order it wants the rows.
    pub fn orders(&self) -> bool {
        self.query.orders.iter().any(|(path, _)| path.is_empty())
    }

    /// Columns and the values that they must have, where nothing else is asked.
    pub fn equals(&self) -> Option<Vec<(&str, &str)>> {
        self.query
            .logic
            .iter()
            .map(|(path, logic)| match logic {
                Logic::Test {
                    name,
                    expression:
                        Expression {
                            negated: false,
                            operation: Operation::One(Operator::Equal, value),
                        },
                } if path.is_empty() => Some((&**name, &**value)),
                _ => None,
            })
            .collect()
    }
}
