//! Rows as CSV, with the columns' names in the first line.

use super::{Given, Written};
use crate::problem::Problem;

/// What some programs put before the first line.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads rows. As in a file, what is blank is what the contract takes a blank for.
pub fn read(body: &[u8], columns: Option<Vec<String>>) -> Result<Given, Problem> {
    let body = body.strip_prefix(MARK).unwrap_or(body);
    let mut reader = csv::ReaderBuilder::new().from_reader(body);
    let headers: Vec<String> = reader.headers().map_err(wrong)?.iter().map(str::to_owned).collect();
    if let Some(at) = (1..headers.len()).find(|at| headers[..*at].contains(&headers[*at])) {
        return Err(problem(format!("column {} stands there twice", headers[at])));
    }
    let columns = columns.unwrap_or_else(|| headers.clone());
    let places: Vec<Option<usize>> =
        columns.iter().map(|name| headers.iter().position(|header| header == name)).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(wrong)?;
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
