//! Tables as a database sees them, before they are spelled in a dialect.

use crate::contract::{Content, Contract, Table};
use crate::dialect::Dialect;
use crate::field::FieldType;

/// The hash of the content that a file gave the row (see [`crate::hash`]).
pub const HASH: &str = "_hash";
/// Where the row comes from: one of [`crate::state::Origin`].
pub const ORIGIN: &str = "_origin";
/// The load that touched the row last.
pub const LOAD: &str = "_load";

/// The type of a database column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlType {
    /// Text; `max` in characters.
    Text {
        /// Longest text.
        max: Option<usize>,
        /// Whether the column stands in a key or an index.
        indexed: bool,
    },
    /// A text of any length that is never compared, such as JSON.
    Document,
    /// 64 bits.
    Integer,
    /// 64 bits, counted up by the database; the primary key.
    Serial,
    /// 16 bits.
    Small,
    /// An exact decimal with so many digits behind the point.
    Number {
        /// Digits behind the point.
        scale: u32,
    },
    /// True or false.
    Boolean,
    /// A day.
    Date,
    /// A time of day, in microseconds.
    Time,
    /// A day and a time, in microseconds, without zone.
    Datetime,
    /// 16 bytes.
    Hash,
}

/// A column of a table in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: SqlType,
    /// Whether it may be unknown.
    pub nullable: bool,
    /// Whether the API shows it only to who is allowed to see it.
    pub private: bool,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The column here.
    pub column: String,
    /// The table it refers to.
    pub parent: String,
    /// The column there.
    pub parent_column: String,
}

/// A table in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<RelationColumn>,
    /// The columns of its primary key.
    pub primary_key: Vec<String>,
    /// The natural key, where a surrogate one is the primary key.
    pub unique: Option<Vec<String>>,
    /// What it refers to.
    pub foreign_keys: Vec<ForeignKey>,
    /// Columns that are looked up by themselves.
    pub indexes: Vec<String>,
    /// Its first name, if it was renamed.
    pub was: Option<String>,
    /// Columns that were renamed, each with its first name.
    pub columns_were: Vec<(String, String)>,
}

impl Relation {
    /// A column by its name.
    pub fn column(&self, name: &str) -> Option<&RelationColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// The database's type for a field of this kind.
fn type_of(kind: &FieldType, max: Option<usize>, indexed: bool) -> SqlType {
    match kind {
        FieldType::String => SqlType::Text { max, indexed },
        FieldType::Integer { .. } => SqlType::Integer,
        FieldType::Number { scale, .. } => SqlType::Number { scale: *scale },
        FieldType::Boolean { .. } => SqlType::Boolean,
        FieldType::Date { .. } => SqlType::Date,
        FieldType::Time { .. } => SqlType::Time,
        FieldType::Datetime { .. } => SqlType::Datetime,
    }
}

impl Contract {
    /// The database table of a contract's table: its columns, then Tolva's own.
    pub fn relation(&self, table: &Table) -> Relation {
        let mut columns = Vec::new();
        let mut indexes = Vec::new();
        let mut foreign_keys = Vec::new();
        if let Some(id) = &table.id {
            let name = id.to_string();
            columns.push(RelationColumn {
                name,
                kind: SqlType::Integer,
                nullable: false,
                private: false,
            });
        }
        for (position, column) in table.columns.iter().enumerate() {
            let field = self.field_of(table, &column.content);
            let unique = field.is_some_and(|field| field.constraints.unique);
            let indexed = table.in_key(position) || column.references.is_some() || unique;
            let leads_key = table.key.first() == Some(&position);
            if indexed && !leads_key && (!table.in_key(position) || column.references.is_some()) {
                indexes.push(column.name.to_string());
            }
            let kind = match field {
                Some(field) => type_of(&field.kind, field.constraints.max_length, indexed),
                None => SqlType::Integer,
            };
            columns.push(RelationColumn {
                name: column.name.to_string(),
                kind,
                nullable: !column.required,
                private: field.is_some_and(|field| field.private),
            });
            if let Some(parent) = column.references {
                let parent = &self.tables[parent];
                foreign_keys.push(ForeignKey {
                    column: column.name.to_string(),
                    parent: parent.name.to_string(),
                    parent_column: match column.content {
                        Content::ParentId(_) => {
                            parent.id.as_ref().map(ToString::to_string).unwrap_or_default()
                        }
                        Content::Field(_) => parent.columns[parent.key[0]].name.to_string(),
                    },
                });
            }
        }
        for (name, kind) in
            [(HASH, SqlType::Hash), (ORIGIN, SqlType::Small), (LOAD, SqlType::Integer)]
        {
            columns.push(RelationColumn {
                name: name.to_owned(),
                kind,
                nullable: false,
                private: false,
            });
        }
        let key: Vec<String> =
            table.key.iter().map(|part| table.columns[*part].name.to_string()).collect();
        Relation {
            name: table.name.to_string(),
            columns,
            primary_key: table.id.as_ref().map_or_else(|| key.clone(), |id| vec![id.to_string()]),
            unique: table.id.is_some().then_some(key),
            foreign_keys,
            indexes,
            was: table.was.as_ref().map(ToString::to_string),
            columns_were: table
                .columns
                .iter()
                .filter_map(|column| {
                    Some((column.name.to_string(), column.was.as_ref()?.to_string()))
                })
                .collect(),
        }
    }

    /// The database tables of the dataset, parents first.
    pub fn relations(&self) -> Vec<Relation> {
        self.tables.iter().map(|table| self.relation(table)).collect()
    }

    /// What keeps the dataset out of a database of this dialect.
    pub fn unfit_for(&self, dialect: Dialect) -> Option<String> {
        self.relations().iter().find_map(|relation| {
            relation.columns.iter().find_map(|column| match column.kind {
                SqlType::Text { max, indexed: true }
                    if dialect.is_mysql()
                        && max.is_none_or(|max| max > crate::dialect::MYSQL_INDEXED_LENGTH) =>
                {
                    Some(format!(
                        "{dialect} cannot index `{}.{}`: give its field a maxLength of at most {}",
                        relation.name,
                        column.name,
                        crate::dialect::MYSQL_INDEXED_LENGTH
                    ))
                }
                _ if dialect.reserved_columns().contains(&column.name.as_str()) => Some(format!(
                    "{dialect} has a hidden column `{}` in every table: give `{}.{0}` another name",
                    column.name, relation.name
                )),
                _ => None,
            })
        })
    }
}
