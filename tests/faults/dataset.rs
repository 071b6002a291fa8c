//! The datasets of the suite, and what their tables hold after files: worked out from the files as
//! they were dropped, without a line of Tolva.

use std::collections::{BTreeMap, BTreeSet};

/// How a dataset takes its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dataset {
    /// The newest good file is the whole truth.
    Stock,
    /// Every file adds rows.
    Entries,
    /// Every file adds and changes rows.
    Prices,
    /// Each file name owns its rows.
    Branches,
}

/// A row of a file: the key, a text, and the shelf, which is a row of another table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    pub number: u64,
    pub text: String,
    pub shelf: String,
}

/// A version of a file as it was dropped.
#[derive(Debug, Clone)]
pub struct Version {
    /// The file's name.
    pub file: String,
    /// What it offers; none when it is to be refused.
    pub rows: Option<Vec<Row>>,
}

impl Dataset {
    pub const ALL: [Self; 4] = [Self::Stock, Self::Entries, Self::Prices, Self::Branches];

    pub fn name(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::Entries => "entries",
            Self::Prices => "prices",
            Self::Branches => "branches",
        }
    }

    /// Whether an arrival that is refused keeps back those behind it.
    pub fn waits_for_a_person(self) -> bool {
        matches!(self, Self::Entries | Self::Prices)
    }

    /// Its contract: two tables, of which one refers to the other.
    pub fn contract(self, targets: &[&str]) -> String {
        let name = self.name();
        let mode = match self {
            Self::Stock => "",
            Self::Entries => "refresh = \"append\"",
            Self::Prices => "refresh = \"upsert\"",
            // Its files are written slowly, too: a pause of their writer is not their end.
            Self::Branches => "partition = \"file\"\nsettle = \"1s\"",
        };
        format!(
            r#"
version = 1
name    = "{name}"
files   = ["{name}*.csv"]
targets = {targets:?}
max_delete = 1.0
max_rejected = 5
{mode}

[[source]]
name = "lines"
fields = [
  {{ name = "number", type = "integer", required = true }},
  {{ name = "text",   type = "string", maxLength = 60 }},
  {{ name = "shelf",  type = "string", required = true, maxLength = 40 }},
]

[[table]]
name = "{name}_shelf"
from = "lines"
id   = "id"
key  = ["name"]
columns = [{{ name = "name", field = "shelf" }}]

[[table]]
name = "{name}_item"
from = "lines"
key  = ["number"]
columns = ["number", "text"]
references = {{ shelf_id = "{name}_shelf" }}
"#
        )
    }

    /// What the tables hold after these versions, in the order in which they were dropped.
    pub fn content(self, versions: &[Version]) -> Content {
        let mut content = Content::default();
        match self {
            Self::Stock => {
                let newest = versions.iter().rev().find_map(|version| version.rows.as_ref());
                content.add(newest.into_iter().flatten());
            }
            Self::Entries | Self::Prices => {
                for version in versions {
                    content.add(version.rows.iter().flatten());
                }
            }
            Self::Branches => {
                let mut parts: BTreeMap<&str, &Vec<Row>> = BTreeMap::new();
                for version in versions {
                    if let Some(rows) = &version.rows {
                        parts.insert(&version.file, rows);
                    }
                }
                content.add(parts.into_values().flatten());
            }
        }
        content
    }
}

/// What the two tables of a dataset hold.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Content {
    pub items: BTreeMap<u64, (String, String)>,
    pub shelves: BTreeSet<String>,
}

impl Content {
    fn add<'a>(&mut self, rows: impl Iterator<Item = &'a Row>) {
        for row in rows {
            self.shelves.insert(row.shelf.clone());
            self.items.insert(row.number, (row.text.clone(), row.shelf.clone()));
        }
    }

    /// As lines that can be compared with those of a database.
    pub fn lines(&self) -> Vec<String> {
        let items =
            self.items.iter().map(|(number, (text, shelf))| format!("{number}|{text}|{shelf}"));
        let mut lines: Vec<String> = items.chain(self.shelves.iter().cloned()).collect();
        lines.sort();
        lines
    }
}
