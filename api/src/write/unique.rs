//! Values that must be unique: no two rows have them, once the request is carried out.

use std::collections::HashMap;

use tolva_schema::hash::Hash128;
use tolva_schema::value::Value;

use super::broken::Broken;
use super::deed::Planned;
use super::find;
use super::subject::Subject;
use super::transaction::Writing;
use crate::database::Trouble;

/// The rules about unique columns that rows break.
pub async fn check(
    writing: &Writing,
    subject: &Subject<'_>,
    planned: &[Planned],
    broken: &mut Vec<Broken>,
) -> Result<(), Trouble> {
    for at in 0..subject.table().columns.len() {
        if subject.field(at).is_some_and(|field| field.constraints.unique) {
            column(writing, subject, at, planned, broken).await?;
        }
    }
    Ok(())
}

async fn column(
    writing: &Writing,
    subject: &Subject<'_>,
    at: usize,
    planned: &[Planned],
    broken: &mut Vec<Broken>,
) -> Result<(), Trouble> {
    let wanted: Vec<&Planned> =
        planned.iter().filter(|one| one.changes(at) && !one.new.values[at].is_null()).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let values = wanted.iter().map(|one| vec![one.new.values[at].clone()]);
    let key = vec![subject.relation_column(at).clone()];
    let there = find::by(writing, subject, key, values).await?;
    let becomes: HashMap<Hash128, &Value> =
        planned.iter().map(|one| (subject.key_hash(&one.new), &one.new.values[at])).collect();
    // Who has a value in the end, of the rows that had it before and those that are to have it.
    let mut holders: HashMap<String, Vec<Hash128>> = HashMap::new();
    let mut hold = |value: &Value, who: Hash128| {
        let holders = holders.entry(value.to_text().unwrap_or_default()).or_default();
        if !holders.contains(&who) {
            holders.push(who);
        }
    };
    for stored in &there {
        let (who, value) = (subject.key_hash(&stored.row), &stored.row.values[at]);
        if becomes.get(&who).is_none_or(|becomes| *becomes == value) {
            hold(value, who);
        }
    }
    for one in &wanted {
        let (who, value) = (subject.key_hash(&one.new), &one.new.values[at]);
        hold(value, who);
    }
    for one in wanted {
        let value = &one.new.values[at];
        let holders = value.to_text().and_then(|text| holders.get(&text));
        // Of several that want a value which nobody has, the first one may.
        if holders.and_then(|holders| holders.first()) != Some(&subject.key_hash(&one.new)) {
            let name = subject.column(at);
            let message = format!("another row has the same {name}; it must be unique");
            broken.push(Broken::new(one.number, name, "unique", message).with_value(value));
        }
    }
    Ok(())
}
