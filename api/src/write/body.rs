//! The rows that a request brings, as they are written.

mod csv;
mod json;

use std::collections::HashMap;

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, BytesMut, Payload};
use bytesize::ByteSize;
use futures_util::StreamExt;

use crate::problem::Problem;
use crate::query::pairs;

/// A value as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// Unknown.
    Null,
    /// A text, or the spelling of a number or of a truth.
    Text(String),
    /// An array or an object, which no column holds.
    Structure(String),
}

/// Rows with the columns that they give.
#[derive(Debug, Default)]
pub struct Given {
    /// The columns.
    pub columns: Vec<String>,
    /// For each row, what it has for each column.
    pub rows: Vec<Vec<Written>>,
}

/// A row as it is written: names and values.
type Object = Vec<(String, Written)>;

/// Reads a body whole. How long it may be was told to whoever says so beforehand; others are cut off.
///
/// # Errors
/// [`Problem::LongBody`], or the client broke off.
pub async fn receive(mut payload: Payload, limit: ByteSize) -> Result<Bytes, Problem> {
    let mut body = BytesMut::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|error| unreadable(error.to_string()))?;
        if (body.len() + piece.len()) as u64 > limit.as_u64() {
            return Err(Problem::LongBody { limit });
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

/// Reads rows. `columns` are those that count, where the request says so: what else is there is passed
/// over, and what is not there is unknown.
///
/// # Errors
/// [`Problem::Body`] when it is not what its type says, or rows have other columns than the first.
pub fn read(
    request: &HttpRequest,
    body: &[u8],
    columns: Option<Vec<String>>,
) -> Result<Given, Problem> {
    let kind = request.headers().get(CONTENT_TYPE).map(|kind| kind.to_str().unwrap_or("?"));
    let name = kind.unwrap_or("application/json").split(';').next().unwrap_or_default();
    match name.trim().to_ascii_lowercase().as_str() {
        "application/json"
        | "application/vnd.pgrst.object+json"
        | "application/vnd.pgrst.array+json" => gather(json::read(body)?, columns),
        "text/csv" => csv::read(body, columns),
        "application/x-www-form-urlencoded" => {
            let text = std::str::from_utf8(body).map_err(|_| unreadable("it is not UTF-8"))?;
            let pairs = pairs(text)?.into_iter();
            let row: HashMap<String, Written> =
                pairs.map(|(name, value)| (name, Written::Text(value))).collect();
            gather(vec![row.into_iter().collect()], columns)
        }
        other => Err(Problem::Body {
            message: format!("Content-Type not acceptable: {other}"),
            details: "rows come as application/json, text/csv or \
                      application/x-www-form-urlencoded"
                .to_owned(),
        }),
    }
}

fn gather(objects: Vec<Object>, columns: Option<Vec<String>>) -> Result<Given, Problem> {
    let told = columns.is_some();
    let columns = columns.unwrap_or_else(|| {
        let first = objects.first().into_iter().flatten();
        first.map(|(name, _)| name.clone()).collect()
    });
    let mut rows = Vec::with_capacity(objects.len());
    for (at, object) in objects.into_iter().enumerate() {
        let mut values: HashMap<String, Written> = object.into_iter().collect();
        let same = values.len() == columns.len()
            && columns.iter().all(|name| values.contains_key(name.as_str()));
        if !told && !same {
            return Err(Problem::Body {
                message: "All object keys must match".to_owned(),
                details: format!(
                    "row {at} has other keys than row 0; name those that count: columns=a,b"
                ),
            });
        }
        rows.push(
            columns.iter().map(|name| values.remove(name).unwrap_or(Written::Null)).collect(),
        );
    }
    Ok(Given { columns, rows })
}

/// A body that is not what its type says.
fn unreadable(details: impl Into<String>) -> Problem {
    Problem::Body { message: "Empty or invalid body".to_owned(), details: details.into() }
}
