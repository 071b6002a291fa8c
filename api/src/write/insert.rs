//! Rows that are to be there: new ones, and those that take the place of what is there.

use std::collections::{HashMap, HashSet};

use tolva_schema::hash::{Hash128, Hasher};
use tolva_schema::value::Value;

use super::broken::Broken;
use super::deed::{Outcome, Planned, decide};
use super::find;
use super::subject::{Row, Stored, Subject};
use super::transaction::Writing;
use super::values::{Rows, absent};
use crate::database::Trouble;
use crate::prefer::Resolution;

/// How rows come in.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// What becomes of a row whose key is there already; without it, it is refused.
    pub resolution: Option<Resolution>,
    /// Whether rows are told by their surrogate keys, which are there then.
    pub by_id: bool,
    /// Whether what a row does not give becomes unknown, rather than to stay as it is.
    pub whole: bool,
}

/// Says what rows come to.
///
/// # Errors
/// [`crate::Problem::Rules`] with every rule that any of them breaks.
pub async fn plan(
    writing: &Writing,
    subject: &Subject<'_>,
    rows: &Rows,
    manner: Manner,
    mut broken: Vec<Broken>,
) -> Result<Outcome, Trouble> {
    let planner = Planner { subject, rows, manner };
    let known = match manner.by_id {
        true => planner.by_ids(writing, &mut broken).await?,
        false => planner.by_keys(writing, &mut broken).await?,
    };
    let mut planned = Vec::with_capacity(rows.rows.len());
    for (number, known) in known.into_iter().enumerate() {
        let Some(stored) = known else { continue };
        planned.extend(planner.row(number, stored, &mut broken));
    }
    decide(writing, subject, planned, broken).await
}

struct Planner<'p> {
    subject: &'p Subject<'p>,
    rows: &'p Rows,
    manner: Manner,
}

/// For each row of the request: what is there under its key; none where the key cannot be told.
type Known = Vec<Option<Option<Stored>>>;

impl Planner<'_> {
    async fn by_keys(&self, writing: &Writing, broken: &mut Vec<Broken>) -> Result<Known, Trouble> {
        let keys: Vec<Option<Vec<Value>>> =
            (0..self.rows.rows.len()).map(|number| self.key(number, broken)).collect();
        let mut there = find::by_key(writing, self.subject, keys.iter().flatten().cloned()).await?;
        let mut seen: HashSet<Hash128> = HashSet::new();
        let mut known = Known::with_capacity(keys.len());
        for (number, key) in keys.iter().enumerate() {
            let Some(key) = key else {
                known.push(None);
                continue;
            };
            let hash = Hasher::default().key(key);
            known.push(if seen.insert(hash) {
                Some(there.remove(&hash))
            } else {
                let message = "another row of the request has the same key";
                broken.push(self.about_key(number, "duplicate", message, key));
                None
            });
        }
        Ok(known)
    }

    async fn by_ids(&self, writing: &Writing, broken: &mut Vec<Broken>) -> Result<Known, Trouble> {
        let name = self.subject.id().unwrap_or_default();
        let place = self.rows.place_of_id();
        let id_of = |number: usize| place.and_then(|place| self.rows.rows[number][place].clone());
        let ids: Vec<Option<Value>> = (0..self.rows.rows.len()).map(id_of).collect();
        let wanted = ids.iter().flatten().filter(|id| !id.is_null()).map(|id| vec![id.clone()]);
        let found = find::by(writing, self.subject, self.subject.primary_key(), wanted).await?;
        let there: HashMap<i64, Stored> =
            found.into_iter().map(|stored| (stored.row.id, stored)).collect();
        let mut seen: HashSet<i64> = HashSet::new();
        let mut known = Known::with_capacity(ids.len());
        for (number, id) in ids.into_iter().enumerate() {
            let rule = match id {
                Some(Value::Integer(id)) if !seen.insert(id) => {
                    let message = "another row of the request has the same id";
                    Some(Broken::new(number, name, "duplicate", message).with(Some(id.to_string())))
                }
                Some(Value::Integer(id)) => match there.get(&id) {
                    Some(stored) => {
                        known.push(Some(Some(stored.clone())));
                        continue;
                    }
                    None => Some(
                        Broken::new(number, name, "read_only", NO_SUCH_ID)
                            .with(Some(id.to_string())),
                    ),
                },
                Some(_) => {
                    Some(Broken::new(number, name, "required", format!("`{name}` must be given")))
                }
                // It could not be read, and that was told.
                None if place.is_some() => None,
                None => {
                    Some(Broken::new(number, name, "required", format!("`{name}` must be given")))
                }
            };
            broken.extend(rule);
            known.push(None);
        }
        Ok(known)
    }

    /// The natural key of a row, if all of it can be told.
    fn key(&self, number: usize, broken: &mut Vec<Broken>) -> Option<Vec<Value>> {
        let mut key = Vec::new();
        let mut whole = true;
        for at in &self.subject.table().key {
            let value = match self.rows.place_of(*at) {
                Some(place) => self.rows.rows[number][place].clone(),
                None => absent(self.subject, *at, number).map_err(|rule| broken.push(rule)).ok(),
            };
            whole &= value.is_some();
            key.extend(value);
        }
        whole.then_some(key)
    }

    /// What a row comes to, if anything.
    fn row(
        &self,
        number: usize,
        stored: Option<Stored>,
        broken: &mut Vec<Broken>,
    ) -> Option<Planned> {
        let Some(stored) = stored else { return self.new_row(number, broken) };
        match self.manner.resolution {
            None => {
                let key = self.subject.key_of(&stored.row);
                let message = "a row with this key is there already";
                broken.push(self.about_key(number, "unique", message, &key));
                None
            }
            Some(Resolution::Ignore) => None,
            Some(Resolution::Merge) => self.merged(number, stored, broken),
        }
    }

    fn new_row(&self, number: usize, broken: &mut Vec<Broken>) -> Option<Planned> {
        let before = broken.len();
        if let Some(place) = self.rows.place_of_id()
            && let Some(id @ Value::Integer(_)) = &self.rows.rows[number][place]
        {
            let name = self.subject.id().unwrap_or_default();
            broken.push(Broken::new(number, name, "read_only", ID_IS_GIVEN).with_value(id));
        }
        let values: Vec<Option<Value>> = (0..self.subject.table().columns.len())
            .map(|at| self.value(number, at, None, broken))
            .collect();
        let values: Option<Vec<Value>> = values.into_iter().collect();
        let new = Row { id: 0, values: values.filter(|_| broken.len() == before)? };
        Some(Planned { number, old: None, new })
    }

    fn merged(&self, number: usize, stored: Stored, broken: &mut Vec<Broken>) -> Option<Planned> {
        let before = broken.len();
        read_only(self.subject, self.rows, number, &stored.row, broken);
        let values: Vec<Option<Value>> = (0..self.subject.table().columns.len())
            .map(|at| self.value(number, at, Some(&stored.row), broken))
            .collect();
        let values: Option<Vec<Value>> = values.into_iter().collect();
        let new = Row { id: stored.row.id, values: values.filter(|_| broken.len() == before)? };
        Some(Planned { number, old: Some(stored), new })
    }

    /// What a column of a row becomes.
    fn value(
        &self,
        number: usize,
        at: usize,
        there: Option<&Row>,
        broken: &mut Vec<Broken>,
    ) -> Option<Value> {
        let in_key = self.subject.table().in_key(at);
        match (self.rows.place_of(at), there) {
            (_, Some(there)) if in_key => Some(there.values[at].clone()),
            (Some(place), _) => self.rows.rows[number][place].clone(),
            (None, Some(there)) if !self.manner.whole || self.subject.is_hidden(at) => {
                Some(there.values[at].clone())
            }
            (None, _) => absent(self.subject, at, number).map_err(|rule| broken.push(rule)).ok(),
        }
    }

    fn about_key(&self, number: usize, rule: &'static str, message: &str, key: &[Value]) -> Broken {
        let texts: Vec<String> = key.iter().filter_map(Value::to_text).collect();
        let names = self.subject.key_names().join(", ");
        Broken::new(number, &names, rule, message).with(Some(texts.join(", ")))
    }
}

/// Why an id cannot be chosen.
const ID_IS_GIVEN: &str = "ids are given here and cannot be chosen; leave it out";
/// Why nothing is made under an id.
const NO_SUCH_ID: &str = "no row has this id, and ids cannot be chosen; leave it out to make a row";
/// Why a key stays.
const KEY_STAYS: &str = "this is what tells the row from others and cannot be changed: delete the row \
                         and make another one";

/// The columns of a row of the request that would change what tells a row from others.
pub fn read_only(
    subject: &Subject<'_>,
    rows: &Rows,
    number: usize,
    there: &Row,
    broken: &mut Vec<Broken>,
) {
    if let Some(place) = rows.place_of_id()
        && let Some(id) = &rows.rows[number][place]
        && !id.is_null()
        && *id != Value::Integer(there.id)
    {
        let name = subject.id().unwrap_or_default();
        broken.push(Broken::new(number, name, "read_only", KEY_STAYS).with_value(id));
    }
    for (place, at) in rows.columns().filter(|(_, at)| subject.table().in_key(*at)) {
        if let Some(value) = &rows.rows[number][place]
            && *value != there.values[at]
        {
            let rule = Broken::new(number, subject.column(at), "read_only", KEY_STAYS);
            broken.push(rule.with_value(value));
        }
    }
}
