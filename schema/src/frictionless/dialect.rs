//! Dialects: how a file is written, in the package's words and in the contract's.

use serde_json::{Map, Value, json};

use super::hint;
use super::package::{Dialect, Resource};
use super::sketch::Pair;
use super::write::{list, quoted};
use crate::contract::{Header, Layout, SheetRef, Skip, Source};

/// What a resource says of how its file is written, for a contract.
pub struct Place {
    pub pairs: Vec<Pair>,
    pub notes: Vec<String>,
    /// Whether there are no headers.
    pub by_position: bool,
    /// Texts that mean unknown, besides those of the schema.
    pub missing: Option<String>,
    /// Whether white space in front of a field does not count.
    pub trim: bool,
}

/// Reads the dialect of a resource.
pub fn read(resource: &Resource) -> Result<Place, String> {
    let mut notes = Vec::new();
    let dialect = match &resource.dialect {
        None => Dialect::default(),
        Some(Value::String(path)) => {
            notes.push(format!(
                "The dialect stands in {path}, which is not read: delimiter and quotes"
            ));
            notes.push("are found out by looking at the file.".to_owned());
            Dialect::default()
        }
        Some(object) => serde_json::from_value(object.clone())
            .map_err(|error| format!("its dialect is not one: {error}"))?,
    };
    let mut pairs: Vec<Pair> = Vec::new();
    if let Some(sheets) = &resource.sheet {
        let spelled = |sheet: &Value| match sheet {
            Value::Number(number) => number.to_string(),
            other => quoted(&super::package::text(other).unwrap_or_default()),
        };
        let sheets: Vec<String> = sheets.iter().map(spelled).collect();
        pairs.push(("sheet", format!("[{}]", sheets.join(", "))));
    } else if let Some(name) = &dialect.sheet_name {
        pairs.push(("sheet", quoted(name)));
    } else if let Some(number) = dialect.sheet_number.filter(|number| *number > 1) {
        pairs.push(("sheet", number.to_string()));
    }
    for (key, character) in [
        ("delimiter", &dialect.delimiter),
        ("quote", &dialect.quote_char),
        ("escape", &dialect.escape_char),
        ("comment", &dialect.comment_char),
    ] {
        let Some(character) = character else { continue };
        match character.as_str() {
            one if one.len() == 1 && one.is_ascii() => pairs.push((key, quoted(one))),
            "" if key == "quote" => pairs.push((key, quoted("none"))),
            "" => {}
            other => notes.push(format!("{key} {other:?} is not one ASCII character.")),
        }
    }
    if dialect.double_quote == Some(false) && dialect.escape_char.is_none() {
        notes.push(
            "doubleQuote is false: a quote within quotes is read as doubled all the same.".into(),
        );
    }
    if let Some(encoding) = &resource.encoding {
        match encoding_rs::Encoding::for_label(encoding.as_bytes()) {
            Some(_) => pairs.push(("encoding", quoted(encoding))),
            None => notes.push(format!("No encoding is called {encoding:?}: it is found out.")),
        }
    }
    let by_position = dialect.header == Some(false);
    match dialect.header_rows.as_deref() {
        _ if by_position => {}
        None | Some([1] | []) => {}
        Some([row]) => pairs.push(("header", row.to_string())),
        Some(rows) => pairs.push(("header", format!("{rows:?}"))),
    }
    if let Some(rows) = dialect.comment_rows.as_deref().filter(|rows| !rows.is_empty()) {
        let leading = rows.iter().copied().eq(1..=rows.len() as u64);
        pairs.push((
            "skip_rows",
            if leading { rows.len().to_string() } else { format!("{rows:?}") },
        ));
    }
    Ok(Place {
        pairs,
        notes,
        by_position,
        missing: dialect.null_sequence,
        trim: dialect.skip_initial_space == Some(true),
    })
}

/// What a source says of how its file is written, for a resource.
pub fn write(source: &Source, resource: &mut Map<String, Value>) {
    let mut dialect = Map::new();
    let text = &source.text;
    for (key, character) in [
        ("delimiter", text.delimiter),
        ("quoteChar", text.quote.filter(|quote| *quote != b'"')),
        ("escapeChar", text.escape),
        ("commentChar", text.comment),
    ] {
        if let Some(character) = character {
            dialect.insert(key.to_owned(), json!(char::from(character).to_string()));
        }
    }
    if text.quote.is_none() {
        dialect.insert("quoteChar".to_owned(), json!(""));
    }
    match &source.layout {
        Layout::Table { header: Header::None, .. } => {
            dialect.insert("header".to_owned(), json!(false));
        }
        Layout::Table { header: Header::Rows(rows), .. } if *rows != [1] => {
            dialect.insert("headerRows".to_owned(), json!(rows));
        }
        _ => {}
    }
    match &source.skip_rows {
        Skip::Leading(0) => {}
        Skip::Leading(count) => {
            dialect.insert("commentRows".to_owned(), (1..=*count).collect());
        }
        Skip::These(rows) => {
            dialect.insert("commentRows".to_owned(), json!(rows));
        }
    }
    match &source.sheets[..] {
        [] => {}
        [SheetRef::Index(index)] => {
            dialect.insert("sheetNumber".to_owned(), json!(index));
        }
        [SheetRef::Name(name)] if !name.as_str().contains(['*', '?']) => {
            dialect.insert("sheetName".to_owned(), json!(name.as_str()));
        }
        sheets => {
            let sheets = sheets.iter().map(|sheet| match sheet {
                SheetRef::Index(index) => json!(index),
                SheetRef::Name(name) => json!(name.as_str()),
            });
            resource.insert(hint::SHEET.to_owned(), sheets.collect());
        }
    }
    if let Some(encoding) = &text.encoding {
        resource.insert("encoding".to_owned(), json!(encoding.to_lowercase()));
    }
    if !dialect.is_empty() {
        resource.insert("dialect".to_owned(), Value::Object(dialect));
    }
}

/// Texts that mean unknown, as a contract lists them; `None` where that is the default.
pub fn missing(given: &Option<Vec<Value>>, also: &Option<String>) -> Option<String> {
    let mut texts: Vec<String> = match given {
        None => vec![String::new()],
        Some(given) => given.iter().filter_map(super::package::text).collect(),
    };
    texts.extend(also.clone());
    (texts != [""]).then(|| list(&texts))
}
