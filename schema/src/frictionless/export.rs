//! From a contract to a Data Package of version 2.

use serde_json::{Map, Value, json};

use super::names::nearest;
use super::package::is_whole;
use super::{bound, dialect, hint};
use crate::contract::{Column, Content, Contract, Diagonal, Layout, Matrix, Source, Table};
use crate::field::{Field, FieldType, Locator};
use crate::outline::type_name;

const PROFILE: &str = "https://datapackage.org/profiles/2.0/datapackage.json";

/// Writes contracts as `datapackage.json`, with a line end after the last line.
pub fn export(contracts: &[&Contract]) -> String {
    let mut package = Map::new();
    package.insert("$schema".to_owned(), json!(PROFILE));
    if let [contract] = contracts {
        package.insert("name".to_owned(), json!(contract.name));
        package.extend(contract.title.as_ref().map(|title| ("title".to_owned(), json!(title))));
    }
    let tables = |contract: &&Contract| {
        contract.tables.iter().map(|table| resource(contract, table)).collect::<Vec<_>>()
    };
    let resources: Vec<Value> = contracts.iter().flat_map(tables).collect();
    package.insert("resources".to_owned(), json!(resources));
    super::order::pretty(&Value::Object(package))
}

fn resource(contract: &Contract, table: &Table) -> Value {
    let source = &contract.sources[table.source];
    let path = path(contract);
    let mut resource = Map::new();
    resource.insert("name".to_owned(), json!(table.name));
    resource.insert("type".to_owned(), json!("table"));
    resource.insert("path".to_owned(), json!(path));
    if let Some((_, format)) = path.rsplit_once('.') {
        resource.insert("format".to_owned(), json!(format));
    }
    resource.insert(hint::DATASET.to_owned(), json!(contract.name));
    resource.insert(hint::FILES.to_owned(), json!(contract.files));
    dialect::write(source, &mut resource);
    if let Layout::Matrix(matrix) = &source.layout {
        resource.insert(hint::MATRIX.to_owned(), axes(source, matrix));
    }
    resource.insert("schema".to_owned(), schema(contract, table));
    Value::Object(resource)
}

/// A name that the first pattern matches.
fn path(contract: &Contract) -> String {
    let pattern = contract.files.first().map(|pattern| pattern.as_str()).unwrap_or_default();
    let path: String = pattern
        .chars()
        .filter(|letter| !matches!(letter, '*' | '{' | '}'))
        .map(|letter| if letter == '?' { '_' } else { letter })
        .collect();
    match path.starts_with('.') || path.is_empty() {
        true => format!("{}{path}", contract.name),
        false => path,
    }
}

fn axes(source: &Source, matrix: &Matrix) -> Value {
    let name = |field: &usize| original(&source.fields[*field]);
    let names = |fields: &[usize]| fields.iter().map(name).collect::<Vec<_>>();
    let mut axes = json!({
        "row_headers": names(&matrix.row_headers),
        "column_headers": names(&matrix.column_headers),
        "value": name(&matrix.value),
        "symmetric": matrix.symmetric,
    });
    if matrix.diagonal == Diagonal::Doubt {
        axes["diagonal"] = json!("doubt");
    }
    axes
}

/// What the field is called in the file, or in the contract where the file has no word for it.
fn original(field: &Field) -> &str {
    match &field.locator {
        Locator::Headers(headers) => headers.first().map_or(&field.name, |header| header),
        _ => &field.name,
    }
}

fn schema(contract: &Contract, table: &Table) -> Value {
    let source = &contract.sources[table.source];
    let listed = listed(contract, table);
    let missing = common_missing(source, &listed);
    let fields: Value = listed
        .iter()
        .enumerate()
        .map(|(at, (field, column))| {
            self::field(&source.fields[*field], *column, at as u32 + 1, &missing)
        })
        .collect();
    let mut schema = Map::new();
    schema.insert("fields".to_owned(), fields);
    if matches!(source.layout, Layout::Table { .. }) && by_header(source) {
        // The file may have columns that the table does not take.
        schema.insert("fieldsMatch".to_owned(), json!("subset"));
    }
    if missing != [""] {
        schema.insert("missingValues".to_owned(), json!(missing));
    }
    schema.insert("primaryKey".to_owned(), json!(key_fields(contract, table)));
    let key: Vec<&str> = table.key.iter().map(|part| &*table.columns[*part].name).collect();
    let plain = |part: &usize| matches!(table.columns[*part].content, Content::Field(_));
    if !table.key.iter().all(plain) {
        schema.insert(hint::KEY.to_owned(), json!(key));
    }
    schema.extend(table.id.as_ref().map(|id| (hint::ID.to_owned(), json!(id))));
    let foreign: Vec<Value> =
        table.columns.iter().filter_map(|column| foreign_key(contract, table, column)).collect();
    if !foreign.is_empty() {
        schema.insert("foreignKeys".to_owned(), json!(foreign));
    }
    Value::Object(schema)
}

fn by_header(source: &Source) -> bool {
    source.fields.iter().any(|field| matches!(field.locator, Locator::Headers(_)))
}

/// The fields of a table: those of its columns, then those that only its references take, or only the
/// axes of its matrix.
fn listed<'a>(contract: &Contract, table: &'a Table) -> Vec<(usize, Option<&'a Column>)> {
    let mut listed: Vec<(usize, Option<&Column>)> = Vec::new();
    for column in &table.columns {
        if let Content::Field(field) = column.content {
            listed.push((field, Some(column)));
        }
    }
    let source = &contract.sources[table.source];
    let axes = match &source.layout {
        Layout::Table { .. } => Vec::new(),
        Layout::Matrix(matrix) => {
            [&matrix.row_headers[..], &matrix.column_headers[..], &[matrix.value]].concat()
        }
    };
    for field in table.columns.iter().flat_map(|column| column.content.fields()).chain(&axes) {
        if !listed.iter().any(|(known, _)| known == field) {
            listed.push((*field, None));
        }
    }
    if !by_header(source) {
        // Without headers, the order is all that says which column is meant.
        listed.sort_by_key(|(field, _)| match source.fields[*field].locator {
            Locator::Position(position) => position,
            _ => u32::MAX,
        });
    }
    listed
}

/// The texts that mean unknown in most fields: the schema's; a field may have its own.
fn common_missing(source: &Source, listed: &[(usize, Option<&Column>)]) -> Vec<String> {
    listed.first().map_or_else(Vec::new, |(field, _)| source.fields[*field].missing.clone())
}

fn key_fields(contract: &Contract, table: &Table) -> Vec<String> {
    let fields = &contract.sources[table.source].fields;
    let parts = table.key.iter().flat_map(|part| table.columns[*part].content.fields());
    parts.map(|field| original(&fields[*field]).to_owned()).collect()
}

fn foreign_key(contract: &Contract, table: &Table, column: &Column) -> Option<Value> {
    let parent = &contract.tables[column.references?];
    let fields = &contract.sources[table.source].fields;
    let own: Vec<&str> =
        column.content.fields().iter().map(|field| original(&fields[*field])).collect();
    let mut key = json!({
        "fields": own,
        "reference": { "resource": parent.name, "fields": key_fields(contract, parent) },
    });
    if matches!(column.content, Content::ParentId(_)) {
        key[hint::COLUMN] = json!(column.name);
    }
    Some(key)
}

fn field(field: &Field, column: Option<&Column>, place: u32, missing: &[String]) -> Value {
    let name = original(field);
    let mut object = Map::new();
    object.insert("name".to_owned(), json!(name));
    object.insert("type".to_owned(), json!(type_name(&field.kind)));
    match column {
        Some(column) if *column.name == *nearest(name) => {}
        Some(column) => {
            object.insert(hint::COLUMN.to_owned(), json!(column.name));
        }
        None => {
            object.insert(hint::COLUMN.to_owned(), json!(false));
        }
    }
    match field.locator {
        Locator::Sheet => {
            object.insert(hint::FROM.to_owned(), json!("sheet"));
        }
        Locator::Position(position) if position != place => {
            object.insert(hint::POSITION.to_owned(), json!(position));
        }
        _ => {}
    }
    details(&field.kind, &mut object);
    if field.missing != missing {
        object.insert("missingValues".to_owned(), json!(field.missing));
    }
    let constraints = constraints(field);
    if !constraints.is_empty() {
        object.insert("constraints".to_owned(), Value::Object(constraints));
    }
    Value::Object(object)
}

/// What is particular to a type.
fn details(kind: &FieldType, object: &mut Map<String, Value>) {
    let mut set = |key: &str, value: Value| object.insert(key.to_owned(), value);
    match kind {
        FieldType::String => {}
        FieldType::Integer { group } => {
            group.map(|group| set("groupChar", json!(group)));
        }
        FieldType::Number { decimal, group, .. } => {
            (*decimal != '.').then(|| set("decimalChar", json!(decimal)));
            group.map(|group| set("groupChar", json!(group)));
        }
        FieldType::Boolean { truths, falsehoods } => {
            set("trueValues", json!(truths));
            set("falseValues", json!(falsehoods));
        }
        FieldType::Date { formats }
        | FieldType::Time { formats }
        | FieldType::Datetime { formats } => {
            match &formats[..] {
                [one] => set("format", json!(one)),
                _ => {
                    set("format", json!("any"));
                    set(hint::FORMATS, json!(formats))
                }
            };
        }
    }
}

fn constraints(field: &Field) -> Map<String, Value> {
    let rules = &field.constraints;
    let mut object = Map::new();
    let mut set = |key: &str, value: Option<Value>| {
        object.extend(value.map(|value| (key.to_owned(), value)));
    };
    set("required", rules.required.then_some(json!(true)));
    set("unique", rules.unique.then_some(json!(true)));
    set("pattern", rules.pattern.as_ref().map(|pattern| json!(whole(pattern.0.as_str()))));
    set("enum", rules.one_of.as_ref().map(|values| json!(values)));
    set("minLength", rules.min_length.map(|length| json!(length)));
    set("maxLength", rules.max_length.map(|length| json!(length)));
    for (key, bound) in [("minimum", &rules.minimum), ("maximum", &rules.maximum)] {
        let text = bound.as_ref().and_then(|bound| bound::spelled(&field.kind, bound));
        set(
            key,
            text.map(|text| match text.parse::<i64>() {
                Ok(number) if matches!(field.kind, FieldType::Integer { .. }) => json!(number),
                _ => json!(text),
            }),
        );
    }
    object
}

/// A pattern of a contract may match a part of the text, one of Table Schema matches all of it.
fn whole(pattern: &str) -> String {
    match is_whole(pattern) {
        true => pattern.to_owned(),
        false => format!("[\\s\\S]*(?:{pattern})[\\s\\S]*"),
    }
}
