//! The file format: what a contract may say, before it is known to make sense.

use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::error::Problem;
use super::{
    After, Agreement, Contract, ContractError, Diagonal, Extra, FORMAT_VERSION, Hidden, Limit,
    Merged, OnDuplicate, OnError, Partition, Ready, Refresh, Skip, sources, tables,
};
use crate::field::{Pad, Transform};
use crate::name::Name;
use crate::pattern::FilePattern;

/// Time between two looks at a file that no event announced.
const DEFAULT_SETTLE: Duration = Duration::from_millis(250);
const DEFAULT_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireContract {
    version: Spanned<u32>,
    name: Spanned<String>,
    title: Option<String>,
    files: Vec<Spanned<String>>,
    partition: Option<Spanned<String>>,
    targets: Option<Vec<Spanned<String>>>,
    #[serde(default = "snapshot")]
    refresh: Refresh,
    every: Option<Spanned<String>>,
    settle: Option<Spanned<String>>,
    #[serde(default = "closed")]
    ready: Ready,
    #[serde(default = "keep")]
    after: After,
    #[serde(default = "reject_row")]
    on_error: OnError,
    max_rejected: Option<Limit>,
    min_rows: Option<u64>,
    max_delete: Option<Spanned<f64>>,
    source: Vec<Spanned<WireSource>>,
    table: Vec<Spanned<WireTable>>,
    #[serde(default)]
    rule: Vec<WireRule>,
}

fn snapshot() -> Refresh {
    Refresh::Snapshot
}
fn closed() -> Ready {
    Ready::Closed
}
fn keep() -> After {
    After::Keep
}
fn reject_row() -> OnError {
    OnError::RejectRow
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum WireSheet {
    Index(usize),
    Name(String),
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum WireLayout {
    Table,
    Matrix,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum WireHeader {
    Row(u64),
    Rows(Vec<u64>),
    Word(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireSource {
    pub name: Spanned<String>,
    pub sheet: Option<Spanned<OneOrMany<WireSheet>>>,
    pub delimiter: Option<Spanned<String>>,
    pub quote: Option<Spanned<String>>,
    pub escape: Option<Spanned<String>>,
    pub comment: Option<Spanned<String>>,
    pub encoding: Option<Spanned<String>>,
    #[serde(rename = "decimalChar")]
    pub decimal_char: Option<char>,
    #[serde(rename = "groupChar")]
    pub group_char: Option<char>,
    pub merged: Option<Merged>,
    pub hidden: Option<Hidden>,
    pub stop: Option<Spanned<OneOrMany<String>>>,
    #[serde(default = "table_layout")]
    pub layout: WireLayout,
    pub header: Option<Spanned<WireHeader>>,
    pub extra: Option<Extra>,
    pub skip_rows: Option<Skip>,
    pub skip_columns: Option<Skip>,
    pub row_headers: Option<Vec<Spanned<String>>>,
    pub column_headers: Option<Vec<Spanned<String>>>,
    pub value: Option<Spanned<String>>,
    pub symmetric: Option<bool>,
    pub diagonal: Option<Diagonal>,
    pub fields: Vec<Spanned<WireField>>,
}

fn table_layout() -> WireLayout {
    WireLayout::Table
}

/// What a field takes its value from, where it is no column.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(super) enum WireFrom {
    Sheet,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(super) enum WireType {
    String,
    Integer,
    Number,
    Boolean,
    Date,
    Time,
    Datetime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct WireField {
    pub name: Spanned<String>,
    pub header: Option<OneOrMany<String>>,
    pub position: Option<Spanned<u32>>,
    pub from: Option<WireFrom>,
    pub was: Option<Spanned<String>>,
    #[serde(rename = "type", default = "string_type")]
    pub kind: WireType,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub unique: bool,
    pub pattern: Option<Spanned<String>>,
    #[serde(rename = "enum")]
    pub one_of: Option<Vec<String>>,
    pub min_length: Option<usize>,
    pub max_length: Option<usize>,
    pub minimum: Option<Spanned<toml::Value>>,
    pub maximum: Option<Spanned<toml::Value>>,
    pub missing_values: Option<Vec<String>>,
    #[serde(default)]
    pub transforms: Vec<Transform>,
    pub pad: Option<Pad>,
    pub decimal_char: Option<char>,
    pub group_char: Option<char>,
    pub scale: Option<Spanned<u32>>,
    pub true_values: Option<Vec<String>>,
    pub false_values: Option<Vec<String>>,
    pub format: Option<Spanned<OneOrMany<String>>>,
}

fn string_type() -> WireType {
    WireType::String
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireTable {
    pub name: Spanned<String>,
    pub was: Option<Spanned<String>>,
    pub from: Spanned<String>,
    pub id: Option<Spanned<String>>,
    pub key: Spanned<Vec<Spanned<String>>>,
    pub columns: Option<Vec<Spanned<WireColumn>>>,
    #[serde(default)]
    pub references: std::collections::BTreeMap<Spanned<String>, Spanned<WireReference>>,
    #[serde(default = "first")]
    pub on_duplicate: OnDuplicate,
    pub min_rows: Option<u64>,
    pub max_delete: Option<Spanned<f64>>,
}

fn first() -> OnDuplicate {
    OnDuplicate::First
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum WireColumn {
    Same(String),
    Renamed(WireRenamed),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireRenamed {
    pub name: String,
    pub field: String,
    pub was: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum WireReference {
    Table(String),
    By(WireReferenceBy),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireReferenceBy {
    pub table: String,
    pub by: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireRule {
    name: Spanned<String>,
    agree: Vec<Spanned<WireMember>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireMember {
    source: String,
    key: String,
    value: String,
}

/// Parses and validates a contract file.
pub(super) fn read(file: &str, text: &str) -> Result<Contract, Box<ContractError>> {
    let wire: WireContract = toml::from_str(text).map_err(|error| {
        let hint = error.message().contains("unknown field").then(|| {
            "the reference of the contract format lists every key; a misspelt one is refused so \
             that it is not silently without effect"
                .to_owned()
        });
        ContractError::new(file, text, error.span().unwrap_or(0..0), error.message(), hint)
    })?;
    validate(wire).map_err(|problem| {
        ContractError::new(file, text, problem.span, problem.message, problem.hint)
    })
}

fn validate(wire: WireContract) -> Result<Contract, Problem> {
    if *wire.version.get_ref() != FORMAT_VERSION {
        return Err(Problem::new(wire.version.span(), "this version of the format is not known")
            .hint(format!("write version = {FORMAT_VERSION}")));
    }
    let name = name(&wire.name)?;
    let files = wire.files.iter().map(file_pattern).collect::<Result<Vec<_>, _>>()?;
    let partition = wire.partition.map_or(Ok(Partition::None), |text| partition(&text, &files))?;
    let sources = sources::validate(wire.source)?;
    let defaults = tables::Defaults {
        min_rows: wire.min_rows,
        max_delete: wire.max_delete.map_or(Ok(0.5), |share| tables::share(&share))?,
    };
    let tables = tables::validate(wire.table, &sources, &defaults)?;
    let agreements =
        wire.rule.into_iter().map(|rule| agreement(rule, &sources)).collect::<Result<_, _>>()?;
    let targets = match wire.targets {
        None => vec!["default".to_owned()],
        Some(targets) => {
            let names = targets.iter().map(|target| self::name(target).map(|n| n.to_string()));
            names.collect::<Result<Vec<_>, _>>()?
        }
    };
    if targets.is_empty() {
        return Err(Problem::new(wire.name.span(), "the dataset has no target")
            .hint("leave `targets` out for the default one"));
    }
    let span = wire.name.span();
    let contract = Contract {
        name,
        title: wire.title,
        files,
        partition,
        targets,
        refresh: wire.refresh,
        every: wire.every.map_or(Ok(DEFAULT_EVERY), |text| duration(&text))?,
        settle: wire.settle.map_or(Ok(DEFAULT_SETTLE), |text| duration(&text))?,
        ready: wire.ready,
        after: wire.after,
        on_error: wire.on_error,
        max_rejected: wire.max_rejected,
        agreements,
        sources,
        tables,
    };
    match crate::ddl::collision(&contract.relations()) {
        Some(message) => Err(Problem::new(span, message)),
        None => Ok(contract),
    }
}

pub(super) fn name(text: &Spanned<String>) -> Result<Name, Problem> {
    Name::new(text.get_ref()).map_err(|error| {
        Problem::new(text.span(), format!("`{}` cannot be a name", text.get_ref()))
            .hint(error.to_string())
    })
}

fn file_pattern(text: &Spanned<String>) -> Result<FilePattern, Problem> {
    FilePattern::new(text.get_ref()).map_err(|error| Problem::new(text.span(), error))
}

fn partition(text: &Spanned<String>, files: &[FilePattern]) -> Result<Partition, Problem> {
    match text.get_ref().as_str() {
        "file" => Ok(Partition::File),
        capture if files.iter().any(|file| file.captures(capture)) => {
            Ok(Partition::Capture(capture.to_owned()))
        }
        other => Err(Problem::new(text.span(), format!("no file pattern captures `{other}`"))
            .hint(format!("write partition = \"file\", or {{{other}}} in a pattern of `files`"))),
    }
}

fn duration(text: &Spanned<String>) -> Result<Duration, Problem> {
    humantime::parse_duration(text.get_ref()).map_err(|error| {
        Problem::new(text.span(), error.to_string()).hint("write for example 24h, 30m or 250ms")
    })
}

fn agreement(rule: WireRule, sources: &[super::Source]) -> Result<Agreement, Problem> {
    let name = name(&rule.name)?;
    if rule.agree.len() < 2 {
        return Err(Problem::new(rule.name.span(), "a rule `agree` compares at least two members"));
    }
    let member = |member: &Spanned<WireMember>| {
        let span = member.span();
        let member = member.get_ref();
        let source = sources
            .iter()
            .position(|source| source.name == *member.source)
            .ok_or_else(|| Problem::new(span.clone(), format!("no source `{}`", member.source)))?;
        let field = |name: &str| sources::field(&sources[source], name, span.clone());
        Ok((source, field(&member.key)?, field(&member.value)?))
    };
    Ok(Agreement { name, members: rule.agree.iter().map(member).collect::<Result<_, _>>()? })
}
