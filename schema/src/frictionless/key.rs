//! Keys and references: from a package's keys of fields to a contract's keys of columns.

use serde_json::Value;

use super::import::{Part, bare};
use super::names;
use super::package::{ForeignKey, Package};
use super::sketch::{ReferenceSketch, Sketch, SourceSketch, TableSketch};

/// Makes the table of a resource, with its key; `fields` are the names of its fields in the source.
pub fn table(part: &Part, name: String, from: usize, fields: &[String]) -> TableSketch {
    let mut table = bare(part, name, from);
    for (field, name) in part.schema.fields.iter().zip(fields) {
        match &field.column {
            Some(Value::Bool(false)) => {}
            Some(Value::String(column)) => table.columns.push((column.clone(), name.clone())),
            _ => table.columns.push((name.clone(), name.clone())),
        }
    }
    let named = |key: &[String]| -> Option<Vec<String>> {
        key.iter().map(|original| part.field(fields, original).cloned()).collect()
    };
    let unique = || part.schema.fields.iter().zip(fields).find(|(one, _)| one.constraints.unique);
    let mut unique_keys = part.schema.unique_keys.iter().flatten();
    let primary = part.schema.primary_key.as_ref().filter(|key| !key.list().is_empty());
    table.key_fields = if let Some(key) = primary {
        named(key.list()).unwrap_or_default()
    } else if let Some(key) = unique_keys.next() {
        named(key.list()).unwrap_or_default()
    } else if let Some((_, name)) = unique() {
        vec![name.clone()]
    } else {
        Vec::new()
    };
    for key in unique_keys {
        table.notes.push(format!("Together unique, says the package: {}.", key.list().join(", ")));
    }
    if table.key_fields.is_empty() {
        table
            .notes
            .push("The package names no key: until you do, a row is all of its fields.".into());
        table.key_fields = fields.to_vec();
    }
    table.key = match &part.schema.key {
        Some(key) => key.clone(),
        None => {
            let column = |field: &String| {
                let found = table.columns.iter().find(|(_, behind)| behind == field);
                found.map_or_else(|| field.clone(), |(column, _)| column.clone())
            };
            table.key_fields.iter().map(column).collect()
        }
    };
    table
}

/// A source of several tables is named after none of them. Where one table is made of it and its key is
/// known, the fields of the key are required.
pub fn settle(sketch: &mut Sketch) {
    let mut taken: Vec<String> = sketch.sources.iter().map(|source| source.name.clone()).collect();
    for (at, source) in sketch.sources.iter_mut().enumerate() {
        let mut tables = sketch.tables.iter_mut().filter(|table| table.from == at);
        let (first, second) = (tables.next(), tables.next());
        if second.is_some() {
            source.name = names::free("lines", taken.iter().map(String::as_str));
            taken.push(source.name.clone());
        }
        if let (Some(table), None) = (first, second) {
            let whole = table.key_fields.len() == source.fields.len() && !table.notes.is_empty();
            for field in &mut source.fields {
                field.required |= !whole && table.key_fields.contains(&field.name);
            }
            rename(source, table);
        }
    }
}

/// Fields of a table that stands alone are called as its columns.
fn rename(source: &mut SourceSketch, table: &mut TableSketch) {
    for (column, behind) in &mut table.columns {
        if source.fields.iter().any(|field| field.name == *column) {
            continue;
        }
        for name in table.key_fields.iter_mut().filter(|name| *name == behind) {
            name.clone_from(column);
        }
        if let Some(field) = source.fields.iter_mut().find(|field| field.name == *behind) {
            field.name.clone_from(column);
            behind.clone_from(column);
        }
    }
}

/// Turns foreign keys into references, and puts parents before children.
pub fn refer(sketch: &mut Sketch, group: &[Part], package: &Package) {
    for (child, part) in group.iter().enumerate() {
        for key in part.schema.foreign_keys.iter().flatten() {
            if let Err(why) = reference(sketch, group, package, child, key) {
                let to = key.reference.resource.as_deref().unwrap_or_default();
                let fields = key.fields.list().join(", ");
                let other = key.reference.fields.list().join(", ");
                sketch.tables[child]
                    .notes
                    .push(format!("{fields} refers to {to}({other}), says the package: {why}."));
            }
        }
    }
    order(sketch);
}

fn reference(
    sketch: &mut Sketch,
    group: &[Part],
    package: &Package,
    child: usize,
    key: &ForeignKey,
) -> Result<(), String> {
    let target = key.reference.resource.as_deref().unwrap_or_default();
    if target.is_empty() || target == "self" || target == group[child].name {
        return Err("a table cannot refer to itself here".to_owned());
    }
    let Some(parent) = group.iter().position(|part| part.name == target) else {
        let known = package.resources.iter().any(|one| one.name.as_deref() == Some(target));
        return Err(match known {
            true => "it is fed by another file, which makes it another dataset".to_owned(),
            false => "there is no such resource".to_owned(),
        });
    };
    let fields = |at: usize, originals: &[String]| -> Result<Vec<String>, String> {
        let source = &sketch.sources[sketch.tables[at].from];
        let name = |original: &String| {
            let field = source.fields.iter().find(|field| field.original == *original);
            field.map(|field| field.name.clone()).ok_or_else(|| format!("{original} is no field"))
        };
        originals.iter().map(name).collect()
    };
    let own = fields(child, key.fields.list())?;
    let theirs = fields(parent, key.reference.fields.list())?;
    // In the order of the parent's key.
    let by: Option<Vec<String>> = sketch.tables[parent]
        .key_fields
        .iter()
        .map(|part| {
            theirs.iter().position(|other| other == part).and_then(|at| own.get(at).cloned())
        })
        .collect();
    let by = by.filter(|by| by.len() == theirs.len() && own.len() == theirs.len());
    let by = by.ok_or("that is not the key there")?;
    let same_source = sketch.tables[child].from == sketch.tables[parent].from;
    let reference = match (&sketch.tables[parent].id, &by[..], &key.column) {
        (None, [only], None) => {
            check_types(sketch, (child, only), (parent, &sketch.tables[parent].key_fields[0]))?;
            let column = sketch.tables[child].columns.iter().find(|(_, field)| field == only);
            let column = column.ok_or("that is no column here")?.0.clone();
            ReferenceSketch { column, parent: sketch.tables[parent].name.clone(), by: None }
        }
        _ => {
            let taken = |table: &TableSketch| -> Vec<String> {
                let references = table.references.iter().map(|one| one.column.clone());
                table.columns.iter().map(|(column, _)| column.clone()).chain(references).collect()
            };
            if sketch.tables[parent].id.is_none() {
                let taken = taken(&sketch.tables[parent]);
                let id = names::free("id", taken.iter().map(String::as_str));
                sketch.tables[parent].id = Some(id);
            }
            let name = sketch.tables[parent].name.clone();
            let column = key.column.clone().unwrap_or_else(|| {
                let taken = taken(&sketch.tables[child]);
                names::free(&format!("{name}_id"), taken.iter().map(String::as_str))
            });
            let plain = same_source && by == sketch.tables[parent].key_fields;
            ReferenceSketch { column, parent: name, by: (!plain).then_some(by) }
        }
    };
    sketch.tables[child].references.push(reference);
    Ok(())
}

fn check_types(
    sketch: &Sketch,
    (child, own): (usize, &str),
    (parent, theirs): (usize, &str),
) -> Result<(), String> {
    let kind = |table: usize, name: &str| {
        let fields = &sketch.sources[sketch.tables[table].from].fields;
        fields.iter().find(|field| field.name == name).map(|field| field.kind)
    };
    match kind(child, own) == kind(parent, theirs) {
        true => Ok(()),
        false => Err("the two are of different types".to_owned()),
    }
}

/// Parents before children; where tables refer to one another in a circle, it is cut.
fn order(sketch: &mut Sketch) {
    let mut waiting: Vec<TableSketch> = std::mem::take(&mut sketch.tables);
    while !waiting.is_empty() {
        let placed = |name: &str| sketch.tables.iter().any(|table| table.name == name);
        let free = |table: &TableSketch| table.references.iter().all(|one| placed(&one.parent));
        let next = waiting.iter().position(free).unwrap_or(0);
        let mut table = waiting.remove(next);
        let (kept, cut): (Vec<_>, Vec<_>) =
            std::mem::take(&mut table.references).into_iter().partition(|one| placed(&one.parent));
        for one in cut {
            let (column, parent) = (one.column, one.parent);
            table
                .notes
                .push(format!("{column} refers to {parent} in a circle, which cannot be here."));
        }
        table.references = kept;
        sketch.tables.push(table);
    }
    // Sources in the order of their tables: children are read after their parents.
    let mut places: Vec<usize> = Vec::new();
    for table in &mut sketch.tables {
        let place = places.iter().position(|source| *source == table.from).unwrap_or_else(|| {
            places.push(table.from);
            places.len() - 1
        });
        table.from = place;
    }
    sketch.sources = places.iter().map(|source| sketch.sources[*source].clone()).collect();
}
