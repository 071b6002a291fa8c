//! How far arrivals are in a target, kept so that a decision reads a few rows by an index, however
//! many arrivals there are.
//!
//! An arrival without a row is landed. Rows are added in the order of sequences and never left out:
//! those of a target are complete up to the highest one. The *head* of a partition is its newest
//! arrival that was not refused: the one that a snapshot wants.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement, Value,
};
use tolva_schema::state::ArrivalState;

use crate::arrivals::{find, newest_sequence};
use crate::entity::arrival_target::{ActiveModel, Column, Entity};
use crate::{Ledger, LedgerError, now_ms};

/// Indexes of partial tables are used only where the same words stand in the query.
pub(crate) const OPEN: &str = "state IN ('landed', 'loading')";
pub(crate) const OPEN_HEAD: &str = "head AND state IN ('landed', 'loading')";
pub(crate) const APPLIED_HEAD: &str = "head AND state IN ('loaded', 'unchanged')";

/// The indexes that decisions read by.
pub(crate) fn indexes() -> Vec<String> {
    let on = "ON tolva_arrival_target (dataset, target";
    vec![
        format!("CREATE UNIQUE INDEX IF NOT EXISTS tolva_progress_sequence {on}, sequence)"),
        format!("CREATE INDEX IF NOT EXISTS tolva_progress_state {on}, state, sequence)"),
        format!("CREATE INDEX IF NOT EXISTS tolva_progress_part {on}, part, sequence)"),
        format!(
            "CREATE INDEX IF NOT EXISTS tolva_progress_open {on}, part, sequence) WHERE {OPEN}"
        ),
        format!("CREATE UNIQUE INDEX IF NOT EXISTS tolva_progress_head {on}, part) WHERE head"),
        format!(
            "CREATE INDEX IF NOT EXISTS tolva_progress_due {on}, not_before, sequence) \
             WHERE {OPEN_HEAD}"
        ),
        format!(
            "CREATE INDEX IF NOT EXISTS tolva_progress_applied {on}, digest, sequence) \
             WHERE {APPLIED_HEAD}"
        ),
    ]
}

/// Whether arrivals in this state stand behind older ones of their partition.
fn is_refused(state: ArrivalState) -> bool {
    state.blocks() || state == ArrivalState::Discarded
}

impl Ledger {
    /// Adds the rows of arrivals that came since this was last done.
    pub(crate) async fn enroll_new(&self, dataset: &str, target: &str) -> Result<(), LedgerError> {
        let newest = newest_sequence(&self.db, dataset).await?;
        if newest <= last_enrolled(&self.db, dataset, target).await? {
            return Ok(());
        }
        let transaction = self.begin().await?;
        self.enroll(&transaction, dataset, target).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The same in a transaction; no arrival is made meanwhile.
    pub(crate) async fn enroll(
        &self,
        transaction: &impl ConnectionTrait,
        dataset: &str,
        target: &str,
    ) -> Result<(), LedgerError> {
        self.lock_dataset(transaction, dataset).await?;
        let last = last_enrolled(transaction, dataset, target).await?;
        let p = |index| self.dialect.placeholder(index);
        let step_down = format!(
            "UPDATE tolva_arrival_target SET head = FALSE WHERE dataset = {} AND target = {} \
             AND head AND part IN \
             (SELECT part FROM tolva_arrival WHERE dataset = {} AND sequence > {})",
            p(1),
            p(2),
            p(3),
            p(4)
        );
        let values = [dataset.into(), target.into(), dataset.into(), last.into()];
        transaction.execute_raw(self.statement(step_down, values)).await?;
        let add = format!(
            "INSERT INTO tolva_arrival_target (arrival_id, target, dataset, part, sequence, head, \
             state, attempts, not_before, changed_at) \
             SELECT a.id, {}, a.dataset, a.part, a.sequence, \
             NOT EXISTS (SELECT 1 FROM tolva_arrival newer WHERE newer.dataset = a.dataset \
             AND newer.part = a.part AND newer.sequence > a.sequence), 'landed', 0, 0, {} \
             FROM tolva_arrival a WHERE a.dataset = {} AND a.sequence > {}",
            p(1),
            p(2),
            p(3),
            p(4)
        );
        let values = [target.into(), now_ms().into(), dataset.into(), last.into()];
        transaction.execute_raw(self.statement(add, values)).await?;
        Ok(())
    }

    /// Sets how far an arrival is in a target; a state that is reached clears what was tried before.
    pub(crate) async fn set_state(
        &self,
        transaction: &impl ConnectionTrait,
        arrival_id: i64,
        target: &str,
        state: ArrivalState,
        message: Option<String>,
        digest: Option<String>,
    ) -> Result<(), LedgerError> {
        let mut change = ActiveModel {
            state: Set(state.as_str().to_owned()),
            message: Set(message),
            digest: Set(digest),
            changed_at: Set(now_ms()),
            ..Default::default()
        };
        if state != ArrivalState::Loading {
            (change.attempts, change.not_before) = (Set(0), Set(0));
        }
        let update = Entity::update_many()
            .set(change)
            .filter(Column::ArrivalId.eq(arrival_id))
            .filter(Column::Target.eq(target));
        if update.clone().exec(transaction).await?.rows_affected == 0 {
            let arrival = find(transaction, arrival_id).await?;
            self.enroll(transaction, &arrival.dataset, target).await?;
            update.exec(transaction).await?;
        }
        if is_refused(state) {
            step_back(transaction, arrival_id, target).await?;
        }
        Ok(())
    }

    /// Marks older arrivals of the same partition that are still open as superseded.
    pub(crate) async fn supersede_before(
        &self,
        transaction: &impl ConnectionTrait,
        arrival_id: i64,
        target: &str,
    ) -> Result<(), LedgerError> {
        let new = find(transaction, arrival_id).await?;
        Entity::update_many()
            .set(ActiveModel {
                state: Set(ArrivalState::Superseded.as_str().to_owned()),
                message: Set(None),
                digest: Set(None),
                attempts: Set(0),
                not_before: Set(0),
                changed_at: Set(now_ms()),
                ..Default::default()
            })
            .filter(Column::Dataset.eq(new.dataset))
            .filter(Column::Target.eq(target))
            .filter(Column::Part.eq(new.part))
            .filter(Column::Sequence.lt(new.sequence))
            .filter(Expr::cust(OPEN))
            .exec(transaction)
            .await?;
        Ok(())
    }

    pub(crate) fn statement<const N: usize>(&self, sql: String, values: [Value; N]) -> Statement {
        Statement::from_sql_and_values(self.db.get_database_backend(), sql, values)
    }
}

/// The highest sequence among the rows of a target; 0 where there are none.
async fn last_enrolled(
    db: &impl ConnectionTrait,
    dataset: &str,
    target: &str,
) -> Result<i64, LedgerError> {
    let last = Entity::find()
        .select_only()
        .column(Column::Sequence)
        .filter(Column::Dataset.eq(dataset))
        .filter(Column::Target.eq(target))
        // Not the maximum: Postgres reads all rows for it while its statistics are young.
        .order_by_desc(Column::Sequence)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.unwrap_or(0))
}

/// A refused arrival is no head any more: the next older one is.
async fn step_back(
    transaction: &impl ConnectionTrait,
    arrival_id: i64,
    target: &str,
) -> Result<(), LedgerError> {
    let key = (arrival_id, target.to_owned());
    let Some(refused) = Entity::find_by_id(key).one(transaction).await? else { return Ok(()) };
    if !refused.head {
        return Ok(());
    }
    let head = |arrival_id, head| ActiveModel {
        arrival_id: Set(arrival_id),
        target: Set(target.to_owned()),
        head: Set(head),
        ..Default::default()
    };
    Entity::update(head(arrival_id, false)).exec(transaction).await?;
    let refusals = ArrivalState::ALL.into_iter().filter(|state| is_refused(*state));
    let older = Entity::find()
        .filter(Column::Dataset.eq(refused.dataset))
        .filter(Column::Target.eq(target))
        .filter(Column::Part.eq(refused.part))
        .filter(Column::Sequence.lt(refused.sequence))
        .filter(Column::State.is_not_in(refusals.map(ArrivalState::as_str)))
        .order_by_desc(Column::Sequence)
        .one(transaction)
        .await?;
    if let Some(older) = older {
        Entity::update(head(older.arrival_id, true)).exec(transaction).await?;
    }
    Ok(())
}
