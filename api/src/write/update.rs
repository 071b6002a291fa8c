//! Rows that are there and take other values.

use super::broken::Broken;
use super::deed::{Outcome, Planned, decide};
use super::insert::read_only;
use super::subject::{Stored, Subject};
use super::transaction::Writing;
use super::values::Rows;
use crate::database::Trouble;

/// Says what rows become that take the values of the one row of a request.
///
/// # Errors
/// [`crate::Problem::Rules`] with every rule that any of them breaks.
pub async fn plan(
    writing: &Writing,
    subject: &Subject<'_>,
    there: Vec<Stored>,
    rows: &Rows,
    mut broken: Vec<Broken>,
) -> Result<Outcome, Trouble> {
    let Some(values) = rows.rows.first().filter(|_| !rows.places.is_empty()) else {
        return Ok(Outcome::default());
    };
    let mut planned = Vec::with_capacity(there.len());
    for stored in there {
        let before = broken.len();
        // A key that many rows would have to take is told once.
        if broken.iter().all(|rule| rule.rule != "read_only") {
            read_only(subject, rows, 0, &stored.row, &mut broken);
        }
        let mut new = stored.row.clone();
        for (place, at) in rows.columns() {
            if let Some(value) = &values[place] {
                new.values[at] = value.clone();
            }
        }
        if broken.len() == before {
            planned.push(Planned { number: 0, old: Some(stored), new });
        }
    }
    decide(writing, subject, planned, broken).await
}
