//! A key that lets an application at the API.

use sea_orm::entity::prelude::*;

/// A key that lets an application at the API. Of its secret only the digest is here.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tolva_key")]
pub struct Model {
    /// The part of the key by which it is found; no secret.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// What people call it.
    pub name: String,
    /// SHA-256 of the secret part.
    pub digest: Vec<u8>,
    /// What it lets its holder do, as words.
    #[sea_orm(column_type = "Text")]
    pub scopes: String,
    /// When it was made, milliseconds since 1970.
    pub created_at: i64,
    /// When it ends to be good; absent when it does not.
    pub expires_at: Option<i64>,
    /// When it was revoked; absent while it is good.
    pub revoked_at: Option<i64>,
}

/// It is joined by hand where that is needed.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
