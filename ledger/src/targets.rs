//! The databases that workers know of.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder};
use tolva_schema::dialect::Dialect;

use crate::entity::target;
use crate::{Ledger, LedgerError, now_ms};

/// A named target.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Target {
    /// Its name in contracts.
    pub name: String,
    /// Its dialect; absent while nobody has a URL for it: it is skipped.
    pub dialect: Option<Dialect>,
}

impl Ledger {
    /// The targets known, by name.
    pub async fn targets(&self) -> Result<Vec<Target>, LedgerError> {
        let models =
            target::Entity::find().order_by_asc(target::Column::Name).all(&self.db).await?;
        Ok(models
            .into_iter()
            .map(|model| Target {
                name: model.name,
                dialect: model.dialect.and_then(|dialect| dialect.parse().ok()),
            })
            .collect())
    }

    /// The names of those that are skipped: nobody has a URL for them.
    pub async fn skipped_targets(&self) -> Result<Vec<String>, LedgerError> {
        let skipped = self.targets().await?.into_iter().filter(|target| target.dialect.is_none());
        Ok(skipped.map(|target| target.name).collect())
    }

    /// Records a target. One without a dialect is only recorded if nobody knows it: a worker that
    /// lacks its URL does not take it from those that have one.
    pub async fn record_target(
        &self,
        name: &str,
        dialect: Option<Dialect>,
    ) -> Result<(), LedgerError> {
        let mut conflict = OnConflict::column(target::Column::Name);
        match dialect {
            Some(_) => conflict.update_columns([target::Column::Dialect, target::Column::SeenAt]),
            None => conflict.update_column(target::Column::SeenAt),
        };
        target::Entity::insert(target::ActiveModel {
            name: Set(name.to_owned()),
            dialect: Set(dialect.map(|dialect| dialect.to_string())),
            seen_at: Set(now_ms()),
        })
        .on_conflict(conflict)
        .exec_without_returning(&self.db)
        .await?;
        Ok(())
    }
}
