//! What a client is told when a request cannot be answered. The codes stand in the README's table.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use bytesize::ByteSize;
use serde::Serialize;
use serde_json::Value;
use tolva_schema::scope::Scope;

use crate::write::{Broken, Class};

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
    /// The rows asked for are none, or none of those that are there.
    #[error("Requested range not satisfiable")]
    Range {
        /// What is wrong with it.
        details: String,
        /// How many rows there are, if they were counted.
        total: Option<i64>,
    },
    /// An aggregate is asked for.
    #[error("Use of aggregate functions is not allowed")]
    Aggregate,
    /// No representation that is accepted can be given.
    #[error("None of these media types are available: {accept}")]
    MediaType {
        /// What is accepted.
        accept: String,
    },
    /// One row is asked for, and there are none or several.
    #[error("Cannot coerce the result to a single JSON object")]
    NotSingular {
        /// How many there are.
        rows: i64,
    },
    /// A filter, an order or a page is about something that is not embedded.
    #[error("'{name}' is not an embedded resource in this request")]
    NotEmbedded {
        /// Its name.
        name: String,
        /// What it is called here.
        alias: Option<String>,
    },
    /// An order goes by what is there several times.
    #[error("A related order on '{target}' is not possible")]
    RelatedOrder {
        /// The table.
        origin: String,
        /// What is embedded in it.
        target: String,
    },
    /// A filter asks of what is embedded something else than whether it is there.
    #[error("Bad operator on the '{name}' embedded resource")]
    EmbeddedFilter {
        /// What is embedded.
        name: String,
    },
    /// Preferences are not understood, and must be.
    #[error("Invalid preferences given with handling=strict")]
    Preferences {
        /// Which.
        preferences: String,
    },
    /// No reference leads from one table to another.
    #[error("Could not find a relationship between '{origin}' and '{target}' in the schema cache")]
    NoReference {
        /// The table.
        origin: String,
        /// What should be embedded in it.
        target: String,
        /// Which reference was meant.
        reference: Option<String>,
        /// What can be embedded.
        known: String,
    },
    /// Several references lead from one table to another.
    #[error(
        "Could not embed because more than one relationship was found for '{origin}' and '{target}'"
    )]
    Ambiguous {
        /// The table.
        origin: String,
        /// What should be embedded in it.
        target: String,
        /// The references.
        candidates: Vec<Value>,
        /// How each is named.
        hints: String,
    },
    /// A column cannot be shown as another type.
    #[error("cannot cast column {column} of type {from} to {to}")]
    Cast {
        /// The column.
        column: String,
        /// Its type.
        from: &'static str,
        /// The type asked for.
        to: String,
    },
    /// There is no such type.
    #[error("type \"{name}\" does not exist")]
    NoType {
        /// Its name.
        name: String,
    },
    /// A regular expression cannot be used.
    #[error("invalid regular expression: {details}")]
    Pattern {
        /// What is wrong with it.
        details: String,
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
        /// The methods that are possible.
        allow: &'static str,
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
    /// What a token says does not hold here and now.
    #[error("the token is not accepted: {why}")]
    Claims {
        /// What does not.
        why: &'static str,
    },
    /// More requests come than may.
    #[error("too many requests from this {what}")]
    TooFast {
        /// `address` or `key`.
        what: &'static str,
        /// Seconds until one is let in again.
        seconds: u64,
    },
    /// Path and query are too long.
    #[error("the URL is longer than {limit}")]
    LongUrl {
        /// What they may be.
        limit: ByteSize,
    },
    /// The headers are too long.
    #[error("the headers are longer than {limit}")]
    LongHeaders {
        /// What they may be.
        limit: ByteSize,
    },
    /// The body is too long.
    #[error("the body is longer than {limit}")]
    LongBody {
        /// What it may be.
        limit: ByteSize,
    },
    /// A statement took longer than it may.
    #[error("canceling statement due to statement timeout")]
    Timeout,
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
    /// The record of changes begins later.
    #[error("the changes of {dataset} begin with its first load")]
    Gone {
        /// The dataset.
        dataset: String,
        /// Where its tables are.
        tables: String,
    },
    /// Nothing was shown, and something is needed.
    #[error("this needs a key or a token")]
    Anonymous,
    /// What was shown is no good.
    #[error("the key or token is not accepted: {why}")]
    Credential {
        /// Why, as far as whoever asks may know.
        why: &'static str,
    },
    /// What was shown is good, and does not suffice.
    #[error("{name} may not do this: scope {scope} is missing{}", of(dataset.as_deref()))]
    Forbidden {
        /// What the key is called.
        name: String,
        /// What is missing.
        scope: Scope,
        /// For which dataset; for all where none is named.
        dataset: Option<String>,
    },
    /// Rows of a request break rules of their contract.
    #[error("{}", Self::rules(*class, *count))]
    Rules {
        /// What the rules are about.
        class: Class,
        /// How many there are.
        count: usize,
        /// The first of them.
        broken: Vec<Broken>,
    },
    /// A body cannot be read as what it should be.
    #[error("{message}")]
    Body {
        /// What it should be.
        message: String,
        /// What is wrong with it.
        details: String,
    },
    /// A request would change too many rows.
    #[error("more than {most} rows would be changed")]
    TooMany {
        /// Rows that one request may change.
        most: usize,
    },
    /// A table cannot be written to.
    #[error("table {table} cannot be written to")]
    NotWritable {
        /// The table.
        table: String,
        /// Its dataset.
        dataset: String,
    },
    /// The table has no column that a request gives.
    #[error("Could not find the '{column}' column of '{table}' in the schema cache")]
    NoColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its columns.
        known: String,
    },
    /// A request would change all rows, and does not say that it means to.
    #[error("{verb} requires a WHERE clause")]
    Unfiltered {
        /// What it would do.
        verb: &'static str,
    },
    /// A request is about more rows than its client takes it to be.
    #[error("Query result exceeds max-affected preference constraint")]
    MaxAffected {
        /// How many.
        rows: usize,
    },
    /// The URL of a row that is put does not tell it by its key.
    #[error("Filters must include all and only primary key columns with 'eq' operators")]
    PutFilters {
        /// The columns of the key.
        key: String,
    },
    /// A row that is put is no page.
    #[error("limit/offset querystring parameters are not allowed for PUT")]
    PutPage,
    /// A row that is put has another key than its URL.
    #[error("Payload values do not match URL in primary key column(s)")]
    PutKey,
    /// Rows are not told by these columns.
    #[error("there is no unique or exclusion constraint matching the ON CONFLICT specification")]
    NoConflict {
        /// The columns.
        columns: String,
        /// Those by which they are told.
        key: String,
    },
    /// A file that is uploaded is not taken.
    #[error("the file is not taken: {why}")]
    Upload {
        /// Why.
        why: String,
        /// What to do.
        hint: String,
    },
    /// Somebody else writes to the dataset.
    #[error("somebody else writes to this dataset at the moment")]
    Locked,
    /// No more clients can listen.
    #[error("too many clients listen")]
    TooManyListeners,
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
            Self::Range { .. } => "PGRST103",
            Self::MediaType { .. } => "PGRST107",
            Self::NotEmbedded { .. } => "PGRST108",
            Self::NotSingular { .. } => "PGRST116",
            Self::Method { .. } => "PGRST117",
            Self::RelatedOrder { .. } => "PGRST118",
            Self::EmbeddedFilter { .. } => "PGRST120",
            Self::Preferences { .. } => "PGRST122",
            Self::Aggregate => "PGRST123",
            Self::UnknownPath { .. } => "PGRST125",
            Self::NoReference { .. } => "PGRST200",
            Self::Ambiguous { .. } => "PGRST201",
            Self::UnknownTable { .. } => "PGRST205",
            Self::PatternEnd => "22025",
            Self::Value { .. } => "22P02",
            Self::Pattern { .. } => "2201B",
            Self::UnknownColumn { .. } => "42703",
            Self::NoType { .. } => "42704",
            Self::NotBoolean { .. } => "42804",
            Self::Cast { .. } => "42846",
            Self::Operator { .. } => "42883",
            Self::Timeout => "57014",
            Self::Internal { .. } => "XX000",
            Self::Missing { .. } => "TOLVA001",
            Self::Parameter { .. } => "TOLVA002",
            Self::Elsewhere { .. } => "TOLVA003",
            Self::Changing { .. } => "TOLVA004",
            Self::NotReady { .. } => "TOLVA005",
            Self::Credential { .. } => "PGRST301",
            Self::Anonymous => "PGRST302",
            Self::Claims { .. } => "PGRST303",
            Self::Forbidden { .. } => "42501",
            Self::Gone { .. } => "TOLVA006",
            Self::TooManyListeners => "TOLVA007",
            Self::TooFast { .. } => "TOLVA020",
            Self::LongBody { .. } => "TOLVA021",
            Self::LongUrl { .. } => "TOLVA022",
            Self::LongHeaders { .. } => "TOLVA023",
            Self::Rules { class, .. } => match class {
                Class::Type => "22P02",
                Class::Required => "23502",
                Class::Unique => "23505",
                Class::Reference => "23503",
                Class::ReadOnly => "428C9",
                Class::Check => "23514",
                Class::Several => "23000",
            },
            Self::Body { .. } => "PGRST102",
            Self::PutFilters { .. } => "PGRST105",
            Self::PutPage => "PGRST114",
            Self::PutKey => "PGRST115",
            Self::MaxAffected { .. } => "PGRST124",
            Self::NoColumn { .. } => "PGRST204",
            Self::Unfiltered { .. } => "21000",
            Self::NoConflict { .. } => "42P10",
            Self::NotWritable { .. } => "TOLVA030",
            Self::Locked => "TOLVA031",
            Self::TooMany { .. } => "TOLVA032",
            Self::Upload { .. } => "TOLVA033",
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Ambiguous { .. } => StatusCode::MULTIPLE_CHOICES,
            Self::MediaType { .. } | Self::NotSingular { .. } => StatusCode::NOT_ACCEPTABLE,
            Self::Range { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::Query { .. }
            | Self::Aggregate
            | Self::NotEmbedded { .. }
            | Self::RelatedOrder { .. }
            | Self::EmbeddedFilter { .. }
            | Self::Preferences { .. }
            | Self::NoReference { .. }
            | Self::Cast { .. }
            | Self::NoType { .. }
            | Self::Pattern { .. }
            | Self::PatternEnd
            | Self::Value { .. }
            | Self::UnknownColumn { .. }
            | Self::NotBoolean { .. }
            | Self::Parameter { .. } => StatusCode::BAD_REQUEST,
            Self::UnknownPath { .. }
            | Self::UnknownTable { .. }
            | Self::Operator { .. }
            | Self::Missing { .. }
            | Self::Elsewhere { .. } => StatusCode::NOT_FOUND,
            Self::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unreachable { .. } | Self::Changing { .. } | Self::NotReady { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Anonymous | Self::Credential { .. } | Self::Claims { .. } => {
                StatusCode::UNAUTHORIZED
            }
            Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::Rules { class: Class::Unique | Class::Reference, .. } => StatusCode::CONFLICT,
            Self::Rules { .. }
            | Self::Body { .. }
            | Self::PutPage
            | Self::PutKey
            | Self::MaxAffected { .. }
            | Self::NoColumn { .. }
            | Self::Unfiltered { .. }
            | Self::Upload { .. }
            | Self::NoConflict { .. } => StatusCode::BAD_REQUEST,
            Self::PutFilters { .. } | Self::NotWritable { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooMany { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Locked => StatusCode::SERVICE_UNAVAILABLE,
            Self::Gone { .. } => StatusCode::GONE,
            Self::TooManyListeners | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooFast { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::LongBody { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::LongUrl { .. } => StatusCode::URI_TOO_LONG,
            Self::LongHeaders { .. } => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Timeout | Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What exactly is wrong, where there is more to say than the message does.
    pub fn details(&self) -> Option<Value> {
        let text = match self {
            Self::Query { details, .. } | Self::Range { details, .. } => details.clone(),
            Self::NotSingular { rows } => format!("The result contains {rows} rows"),
            Self::NotEmbedded { alias: Some(_), .. } => {
                "Target names are not allowed in filters if they have an alias".to_owned()
            }
            Self::RelatedOrder { origin, target } => format!(
                "'{origin}' and '{target}' do not form a many-to-one or one-to-one relationship"
            ),
            Self::EmbeddedFilter { .. } => {
                "Only is null or not is null filters are allowed on embedded resources".to_owned()
            }
            Self::Preferences { preferences } => format!("Invalid preferences: {preferences}"),
            Self::NotReady { why } => why.clone(),
            Self::NoReference { origin, target, reference, .. } => {
                let hint = reference.as_ref().map(|hint| format!(" using the hint '{hint}'"));
                format!(
                    "Searched for a foreign key relationship between '{origin}' and '{target}'{} \
                     in the schema 'public', but no matches were found.",
                    hint.unwrap_or_default()
                )
            }
            Self::Body { details, .. } => details.clone(),
            Self::MaxAffected { rows } => format!("The query affects {rows} rows"),
            Self::NoConflict { columns, .. } => format!("the columns are {columns}"),
            Self::Rules { broken, .. } => return serde_json::to_value(broken).ok(),
            Self::Ambiguous { candidates, .. } => return Some(Value::Array(candidates.clone())),
            _ => return None,
        };
        Some(Value::String(text))
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let fixed = match self {
            Self::Query { hint, .. } => return hint.clone(),
            Self::UnknownTable { hint, .. }
            | Self::Parameter { hint, .. }
            | Self::Upload { hint, .. } => {
                return Some(hint.clone());
            }
            Self::UnknownColumn { known, .. } | Self::NoColumn { known, .. } => {
                return Some(format!("its columns are {known}"));
            }
            Self::NotEmbedded { name, alias: None } => {
                return Some(format!(
                    "Verify that '{name}' is included in the 'select' query parameter."
                ));
            }
            Self::NotEmbedded { name, alias: Some(alias) } => {
                return Some(format!("Change '{name}' to '{alias}' in filters, orders or limits."));
            }
            Self::NoReference { origin, known, .. } if known.is_empty() => {
                return Some(format!("{origin} has no references"));
            }
            Self::NoReference { origin, known, .. } => {
                return Some(format!("{origin} can be seen together with {known}"));
            }
            Self::Ambiguous { target, hints, .. } => {
                return Some(format!(
                    "Try changing '{target}' to one of the following: {hints}. Find the desired \
                     relationship in the 'details' key."
                ));
            }
            Self::Range { .. }
            | Self::Aggregate
            | Self::NotSingular { .. }
            | Self::RelatedOrder { .. }
            | Self::EmbeddedFilter { .. }
            | Self::Preferences { .. } => return None,
            Self::MediaType { .. } => {
                "application/json, application/vnd.pgrst.object+json, application/x-ndjson and \
                 text/csv are"
            }
            Self::Cast { .. } => {
                "every type can be shown as text, a boolean as integer, a date as timestamp, and a \
                 timestamp as date or time"
            }
            Self::NoType { .. } => {
                "the types are text, integer, numeric, boolean, date, time, timestamp and json"
            }
            Self::Pattern { .. } => {
                "what both databases understand: . [] [^] [[:alpha:]] * + ? {1,2} ^ $ | () (?:) \
                 \\d \\w \\s and their opposites"
            }
            Self::Value { hint, .. } => hint,
            Self::UnknownPath { .. } => "tables are at /rest/v1/TABLE, the rest under /v1/",
            Self::Method { allow, .. } => return Some(format!("{allow} are")),
            Self::NotWritable { dataset, .. } => {
                return Some(format!(
                    "the contract of dataset {dataset} would have to say `writable = true`"
                ));
            }
            Self::PutFilters { key } => {
                return Some(format!("the key is {key}: {}", each_equal(key)));
            }
            Self::NoConflict { key, .. } => return Some(format!("on_conflict={key}")),
            Self::Rules { count, broken, .. } if broken.len() < *count => {
                return Some(format!("these are the first {} of them", broken.len()));
            }
            Self::Rules { .. } | Self::MaxAffected { .. } | Self::PutKey | Self::PutPage => {
                return None;
            }
            Self::Body { .. } => {
                "an object or an array of objects as application/json, or text/csv"
            }
            Self::Unfiltered { .. } => "filter the rows, or say that all are meant: all=true",
            Self::TooMany { .. } => "split the request: filter by the key, or set a limit",
            Self::PatternEnd => "write \\\\ for a backslash",
            Self::Operator { .. } => "like, ilike, match and imatch compare text",
            Self::NotBoolean { .. } => "is.null and is.not_null fit every type",
            Self::Missing { kind: "dataset", .. } => "/v1/datasets lists them",
            Self::Missing { kind: "arrival", .. } => "/v1/arrivals lists them",
            Self::Missing { .. } => "/v1/loads lists them",
            Self::Elsewhere { .. } => {
                "they are in table tolva_change of that target, which is not read here"
            }
            Self::Forbidden { dataset: None, .. } => {
                "name one dataset that the key is good for, with the parameter `dataset` where there is one"
            }
            Self::Forbidden { .. } => "`tolva keys create` makes one with other scopes",
            Self::Claims { .. } => "ask whoever issues tokens for another one",
            Self::TooFast { .. } => "come again when `Retry-After` says",
            Self::LongUrl { .. } => "ask in several requests",
            Self::LongHeaders { .. } => "leave headers out",
            Self::LongBody { .. } => "send it in parts, or as a file to /v1/arrivals",
            Self::Timeout => "ask for less: fewer rows, or a filter on a key",
            Self::Anonymous | Self::Credential { .. } => {
                "send `Authorization: Bearer KEY`, or `apikey: KEY`; `tolva keys create` makes keys"
            }
            Self::Gone { tables, .. } => return Some(format!("read its tables: {tables}")),
            Self::Unreachable { .. }
            | Self::TooManyListeners
            | Self::Locked
            | Self::Busy
            | Self::Changing { .. }
            | Self::NotReady { .. } => "try again in a moment",
            Self::Internal { .. } => "the log of the server says more",
        };
        Some(fixed.to_owned())
    }

    /// Seconds after which the same request may well be answered.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooFast { seconds, .. } => Some(*seconds),
            Self::Busy | Self::Locked | Self::Unreachable { .. } | Self::Changing { .. } => Some(1),
            Self::TooManyListeners => Some(30),
            _ => None,
        }
    }

    fn rules(class: Class, count: usize) -> String {
        let what = match class {
            Class::Type => "a value is not one of its column's type",
            Class::Required => "a value is missing",
            Class::Unique => "a value is there already",
            Class::Reference => "a reference leads nowhere, or would",
            Class::ReadOnly => "a value cannot be written",
            Class::Check => "a value breaks a rule of the contract",
            Class::Several => "values break rules of the contract",
        };
        match count {
            1 => what.to_owned(),
            count => format!("{what} ({count} times)"),
        }
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

/// A filter for each column of a key.
fn each_equal(key: &str) -> String {
    let filters: Vec<String> = key.split(", ").map(|name| format!("{name}=eq.VALUE")).collect();
    filters.join("&")
}

fn of(dataset: Option<&str>) -> String {
    dataset.map(|dataset| format!(" for dataset {dataset}")).unwrap_or_default()
}

/// The body of every error.
#[derive(Serialize)]
struct Body<'a> {
    code: &'a str,
    message: String,
    details: Option<Value>,
    hint: Option<String>,
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.log();
        let mut response = HttpResponse::build(self.status());
        match self {
            Self::Method { allow, .. } => {
                response.insert_header((header::ALLOW, *allow));
            }
            Self::NotWritable { .. } => {
                response.insert_header((header::ALLOW, "GET, HEAD"));
            }
            Self::PutFilters { .. } => {
                response.insert_header((header::ALLOW, "GET, HEAD, POST, PATCH, PUT, DELETE"));
            }
            _ => {}
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some(seconds) = self.retry_after() {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Self::Range { total, .. } = self {
            let total = total.map_or_else(|| "*".to_owned(), |total| total.to_string());
            response.insert_header((header::CONTENT_RANGE, format!("*/{total}")));
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

    fn rules(class: Class) -> Problem {
        Problem::Rules { class, count: 0, broken: Vec::new() }
    }

    /// One of each. [`place`] does not compile until a new one is named there.
    fn one_of_each() -> Vec<Problem> {
        let text = String::new;
        vec![
            Problem::Query { message: text(), details: text(), hint: None },
            Problem::Range { details: text(), total: None },
            Problem::Aggregate,
            Problem::MediaType { accept: text() },
            Problem::NotSingular { rows: 0 },
            Problem::NotEmbedded { name: text(), alias: None },
            Problem::RelatedOrder { origin: text(), target: text() },
            Problem::EmbeddedFilter { name: text() },
            Problem::Preferences { preferences: text() },
            Problem::NoReference { origin: text(), target: text(), reference: None, known: text() },
            Problem::Ambiguous {
                origin: text(),
                target: text(),
                candidates: Vec::new(),
                hints: text(),
            },
            Problem::Cast { column: text(), from: "", to: text() },
            Problem::NoType { name: text() },
            Problem::Pattern { details: text() },
            Problem::UnknownPath { path: text() },
            Problem::Method { method: text(), path: text(), allow: "" },
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
            Problem::Gone { dataset: text(), tables: text() },
            Problem::TooManyListeners,
            Problem::Anonymous,
            Problem::Credential { why: "" },
            Problem::Forbidden { name: text(), scope: Scope::Read, dataset: None },
            Problem::Claims { why: "" },
            Problem::TooFast { what: "", seconds: 0 },
            Problem::LongUrl { limit: ByteSize::b(0) },
            Problem::LongHeaders { limit: ByteSize::b(0) },
            Problem::LongBody { limit: ByteSize::b(0) },
            Problem::Timeout,
            rules(Class::Required),
            rules(Class::Unique),
            rules(Class::Reference),
            rules(Class::ReadOnly),
            rules(Class::Check),
            rules(Class::Several),
            Problem::Body { message: text(), details: text() },
            Problem::TooMany { most: 0 },
            Problem::NotWritable { table: text(), dataset: text() },
            Problem::NoColumn { table: text(), column: text(), known: text() },
            Problem::Unfiltered { verb: "" },
            Problem::MaxAffected { rows: 0 },
            Problem::PutFilters { key: text() },
            Problem::PutPage,
            Problem::PutKey,
            Problem::NoConflict { columns: text(), key: text() },
            Problem::Locked,
            Problem::Upload { why: text(), hint: text() },
        ]
    }

    fn place(problem: &Problem) -> usize {
        match problem {
            Problem::Query { .. } => 0,
            Problem::Range { .. } => 1,
            Problem::Aggregate => 2,
            Problem::MediaType { .. } => 3,
            Problem::NotSingular { .. } => 4,
            Problem::NotEmbedded { .. } => 5,
            Problem::RelatedOrder { .. } => 6,
            Problem::EmbeddedFilter { .. } => 7,
            Problem::Preferences { .. } => 8,
            Problem::NoReference { .. } => 9,
            Problem::Ambiguous { .. } => 10,
            Problem::Cast { .. } => 11,
            Problem::NoType { .. } => 12,
            Problem::Pattern { .. } => 13,
            Problem::UnknownPath { .. } => 14,
            Problem::Method { .. } => 15,
            Problem::UnknownTable { .. } => 16,
            Problem::UnknownColumn { .. } => 17,
            Problem::Value { .. } => 18,
            Problem::PatternEnd => 19,
            Problem::Operator { .. } => 20,
            Problem::NotBoolean { .. } => 21,
            Problem::Unreachable { .. } => 22,
            Problem::Busy => 23,
            Problem::Missing { .. } => 24,
            Problem::Parameter { .. } => 25,
            Problem::Changing { .. } => 26,
            Problem::Elsewhere { .. } => 27,
            Problem::NotReady { .. } => 28,
            Problem::Internal { .. } => 29,
            Problem::Gone { .. } => 30,
            Problem::TooManyListeners => 31,
            Problem::Anonymous => 32,
            Problem::Credential { .. } => 33,
            Problem::Forbidden { .. } => 34,
            Problem::Claims { .. } => 35,
            Problem::TooFast { .. } => 36,
            Problem::LongUrl { .. } => 37,
            Problem::LongHeaders { .. } => 38,
            Problem::LongBody { .. } => 39,
            Problem::Timeout => 40,
            // It has the code of a filter's value, and means the same.
            Problem::Rules { class: Class::Type, .. } => 18,
            Problem::Rules { class: Class::Required, .. } => 41,
            Problem::Rules { class: Class::Unique, .. } => 42,
            Problem::Rules { class: Class::Reference, .. } => 43,
            Problem::Rules { class: Class::ReadOnly, .. } => 44,
            Problem::Rules { class: Class::Check, .. } => 45,
            Problem::Rules { class: Class::Several, .. } => 46,
            Problem::Body { .. } => 47,
            Problem::TooMany { .. } => 48,
            Problem::NotWritable { .. } => 49,
            Problem::NoColumn { .. } => 50,
            Problem::Unfiltered { .. } => 51,
            Problem::MaxAffected { .. } => 52,
            Problem::PutFilters { .. } => 53,
            Problem::PutPage => 54,
            Problem::PutKey => 55,
            Problem::NoConflict { .. } => 56,
            Problem::Locked => 57,
            Problem::Upload { .. } => 58,
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
        let details = problem.details().map(|details| details.to_string());
        let told = [Some(problem.to_string()), details, problem.hint()];
        assert!(told.into_iter().flatten().all(|text| !text.contains("secret")));
    }
}
