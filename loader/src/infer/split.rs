//! Which tables stand in the lines of one table: things that lines repeat, and what relates them.

use super::column::Column;
use super::depend::{decides, repeats, surely_decides};
use super::key::{SAYS_KEY, weight};
use super::kind::{Kind, is_contact};
use super::name::stem;
use super::table::Field;

/// Wider tables are not looked through.
const WIDEST: usize = 120;

/// Columns that name a thing of its own, where lines repeat it.
const THINGS: &[&str] = &[
    "company",
    "department",
    "customer",
    "supplier",
    "vendor",
    "manufacturer",
    "employer",
    "brand",
    "team",
    "school",
    "organisation",
    "organization",
    "empresa",
    "departamento",
    "cliente",
    "proveedor",
    "firma",
    "abteilung",
    "kunde",
    "lieferant",
];

/// A thing that lines repeat. Fields by their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// What tells it.
    pub key: usize,
    /// What else belongs to it, other things' keys included.
    pub fields: Vec<usize>,
    /// What its columns begin with, where they do.
    pub stem: Option<String>,
}

/// The tables in the lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Things, those that others refer to first.
    pub things: Vec<Thing>,
    /// What is left to the lines themselves, the keys of things included.
    pub rest: Vec<usize>,
}

impl Split {
    /// The things that the lines themselves refer to.
    pub fn tops(&self) -> Vec<usize> {
        (0..self.things.len()).filter(|at| self.rest.contains(&self.things[*at].key)).collect()
    }

    /// What is left to the lines, without the keys of things.
    pub fn own(&self) -> Vec<usize> {
        let is_key = |at: &usize| self.things.iter().any(|thing| thing.key == *at);
        self.rest.iter().copied().filter(|at| !is_key(at)).collect()
    }
}

/// Parts the fields of a table.
pub fn split(fields: &[Field]) -> Split {
    let everything: Vec<usize> = (0..fields.len()).collect();
    if fields.len() > WIDEST {
        return Split { things: Vec::new(), rest: everything };
    }
    let mut things: Vec<Thing> = everything.iter().filter_map(|at| thing(fields, *at)).collect();
    things = without_doubles(fields, things);
    // The fewer there are, the nearer is what belongs to them.
    things.sort_by_key(|thing| fields[thing.key].column.distinct());
    let mut split = part(fields, things);
    // One thing, and one column that it has several of: both are things, and the lines relate them.
    if let ([top], [own]) = (&split.tops()[..], &split.own()[..])
        && fields[split.things[*top].key].column.blanks() == 0
        && is_repeated(&fields[*own])
        // Numbers that are no names are not one thing because they are the same.
        && (fields[*own].decision.kind == Kind::Text || weight(&fields[*own]) >= SAYS_KEY)
        && fields[*own].column.blanks() == 0
    {
        let name = &fields[*own].name;
        let added = Thing {
            key: *own,
            fields: Vec::new(),
            stem: Some(stem(name).unwrap_or(name).to_owned()),
        };
        split.things.insert(0, added);
    }
    split
}

/// Gives every field to the nearest thing that decides it.
fn part(fields: &[Field], mut things: Vec<Thing>) -> Split {
    let mut owned = vec![false; fields.len()];
    let keys: Vec<usize> = things.iter().map(|thing| thing.key).collect();
    for (at, thing) in things.iter_mut().enumerate() {
        // A thing may refer to those before it only.
        let later = &keys[at + 1..];
        thing.fields.retain(|field| !owned[*field] && !later.contains(field));
        for field in &thing.fields {
            owned[*field] = true;
        }
    }
    // What is the same on every line belongs to what the lines are about.
    if let Some(main) = things.last_mut().filter(|thing| thing.fields.len() * 2 >= fields.len()) {
        for (at, field) in fields.iter().enumerate() {
            if !owned[at] && !keys.contains(&at) && field.column.distinct() <= 1 {
                owned[at] = decides(&fields[main.key].column, &field.column);
                main.fields.extend(owned[at].then_some(at));
            }
        }
        main.fields.sort_unstable();
    }
    let is_free = |at: &usize| !owned[*at] && !keys.contains(at);
    let is_top = |at: &usize| !owned[*at] && keys.contains(at);
    let rest = (0..fields.len()).filter(|at| is_free(at) || is_top(at)).collect();
    Split { things, rest }
}

/// The thing that field `at` tells, if it does.
fn thing(fields: &[Field], at: usize) -> Option<Thing> {
    let field = &fields[at];
    if !is_repeated(field) || is_contact(&field.name) {
        return None;
    }
    let own_stem = stem(&field.name).unwrap_or(&field.name);
    let is_kin = |other: &Field| {
        other.name == own_stem
            || other.name.strip_prefix(own_stem).is_some_and(|rest| rest.starts_with('_'))
    };
    let says_key = weight(field) >= SAYS_KEY;
    let belongs = |other: &usize| {
        let theirs = &fields[*other];
        *other != at
            && theirs.column.distinct() > 1
            && (is_kin(theirs) && decides(&field.column, &theirs.column)
                || says_key && surely_decides(&field.column, &theirs.column))
    };
    let belonging: Vec<usize> = (0..fields.len()).filter(belongs).collect();
    let named = stem(&field.name).is_some() && field.name.ends_with("_name");
    let is_thing = named || THINGS.contains(&field.name.as_str());
    let alone = !fields.iter().enumerate().any(|(other, field)| other != at && is_kin(field));
    let is_thing = is_thing && alone && !is_person(own_stem);
    if belonging.is_empty() && !(is_thing && field.decision.kind == Kind::Text) {
        return None;
    }
    let is_stem = stem(&field.name).is_some() || belonging.iter().any(|at| is_kin(&fields[*at]));
    let stem = (is_stem || is_thing).then(|| own_stem.to_owned());
    Some(Thing { key: at, fields: belonging, stem })
}

/// Parts of a person's name are no things.
fn is_person(stem: &str) -> bool {
    const PARTS: &[&str] =
        &["first", "last", "middle", "full", "family", "given", "sur", "user", "nick", "maiden"];
    PARTS.contains(&stem)
}

/// Whether lines repeat its values, more than one of them.
fn is_repeated(field: &Field) -> bool {
    let column: &Column = &field.column;
    matches!(field.decision.kind, Kind::Text | Kind::Integer { .. })
        && column.distinct() > 1
        && repeats(column) > 0
}

/// Of things that decide one another, the one whose name says key most.
fn without_doubles(fields: &[Field], things: Vec<Thing>) -> Vec<Thing> {
    let is_better = |one: &Thing, other: &Thing| {
        let order = |thing: &Thing| (weight(&fields[thing.key]), std::cmp::Reverse(thing.key));
        order(one) > order(other)
    };
    let same = |one: &Thing, other: &Thing| {
        let (one, other) = (&fields[one.key].column, &fields[other.key].column);
        decides(one, other) && decides(other, one)
    };
    things
        .iter()
        .filter(|one| !things.iter().any(|other| same(one, other) && is_better(other, one)))
        .cloned()
        .collect()
}
