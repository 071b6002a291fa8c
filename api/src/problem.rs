//! What a client is told when a request cannot be answered. The codes stand in the README's table.

mod answer;
mod code;
#[cfg(test)]
mod tests;
mod words;

use bytesize::ByteSize;
use serde_json::Value;
use tolva_schema::scope::Scope;

use crate::write::{Broken, Class};
use words::of;

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
