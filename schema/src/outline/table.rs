//! Tables and columns, outlined: what a reader of the database sees.

use serde::Serialize;

use crate::contract::{Contract, Table};
use crate::relation::{ForeignKey, Relation, RelationColumn, SqlType};

/// A table.
#[derive(Debug, Clone, Serialize)]
pub struct TableOutline {
    /// Its name.
    pub name: String,
    /// The source that feeds it.
    pub source: String,
    /// The column of the surrogate key, if it has one.
    pub id: Option<String>,
    /// The columns of the natural key.
    pub key: Vec<String>,
    /// The columns of the primary key: the surrogate key, else the natural one.
    pub primary_key: Vec<String>,
    /// Its columns, the surrogate key first; without those that Tolva keeps for itself (`_…`).
    pub columns: Vec<ColumnOutline>,
}

/// A column of a table.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnOutline {
    /// Its name.
    pub name: String,
    /// Its type, as most databases would name it.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it may be unknown.
    pub nullable: bool,
    /// Whether no value stands in it twice.
    pub unique: bool,
    /// Whether the API shows it only to who is allowed to see it.
    pub private: bool,
    /// The fields of the source that it is made of; none for a surrogate key.
    pub fields: Vec<String>,
    /// What it refers to.
    pub references: Option<Reference>,
}

/// A column of another table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// The table.
    pub table: String,
    /// The column there.
    pub column: String,
}

impl TableOutline {
    pub(super) fn of(contract: &Contract, table: &Table) -> Self {
        let relation = contract.relation(table);
        let columns = relation
            .columns
            .iter()
            .filter(|column| !column.name.starts_with('_'))
            .map(|column| ColumnOutline::of(contract, table, &relation, column))
            .collect();
        Self {
            name: relation.name,
            source: contract.sources[table.source].name.to_string(),
            id: table.id.as_ref().map(ToString::to_string),
            key: relation.unique.unwrap_or_else(|| relation.primary_key.clone()),
            primary_key: relation.primary_key,
            columns,
        }
    }
}

impl ColumnOutline {
    fn of(
        contract: &Contract,
        table: &Table,
        relation: &Relation,
        column: &RelationColumn,
    ) -> Self {
        let declared = table.columns.iter().find(|declared| declared.name == *column.name);
        let source = &contract.sources[table.source].fields;
        let by_rule = declared
            .and_then(|declared| contract.field_of(table, &declared.content))
            .is_some_and(|field| field.constraints.unique);
        let alone = |key: &[String]| matches!(key, [only] if *only == column.name);
        Self {
            name: column.name.clone(),
            kind: type_name(column.kind),
            nullable: column.nullable,
            unique: by_rule
                || alone(&relation.primary_key)
                || relation.unique.as_deref().is_some_and(alone),
            private: column.private,
            fields: declared
                .map(|declared| declared.content.fields())
                .unwrap_or_default()
                .iter()
                .map(|field| source[*field].name.to_string())
                .collect(),
            references: relation
                .foreign_keys
                .iter()
                .find(|key| key.column == column.name)
                .map(Reference::of),
        }
    }
}

impl Reference {
    fn of(key: &ForeignKey) -> Self {
        Self { table: key.parent.clone(), column: key.parent_column.clone() }
    }
}

/// A type without the particulars of any one database.
fn type_name(kind: SqlType) -> String {
    match kind {
        SqlType::Text { max: Some(max), .. } => format!("varchar({max})"),
        SqlType::Text { .. } | SqlType::Document => "text".to_owned(),
        SqlType::Integer | SqlType::Serial => "bigint".to_owned(),
        SqlType::Small => "smallint".to_owned(),
        SqlType::Number { .. } => "numeric".to_owned(),
        SqlType::Boolean => "boolean".to_owned(),
        SqlType::Date => "date".to_owned(),
        SqlType::Time => "time".to_owned(),
        SqlType::Datetime => "timestamp".to_owned(),
        SqlType::Hash => "binary(16)".to_owned(),
    }
}
