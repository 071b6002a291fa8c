//! What the records of a dataset tell to who may not see its private columns: places, rules and
//! counts, and of rows and values only what the contract in force surely shows to everybody.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use tolva_ledger::{Arrival, Load};
use tolva_schema::advice;
use tolva_schema::contract::Contract;
use tolva_schema::finding::Finding;
use tolva_schema::scope::Scope;

use super::change::{Change, WHOLE};
use crate::auth::Caller;
use crate::catalogue::{Catalogue, Private};

/// What stands where a message may tell of private values.
const KEPT_BACK: &str = "the message is for who may see private columns";

/// What is kept from who may not see the private columns of a dataset.
pub struct Veil<'c> {
    /// The contract in force; where there is none, nobody knows what was private.
    contract: Option<&'c Contract>,
}

impl<'c> Veil<'c> {
    /// None for who may see everything of the dataset.
    pub fn of(catalogue: &'c Catalogue, caller: &Caller, dataset: &str) -> Option<Self> {
        let contract = || catalogue.dataset(dataset).ok().map(|stored| &stored.contract);
        (!caller.may(Scope::Private, dataset)).then(|| Self { contract: contract() })
    }

    /// Whether nothing of the dataset is private.
    fn is_open(&self) -> bool {
        self.contract.is_some_and(|contract| Private::of(contract, true) == Private::None)
    }

    /// Leaves of a change what public columns hold. What the contract in force has no column for may
    /// have been private once.
    pub fn change(&self, change: &mut Change) {
        if change.op == WHOLE {
            return;
        }
        let columns = self.columns(change.table.as_deref().unwrap_or_default());
        for row in [&mut change.key, &mut change.old, &mut change.new] {
            *row = row.take().and_then(|row| cut(row, &columns));
        }
    }

    /// The public columns of a table, and the names that they had.
    fn columns(&self, table: &str) -> BTreeSet<String> {
        let relation = self
            .contract
            .and_then(|contract| contract.table(table).map(|declared| contract.relation(declared)));
        let Some(relation) = relation else { return BTreeSet::new() };
        let (mut private, mut public) = (BTreeSet::new(), BTreeSet::new());
        for column in relation.columns {
            if column.private { &mut private } else { &mut public }.insert(column.name);
        }
        for (name, was) in relation.columns_were {
            if public.contains(&name) && !private.contains(&was) {
                public.insert(was);
            }
        }
        public
    }

    /// Leaves of a finding its place and its rule, unless it is about a public field.
    pub fn finding(&self, finding: &mut Finding) {
        let is_public = match &finding.field {
            Some(name) => self.is_public(name),
            None => self.is_open(),
        };
        if !is_public {
            finding.field = None;
            finding.value = None;
            finding.message = advice::of_finding(&finding.rule).meaning.to_owned();
        }
    }

    /// Whether everything of this name is made of public fields.
    fn is_public(&self, name: &str) -> bool {
        let Some(contract) = self.contract else { return false };
        let mut known = false;
        for field in contract.sources.iter().flat_map(|source| &source.fields) {
            if field.name == *name {
                known = true;
                if field.private {
                    return false;
                }
            }
        }
        for table in &contract.tables {
            let fields = &contract.sources[table.source].fields;
            for column in table.columns.iter().filter(|column| column.name == *name) {
                known = true;
                if column.content.fields().iter().any(|field| fields[*field].private) {
                    return false;
                }
            }
        }
        known
    }

    /// Leaves of a load's message what its code means.
    pub fn load(&self, load: &mut Load) {
        if !self.is_open() {
            let advice = load.error.as_deref().and_then(advice::of_code);
            load.message = load
                .message
                .take()
                .map(|_| advice.map_or(KEPT_BACK, |advice| advice.meaning).to_owned());
        }
    }

    /// Leaves the messages of an arrival out.
    pub fn arrival(&self, arrival: &mut Arrival) {
        if !self.is_open() {
            for message in arrival.targets.values_mut().filter_map(|one| one.message.as_mut()) {
                *message = KEPT_BACK.to_owned();
            }
        }
    }
}

/// The members of a JSON object, in their order and as they are spelled.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// A stored row without the columns that are not named; nothing if it is no row.
fn cut(row: Box<RawValue>, columns: &BTreeSet<String>) -> Option<Box<RawValue>> {
    let Members(members) = serde_json::from_str(row.get()).ok()?;
    if members.iter().all(|(name, _)| columns.contains(name)) {
        return Some(row);
    }
    let members: Vec<String> = members
        .iter()
        .filter(|(name, _)| columns.contains(name))
        .map(|(name, value)| format!("{}:{value}", serde_json::Value::from(name.as_str())))
        .collect();
    RawValue::from_string(format!("{{{}}}", members.join(","))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_cut_and_its_digits_stay() {
        let columns = BTreeSet::from(["a".to_owned(), "c".to_owned()]);
        let left = |text: &str| {
            let row = RawValue::from_string(text.to_owned()).expect("JSON");
            cut(row, &columns).map(|row| row.get().to_owned())
        };
        assert_eq!(left(r#"{"c": 1.50, "a": null}"#).as_deref(), Some(r#"{"c": 1.50, "a": null}"#));
        let long = r#"{"c":12345678901234567890.1200,"b":"x","a":"\"\u00d1"}"#;
        let short = r#"{"c":12345678901234567890.1200,"a":"\"\u00d1"}"#;
        assert_eq!(left(long).as_deref(), Some(short));
        assert_eq!(left(r#"{"b":1}"#).as_deref(), Some("{}"));
        assert_eq!(left("[1]"), None);
    }
}
