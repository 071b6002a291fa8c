//! Rows as CSV, with the columns' names in the first line.

use std::collections::HashMap;

use super::{Given, Written};
use crate::problem::Problem;
use crate::write::find::MOST;

/// What some programs put before the first line.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads rows. As in a file, what is blank is what the contract takes a blank for.
pub fn read(body: &[u8], columns: Option<Vec<String>>) -> Result<Given, Problem> {
    let body = body.strip_prefix(MARK).unwrap_or(body);
    let mut reader = csv::ReaderBuilder::new().from_reader(body);
    let headers: Vec<String> = reader.headers().map_err(wrong)?.iter().map(str::to_owned).collect();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (at, header) in headers.iter().enumerate() {
        if known.insert(header, at).is_some() {
            return Err(problem(format!("column {header} stands there twice")));
        }
    }
    let columns = columns.unwrap_or_else(|| headers.clone());
    let places: Vec<Option<usize>> =
        columns.iter().map(|name| known.get(name.as_str()).copied()).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(wrong)?;
        if rows.len() == MOST {
            return Err(problem(format!("one request brings {MOST} rows at most")));
        }
        let value = |place: &Option<usize>| match place.and_then(|place| record.get(place)) {
            Some(text) => Written::Text(text.to_owned()),
            None => Written::Null,
        };
        rows.push(places.iter().map(value).collect());
    }
    Ok(Given { columns, rows })
}

fn wrong(error: csv::Error) -> Problem {
    problem(error.to_string())
}

fn problem(details: String) -> Problem {
    Problem::Body { message: "Empty or invalid CSV".to_owned(), details }
}
