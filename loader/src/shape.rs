//! Bringing a target's tables into the shape that a contract declares.

use sea_orm::{ConnectionTrait, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use tolva_schema::contract::Contract;
use tolva_schema::control::lock_number;
use tolva_schema::control::{APPLIED, MEMBER, ROWS, TOMBSTONE, VERSION};
use tolva_schema::dialect::Dialect;
use tolva_schema::plan::{self, Kind, Step};

use crate::error::LoadError;
use crate::live;
use crate::merge::{Lock, say_version};
use crate::target::Session;

/// What must change. `former` is the contract by which the tables were made.
pub async fn plan(
    session: &Session,
    former: Option<&Contract>,
    contract: &Contract,
) -> Result<Vec<Step>, LoadError> {
    plan_on(session, &session.db, former, contract).await
}

async fn plan_on(
    session: &Session,
    db: &impl ConnectionTrait,
    former: Option<&Contract>,
    contract: &Contract,
) -> Result<Vec<Step>, LoadError> {
    if let Some(reason) = contract.unfit_for(session.dialect) {
        return Err(LoadError::Failed { code: "unfit", message: reason });
    }
    let live = live::tables(session, db).await?;
    let former = former.map(Contract::relations).unwrap_or_default();
    Ok(plan::plan(session.dialect, &live, &former, &contract.relations()))
}

/// What a plan may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// What loses nothing.
    Harmless,
    /// Everything: a person allowed it.
    Destructive,
}

/// Makes the changes, under the dataset's lock and with a limit on waiting for others' locks. They are
/// planned under the lock: whoever held it before may have made some of them. All or nothing, but for
/// MySQL, which commits each change of a table by itself: there a plan that was cut short goes on
/// where it stopped.
///
/// # Errors
/// [`LoadError::Failed`] when a person must allow a change that may lose data: none is made.
pub async fn apply(
    session: &Session,
    former: Option<&Contract>,
    contract: &Contract,
    leave: Leave,
) -> Result<(), LoadError> {
    let steps = plan(session, former, contract).await?;
    allowed(&steps, leave)?;
    if steps.is_empty() {
        return Ok(());
    }
    if session.dialect.is_mysql() {
        let lock = Lock::take(session, &contract.name).await?;
        let outcome = apply_on(session, &session.db, former, contract, leave).await;
        lock.release(session).await?;
        return outcome;
    }
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let transaction = session.db.begin_with_options(options).await?;
    if session.dialect == Dialect::Postgres {
        transaction.execute_unprepared("SET LOCAL lock_timeout = '10s'").await?;
        let lock = format!("SELECT pg_advisory_xact_lock({})", lock_number(&contract.name));
        transaction.execute_unprepared(&lock).await?;
    }
    apply_on(session, &transaction, former, contract, leave).await?;
    transaction.commit().await?;
    Ok(())
}

async fn apply_on(
    session: &Session,
    db: &impl ConnectionTrait,
    former: Option<&Contract>,
    contract: &Contract,
    leave: Leave,
) -> Result<(), LoadError> {
    let steps = plan_on(session, db, former, contract).await?;
    allowed(&steps, leave)?;
    follow(session, db, contract, &steps).await?;
    if session.dialect.is_mysql() {
        session.execute(db, "SET SESSION lock_wait_timeout = 10").await?;
    }
    for statement in steps.iter().flat_map(|step| &step.sql) {
        session.execute(db, statement).await?;
    }
    Ok(())
}

/// What follows from steps for what is kept about the dataset. Of a table that goes, what is kept about
/// its rows goes too. Where one is made anew, or every row is to be written again, the dataset counts
/// as never loaded: no arrival is what the target holds, and the contract of the last load is not the
/// one by which its tables were made. A table or a column with another name is another version.
async fn follow(
    session: &Session,
    db: &impl ConnectionTrait,
    contract: &Contract,
    steps: &[Step],
) -> Result<(), LoadError> {
    let dataset = contract.name.as_str();
    let p = |at| session.dialect.placeholder(at);
    let (mut again, mut changed) = (false, false);
    for step in steps {
        let goes = step.kind == Kind::DropTable;
        if goes {
            for kept in [TOMBSTONE, MEMBER] {
                let sql = format!(
                    "DELETE FROM {kept} WHERE dataset = {} AND table_name = {}",
                    p(1),
                    p(2)
                );
                session.run(db, sql, vec![dataset.into(), step.table.as_str().into()]).await?;
            }
            let sql = format!("DELETE FROM {ROWS} WHERE table_name = {}", p(1));
            session.run(db, sql, vec![step.table.as_str().into()]).await?;
        }
        again |= step.kind == Kind::Rehash || goes && contract.table(&step.table).is_some();
        changed |= step.kind == Kind::Rename;
    }
    if again {
        let sql = format!("DELETE FROM {APPLIED} WHERE dataset = {}", p(1));
        session.run(db, sql, vec![dataset.into()]).await?;
    }
    if again || changed {
        let sql = format!("UPDATE {VERSION} SET version = version + 1 WHERE dataset = {}", p(1));
        session.run(db, sql, vec![dataset.into()]).await?;
        say_version(session, db, dataset).await?;
    }
    Ok(())
}

/// Counts in the live database what the steps would lose.
pub async fn count(session: &Session, steps: &mut [Step]) -> Result<(), LoadError> {
    for step in steps {
        for loss in &step.counting {
            let Some(row) = session.one(&session.db, loss.sql.clone(), Vec::new()).await? else {
                continue;
            };
            let number = |at| row.try_get_by_index::<i64>(at).map(i64::unsigned_abs);
            step.loses.extend(loss.told(number(0)?, number(1)?));
        }
    }
    Ok(())
}

fn allowed(steps: &[Step], leave: Leave) -> Result<(), LoadError> {
    match steps.iter().find(|step| step.destructive) {
        Some(step) if leave == Leave::Harmless => Err(LoadError::Failed {
            code: "schema",
            message: format!(
                "{}; see `tolva schema plan`, then `tolva schema apply --allow-destructive`",
                step.what
            ),
        }),
        _ => Ok(()),
    }
}
