//! The file format: what a contract may say, before it is known to make sense.

pub(super) mod json;
mod source;
mod table;

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::error::Problem;
use super::{
    After, Agreement, Contract, ContractError, FORMAT_VERSION, Limit, OnError, Partition, Ready,
    Refresh, sources, tables,
};
use crate::name::Name;
use crate::pattern::FilePattern;
pub(super) use source::{
    OneOrMany, WireField, WireFrom, WireHeader, WireLayout, WireSheet, WireSource, WireType,
};
pub(super) use table::{WireColumn, WireReference, WireTable};
use table::{WireMember, WireRule};

/// The target that is the ledger's own database.
const DEFAULT_TARGET: &str = "default";
/// Time between two looks at a file that no event announced.
const DEFAULT_SETTLE: Duration = Duration::from_millis(250);
const DEFAULT_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// A contract declares one dataset: which files feed it, how their lines are read, and which tables
/// are made of them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Contract of a Tolva dataset")]
pub(super) struct WireContract {
    /// The version of this format: 1.
    #[schemars(extend("const" = FORMAT_VERSION), with = "u32")]
    version: Spanned<u32>,
    /// The dataset's name.
    #[schemars(with = "json::NameText", example = &"employees")]
    name: Spanned<String>,
    /// A title for people. It is not part of the digest.
    title: Option<String>,
    /// Patterns for the names of files: `*`, `?` and `{capture}`; case does not matter. A folder
    /// `inbox/<name>/` takes every file, else the pattern with the longest literal part wins.
    #[schemars(with = "Vec<String>", example = ["employees*.csv"])]
    files: Vec<Spanned<String>>,
    /// What one file owns: nothing, if the file is the whole dataset; `"file"`, if each file name
    /// owns its rows; or the name of a capture in `files`.
    #[schemars(with = "Option<String>", example = &"file")]
    partition: Option<Spanned<String>>,
    /// The databases that hold the tables; `default` is the ledger's.
    #[schemars(with = "Option<Vec<json::NameText>>", extend("default" = ["default"], "minItems" = 1))]
    targets: Option<Vec<Spanned<String>>>,
    /// Whether rows may be made, changed and deleted through the API as well. Only a dataset that is
    /// kept in `default` alone can be.
    #[schemars(with = "Option<bool>", extend("default" = false))]
    writable: Option<Spanned<bool>>,
    /// How a file relates to what is there.
    #[serde(default = "snapshot")]
    refresh: Refresh,
    /// How old the dataset may become.
    #[schemars(with = "Option<json::DurationText>", extend("default" = "24h"))]
    every: Option<Spanned<String>>,
    /// How long a file must be left alone where no event says that it is complete.
    #[schemars(with = "Option<json::DurationText>", extend("default" = "250ms"))]
    settle: Option<Spanned<String>>,
    /// What says that a file is complete.
    #[serde(default = "closed")]
    ready: Ready,
    /// What becomes of a file that was taken.
    #[serde(default = "keep")]
    after: After,
    /// What one wrong line means for its file.
    #[serde(default = "reject_row")]
    on_error: OnError,
    /// More wrong lines than this refuse the file: a share such as `0.1`, or a count such as `10`.
    max_rejected: Option<Limit>,
    /// Fewer rows than this in a table refuse the file.
    min_rows: Option<u64>,
    /// Deleting a larger share of a table refuses the file; tables under 20 rows aside.
    #[schemars(with = "Option<json::Share>", extend("default" = 0.5))]
    max_delete: Option<Spanned<f64>>,
    /// Where lines stand in a file.
    #[schemars(with = "Vec<WireSource>")]
    source: Vec<Spanned<WireSource>>,
    /// What is made of the lines: parents before children.
    #[schemars(with = "Vec<WireTable>", extend("minItems" = 1))]
    table: Vec<Spanned<WireTable>>,
    /// Rules across sources.
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
        None => vec![DEFAULT_TARGET.to_owned()],
        Some(targets) => {
            let names = targets.iter().map(|target| self::name(target).map(|n| n.to_string()));
            names.collect::<Result<Vec<_>, _>>()?
        }
    };
    if targets.is_empty() {
        return Err(Problem::new(wire.name.span(), "the dataset has no target")
            .hint("leave `targets` out for the default one"));
    }
    let writable =
        wire.writable.map_or(Ok(false), |writable| self::writable(&writable, &targets))?;
    let span = wire.name.span();
    let contract = Contract {
        name,
        title: wire.title,
        files,
        partition,
        targets,
        writable,
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

/// What is written through the API is written into one database.
fn writable(writable: &Spanned<bool>, targets: &[String]) -> Result<bool, Problem> {
    if *writable.get_ref() && !matches!(targets, [only] if only == DEFAULT_TARGET) {
        return Err(Problem::new(
            writable.span(),
            format!("a dataset that is kept in {} cannot be writable", targets.join(", ")),
        )
        .hint(format!(
            "leave `targets` out, so that it is kept in `{DEFAULT_TARGET}` alone, or `writable`"
        )));
    }
    Ok(*writable.get_ref())
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
