//! What a request does to rows, once nothing speaks against it.

use tolva_schema::hash::Hash128;
use tolva_schema::state::Origin;
use tolva_schema::value::Value;

use super::broken::{Broken, refuse};
use super::parents::Parents;
use super::subject::{Row, Stored, Subject};
use super::transaction::Writing;
use super::unique;
use crate::database::Trouble;

/// A row that is to be, with what it is made of.
#[derive(Debug)]
pub struct Planned {
    /// Which row of the request it comes from.
    pub number: usize,
    /// What is there.
    pub old: Option<Stored>,
    /// What is to be there.
    pub new: Row,
}

impl Planned {
    /// Whether a column is new in it.
    pub fn changes(&self, at: usize) -> bool {
        self.old.as_ref().is_none_or(|old| old.row.values[at] != self.new.values[at])
    }
}

/// What is done to a row.
#[derive(Debug)]
pub enum Deed {
    /// It is made.
    Insert {
        /// The row.
        row: Row,
        /// The hash of its content.
        hash: Hash128,
    },
    /// It is changed.
    Update {
        /// What is there.
        old: Stored,
        /// What is to be there.
        new: Row,
        /// The hash of the content that a file would have to have to say the same: that of the file
        /// which the row came from, or of its own content.
        hash: Hash128,
    },
    /// It goes.
    Delete(Stored),
}

/// What a request comes to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What is done.
    pub deeds: Vec<Deed>,
    /// The primary keys of the rows that the request is about, in its order, changed or not.
    pub rows: Vec<Vec<Value>>,
    /// How many of them are new.
    pub inserted: usize,
}

/// Holds rows to the rules that are about other rows, and says what is done to them. Rows that are new
/// and have a surrogate key are given one.
///
/// # Errors
/// [`crate::Problem::Rules`] with every rule that any row breaks, those in `broken` included.
pub async fn decide(
    writing: &Writing,
    subject: &Subject<'_>,
    planned: Vec<Planned>,
    mut broken: Vec<Broken>,
) -> Result<Outcome, Trouble> {
    let rows: Vec<&Row> = planned.iter().map(|one| &one.new).collect();
    let parents = Parents::of(writing, subject, &rows).await?;
    for one in &planned {
        parents.check(subject, one.number, &one.new, |at| one.changes(at), &mut broken);
    }
    unique::check(writing, subject, &planned, &mut broken).await?;
    refuse(broken)?;
    let inserted = planned.iter().filter(|one| one.old.is_none()).count();
    let mut next = match subject.id() {
        Some(_) if inserted > 0 => super::ids::next(writing, subject).await?,
        _ => 0,
    };
    let mut outcome = Outcome { inserted, ..Outcome::default() };
    for Planned { old, mut new, .. } in planned {
        if old.is_none() && subject.id().is_some() {
            new.id = next;
            next += 1;
        }
        outcome.rows.push(subject.primary_key_of(&new));
        match old {
            None => {
                let hash = parents.hash(subject, &new);
                outcome.deeds.push(Deed::Insert { row: new, hash });
            }
            Some(old) if old.row != new => {
                let hash = match old.origin {
                    Origin::Api => parents.hash(subject, &new),
                    Origin::File | Origin::Edited => old.hash,
                };
                outcome.deeds.push(Deed::Update { old, new, hash });
            }
            // To write what is there already changes nothing.
            Some(_) => {}
        }
    }
    Ok(outcome)
}
