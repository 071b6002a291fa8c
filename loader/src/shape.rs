//! Bringing a target's tables into the shape that a contract declares.

use sea_orm::{ConnectionTrait, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use tolva_schema::contract::Contract;
use tolva_schema::dialect::Dialect;
use tolva_schema::plan::{self, Step};

use crate::error::LoadError;
use crate::live;
use crate::merge::{Lock, lock_number};
use crate::target::Session;

/// What must change. `former` is the contract by which the tables were made.
pub async fn plan(
    session: &Session,
    former: Option<&Contract>,
    contract: &Contract,
) -> Result<Vec<Step>, LoadError> {
    if let Some(reason) = contract.unfit_for(session.dialect) {
        return Err(LoadError::Failed { code: "unfit", message: reason });
    }
    let live = live::tables(session).await?;
    let former = former.map(Contract::relations).unwrap_or_default();
    Ok(plan::plan(session.dialect, &live, &former, &contract.relations()))
}

/// Makes changes, under the dataset's lock and with a limit on waiting for others' locks. All or
/// nothing, but for MySQL, which commits each change of a table by itself: there a plan that was cut
/// short goes on where it stopped.
pub async fn apply(session: &Session, dataset: &str, steps: &[Step]) -> Result<(), LoadError> {
    if steps.is_empty() {
        return Ok(());
    }
    let statements = steps.iter().flat_map(|step| &step.sql);
    if session.dialect.is_mysql() {
        let lock = Lock::take(session, dataset).await?;
        session.db.execute_unprepared("SET SESSION lock_wait_timeout = 10").await?;
        let mut outcome = Ok(());
        for statement in statements {
            outcome = session.db.execute_unprepared(statement).await.map(drop);
            if outcome.is_err() {
                break;
            }
        }
        lock.release(session).await?;
        return Ok(outcome?);
    }
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let transaction = session.db.begin_with_options(options).await?;
    if session.dialect == Dialect::Postgres {
        transaction.execute_unprepared("SET LOCAL lock_timeout = '10s'").await?;
        let lock = format!("SELECT pg_advisory_xact_lock({})", lock_number(dataset));
        transaction.execute_unprepared(&lock).await?;
    }
    for statement in statements {
        transaction.execute_unprepared(statement).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Makes the changes that lose nothing.
///
/// # Errors
/// [`LoadError::Failed`] when a person must allow one that may.
pub async fn ensure(
    session: &Session,
    former: Option<&Contract>,
    contract: &Contract,
) -> Result<(), LoadError> {
    let steps = plan(session, former, contract).await?;
    if let Some(step) = steps.iter().find(|step| step.destructive) {
        return Err(LoadError::Failed {
            code: "schema",
            message: format!(
                "{}; see `tolva schema plan`, then `tolva schema apply --allow-destructive`",
                step.what
            ),
        });
    }
    apply(session, &contract.name, &steps).await
}
