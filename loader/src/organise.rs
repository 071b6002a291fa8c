//! Organising: from rows of cells to rows of tables, each with its outcome.

mod agreement;
pub mod decide;
mod headers;
mod keys;
mod line;
mod matrix;
pub mod outcome;
mod plan;
mod report;
mod rows;
pub mod staged;
mod symmetry;
mod table;
pub mod tables;
mod unique;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use tolva_schema::contract::{Contract, Layout, OnDuplicate, Source};
use tolva_schema::finding::{Finding, Place};
use tolva_schema::hash::{Hash128, Hasher};
use tolva_schema::value::Value;

use crate::index::TableIndex;
use crate::limits::Limits;
use crate::progress::Progress;
use crate::read::{Document, ReadError};
use agreement::Agreed;
pub(crate) use headers::HeadersAbove;
use line::{Line, Sink, Stopped};
use outcome::TableOutcome;
use report::Report;
use rows::SourceRows;
use staged::Staged;
use tables::{Conflicts, Tables, key_fields};

/// Why organising a file ended early.
#[derive(Debug, thiserror::Error)]
pub enum OrganiseError {
    /// The file cannot be read as its contract says.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Whoever took the rows is gone: its own error tells why.
    #[error("the target stopped taking rows")]
    Stopped,
}

impl From<Stopped> for OrganiseError {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

/// What a file is for the tables of its contract.
pub struct Organised {
    /// The tables, with what is offered to each.
    pub tables: Vec<TableOutcome>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Lines read, refused, doubted.
    pub totals: crate::count::Totals,
}

/// A file to organise.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Where its bytes are.
    pub path: &'a Path,
    /// What it was called.
    pub name: &'a str,
    /// How much of anything it may be.
    pub limits: &'a Limits,
}

/// Reads a file and decides about each row, against what the tables hold (`indexes`, one per table of
/// the contract). Rows to stage go to `stage` as they come; it gives `false` when it takes no more.
pub fn organise(
    contract: &Contract,
    indexes: Vec<TableIndex>,
    input: Input<'_>,
    progress: &Progress,
    stage: &mut dyn FnMut(Staged) -> bool,
) -> Result<Organised, OrganiseError> {
    let conflicts = conflicts(contract, input)?;
    let mut organiser = Organiser {
        contract,
        tables: Tables::new(contract, indexes, conflicts),
        agreed: contract.agreements.iter().map(Agreed::new).collect(),
        report: Report::keeping(input.limits.findings),
        stage,
    };
    let mut document = Document::open(input.path, input.name, input.limits, progress)?;
    for (index, source) in contract.sources.iter().enumerate() {
        read(source, index, &mut document, progress, &mut organiser)?;
    }
    let Organiser { mut tables, mut report, stage, .. } = organiser;
    if !tables.finish(&mut report, stage) {
        return Err(OrganiseError::Stopped);
    }
    let tables = tables.into_outcomes();
    let mut totals = report.totals;
    totals.held = tables.iter().map(|state| state.counts.held).sum();
    Ok(Organised { tables, findings: report.findings, totals })
}

fn read(
    source: &Source,
    index: usize,
    document: &mut Document,
    progress: &Progress,
    sink: &mut dyn Sink,
) -> Result<(), OrganiseError> {
    let (mut lines, mut places) = (0, Vec::new());
    for sheet in document.sheets(source)? {
        let mut rows = SourceRows::new(source, document.rows(source, sheet)?);
        let name = rows.sheet().map_or("the file".to_owned(), |name| format!("sheet {name}"));
        places.push(name);
        lines += match &source.layout {
            Layout::Table { header, extra } => {
                table::read(source, index, (header, *extra), &mut rows, progress, sink)?
            }
            Layout::Matrix(matrix) => {
                matrix::read(source, index, matrix, &mut rows, progress, sink)?
            }
        };
    }
    if lines == 0 {
        return Err(ReadError::NoLines { place: places.join(", ") }.into());
    }
    Ok(())
}

/// A header as it is compared: without case, and with white space (the unbreakable, too) collapsed.
pub(crate) fn normalised(header: &str) -> String {
    header.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

struct Organiser<'a, 's> {
    contract: &'a Contract,
    tables: Tables<'a>,
    agreed: Vec<Agreed<'a>>,
    report: Report,
    stage: &'s mut dyn FnMut(Staged) -> bool,
}

impl Sink for Organiser<'_, '_> {
    fn line(&mut self, mut line: Line) -> Result<(), Stopped> {
        self.report.totals.read += 1;
        if matches!(self.contract.sources[line.source].layout, Layout::Table { .. }) {
            let value_of = |field: usize| Some((line.values[field].clone()?, line.place_of(field)));
            self.compare(line.source, &value_of);
        }
        if line.errors.is_empty() {
            match self.tables.offer(&line, &mut self.report) {
                Ok(staged) => {
                    line.doubts.into_iter().for_each(|doubt| self.report.warn(doubt));
                    let taken = staged.into_iter().all(|row| (self.stage)(row));
                    return if taken { Ok(()) } else { Err(Stopped) };
                }
                Err(errors) => line.errors = errors,
            }
        }
        self.tables.refuse(&line);
        self.report.refuse(line.errors);
        Ok(())
    }

    fn doubt(&mut self, finding: Finding) {
        self.report.warn(finding);
    }

    fn error(&mut self, finding: Finding) {
        self.report.keep(finding);
    }

    fn states(
        &mut self,
        source: usize,
        fields: &[usize],
        values: &[Option<Value>],
        places: &[Place],
    ) {
        let value_of = |field: usize| {
            let at = fields.iter().position(|stated| *stated == field)?;
            Some((values[at].clone()?, places[at].clone()))
        };
        self.compare(source, &value_of);
    }

    fn blanks(&mut self, source: usize, count: u64) {
        self.tables.blanks(source, count);
    }
}

impl Organiser<'_, '_> {
    fn compare(&mut self, source: usize, value_of: &dyn Fn(usize) -> Option<(Value, Place)>) {
        for rule in &mut self.agreed {
            for finding in rule.compare(source, value_of) {
                self.report.warn(finding);
            }
        }
    }
}

/// Where a contract refuses lines that describe one thing differently, the file is read once before,
/// to know them all when the first one comes.
fn conflicts(contract: &Contract, input: Input<'_>) -> Result<Conflicts, OrganiseError> {
    let refuses = |source: usize| {
        contract
            .tables
            .iter()
            .any(|table| table.source == source && table.on_duplicate == OnDuplicate::Refuse)
    };
    let mut first_look = FirstLook {
        contract,
        seen: vec![HashMap::new(); contract.tables.len()],
        conflicts: vec![HashSet::new(); contract.tables.len()],
        hasher: Hasher::default(),
    };
    if (0..contract.sources.len()).any(refuses) {
        let progress = Progress::default();
        let mut document = Document::open(input.path, input.name, input.limits, &progress)?;
        for (index, source) in contract.sources.iter().enumerate().filter(|(at, _)| refuses(*at)) {
            read(source, index, &mut document, &progress, &mut first_look)?;
        }
    }
    Ok(first_look.conflicts)
}

struct FirstLook<'a> {
    contract: &'a Contract,
    seen: Vec<HashMap<Hash128, Hash128>>,
    conflicts: Conflicts,
    hasher: Hasher,
}

impl Sink for FirstLook<'_> {
    fn line(&mut self, line: Line) -> Result<(), Stopped> {
        if !line.errors.is_empty() {
            return Ok(());
        }
        for (at, table) in self.contract.tables.iter().enumerate() {
            if table.source != line.source || table.on_duplicate != OnDuplicate::Refuse {
                continue;
            }
            let Some(key) = line.values_of(&key_fields(table)) else { continue };
            let key = self.hasher.key(&key);
            let fields = table.columns.iter().flat_map(|column| column.content.fields()).copied();
            let Some(content) = line.values_of(&fields.collect::<Vec<_>>()) else { continue };
            let content = self.hasher.key(&content);
            if *self.seen[at].entry(key).or_insert(content) != content {
                self.conflicts[at].insert(key);
            }
        }
        Ok(())
    }

    fn doubt(&mut self, _: Finding) {}
    fn error(&mut self, _: Finding) {}
    fn states(&mut self, _: usize, _: &[usize], _: &[Option<Value>], _: &[Place]) {}
    fn blanks(&mut self, _: usize, _: u64) {}
}
