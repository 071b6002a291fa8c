//! The tables that are made of the lines of one table.

use std::collections::HashSet;

use super::fields::bound;
use crate::infer::key::{self, SAYS_KEY, weight};
use crate::infer::model::{Reference, Source, Table as Made};
use crate::infer::name::{Names, name};
use crate::infer::split::{self, Split, Thing};
use crate::infer::table::{Field, Table};

/// Makes the tables; `one` is what one line would be called. What their keys ask of fields is noted in
/// `source`.
pub fn tables(
    source: &mut Source,
    table: &Table,
    one: &str,
    names: &mut Names,
    normalised: bool,
) -> Vec<Made> {
    let fields = &table.fields;
    let everything = || Split { things: Vec::new(), rest: (0..fields.len()).collect() };
    let split = if normalised { split::split(fields) } else { everything() };
    let (own, tops) = (split.own(), split.tops());
    let from = source.name.clone();
    let mut maker = Maker { fields, from: &from, split: &split, given: Vec::new() };
    let mut made: Vec<Made> = Vec::new();
    let mut keys: Vec<Vec<usize>> = Vec::new();
    for thing in &split.things {
        let name = names.give(thing.stem.as_deref().unwrap_or(one));
        let table = maker.thing(thing, name.clone());
        maker.given.push(name);
        made.push(table);
        keys.push(vec![thing.key]);
    }
    if !own.is_empty() || tops.len() > 1 {
        let name = names.give(&maker.lines_name(one, names));
        let key = maker.lines_key();
        keys.push(key.fields.clone());
        made.push(maker.lines(name, key));
    }
    // What is added to the file one day belongs to the lines, or to what they are about.
    let about = match own.is_empty() {
        true => tops.into_iter().max_by_key(|at| split.things[*at].fields.len()),
        false => made.len().checked_sub(1),
    };
    if let Some(about) = about {
        open(&mut made, about);
    }
    for key in keys {
        bound(source, fields, &key);
    }
    made
}

/// Makes a table take every field that no other one names.
fn open(made: &mut [Made], about: usize) {
    let others = made.iter().enumerate().filter(|(at, _)| *at != about);
    let elsewhere: HashSet<String> = others
        .flat_map(|(_, table)| table.columns.iter().map(|(_, field)| field.clone()))
        .collect();
    let table = &mut made[about];
    table.columns.retain(|(name, field)| name != field || elsewhere.contains(field));
    table.rest = true;
}

struct Maker<'a> {
    fields: &'a [Field],
    from: &'a str,
    split: &'a Split,
    /// The names of the tables of things, as far as they are made.
    given: Vec<String>,
}

impl Maker<'_> {
    /// The table of a thing.
    fn thing(&self, thing: &Thing, name: String) -> Made {
        let key = &self.fields[thing.key];
        let mut made = Made {
            name,
            from: self.from.to_owned(),
            id: self.free(["id", "row_id", "own_id"]).filter(|_| !self.is_natural(thing)),
            ..Made::default()
        };
        let own = |at: &usize| self.thing_of(*at).is_none();
        let mut taken: HashSet<String> = made.id.iter().cloned().collect();
        let mut columns: Vec<usize> = vec![thing.key];
        columns.extend(thing.fields.iter().copied().filter(own));
        for at in columns {
            let field = &self.fields[at].name;
            let short = thing.stem.as_deref().and_then(|stem| shortened(field, stem));
            let column = short.filter(|short| taken.insert(short.clone()));
            let column = column.unwrap_or_else(|| {
                taken.insert(field.clone());
                field.clone()
            });
            made.columns.push((column, field.clone()));
        }
        made.key = vec![made.columns[0].0.clone()];
        self.refer(&mut made, &thing.fields);
        let (distinct, written) = (key.column.distinct(), key.column.written());
        let decided: Vec<&str> =
            thing.fields.iter().take(4).map(|at| self.fields[*at].name.as_str()).collect();
        let more = thing.fields.len() - decided.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        made.notes.push(match decided.is_empty() {
            true => format!("{written} lines name {distinct} of these"),
            false => format!(
                "{} decides {}{more}: {distinct} of them on {written} lines, without exception",
                key.name,
                decided.join(", "),
            ),
        });
        made
    }

    /// The table of the lines themselves.
    fn lines(&self, name: String, key: key::Key) -> Made {
        let mut made = Made { name, from: self.from.to_owned(), ..Made::default() };
        for at in self.split.own() {
            let field = self.fields[at].name.clone();
            made.columns.push((field.clone(), field));
        }
        self.refer(&mut made, &self.split.rest);
        made.key = key.fields.iter().map(|at| self.column_of(&made, *at)).collect();
        made.key_notes = key.notes;
        made
    }

    /// The key of the lines: where they relate things and nothing else, it is these.
    fn lines_key(&self) -> key::Key {
        let tops = self.split.tops();
        // What the lines are about comes first: there is most of it.
        let keys: Vec<usize> = tops.iter().rev().map(|at| self.split.things[*at].key).collect();
        let full = keys.iter().all(|at| self.fields[*at].column.blanks() == 0);
        if self.split.own().is_empty() && full {
            return key::Key { fields: keys, notes: Vec::new() };
        }
        key::find(self.fields, &self.split.rest)
    }

    /// Refers to the things whose keys are among `fields`.
    fn refer(&self, made: &mut Made, fields: &[usize]) {
        for at in fields {
            let Some(thing) = self.thing_of(*at) else { continue };
            let table = self.given[thing].clone();
            if self.is_natural(&self.split.things[thing]) {
                let field = self.fields[*at].name.clone();
                made.columns.push((field.clone(), field.clone()));
                made.references.push(Reference { column: field, table });
                continue;
            }
            let column = self.free(["id", "ref", "key"].map(|end| format!("{table}_{end}")));
            if let Some(column) = column {
                made.references.push(Reference { column, table });
            }
        }
    }

    /// The first of these that is a name and no field has.
    fn free<T: AsRef<str>>(&self, wanted: impl IntoIterator<Item = T>) -> Option<String> {
        let names = wanted.into_iter().filter_map(|wanted| name(wanted.as_ref()));
        names.into_iter().find(|name| self.fields.iter().all(|field| field.name != *name))
    }

    /// The thing whose key the field is.
    fn thing_of(&self, field: usize) -> Option<usize> {
        self.split.things.iter().position(|thing| thing.key == field)
    }

    /// Whether others refer to the thing by what the file calls it: a number or a code.
    fn is_natural(&self, thing: &Thing) -> bool {
        weight(&self.fields[thing.key]) > SAYS_KEY
    }

    /// The column of `made` that holds `field`, or refers to the thing that it tells.
    fn column_of(&self, made: &Made, field: usize) -> String {
        let own = &self.fields[field].name;
        let table = self.thing_of(field).map(|thing| &self.given[thing]);
        let reference = made.references.iter().find(|reference| Some(&reference.table) == table);
        reference.map_or_else(|| own.clone(), |reference| reference.column.clone())
    }

    /// What the lines are called: what one of them is, or what they relate.
    fn lines_name(&self, one: &str, names: &Names) -> String {
        if !names.has(one) {
            return one.to_owned();
        }
        let tops = self.split.tops();
        let mut parts: Vec<&str> = tops.iter().rev().map(|at| self.given[*at].as_str()).collect();
        if !self.split.own().is_empty() {
            parts.truncate(1);
            parts.push("line");
        }
        name(&parts.join("_")).unwrap_or_else(|| one.to_owned())
    }
}

/// The column of a thing without what all its columns begin with.
fn shortened(field: &str, stem: &str) -> Option<String> {
    if field == stem {
        return Some("name".to_owned());
    }
    let rest = field.strip_prefix(stem)?.strip_prefix('_')?;
    name(rest).filter(|name| name == rest)
}
