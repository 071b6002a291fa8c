//! The contract as text, laid out for a person who reads and changes it.

use std::fmt::{self, Display, Formatter};

use super::kind::Kind;
use super::model::{Field, Layout, Model, Source, Table};

/// Longer comments are broken into lines.
const WIDTH: usize = 98;

/// A text as TOML.
pub struct Text<'a>(pub &'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for letter in self.0.chars() {
            match letter {
                '"' | '\\' => write!(f, "\\{letter}")?,
                '\t' => f.write_str("\\t")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                letter if letter.is_control() => write!(f, "\\u{:04X}", u32::from(letter))?,
                letter => write!(f, "{letter}")?,
            }
        }
        f.write_str("\"")
    }
}

fn list<T: AsRef<str>>(texts: &[T]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| Text(text.as_ref()).to_string()).collect();
    format!("[{}]", texts.join(", "))
}

/// A comment: one line each, whatever the file had in it.
fn comment(out: &mut String, text: &str) {
    let mut line = String::from("#");
    for word in text.split_whitespace() {
        if line.chars().count() + word.chars().count() >= WIDTH && line.len() > 1 {
            out.push_str(&line);
            out.push_str("\n#");
            line.clear();
        }
        line.push(' ');
        line.extend(word.chars().filter(|letter| !letter.is_control()));
    }
    out.push_str(&line);
    out.push('\n');
}

/// A key, with its value where those of its neighbours stand.
fn pair(out: &mut String, key: &str, value: impl Display, width: usize) {
    out.push_str(&format!("{key:width$} = {value}\n"));
}

/// The whole contract.
pub fn write(model: &Model) -> String {
    // Editors complete and check what names its schema.
    let mut out = String::from("#:schema ./contract.schema.json\n");
    for note in &model.notes {
        comment(&mut out, note);
    }
    pair(&mut out, "version", 1, 7);
    pair(&mut out, "name", Text(&model.name), 7);
    pair(&mut out, "files", list(&model.files), 7);
    for written in &model.sources {
        source(&mut out, written);
    }
    for rule in &model.rules {
        out.push_str("\n[[rule]]\n");
        pair(&mut out, "name", Text(&rule.name), 5);
        out.push_str("agree = [\n");
        for (source, key, value) in &rule.members {
            let (source, key, value) = (Text(source), Text(key), Text(value));
            out.push_str(&format!("  {{ source = {source}, key = {key}, value = {value} }},\n"));
        }
        out.push_str("]\n");
    }
    for written in &model.tables {
        table(&mut out, written);
    }
    out
}

fn source(out: &mut String, source: &Source) {
    out.push('\n');
    for note in &source.notes {
        comment(out, note);
    }
    out.push_str("[[source]]\n");
    let mut pairs: Vec<(&str, String)> = vec![("name", Text(&source.name).to_string())];
    if let Some(sheet) = &source.sheet {
        pairs.push(("sheet", sheet.clone()));
    }
    if source.skip_rows > 0 {
        pairs.push(("skip_rows", source.skip_rows.to_string()));
    }
    match &source.layout {
        Layout::Headed => {}
        Layout::HeadedAt(rows) => pairs.push((
            "header",
            match &rows[..] {
                [row] => row.to_string(),
                rows => format!("{rows:?}"),
            },
        )),
        Layout::Headless => pairs.push(("header", Text("none").to_string())),
        Layout::Matrix(matrix) => {
            pairs.push(("layout", Text("matrix").to_string()));
            if matrix.skip_columns > 0 {
                pairs.push(("skip_columns", matrix.skip_columns.to_string()));
            }
            pairs.push(("row_headers", list(&matrix.row_headers)));
            pairs.push(("column_headers", list(&matrix.column_headers)));
            pairs.push(("value", Text(&matrix.value).to_string()));
            if matrix.symmetric {
                pairs.push(("symmetric", "true".to_owned()));
            }
            if matrix.doubt_diagonal {
                pairs.push(("diagonal", Text("doubt").to_string()));
            }
        }
    }
    if let Some(stop) = &source.stop {
        pairs.push(("stop", Text(stop).to_string()));
    }
    if source.has_extra {
        pairs.push(("extra", Text("ignore").to_string()));
    }
    let width = pairs.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
    for (key, value) in pairs {
        pair(out, key, value, width);
    }
    out.push_str("fields = [\n");
    let names = source.fields.iter().map(|field| field.name.len()).max().unwrap_or(0);
    for written in &source.fields {
        let (text, notes) = (field(written, names), written.notes.join("; "));
        let mut note = String::new();
        comment(&mut note, &notes);
        match note.trim_end() {
            "#" => out.push_str(&format!("  {text},\n")),
            // A long one stands above its field.
            note if note.contains('\n') || text.len() + note.len() > 2 * WIDTH => {
                for line in note.lines() {
                    out.push_str(&format!("  {line}\n"));
                }
                out.push_str(&format!("  {text},\n"));
            }
            note => out.push_str(&format!("  {text}, {note}\n")),
        }
    }
    out.push_str("]\n");
}

fn field(field: &Field, names: usize) -> String {
    let mut parts: Vec<String> = Vec::new();
    if let Some(header) = &field.header {
        parts.push(format!("header = {}", Text(header)));
    }
    if let Some(position) = field.position {
        parts.push(format!("position = {position}"));
    }
    if field.is_sheet {
        parts.push("from = \"sheet\"".to_owned());
    }
    let mut formats: &[String] = &[];
    let word = match &field.kind {
        Kind::Text => "string",
        Kind::Integer { .. } => "integer",
        Kind::Number { .. } => "number",
        Kind::Boolean { .. } => "boolean",
        Kind::Date(of) => {
            formats = of;
            "date"
        }
        Kind::Time(of) => {
            formats = of;
            "time"
        }
        Kind::Datetime(of) => {
            formats = of;
            "datetime"
        }
    };
    parts.push(format!("type = \"{word}\""));
    match &field.kind {
        Kind::Integer { group: Some(group) } => parts.push(character("groupChar", *group)),
        Kind::Number { decimal, group, scale } => {
            if *decimal != '.' {
                parts.push(character("decimalChar", *decimal));
            }
            parts.extend(group.map(|group| character("groupChar", group)));
            parts.extend(scale.map(|scale| format!("scale = {scale}")));
        }
        Kind::Boolean { words: Some((yes, no)) } => {
            parts.push(format!("trueValues = {}, falseValues = {}", list(&[yes]), list(&[no])));
        }
        _ => {}
    }
    match formats {
        [] => {}
        [one] => parts.push(format!("format = {}", Text(one))),
        many => parts.push(format!("format = {}", list(many))),
    }
    if field.required {
        parts.push("required = true".to_owned());
    }
    parts.extend(field.max_length.map(|most| format!("maxLength = {most}")));
    if !field.missing.is_empty() {
        let words: Vec<&str> =
            std::iter::once("").chain(field.missing.iter().map(String::as_str)).collect();
        parts.push(format!("missingValues = {}", list(&words)));
    }
    if field.trim {
        parts.push("transforms = [\"trim\"]".to_owned());
    }
    parts.extend(field.pad.map(|to| format!("pad = {{ to = {to} }}")));
    let name = format!("{},", Text(&field.name));
    format!("{{ name = {name:<width$} {} }}", parts.join(", "), width = names + 3)
}

fn character(key: &str, character: char) -> String {
    format!("{key} = {}", Text(&character.to_string()))
}

fn table(out: &mut String, table: &Table) {
    out.push('\n');
    for note in &table.notes {
        comment(out, note);
    }
    out.push_str("[[table]]\n");
    let width = if table.references.is_empty() { 7 } else { 10 };
    pair(out, "name", Text(&table.name), width);
    pair(out, "from", Text(&table.from), width);
    if let Some(id) = &table.id {
        pair(out, "id", Text(id), width);
    }
    for note in &table.key_notes {
        comment(out, note);
    }
    pair(out, "key", list(&table.key), width);
    let columns = table.columns.iter().map(|(name, field)| match name == field {
        true => Text(name).to_string(),
        false => format!("{{ name = {}, field = {} }}", Text(name), Text(field)),
    });
    let rest = table.rest.then(|| Text("*").to_string());
    let columns: Vec<String> = columns.chain(rest).collect();
    pair(out, "columns", format!("[{}]", columns.join(", ")), width);
    if !table.references.is_empty() {
        let references: Vec<String> = table
            .references
            .iter()
            .map(|reference| format!("{} = {}", reference.column, Text(&reference.table)))
            .collect();
        pair(out, "references", format!("{{ {} }}", references.join(", ")), width);
    }
}
