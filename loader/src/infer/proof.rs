//! The proof of a draft: it is parsed, and reads the file it was made of as a load would. What refuses
//! lines there is taken back.

use std::collections::BTreeMap;
use std::path::Path;

use tolva_schema::contract::Contract;
use tolva_schema::finding::{Finding, Severity};

use super::kind::Kind;
use super::model::Model;
use super::write::write;
use crate::index::TableIndex;
use crate::limits::Limits;
use crate::organise::{self, Input, Organised};
use crate::progress::Progress;

/// How often a draft is corrected.
const ROUNDS: usize = 4;

/// The text of the draft, corrected until the file is read without a refusal, or nothing more can be
/// done; `None` where it cannot be parsed or reads nothing.
pub fn proven(mut model: Model, path: &Path, name: &str, limits: &Limits) -> Option<String> {
    for round in 1.. {
        let text = write(&model);
        let contract = Contract::parse("draft", &text).ok()?;
        let organised = read(&contract, Input { path, name, limits })?;
        let errors: Vec<&Finding> =
            organised.findings.iter().filter(|found| found.severity == Severity::Error).collect();
        if errors.is_empty() || round == ROUNDS || !correct(&mut model, &errors) {
            model.notes = told(&organised, &errors);
            return Some(write(&model));
        }
    }
    None
}

fn read(contract: &Contract, input: Input<'_>) -> Option<Organised> {
    let indexes = contract.tables.iter().map(|_| TableIndex::default()).collect();
    organise::organise(contract, indexes, input, &Progress::default(), &mut |_| true).ok()
}

/// What a person should know first.
fn told(organised: &Organised, errors: &[&Finding]) -> Vec<String> {
    let totals = organised.totals;
    let mut notes = vec![format!(
        "A draft: check it with `tolva check`. {} lines read, {} refused, {} doubts.",
        totals.read, totals.rejected, totals.warnings
    )];
    let mut rules: BTreeMap<&str, (usize, &Finding)> = BTreeMap::new();
    for error in errors {
        rules.entry(&error.rule).or_insert((0, error)).0 += 1;
    }
    for (rule, (count, first)) in rules {
        notes.push(format!("{count} times {rule}, first at {}: {}", first.place, first.message));
    }
    notes
}

/// Takes back what refuses lines; whether there was anything to take back.
fn correct(model: &mut Model, errors: &[&Finding]) -> bool {
    let mut corrected = false;
    for error in errors {
        let Some(name) = error.field.as_deref() else { continue };
        if error.rule == "reference" {
            for table in &mut model.tables {
                let before = table.references.len();
                table.references.retain(|reference| reference.column != name);
                corrected |= table.references.len() < before;
            }
            continue;
        }
        for source in &mut model.sources {
            if source.place.is_some() && source.place != error.place.sheet {
                continue;
            }
            let keys: Vec<&String> = model.tables.iter().flat_map(|table| &table.key).collect();
            let Some(field) = source.fields.iter_mut().find(|field| field.name == name) else {
                continue;
            };
            let is_key = keys.contains(&&field.name);
            match error.rule.as_str() {
                "required" if field.required && !is_key => field.required = false,
                "maxLength" if field.max_length.is_some() => field.max_length = None,
                "type" | "scale" if field.kind != Kind::Text && !is_axis(&source.layout) => {
                    field.kind = Kind::Text;
                    field.trim = true;
                }
                _ => continue,
            }
            corrected = true;
        }
    }
    corrected
}

fn is_axis(layout: &super::model::Layout) -> bool {
    matches!(layout, super::model::Layout::Matrix(_))
}
