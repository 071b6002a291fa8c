//! Names before: `was` says under which name a table or a column began.

use super::Table;
use crate::name::Name;

impl Table {
    /// The columns by the names under which they began, with these names: what a row's hash takes, in
    /// its order. A renamed column keeps its name there, so that a rename changes no hash.
    pub fn hashed_columns(&self) -> Vec<(usize, String)> {
        let first = |at: usize| match &self.columns[at].was {
            Some(was) => was.to_string(),
            // Another column began under this name: no name of a contract has this mark.
            None if self
                .columns
                .iter()
                .any(|other| other.was.as_ref() == Some(&self.columns[at].name)) =>
            {
                format!("{}'", self.columns[at].name)
            }
            None => self.columns[at].name.to_string(),
        };
        let mut order: Vec<(usize, String)> =
            (0..self.columns.len()).map(|at| (at, first(at))).collect();
        order.sort_by(|(_, a), (_, b)| a.cmp(b));
        order
    }
}

/// What is wrong with the former names of things that have these names now.
pub(super) fn wrong<'a>(things: &[(&'a Name, Option<&'a Name>)], what: &str) -> Option<String> {
    for (at, (name, was)) in things.iter().enumerate() {
        let Some(was) = was else { continue };
        if name == was {
            return Some(format!("{what} `{name}` cannot have been itself: `was` is another name"));
        }
        if things[..at].iter().any(|(_, other)| *other == Some(was)) {
            return Some(format!("two {what}s cannot both have been `{was}`"));
        }
        if goes_round(things, name) {
            return Some(format!(
                "{what} `{name}` takes the name that another one gives up, and that one its own: \
                 rename one of them to a third name first"
            ));
        }
    }
    None
}

/// Whether following names back leads to where it began.
fn goes_round(things: &[(&Name, Option<&Name>)], name: &Name) -> bool {
    let mut at = name;
    for _ in things {
        let before = things.iter().find(|(name, _)| *name == at).and_then(|(_, was)| *was);
        match before {
            Some(before) if before == name => return true,
            Some(before) => at = before,
            None => return false,
        }
    }
    false
}
