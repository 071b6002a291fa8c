//! How much of everything there is, for those who measure.

use std::collections::BTreeMap;
use std::time::Duration;

use sea_orm::{ConnectionTrait, Statement};
use tolva_schema::state::ArrivalState;

use crate::heartbeats::{Heartbeat, expected};
use crate::{Freshness, Ledger, LedgerError};

/// What the ledger tells of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Arrivals by dataset, target and state; every state is named.
    pub arrivals: Vec<ArrivalFigure>,
    /// What waits to be published.
    pub outbox: OutboxFigure,
    /// Who is at work, and who should be and is silent.
    pub heartbeats: Vec<Heartbeat>,
    /// How old each dataset is.
    pub freshness: Vec<Freshness>,
}

/// Arrivals of a dataset that are in one state, for one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrivalFigure {
    /// The dataset.
    pub dataset: String,
    /// The target.
    pub target: String,
    /// The state.
    pub state: ArrivalState,
    /// How many.
    pub count: i64,
}

/// What waits in the outbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutboxFigure {
    /// Events that are not published.
    pub waiting: i64,
    /// How old the oldest of them is; nothing when none waits.
    pub age: Duration,
}

impl Ledger {
    /// Everything that is measured.
    pub async fn figures(&self) -> Result<Figures, LedgerError> {
        let freshness = self.freshness().await?;
        Ok(Figures {
            arrivals: self.arrival_figures(&freshness).await?,
            outbox: self.outbox_figure().await?,
            heartbeats: expected(&self.heartbeats().await?),
            freshness,
        })
    }

    /// Counts arrivals, from indexes alone. Those of which a target knows nothing have landed, for
    /// that target.
    async fn arrival_figures(
        &self,
        places: &[Freshness],
    ) -> Result<Vec<ArrivalFigure>, LedgerError> {
        let ask = |sql: &str| {
            self.db.query_all_raw(Statement::from_string(self.db.get_database_backend(), sql))
        };
        let mut totals: BTreeMap<String, i64> = BTreeMap::new();
        let all = "SELECT dataset, COUNT(*) AS arrivals FROM tolva_arrival GROUP BY dataset";
        for row in ask(all).await? {
            totals.insert(row.try_get("", "dataset")?, row.try_get("", "arrivals")?);
        }
        let mut counts: BTreeMap<(String, String, ArrivalState), i64> = BTreeMap::new();
        let by_state = "SELECT dataset, target, state, COUNT(*) AS arrivals \
                        FROM tolva_arrival_target GROUP BY dataset, target, state";
        for row in ask(by_state).await? {
            let state: String = row.try_get("", "state")?;
            let state = state.parse().map_err(LedgerError::Corrupt)?;
            let key = (row.try_get("", "dataset")?, row.try_get("", "target")?, state);
            counts.insert(key, row.try_get("", "arrivals")?);
        }
        let mut list = Vec::new();
        for Freshness { dataset, target, .. } in places {
            let known = |state| {
                counts.get(&(dataset.clone(), target.clone(), state)).copied().unwrap_or_default()
            };
            let total = totals.get(dataset).copied().unwrap_or_default();
            let unknown = total - ArrivalState::ALL.into_iter().map(known).sum::<i64>();
            list.extend(ArrivalState::ALL.map(|state| {
                let more = if state == ArrivalState::Landed { unknown.max(0) } else { 0 };
                let (dataset, target) = (dataset.clone(), target.clone());
                ArrivalFigure { dataset, target, state, count: known(state) + more }
            }));
        }
        Ok(list)
    }

    /// What waits in the outbox.
    async fn outbox_figure(&self) -> Result<OutboxFigure, LedgerError> {
        let now = self.now_sql();
        let sql = format!(
            "SELECT COUNT(*) AS waiting, {now} - MIN(created_at) AS age FROM tolva_outbox \
             WHERE published_at IS NULL"
        );
        let question = Statement::from_string(self.db.get_database_backend(), sql);
        let Some(row) = self.db.query_one_raw(question).await? else {
            return Ok(OutboxFigure::default());
        };
        let age: Option<i64> = row.try_get("", "age")?;
        Ok(OutboxFigure {
            waiting: row.try_get("", "waiting")?,
            age: Duration::from_millis(age.unwrap_or_default().max(0).unsigned_abs()),
        })
    }
}
