//! From a Data Package to drafts of contracts.
//!
//! One file feeds one dataset, so resources that share their file make one contract, and others make
//! contracts of their own.

use serde_json::Value;

use super::dialect::{self, Place};
use super::package::{Package, Resource, Schema};
use super::sketch::{FieldSketch, Sketch, SourceSketch, TableSketch};
use super::{field, key, names, write};
use crate::contract::Contract;

/// A contract, drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The dataset's name.
    pub dataset: String,
    /// The contract as TOML.
    pub text: String,
}

/// Why a text is no Data Package that a contract can be drafted from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ImportError(String);

/// A resource whose parts were read.
pub(super) struct Part<'a> {
    pub resource: &'a Resource,
    pub name: String,
    pub schema: Schema,
    place: Place,
    paths: Vec<String>,
}

/// Drafts contracts from the text of a `datapackage.json`.
pub fn import(text: &str) -> Result<Vec<Draft>, ImportError> {
    let package: Package = serde_json::from_str(text)
        .map_err(|error| ImportError(format!("this is no Data Package: {error}")))?;
    let mut parts = Vec::new();
    for (at, resource) in package.resources.iter().enumerate() {
        let name = resource.name.clone().unwrap_or_else(|| format!("resource {}", at + 1));
        let part = part(resource, name.clone())
            .map_err(|why| ImportError(format!("the resource {name:?}: {why}")))?;
        parts.push(part);
    }
    if parts.is_empty() {
        return Err(ImportError("the package has no resources".to_owned()));
    }
    let mut groups: Vec<Vec<Part>> = Vec::new();
    for part in parts {
        match groups.iter_mut().find(|group| group[0].goes_with(&part)) {
            Some(group) => group.push(part),
            None => groups.push(vec![part]),
        }
    }
    let whole = groups.len() == 1;
    let mut drafts: Vec<Draft> = Vec::new();
    for group in &groups {
        let wanted = match (&group[0].resource.dataset, &package.name) {
            (Some(dataset), _) => dataset,
            (None, Some(name)) if whole => name,
            _ => &group[0].name,
        };
        let dataset = names::free(wanted, drafts.iter().map(|draft| draft.dataset.as_str()));
        let title = if whole { &package.title } else { &group[0].resource.title };
        drafts.push(draft(&package, group, dataset, title.clone()));
    }
    Ok(drafts)
}

fn part(resource: &Resource, name: String) -> Result<Part<'_>, String> {
    let schema = match &resource.schema {
        None => return Err("it has no schema, so nothing is known of its fields".to_owned()),
        Some(Value::String(path)) => {
            return Err(format!(
                "its schema stands in {path}: put it into the package in its place"
            ));
        }
        Some(schema) => serde_json::from_value::<Schema>(schema.clone())
            .map_err(|error| format!("its schema is not one: {error}"))?,
    };
    if schema.fields.is_empty() {
        return Err("its schema has no fields".to_owned());
    }
    let paths = resource.path.as_ref().map(|paths| paths.list().to_vec()).unwrap_or_default();
    if paths.is_empty() {
        return Err("it has no path: a contract is about files".to_owned());
    }
    Ok(Part { resource, name, schema, place: dialect::read(resource)?, paths })
}

/// Resources that read the same columns share a source, unless the contract does not hold that way.
fn draft(package: &Package, group: &[Part], dataset: String, title: Option<String>) -> Draft {
    let written = |shared: bool| {
        let mut sketch = sketch(package, group, &dataset, shared);
        sketch.title.clone_from(&title);
        let text = write::write(&sketch);
        match Contract::parse(&dataset, &text) {
            Ok(_) => Ok(text),
            Err(error) => {
                let why = format!("This is not a contract yet: {}", error.message);
                Err(format!("{}{text}", write::comments(&[why], "")))
            }
        }
    };
    let text = written(true).or_else(|_| written(false)).unwrap_or_else(|text| text);
    let from = package.name.as_ref().map_or(String::new(), |name| format!(" {name}"));
    let heading = format!(
        "Drafted from the Data Package{}: look it over, then put it into the folder of contracts.",
        from.replace(char::is_control, " ")
    );
    Draft { text: format!("{}{text}", write::comments(&[heading], "")), dataset }
}

fn sketch(package: &Package, group: &[Part], dataset: &str, shared: bool) -> Sketch {
    let mut sketch = Sketch {
        name: dataset.to_owned(),
        title: None,
        files: match &group[0].resource.files {
            Some(files) => files.clone(),
            None => group[0].paths.iter().map(|path| write::file_name(path)).collect(),
        },
        sources: Vec::new(),
        tables: Vec::new(),
    };
    for part in group {
        let name = names::free(&part.name, sketch.tables.iter().map(|table| table.name.as_str()));
        let (from, fields) = source(&mut sketch, part, &name, shared);
        sketch.tables.push(key::table(part, name, from, &fields));
    }
    key::settle(&mut sketch);
    key::refer(&mut sketch, group, package);
    for source in sketch.sources.iter_mut().filter(|source| source.by_position) {
        let known = source.fields.iter().any(|field| field.required);
        if let Some(first) = source.fields.first_mut().filter(|_| !known) {
            first.required = true;
            first
                .notes
                .push("Without headers, lines start where required fields can be read.".into());
        }
    }
    sketch
}

/// Finds or makes the source of a resource; gives the names of its fields in it, in the order of the
/// schema.
fn source(sketch: &mut Sketch, part: &Part, name: &str, shared: bool) -> (usize, Vec<String>) {
    let missing = dialect::missing(&part.schema.missing_values, &part.place.missing);
    let read = |(at, field): (usize, &super::package::Field)| {
        field::read(field, at as u32 + 1, missing.as_deref(), &part.place)
    };
    let fields: Vec<FieldSketch> = part.schema.fields.iter().enumerate().map(read).collect();
    let fits = |source: &SourceSketch| {
        let same = (&source.place, source.by_position, &source.matrix)
            == (&part.place.pairs, part.place.by_position, &part.resource.matrix);
        let agree = |field: &FieldSketch| {
            let mut known = source.fields.iter().filter(|known| known.original == field.original);
            known.all(|known| known.agrees(field))
        };
        shared && same && fields.iter().all(agree)
    };
    let at = sketch.sources.iter().position(fits).unwrap_or_else(|| {
        sketch.sources.push(SourceSketch {
            name: name.to_owned(),
            notes: part.place.notes.clone(),
            place: part.place.pairs.clone(),
            by_position: part.place.by_position,
            matrix: part.resource.matrix.clone(),
            fields: Vec::new(),
        });
        sketch.sources.len() - 1
    });
    let source = &mut sketch.sources[at];
    let mut names = Vec::new();
    for mut field in fields {
        if let Some(known) = source.fields.iter().find(|known| known.original == field.original) {
            names.push(known.name.clone());
            continue;
        }
        field.name =
            names::free(&field.name, source.fields.iter().map(|known| known.name.as_str()));
        names.push(field.name.clone());
        if !source.by_position && source.fields.iter().any(|known| same_header(known, &field)) {
            field.by_position = true;
            field
                .notes
                .push("Another field has this header but for case: it goes by position.".into());
        }
        source.fields.push(field);
    }
    (at, names)
}

/// Whether Tolva takes the headers for one.
fn same_header(one: &FieldSketch, other: &FieldSketch) -> bool {
    let plain = |field: &FieldSketch| {
        let words: Vec<&str> = field.original.split_whitespace().collect();
        words.join(" ").to_lowercase()
    };
    plain(one) == plain(other)
}

impl Part<'_> {
    /// Whether one contract takes both.
    fn goes_with(&self, other: &Self) -> bool {
        self.paths == other.paths && self.resource.dataset == other.resource.dataset
    }

    /// The field of the contract behind a field of the package.
    pub fn field<'a>(&self, fields: &'a [String], original: &str) -> Option<&'a String> {
        let at = self.schema.fields.iter().position(|field| field.name == original)?;
        fields.get(at)
    }
}

/// A table without key and references.
pub(super) fn bare(part: &Part, name: String, from: usize) -> TableSketch {
    TableSketch {
        name,
        notes: Vec::new(),
        from,
        id: part.schema.id.clone(),
        key: Vec::new(),
        key_fields: Vec::new(),
        columns: Vec::new(),
        references: Vec::new(),
    }
}
