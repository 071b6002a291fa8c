//! A sketch as TOML, in the style of the contracts in `datasets/`.

use super::names::nearest;
use super::sketch::{FieldSketch, Pair, Sketch, SourceSketch, TableSketch};
use crate::name::Name;

/// A text as TOML: JSON's escapes are TOML's, but for DEL.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

/// A list of texts as TOML.
pub fn list<T: AsRef<str>>(texts: &[T]) -> String {
    let spelled: Vec<String> = texts.iter().map(|text| quoted(text.as_ref())).collect();
    format!("[{}]", spelled.join(", "))
}

/// Writes the contract.
pub fn write(sketch: &Sketch) -> String {
    let mut pairs: Vec<Pair> = vec![("version", "1".to_owned()), ("name", quoted(&sketch.name))];
    pairs.extend(sketch.title.as_ref().map(|title| ("title", quoted(title))));
    pairs.push(("files", list(&sketch.files)));
    let mut text = aligned(&pairs);
    for source in &sketch.sources {
        text.push_str(&self::source(source));
    }
    for table in &sketch.tables {
        text.push_str(&self::table(table, sketch));
    }
    text
}

/// A key as TOML: bare where it can be.
fn key(text: &str) -> String {
    if Name::new(text).is_ok() { text.to_owned() } else { quoted(text) }
}

fn aligned(pairs: &[Pair]) -> String {
    let width = pairs.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
    pairs.iter().map(|(key, value)| format!("{key:width$} = {value}\n")).collect()
}

/// Notes as comments: a line end in one must not end the comment.
pub fn comments(notes: &[String], indent: &str) -> String {
    let lines = notes.iter().flat_map(|note| note.lines());
    lines
        .map(|line| {
            let kept: String = line.chars().filter(|letter| !letter.is_control()).collect();
            format!("{indent}# {}\n", kept.trim())
        })
        .collect()
}

fn source(source: &SourceSketch) -> String {
    let mut pairs = vec![("name", quoted(&source.name))];
    pairs.extend(source.place.iter().cloned());
    match &source.matrix {
        Some(matrix) => {
            let name =
                |original: &String| match source.fields.iter().find(|f| f.original == *original) {
                    Some(field) => field.name.clone(),
                    None => original.clone(),
                };
            let names = |all: &[String]| list(&all.iter().map(name).collect::<Vec<_>>());
            pairs.push(("layout", quoted("matrix")));
            pairs.push(("row_headers", names(&matrix.row_headers)));
            pairs.push(("column_headers", names(&matrix.column_headers)));
            pairs.push(("value", quoted(&name(&matrix.value))));
            if matrix.symmetric {
                pairs.push(("symmetric", "true".to_owned()));
            }
            pairs.extend(matrix.diagonal.as_ref().map(|diagonal| ("diagonal", quoted(diagonal))));
        }
        None if source.by_position => pairs.push(("header", quoted("none"))),
        None => {}
    }
    let mut text = format!("\n{}[[source]]\n{}", comments(&source.notes, ""), aligned(&pairs));
    text.push_str("fields = [\n");
    for (index, field) in source.fields.iter().enumerate() {
        text.push_str(&comments(&field.notes, "  "));
        text.push_str(&format!("  {},\n", self::field(field, source, index)));
    }
    text.push_str("]\n");
    text
}

fn field(field: &FieldSketch, source: &SourceSketch, index: usize) -> String {
    let mut parts = vec![format!("name = {}", quoted(&field.name))];
    if field.from_sheet {
        parts.push("from = \"sheet\"".to_owned());
    } else if source.matrix.is_none() {
        if field.by_position {
            parts.push(format!("position = {}", field.position));
        } else if source.by_position {
            if field.position != index as u32 + 1 {
                parts.push(format!("position = {}", field.position));
            }
        } else if field.original.trim().to_lowercase() != field.name {
            parts.push(format!("header = {}", quoted(&field.original)));
        }
    }
    parts.push(format!("type = {}", quoted(field.kind)));
    if field.required {
        parts.push("required = true".to_owned());
    }
    parts.extend(field.pairs.iter().map(|(key, value)| format!("{key} = {value}")));
    format!("{{ {} }}", parts.join(", "))
}

fn table(table: &TableSketch, sketch: &Sketch) -> String {
    let source = &sketch.sources[table.from];
    let mut pairs = vec![("name", quoted(&table.name)), ("from", quoted(&source.name))];
    pairs.extend(table.id.as_ref().map(|id| ("id", quoted(id))));
    pairs.push(("key", list(&table.key)));
    let alone = sketch.tables.iter().filter(|other| other.from == table.from).count() == 1;
    let whole = table
        .columns
        .iter()
        .map(|(column, field)| (column, field))
        .eq(source.fields.iter().map(|field| (&field.name, &field.name)));
    match (alone && whole, table.references.is_empty()) {
        (true, true) => {}
        (true, false) => pairs.push(("columns", "[\"*\"]".to_owned())),
        (false, _) => pairs.push(("columns", columns(&table.columns))),
    }
    if !table.references.is_empty() {
        let references: Vec<String> = table
            .references
            .iter()
            .map(|reference| match &reference.by {
                None => format!("{} = {}", key(&reference.column), quoted(&reference.parent)),
                Some(by) => format!(
                    "{} = {{ table = {}, by = {} }}",
                    key(&reference.column),
                    quoted(&reference.parent),
                    list(by)
                ),
            })
            .collect();
        pairs.push(("references", format!("{{ {} }}", references.join(", "))));
    }
    format!("\n{}[[table]]\n{}", comments(&table.notes, ""), aligned(&pairs))
}

fn columns(columns: &[(String, String)]) -> String {
    let spelled: Vec<String> = columns
        .iter()
        .map(|(column, field)| match column == field {
            true => quoted(column),
            false => format!("{{ name = {}, field = {} }}", quoted(column), quoted(field)),
        })
        .collect();
    format!("[{}]", spelled.join(", "))
}

/// The file that a path or URL ends in, as a pattern that matches nothing else.
pub fn file_name(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    // A brace would begin a capture.
    let name: String =
        name.chars().map(|letter| if matches!(letter, '{' | '}') { '?' } else { letter }).collect();
    if name.is_empty() { format!("{}.csv", nearest(path)) } else { name }
}
