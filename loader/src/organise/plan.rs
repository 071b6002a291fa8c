//! Whether every table can take what a line offers.

use tolva_schema::contract::OnDuplicate;
use tolva_schema::finding::{Finding, Severity};
use tolva_schema::value::Value;

use super::decide::{Deed, Existing, decide};
use super::line::Line;
use super::report::of_line;
use super::tables::{Offer, Tables, key_fields, values};
use super::unique::Asking;

impl Tables<'_> {
    /// What the line offers to each table, if every table can take it.
    pub(super) fn plan(&mut self, line: &Line) -> Result<Vec<Offer>, Vec<Finding>> {
        let mut offers: Vec<Offer> = Vec::new();
        let mut errors = Vec::new();
        for at in 0..self.states.len() {
            let table = self.states[at].table;
            if table.source != line.source {
                continue;
            }
            let fields = key_fields(table);
            let key = values(line, &fields);
            if key.iter().all(Value::is_null) {
                continue;
            }
            if let Some(blank) = key.iter().position(Value::is_null) {
                let name = &self.contract.sources[table.source].fields[fields[blank]].name;
                let message = format!("`{name}` is part of the key of {} and is blank", table.name);
                errors.push(of_line(Severity::Error, line.place_of(fields[blank]), "key", message));
                continue;
            }
            let (hash, flat_key) = (self.row_hash(at, line), self.hasher.key(&key));
            let mut offer = Offer { table: at, hash, flat_key, buried: false };
            offer.buried = self.stays_deleted(at, line, &offer, &offers);
            if self.conflicts.get(at).is_some_and(|set| set.contains(&offer.flat_key)) {
                errors.push(of_line(
                    Severity::Error,
                    line.place_of(fields[0]),
                    "duplicate",
                    format!(
                        "several lines describe this {} differently; keep one of them",
                        table.name
                    ),
                ));
            }
            self.check_unique(at, line, &offer, &mut errors);
            if !offer.buried && self.writes(at, line, &offer) {
                self.check_references(at, line, &offers, &mut errors);
                self.check_append(at, line, &offer, &mut errors);
            }
            offers.push(offer);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        for offer in &offers {
            self.states[offer.table].unique.claim(line, offer.flat_key, &mut self.hasher);
        }
        Ok(offers)
    }

    /// Whether the row was deleted through the API and stays so. The first line that names it
    /// decides: what lines before have done with it is not undone. A row whose key refers to one that
    /// stays deleted stays away with it.
    fn stays_deleted(&mut self, at: usize, line: &Line, offer: &Offer, offers: &[Offer]) -> bool {
        if self.states[at].buried.contains(&offer.flat_key) {
            return true;
        }
        if let Some(entry) = self.entry_of(at, line) {
            if let Some(deed) = entry.deed {
                return deed == Deed::StayDeleted;
            }
            if entry.existing(offer.hash) == (Existing::Tombstone { same: true }) {
                return true;
            }
        }
        let table = self.states[at].table;
        table.key.iter().map(|part| &table.columns[*part]).any(|column| {
            column.references.is_some_and(|parent| {
                let fields = column.content.fields();
                match self.offer_of(parent, fields, offers) {
                    Some(offer) => offer.buried,
                    None => {
                        let key = values(line, fields);
                        let flat_key = self.hasher.key(&key);
                        self.states[parent].buried.contains(&flat_key)
                            || self.parent_key(parent, &key).is_some_and(|key| {
                                let entry = self.states[parent].index.entries.get(&key);
                                entry.is_some_and(|entry| entry.deed == Some(Deed::StayDeleted))
                            })
                    }
                }
            })
        })
    }

    /// What the line itself offers to `parent`, where the key stands in these fields.
    fn offer_of<'o>(
        &self,
        parent: usize,
        fields: &[usize],
        offers: &'o [Offer],
    ) -> Option<&'o Offer> {
        let is_it = |offer: &&Offer| {
            offer.table == parent && key_fields(self.states[parent].table) == fields
        };
        offers.iter().find(is_it)
    }

    /// Whether the line, if it is taken, puts content into the table. One that does not needs no
    /// parents: an edited row may have left the one that the file still names.
    fn writes(&mut self, at: usize, line: &Line, offer: &Offer) -> bool {
        let last = self.states[at].table.on_duplicate == OnDuplicate::Last;
        let Some(entry) = self.entry_of(at, line) else { return true };
        if entry.deed.is_some() && (!last || entry.offered == offer.hash) {
            return false;
        }
        !matches!(entry.existing(offer.hash), Existing::Row { same: true, .. })
    }

    fn check_references(
        &mut self,
        at: usize,
        line: &Line,
        offers: &[Offer],
        errors: &mut Vec<Finding>,
    ) {
        let table = self.states[at].table;
        for column in &table.columns {
            let Some(parent) = column.references else { continue };
            let fields = column.content.fields();
            let key = values(line, fields);
            if key.iter().all(Value::is_null) {
                continue;
            }
            let resolved = match self.offer_of(parent, fields, offers) {
                Some(offer) => !offer.buried,
                None => self.resolve(parent, &key).is_some(),
            };
            if !resolved {
                let name = &self.states[parent].table.name;
                let texts: Vec<String> = key.iter().filter_map(Value::to_text).collect();
                let key = texts.join(", ");
                let mut finding = of_line(
                    Severity::Error,
                    line.place_of(fields[0]),
                    "reference",
                    format!("there is no {name} {key}; add it, or correct this"),
                );
                finding.field = Some(column.name.to_string());
                finding.value = Some(key);
                errors.push(finding);
            }
        }
    }

    fn check_unique(&mut self, at: usize, line: &Line, offer: &Offer, errors: &mut Vec<Finding>) {
        if self.states[at].unique.is_empty() {
            return;
        }
        let asking = Asking {
            line,
            flat_key: offer.flat_key,
            key: self.key_hash(at, line),
            snapshot: self.contract.refresh.is_snapshot(),
        };
        let state = &self.states[at];
        errors.extend(state.unique.check(&asking, state.table, &state.index, &mut self.hasher));
    }

    fn check_append(&mut self, at: usize, line: &Line, offer: &Offer, errors: &mut Vec<Finding>) {
        let refresh = self.contract.refresh;
        let refused = self
            .entry_of(at, line)
            .is_some_and(|entry| decide(refresh, entry.existing(offer.hash)) == Deed::RefuseChange);
        if refused {
            errors.push(of_line(
                Severity::Error,
                line.place.clone(),
                "append",
                format!(
                    "this {} is there already with other content, and an append changes nothing",
                    self.states[at].table.name
                ),
            ));
        }
    }
}
