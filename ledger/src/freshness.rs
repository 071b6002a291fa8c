//! How old each dataset is in each target, against its promise.

use sea_orm::{ConnectionTrait, Statement};
use serde::Serialize;
use tolva_schema::state::ArrivalState;

use crate::{Ledger, LedgerError, StoredContract, now_ms};

/// A dataset in a target that is not skipped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Freshness {
    /// The dataset.
    pub dataset: String,
    /// The target.
    pub target: String,
    /// How old it may become.
    pub every_ms: i64,
    /// When it was last brought up to date, milliseconds since 1970.
    pub refreshed_at: Option<i64>,
    /// How old it is; one that was never refreshed is as old as its contract.
    pub age_ms: i64,
    /// Whether it is older than promised.
    pub late: bool,
}

/// Whether what was up to date at `since` is older than promised.
fn is_late(since: i64, every_ms: i64, now: i64) -> bool {
    now.saturating_sub(since) > every_ms
}

impl Ledger {
    /// How old each dataset is in each of its targets.
    pub async fn freshness(&self) -> Result<Vec<Freshness>, LedgerError> {
        let skipped = self.skipped_targets().await?;
        let mut list = Vec::new();
        for StoredContract { contract, stored_at, .. } in self.contracts().await? {
            for target in contract.targets.iter().filter(|target| !skipped.contains(target)) {
                let refreshed_at = self.last_refreshed(&contract.name, target).await?;
                let (since, now) = (refreshed_at.unwrap_or(stored_at), now_ms());
                let every_ms = i64::try_from(contract.every.as_millis()).unwrap_or(i64::MAX);
                list.push(Freshness {
                    dataset: contract.name.to_string(),
                    target: target.clone(),
                    every_ms,
                    refreshed_at,
                    age_ms: now.saturating_sub(since),
                    late: is_late(since, every_ms, now),
                });
            }
        }
        Ok(list)
    }

    /// When a load last succeeded, or found nothing to change. Each state is a place in the index:
    /// the newest of it is found without reading the others.
    async fn last_refreshed(
        &self,
        dataset: &str,
        target: &str,
    ) -> Result<Option<i64>, LedgerError> {
        let newest = |state: ArrivalState, first: usize| {
            let p = |index| self.dialect.placeholder(index);
            format!(
                "SELECT MAX(finished_at) AS at FROM tolva_load \
                 WHERE dataset = {} AND target = {} AND state = '{state}'",
                p(first),
                p(first + 1)
            )
        };
        // SQLite's placeholders have no numbers: each takes a value of its own.
        let loaded = newest(ArrivalState::Loaded, 1);
        let unchanged = newest(ArrivalState::Unchanged, 3);
        let question = Statement::from_sql_and_values(
            self.db.get_database_backend(),
            format!("SELECT MAX(at) AS at FROM ({loaded} UNION ALL {unchanged}) newest"),
            [dataset.into(), target.into(), dataset.into(), target.into()],
        );
        let row = self.db.query_one_raw(question).await?;
        Ok(row.map(|row| row.try_get("", "at")).transpose()?.flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::is_late;

    #[test]
    fn late_is_older_than_promised() {
        assert!(!is_late(1_000, 500, 1_500));
        assert!(is_late(1_000, 500, 1_501));
        assert!(!is_late(2_000, 500, 1_000), "a clock that went back is no delay");
    }
}
