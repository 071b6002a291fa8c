//! The datasets of the histories: owners and tags, things that refer to owners, and links between
//! things and tags, all fed by the lines of one CSV file.

use std::collections::BTreeMap;

use fastrand::Rng;
use tolva_schema::contract::{OnDuplicate, Refresh};

/// A row: its columns that are known, as texts. A reference holds the parent's natural key.
pub type Content = BTreeMap<&'static str, String>;

/// A natural key, in the order of its columns.
pub type Key = Vec<String>;

/// The tables, parents before children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Surrogate key; content of its own.
    Owner,
    /// Its natural key is its primary key.
    Tag,
    /// Surrogate key; may refer to an owner.
    Thing,
    /// N:M between things and tags, by the surrogate key of the one and the natural key of the other.
    Link,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Owner, Self::Tag, Self::Thing, Self::Link];

    /// Columns and the field that fills each.
    pub fn columns(self, extra: bool) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::Owner => vec![("name", "owner"), ("city", "city")],
            Self::Tag => vec![("name", "tag"), ("color", "color")],
            Self::Thing => {
                let mut columns = vec![("code", "code"), ("note", "note"), ("amount", "amount")];
                columns.extend(extra.then_some(("extra", "extra")));
                columns.push(("owner_id", "owner"));
                columns
            }
            Self::Link => vec![("thing_id", "code"), ("tag", "tag"), ("weight", "weight")],
        }
    }

    /// The columns of the natural key.
    pub fn key(self) -> &'static [&'static str] {
        match self {
            Self::Owner | Self::Tag => &["name"],
            Self::Thing => &["code"],
            Self::Link => &["thing_id", "tag"],
        }
    }

    /// Columns that refer to a row of another table.
    pub fn references(self) -> &'static [(&'static str, Self)] {
        match self {
            Self::Owner | Self::Tag => &[],
            Self::Thing => &[("owner_id", Self::Owner)],
            Self::Link => &[("thing_id", Self::Thing), ("tag", Self::Tag)],
        }
    }

    pub fn has_id(self) -> bool {
        matches!(self, Self::Owner | Self::Thing)
    }

    /// The natural key of a row.
    pub fn key_of(self, content: &Content) -> Key {
        self.key().iter().map(|column| content[column].clone()).collect()
    }
}

/// What a contract of the histories says.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Makes its names its own in the world.
    pub number: u64,
    /// Owners have a source of their own: what is wrong with an owner refuses no thing.
    pub two_sources: bool,
    pub refresh: Refresh,
    pub on_duplicate: OnDuplicate,
    /// `on_error = "quarantine"`.
    pub no_errors: bool,
    pub max_rejected: Option<u64>,
    pub max_delete: f64,
    /// Of the things.
    pub min_rows: Option<u64>,
    /// Whether things have the column that is added later.
    pub extra: bool,
}

impl Setting {
    pub fn random(rng: &mut Rng, number: u64) -> Self {
        let one_in = |rng: &mut Rng, n: u32| rng.u32(0..n) == 0;
        Self {
            number,
            two_sources: one_in(rng, 3),
            refresh: match rng.u32(0..10) {
                0 | 1 => Refresh::Upsert,
                2 => Refresh::Append,
                _ => Refresh::Snapshot,
            },
            on_duplicate: match rng.u32(0..6) {
                0 | 1 => OnDuplicate::Last,
                2 => OnDuplicate::Refuse,
                _ => OnDuplicate::First,
            },
            no_errors: one_in(rng, 10),
            max_rejected: one_in(rng, 4).then_some(1),
            max_delete: if one_in(rng, 2) { 0.5 } else { 0.2 },
            min_rows: one_in(rng, 4).then_some(2),
            extra: one_in(rng, 4),
        }
    }

    pub fn dataset(&self) -> String {
        format!("stock{}", self.number)
    }

    pub fn table(&self, kind: Kind) -> String {
        let name = match kind {
            Kind::Owner => "owner",
            Kind::Tag => "tag",
            Kind::Thing => "thing",
            Kind::Link => "link",
        };
        format!("{name}{}", self.number)
    }

    /// The fields of each source.
    pub fn sources(&self) -> Vec<Vec<&'static str>> {
        let mut lines = vec!["owner", "tag", "color", "code", "note", "amount", "weight"];
        lines.extend(self.extra.then_some("extra"));
        if self.two_sources {
            return vec![vec!["owner", "city"], lines];
        }
        lines.push("city");
        vec![lines]
    }

    /// The source that feeds a table.
    pub fn source_of(&self, kind: Kind) -> usize {
        usize::from(self.two_sources && kind != Kind::Owner)
    }

    /// The contract.
    pub fn contract(&self) -> String {
        let mut text = format!(
            "version = 1\nname = \"{}\"\nfiles = [\"stock*.csv\"]\nrefresh = \"{}\"\n\
             max_delete = {:?}\nwritable = true\n",
            self.dataset(),
            word(&self.refresh),
            self.max_delete,
        );
        if self.no_errors {
            text.push_str("on_error = \"quarantine\"\n");
        }
        if let Some(most) = self.max_rejected {
            text.push_str(&format!("max_rejected = {most}\n"));
        }
        for (at, fields) in self.sources().iter().enumerate() {
            text.push_str(&format!("[[source]]\nname = \"lines{at}\"\nfields = [\n"));
            for name in fields {
                let rule = match *name {
                    "amount" | "weight" => "type = \"integer\"",
                    _ => "type = \"string\", maxLength = 40, pattern = \"^[a-z]+$\"",
                };
                text.push_str(&format!("  {{ name = \"{name}\", {rule} }},\n"));
            }
            text.push_str("]\n");
        }
        for kind in Kind::ALL {
            text.push_str(&self.table_text(kind));
        }
        text
    }

    fn table_text(&self, kind: Kind) -> String {
        let (owner, tag, thing) =
            (self.table(Kind::Owner), self.table(Kind::Tag), self.table(Kind::Thing));
        let references = match kind {
            Kind::Owner | Kind::Tag => String::new(),
            Kind::Thing => {
                format!(
                    "references = {{ owner_id = {{ table = \"{owner}\", by = [\"owner\"] }} }}\n"
                )
            }
            Kind::Link => {
                format!("references = {{ thing_id = \"{thing}\", tag = \"{tag}\" }}\n")
            }
        };
        let made = |column: &str| ["owner_id", "thing_id"].contains(&column);
        let columns: Vec<String> = kind
            .columns(self.extra)
            .into_iter()
            .filter(|(column, _)| !made(column))
            .map(|(column, field)| format!("{{ name = \"{column}\", field = \"{field}\" }}"))
            .collect();
        let id = if kind.has_id() { "id = \"id\"\n" } else { "" };
        let least = self.min_rows.filter(|_| kind == Kind::Thing);
        let least = least.map_or(String::new(), |least| format!("min_rows = {least}\n"));
        format!(
            "[[table]]\nname = \"{}\"\nfrom = \"lines{}\"\n{id}{least}key = {:?}\n\
             columns = [{}]\non_duplicate = \"{}\"\n{references}",
            self.table(kind),
            self.source_of(kind),
            kind.key(),
            columns.join(", "),
            word(&self.on_duplicate),
        )
    }
}

/// The word of a contract for a choice.
fn word(choice: &impl std::fmt::Debug) -> String {
    format!("{choice:?}").to_lowercase()
}
