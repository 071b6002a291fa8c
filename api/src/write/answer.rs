//! What a client that wrote is told.

use std::collections::HashMap;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder};
use sea_orm::QueryResult;
use tolva_ledger::stored;
use tolva_schema::hash::Hasher;
use tolva_schema::value::Value;

use super::subject::Subject;
use super::transaction::Writing;
use crate::database::Trouble;
use crate::plan::{Condition, Keys, Node};
use crate::prefer::{Count, Preferences, Request, Return};
use crate::representation::{Framing, Representation};
use crate::sql;

/// What became of a request.
#[derive(Debug)]
pub struct Told {
    /// Rows that it was about.
    pub rows: usize,
    /// How many of them are new.
    pub inserted: usize,
    /// The primary key of the one new row, with the names of its columns.
    pub location: Option<Vec<(String, String)>>,
    /// The rows, where they are wanted.
    pub body: Option<String>,
}

/// Puts rows into the form that is wanted. `ordered` are their primary keys in the order of the request,
/// where that one counts.
pub async fn rows(
    writing: &Writing,
    subject: &Subject<'_>,
    node: &mut Node,
    form: Representation,
    keys: &[Vec<Value>],
    ordered: bool,
) -> Result<String, Trouble> {
    let own = std::mem::take(&mut node.conditions);
    node.conditions.push(Condition::Keys(Keys::new(subject.primary_key(), keys.to_vec())));
    let dialect = writing.dialect();
    let (statement, headings) = match form {
        Representation::Csv { .. } => sql::text_rows(dialect, node)?,
        _ => (sql::json_rows(dialect, node)?, Vec::new()),
    };
    let mut rows = writing.rows(statement).await?;
    if ordered {
        rows = in_order(writing, subject, node, rows, keys).await?;
    }
    node.conditions = own;
    let mut framing = Framing::new(form, headings);
    let mut body = String::new();
    framing.open(&mut body);
    for row in &rows {
        framing.push(&mut body, row)?;
    }
    framing.close(&mut body);
    Ok(body)
}

/// Rows in the order of these keys.
async fn in_order(
    writing: &Writing,
    subject: &Subject<'_>,
    node: &Node,
    rows: Vec<QueryResult>,
    keys: &[Vec<Value>],
) -> Result<Vec<QueryResult>, Trouble> {
    let mut hasher = Hasher::default();
    let places: HashMap<_, usize> =
        keys.iter().enumerate().map(|(at, key)| (hasher.key(key), at)).collect();
    let columns = subject.primary_key();
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let own = writing.rows(sql::columns(writing.dialect(), node, &names)?).await?;
    let mut placed = Vec::with_capacity(rows.len());
    for (row, own) in rows.into_iter().zip(&own) {
        let key = columns
            .iter()
            .enumerate()
            .map(|(at, column)| stored::value(writing.dialect(), column.kind, own, at))
            .collect::<Result<Vec<_>, _>>()?;
        placed.push((places.get(&hasher.key(&key)).copied(), row));
    }
    placed.sort_by_key(|(place, _)| *place);
    Ok(placed.into_iter().map(|(_, row)| row).collect())
}

/// The response.
pub fn respond(
    request: Request,
    path: &str,
    preferences: &Preferences,
    form: Representation,
    told: Told,
) -> HttpResponse {
    let mut response = HttpResponse::build(status(request, preferences, &told));
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    let total = match preferences.count {
        Some(Count::Exact | Count::Planned | Count::Estimated) => told.rows.to_string(),
        None => "*".to_owned(),
    };
    match request {
        Request::Update if told.rows > 0 => range(&mut response, 0, told.rows, &total),
        Request::Read | Request::Put => {}
        _ => {
            response.insert_header((header::CONTENT_RANGE, format!("*/{total}")));
        }
    }
    if let Some(location) = &told.location {
        let pairs: Vec<String> =
            location.iter().map(|(name, value)| format!("{name}=eq.{}", escaped(value))).collect();
        response.insert_header((header::LOCATION, format!("{path}?{}", pairs.join("&"))));
    }
    if let Some(applied) = preferences.applied(request) {
        response.insert_header(("Preference-Applied", applied));
    }
    match told.body {
        Some(body) => response.content_type(form.content_type()).body(body),
        None => response.finish(),
    }
}

fn range(response: &mut HttpResponseBuilder, first: usize, rows: usize, total: &str) {
    let range = format!("{first}-{}/{total}", first + rows - 1);
    response.insert_header((header::CONTENT_RANGE, range));
}

fn status(request: Request, preferences: &Preferences, told: &Told) -> StatusCode {
    let full = preferences.returning == Some(Return::Representation);
    let merged = preferences.resolution == Some(crate::prefer::Resolution::Merge);
    match request {
        Request::Insert if merged && told.inserted == 0 => StatusCode::OK,
        Request::Insert => StatusCode::CREATED,
        Request::Put if full && told.inserted > 0 => StatusCode::CREATED,
        _ if full => StatusCode::OK,
        _ => StatusCode::NO_CONTENT,
    }
}

/// A value for the query of a URL.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut escaped, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte));
            }
            _ => {
                let _ = write!(escaped, "%{byte:02X}");
            }
        }
        escaped
    })
}
