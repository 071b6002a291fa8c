//! Entity-relationship diagrams of contracts.
//!
//! A [`Diagram`] says what is to be seen; [`mermaid`] writes it as text that many sites render, [`svg`]
//! draws it by itself, and [`page`] puts both into a page of documentation.

mod layout;
pub mod mermaid;
pub mod page;
pub mod svg;

use crate::outline::{ColumnOutline, Outline, TableOutline};

/// What is to be seen.
#[derive(Debug, Clone)]
pub struct Diagram {
    /// The names of the datasets.
    pub name: String,
    /// Their titles, for people.
    pub title: String,
    /// The tables, parents first.
    pub entities: Vec<Entity>,
    /// What refers to what.
    pub links: Vec<Link>,
}

/// A table.
#[derive(Debug, Clone)]
pub struct Entity {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub attributes: Vec<Attribute>,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: String,
    /// What it stands in: `PK`, `FK`, `UK`, in this order.
    pub marks: Vec<&'static str>,
    /// Whether it may be unknown.
    pub nullable: bool,
}

/// A reference from a column of one table to another table.
#[derive(Debug, Clone)]
pub struct Link {
    /// The entity that is referred to, and its column (indices).
    pub parent: (usize, usize),
    /// The entity that refers, and its column (indices).
    pub child: (usize, usize),
    /// Whether a row of the child may have no parent.
    pub optional: bool,
    /// Whether a parent has one child at most.
    pub single: bool,
    /// Whether the reference is part of the child's key.
    pub identifying: bool,
}

impl Diagram {
    /// The diagram of some contracts.
    pub fn of(outlines: &[Outline]) -> Self {
        let names: Vec<&str> = outlines.iter().map(|outline| outline.dataset.as_str()).collect();
        let titles: Vec<&str> = outlines
            .iter()
            .map(|outline| outline.title.as_deref().unwrap_or(&outline.dataset))
            .collect();
        let tables: Vec<&TableOutline> =
            outlines.iter().flat_map(|outline| &outline.tables).collect();
        Self {
            name: names.join(", "),
            title: titles.join("; "),
            entities: tables.iter().map(|table| Entity::of(table)).collect(),
            links: links(&tables),
        }
    }

    /// A reference in words, seen from the table that has it.
    pub fn in_words(&self, link: &Link) -> String {
        let (parent, child) = (&self.entities[link.parent.0], &self.entities[link.child.0]);
        format!(
            "{child}.{} refers to {parent}.{}: {one} {parent} for each {child}, {many} for each {parent}",
            child.attributes[link.child.1].name,
            parent.attributes[link.parent.1].name,
            parent = parent.name,
            child = child.name,
            one = if link.optional { "at most one" } else { "exactly one" },
            many = if link.single { "at most one" } else { "any number" },
        )
    }
}

impl Entity {
    fn of(table: &TableOutline) -> Self {
        let attributes = table.columns.iter().map(|column| Attribute::of(table, column)).collect();
        Self { name: table.name.clone(), attributes }
    }
}

impl Attribute {
    fn of(table: &TableOutline, column: &ColumnOutline) -> Self {
        let primary = table.primary_key.contains(&column.name);
        let natural = table.id.is_some() && table.key.contains(&column.name);
        let marks = [
            ("PK", primary),
            ("FK", column.references.is_some()),
            ("UK", natural || (column.unique && !primary)),
        ];
        Self {
            name: column.name.clone(),
            kind: column.kind.clone(),
            marks: marks.into_iter().filter(|(_, holds)| *holds).map(|(mark, _)| mark).collect(),
            nullable: column.nullable,
        }
    }
}

fn links(tables: &[&TableOutline]) -> Vec<Link> {
    let find = |name: &str, column: &str| {
        let table = tables.iter().position(|table| table.name == name)?;
        let column = tables[table].columns.iter().position(|other| other.name == column)?;
        Some((table, column))
    };
    let mut links = Vec::new();
    for (child, table) in tables.iter().enumerate() {
        for (at, column) in table.columns.iter().enumerate() {
            let parent = column
                .references
                .as_ref()
                .and_then(|reference| find(&reference.table, &reference.column));
            if let Some(parent) = parent {
                links.push(Link {
                    parent,
                    child: (child, at),
                    optional: column.nullable,
                    single: column.unique,
                    identifying: table.key.contains(&column.name),
                });
            }
        }
    }
    links
}
