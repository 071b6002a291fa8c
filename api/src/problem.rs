//! What a client is told when a request cannot be answered. The codes stand in the README's table.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

/// Why a request cannot be answered: a status, a stable code, a message, details and a hint.
///
/// Codes are PostgREST's (`PGRST…`) or Postgres' own (five characters) where one of theirs fits, so
/// that clients which know those understand them; the others start with `TOLVA`.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The query of a table cannot be read.
    #[error("{message}")]
    Query {
        /// Which part.
        message: String,
        /// What is wrong with it.
        details: String,
        /// What would be right.
        hint: Option<String>,
    },
    /// No such path.
    #[error("there is nothing at {path}")]
    UnknownPath {
        /// The path.
        path: String,
    },
    /// The path exists, but not for this method.
    #[error("{method} is not possible at {path}")]
    Method {
        /// The method.
        method: String,
        /// The path.
        path: String,
    },
    /// No contract in force has this table.
    #[error("there is no table {table}")]
    UnknownTable {
        /// The table.
        table: String,
        /// Which there are.
        hint: String,
    },
    /// The table has no such column.
    #[error("column {table}.{column} does not exist")]
    UnknownColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its columns.
        known: String,
    },
    /// A value is not one of its column's type.
    #[error("invalid input for type {kind}: \"{value}\"")]
    Value {
        /// The type.
        kind: &'static str,
        /// The value.
        value: String,
        /// How such a value is written.
        hint: &'static str,
    },
    /// A pattern ends with the character that escapes the next one.
    #[error("the pattern ends with its escape character")]
    PatternEnd,
    /// The operator does not fit the column's type.
    #[error("{operator} does not fit column {column} of type {kind}")]
    Operator {
        /// The operator.
        operator: &'static str,
        /// The column.
        column: String,
        /// Its type.
        kind: &'static str,
    },
    /// A truth value is asked of something else.
    #[error("is.{word} needs a boolean, and column {column} is of type {kind}")]
    NotBoolean {
        /// What was asked.
        word: &'static str,
        /// The column.
        column: String,
        /// Its type.
        kind: &'static str,
    },
    /// The database cannot be reached.
    #[error("the database cannot be reached")]
    Unreachable {
        /// What the driver says: for the log only.
        cause: String,
    },
    /// Every connection is taken.
    #[error("no connection to the database became free in time")]
    Busy,
    /// No dataset, arrival or load of this name or number.
    #[error("there is no {kind} {name}")]
    Missing {
        /// `dataset`, `arrival` or `load`.
        kind: &'static str,
        /// Its name or number.
        name: String,
    },
    /// A parameter of a control resource cannot be read.
    #[error("parameter {name}: {details}")]
    Parameter {
        /// The parameter.
        name: String,
        /// What is wrong with it.
        details: String,
        /// What would be right.
        hint: String,
    },
    /// The table lacks what its contract says: a worker is about to change it.
    #[error("table {table} is being changed")]
    Changing {
        /// The table.
        table: String,
    },
    /// What was asked for is in a database that is not read here.
    #[error("the changes of load {load} are kept in target {target}")]
    Elsewhere {
        /// The load.
        load: i64,
        /// The target.
        target: String,
    },
    /// The process cannot do its work.
    #[error("not ready")]
    NotReady {
        /// Each part that is not ready, and why.
        why: String,
    },
    /// A fault of the program or of its database: for the log.
    #[error("the request failed inside")]
    Internal {
        /// What happened: for the log only.
        cause: String,
    },
}

impl Problem {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "PGRST000",
            Self::Busy => "PGRST003",
            Self::Query { .. } => "PGRST100",
            Self::Method { .. } => "PGRST117",
            Self::UnknownPath { .. } => "PGRST125",
            Self::UnknownTable { .. } => "PGRST205",
            Self::PatternEnd => "22025",
            Self::Value { .. } => "22P02",
            Self::UnknownColumn { .. } => "42703",
            Self::NotBoolean { .. } => "42804",
            Self::Operator { .. } => "42883",
            Self::Internal { .. } => "XX000",
            Self::Missing { .. } => "TOLVA001",
            Self::Parameter { .. } => "TOLVA002",
            Self::Elsewhere { .. } => "TOLVA003",
            Self::Changing { .. } => "TOLVA004",
            Self::NotReady { .. } => "TOLVA005",
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Query { .. }
            | Self::PatternEnd
            | Self::Value { .. }
            | Self::UnknownColumn { .. }
            | Self::NotBoolean { .. }
            | Self::Operator { .. }
            | Self::Parameter { .. } => StatusCode::BAD_REQUEST,
            Self::UnknownPath { .. }
            | Self::UnknownTable { .. }
            | Self::Missing { .. }
            | Self::Elsewhere { .. } => StatusCode::NOT_FOUND,
            Self::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unreachable { .. } | Self::Changing { .. } | Self::NotReady { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Busy => StatusCode::GATEWAY_TIMEOUT,
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What exactly is wrong, where there is more to say than the message does.
    pub fn details(&self) -> Option<String> {
        match self {
            Self::Query { details, .. } => Some(details.clone()),
            Self::NotReady { why } => Some(why.clone()),
            _ => None,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let fixed = match self {
            Self::Query { hint, .. } => return hint.clone(),
            Self::UnknownTable { hint, .. } | Self::Parameter { hint, .. } => {
                return Some(hint.clone());
            }
            Self::UnknownColumn { known, .. } => return Some(format!("its columns are {known}")),
            Self::Value { hint, .. } => hint,
            Self::UnknownPath { .. } => "tables are at /rest/v1/TABLE, the rest under /v1/",
            Self::Method { .. } => "this resource can be read with GET and HEAD",
            Self::PatternEnd => "write \\\\ for a backslash",
            Self::Operator { .. } => "like and ilike compare text",
            Self::NotBoolean { .. } => "is.null and is.not_null fit every type",
            Self::Missing { kind: "dataset", .. } => "/v1/datasets lists them",
            Self::Missing { kind: "arrival", .. } => "/v1/arrivals lists them",
            Self::Missing { .. } => "/v1/loads lists them",
            Self::Elsewhere { .. } => {
                "they are in table tolva_change of that target, which is not read here"
            }
            Self::Unreachable { .. }
            | Self::Busy
            | Self::Changing { .. }
            | Self::NotReady { .. } => "try again in a moment",
            Self::Internal { .. } => "the log of the server says more",
        };
        Some(fixed.to_owned())
    }

    /// What only the log may know.
    fn cause(&self) -> Option<&str> {
        match self {
            Self::Unreachable { cause } | Self::Internal { cause } => Some(cause),
            _ => None,
        }
    }

    /// Tells the log of what is not the client's fault.
    pub fn log(&self) {
        if self.status().is_server_error() {
            let cause = self.cause().unwrap_or_default();
            tracing::error!(code = self.code(), cause, "{self}");
        }
    }
}

/// The body of every error.
#[derive(Serialize)]
struct Body<'a> {
    code: &'a str,
    message: String,
    details: Option<String>,
    hint: Option<String>,
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.log();
        let mut response = HttpResponse::build(self.status());
        if matches!(self, Self::Method { .. }) {
            response.insert_header((header::ALLOW, "GET, HEAD"));
        }
        response.json(Body {
            code: self.code(),
            message: self.to_string(),
            details: self.details(),
            hint: self.hint(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each. [`place`] does not compile until a new one is named there.
    fn one_of_each() -> Vec<Problem> {
        let text = String::new;
        vec![
            Problem::Query { message: text(), details: text(), hint: None },
            Problem::UnknownPath { path: text() },
            Problem::Method { method: text(), path: text() },
            Problem::UnknownTable { table: text(), hint: text() },
            Problem::UnknownColumn { table: text(), column: text(), known: text() },
            Problem::Value { kind: "", value: text(), hint: "" },
            Problem::PatternEnd,
            Problem::Operator { operator: "", column: text(), kind: "" },
            Problem::NotBoolean { word: "", column: text(), kind: "" },
            Problem::Unreachable { cause: text() },
            Problem::Busy,
            Problem::Missing { kind: "", name: text() },
            Problem::Parameter { name: text(), details: text(), hint: text() },
            Problem::Changing { table: text() },
            Problem::Elsewhere { load: 0, target: text() },
            Problem::NotReady { why: text() },
            Problem::Internal { cause: text() },
        ]
    }

    fn place(problem: &Problem) -> usize {
        match problem {
            Problem::Query { .. } => 0,
            Problem::UnknownPath { .. } => 1,
            Problem::Method { .. } => 2,
            Problem::UnknownTable { .. } => 3,
            Problem::UnknownColumn { .. } => 4,
            Problem::Value { .. } => 5,
            Problem::PatternEnd => 6,
            Problem::Operator { .. } => 7,
            Problem::NotBoolean { .. } => 8,
            Problem::Unreachable { .. } => 9,
            Problem::Busy => 10,
            Problem::Missing { .. } => 11,
            Problem::Parameter { .. } => 12,
            Problem::Changing { .. } => 13,
            Problem::Elsewhere { .. } => 14,
            Problem::NotReady { .. } => 15,
            Problem::Internal { .. } => 16,
        }
    }

    #[test]
    fn the_readme_lists_every_code_with_its_status_and_no_other() {
        let all = one_of_each();
        assert!(all.iter().map(place).eq(0..all.len()), "one_of_each lacks some");
        let mut coded: Vec<(String, String)> = all
            .iter()
            .map(|problem| (problem.code().to_owned(), problem.status().as_u16().to_string()))
            .collect();
        let mut listed: Vec<(String, String)> = include_str!("../README.md")
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
            .filter_map(|(code, rest)| Some((code, rest.split_once(" |")?.0)))
            .filter(|(_, status)| status.parse::<u16>().is_ok())
            .map(|(code, status)| (code.to_owned(), status.to_owned()))
            .collect();
        coded.sort();
        listed.sort();
        assert_eq!(listed, coded);
        coded.dedup_by(|a, b| a.0 == b.0);
        assert_eq!(coded.len(), all.len(), "two problems share a code");
    }

    #[test]
    fn what_the_driver_says_is_not_told_to_the_client() {
        let problem = Problem::Internal { cause: "secret".to_owned() };
        let told = [Some(problem.to_string()), problem.details(), problem.hint()];
        assert!(told.into_iter().flatten().all(|text| !text.contains("secret")));
    }
}
