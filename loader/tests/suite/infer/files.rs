//! Small files: what is drafted of each, and that it loads without a refusal.

use tolva_loader::Limits;
use tolva_schema::contract::{Contract, Table};
use tolva_schema::field::FieldType;
use tolva_schema::state::ArrivalState;

use crate::world::{Backend, World};

/// A table in short: its columns with their types, those of the key with a star, and what they refer
/// to.
fn outline(contract: &Contract, table: &Table) -> String {
    let columns = table.columns.iter().enumerate().map(|(at, column)| {
        let star = if table.in_key(at) { "*" } else { "" };
        let name = &column.name;
        let refers = column.references.map(|parent| format!(" → {}", contract.tables[parent].name));
        let refers = refers.unwrap_or_default();
        match contract.field_of(table, &column.content) {
            None => format!("{name}{star}{refers}"),
            Some(field) => format!("{name}{star} {}{refers}", kind(&field.kind)),
        }
    });
    let columns: Vec<String> = columns.collect();
    let id = if table.id.is_some() { "id, " } else { "" };
    format!("{}({id}{})", table.name, columns.join(", "))
}

fn kind(kind: &FieldType) -> &'static str {
    match kind {
        FieldType::String => "text",
        FieldType::Integer { .. } => "integer",
        FieldType::Number { .. } => "number",
        FieldType::Boolean { .. } => "boolean",
        FieldType::Date { .. } => "date",
        FieldType::Time { .. } => "time",
        FieldType::Datetime { .. } => "datetime",
    }
}

/// Drafts a contract for the file, loads the file by it, and gives the draft and its tables in short.
pub async fn drafted(name: &str, bytes: &[u8]) -> (String, Vec<String>) {
    let world = World::new(Backend::Sqlite).await;
    let path = world.path().join(name);
    std::fs::write(&path, bytes).expect("the file is written");
    let draft = tolva_loader::infer::draft(&path, name, None, &Limits::default());
    let draft = draft.unwrap_or_else(|error| panic!("{name}: {error}"));
    let contract = Contract::parse("draft.toml", &draft);
    let contract = contract.unwrap_or_else(|error| panic!("{name}: {error}\n{draft}"));
    let dataset = contract.name.to_string();
    world.contract(&format!("{dataset}.toml"), &draft).await;
    let dropped = world.drop_bytes(&dataset, name, bytes).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded, "{name}: {:?}", dropped.report.error);
    assert_eq!(dropped.report.rejected, 0, "{name}\n{draft}");
    let tables = contract.tables.iter().map(|table| outline(&contract, table)).collect();
    (draft, tables)
}

pub async fn check(cases: &[(&str, &str, &[&str])]) {
    let mut wrong = Vec::new();
    for (name, text, expected) in cases {
        let (draft, tables) = drafted(name, text.as_bytes()).await;
        if tables != *expected {
            wrong.push(format!("{name}: {tables:#?} of\n{draft}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
