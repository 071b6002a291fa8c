//! What was wrong or doubtful in a file, and where.

use sea_orm::entity::prelude::*;

/// What was wrong or doubtful in a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tolva_finding")]
pub struct Model {
    /// The load that found it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub load_id: i64,
    /// Its place in the report, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ordinal: i32,
    /// `error` or `warning`.
    pub severity: String,
    /// The rule.
    pub rule: String,
    /// The sheet.
    #[sea_orm(column_type = "Text", nullable)]
    pub sheet: Option<String>,
    /// Row or line, 1-based.
    pub row: Option<i64>,
    /// Column, 1-based.
    pub col: Option<i32>,
    /// The field.
    pub field: Option<String>,
    /// The value as it stood.
    #[sea_orm(column_type = "Text", nullable)]
    pub value: Option<String>,
    /// What is wrong and what to do.
    #[sea_orm(column_type = "Text")]
    pub message: String,
}

/// It is joined by hand where that is needed.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
