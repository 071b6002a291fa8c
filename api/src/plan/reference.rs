//! How the rows of two tables belong together: by the references of their contract.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::catalogue::{Catalogue, Exposed};
use crate::problem::Problem;

/// Rows of one table as seen from a row of another.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The table that is looked at.
    pub target: Arc<Exposed>,
    /// How its rows are found.
    pub link: Link,
    /// Whether there is at most one.
    pub to_one: bool,
    /// The references that make it, in the words of Postgres.
    constraints: Vec<String>,
}

/// How the rows are found.
#[derive(Debug, Clone)]
pub enum Link {
    /// A column here has the value of a column there.
    Direct {
        /// The column here.
        here: String,
        /// The column there.
        there: String,
        /// Whether it is the column here that refers.
        outward: bool,
    },
    /// A third table has a row for each pair.
    Through {
        /// That table.
        table: String,
        /// Its column that refers to `here`.
        from: String,
        /// Its column that refers to `there`.
        to: String,
        /// The column here.
        here: String,
        /// The column there.
        there: String,
    },
}

/// The name that Postgres gives to a foreign key.
fn constraint(table: &str, column: &str) -> String {
    format!("{table}_{column}_fkey")
}

/// Whether a column alone tells the table's rows apart.
fn is_key(table: &Exposed, column: &str) -> bool {
    let alone = |key: &[String]| matches!(key, [only] if only == column);
    alone(&table.primary_key) || table.unique.as_deref().is_some_and(alone)
}

/// Everything that a row of the table can be seen together with.
pub fn references(catalogue: &Catalogue, origin: &Exposed) -> Vec<Reference> {
    let mut references = Vec::new();
    for target in catalogue.tables_of(&origin.dataset) {
        for key in origin.foreign_keys.iter().filter(|key| key.parent == target.name) {
            references.push(Reference {
                target: Arc::clone(target),
                link: Link::Direct {
                    here: key.column.clone(),
                    there: key.parent_column.clone(),
                    outward: true,
                },
                to_one: true,
                constraints: vec![constraint(&origin.name, &key.column)],
            });
        }
        for key in target.foreign_keys.iter().filter(|key| key.parent == origin.name) {
            references.push(Reference {
                target: Arc::clone(target),
                link: Link::Direct {
                    here: key.parent_column.clone(),
                    there: key.column.clone(),
                    outward: false,
                },
                to_one: is_key(target, &key.column),
                constraints: vec![constraint(&target.name, &key.column)],
            });
        }
    }
    for between in catalogue.tables_of(&origin.dataset) {
        references.extend(through(catalogue, origin, between));
    }
    references
}

/// A table whose key holds two references makes the rows of both many for many.
fn through(catalogue: &Catalogue, origin: &Exposed, between: &Exposed) -> Vec<Reference> {
    let in_key = |column: &String| {
        between.primary_key.contains(column)
            || between.unique.as_ref().is_some_and(|key| key.contains(column))
    };
    let mut references = Vec::new();
    for from in between.foreign_keys.iter().filter(|key| key.parent == origin.name) {
        for to in between.foreign_keys.iter().filter(|key| key.parent != origin.name) {
            let target = catalogue.tables_of(&origin.dataset).find(|one| one.name == to.parent);
            let Some(target) = target.filter(|_| in_key(&from.column) && in_key(&to.column)) else {
                continue;
            };
            references.push(Reference {
                target: Arc::clone(target),
                link: Link::Through {
                    table: between.name.clone(),
                    from: from.column.clone(),
                    to: to.column.clone(),
                    here: from.parent_column.clone(),
                    there: to.parent_column.clone(),
                },
                to_one: false,
                constraints: vec![
                    constraint(&between.name, &from.column),
                    constraint(&between.name, &to.column),
                ],
            });
        }
    }
    references
}

impl Reference {
    /// Whether it is meant by the name in a `select`, as PostgREST decides it.
    fn is_meant(&self, origin: &Exposed, target: &str, hint: Option<&str>) -> bool {
        let to_itself = self.target.name == origin.name;
        match (&self.link, hint) {
            (Link::Direct { here, outward, .. }, None) if to_itself => {
                if *outward {
                    target == here
                } else {
                    target == self.target.name
                }
            }
            (Link::Direct { there, outward, .. }, Some(hint)) if to_itself => {
                target == self.target.name && !outward && hint == there
            }
            (Link::Direct { here, .. }, None) => {
                target == self.target.name || target == here || target == self.constraints[0]
            }
            (Link::Direct { here, there, .. }, Some(hint)) => {
                target == self.target.name
                    && (hint == here || hint == there || hint == self.constraints[0])
            }
            (Link::Through { .. }, None) => target == self.target.name,
            (Link::Through { table, .. }, Some(hint)) => {
                target == self.target.name && hint == table
            }
        }
    }

    /// What tells it from the others.
    fn hint(&self) -> &str {
        match &self.link {
            Link::Direct { .. } => &self.constraints[0],
            Link::Through { table, .. } => table,
        }
    }

    fn describe(&self, origin: &Exposed) -> Value {
        let target = &self.target.name;
        let (cardinality, relationship) = match &self.link {
            Link::Through { table, from, to, .. } => (
                "many-to-many",
                format!(
                    "{table} using {}({from}) and {}({to})",
                    self.constraints[0], self.constraints[1]
                ),
            ),
            Link::Direct { here, there, outward } => {
                let cardinality = match (outward, self.to_one) {
                    (true, _) if !is_key(origin, here) => "many-to-one",
                    (false, false) => "one-to-many",
                    _ => "one-to-one",
                };
                let name = &self.constraints[0];
                let from = &origin.name;
                (cardinality, format!("{name} using {from}({here}) and {target}({there})"))
            }
        };
        json!({
            "cardinality": cardinality,
            "embedding": format!("{} with {target}", origin.name),
            "relationship": relationship,
        })
    }
}

/// The reference that a `select` means.
pub fn find(
    catalogue: &Catalogue,
    origin: &Exposed,
    target: &str,
    hint: Option<&str>,
) -> Result<Reference, Problem> {
    let all = references(catalogue, origin);
    let mut meant: Vec<&Reference> =
        all.iter().filter(|one| one.is_meant(origin, target, hint)).collect();
    match meant.as_slice() {
        [only] => Ok((*only).clone()),
        [] => {
            let mut known: Vec<&str> = all.iter().map(|one| one.target.name.as_str()).collect();
            known.sort_unstable();
            known.dedup();
            Err(Problem::NoReference {
                origin: origin.name.clone(),
                target: target.to_owned(),
                reference: hint.map(str::to_owned),
                known: known.join(", "),
            })
        }
        _ => {
            meant.sort_by_key(|one| one.hint());
            let hints: Vec<String> =
                meant.iter().map(|one| format!("'{}!{}'", one.target.name, one.hint())).collect();
            Err(Problem::Ambiguous {
                origin: origin.name.clone(),
                target: target.to_owned(),
                candidates: meant.iter().map(|one| one.describe(origin)).collect(),
                hints: hints.join(", "),
            })
        }
    }
}
