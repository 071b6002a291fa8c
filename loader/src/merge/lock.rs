//! The lock of a dataset in its target: whoever writes the dataset's tables holds it.

use sea_orm::DatabaseTransaction;
use tolva_schema::control::lock_number;
use tolva_schema::dialect::Dialect;
use tolva_schema::hash::Hash128;

use crate::error::LoadError;
use crate::target::Session;

/// Seconds to wait for whoever holds it.
const WAIT: i64 = 60;

/// A lock that is held outside of a transaction: for merges in MySQL, whose locks belong to the
/// connection, and for changes of tables.
#[derive(Debug)]
pub struct Lock {
    name: Option<String>,
}

impl Lock {
    /// Takes the lock of `dataset` for the connection. In Postgres and SQLite the merge takes it in
    /// its transaction instead.
    pub async fn take(session: &Session, dataset: &str) -> Result<Self, LoadError> {
        if !session.dialect.is_mysql() {
            return Ok(Self { name: None });
        }
        // Names are the server's, and 64 characters at most.
        let database = session
            .one(&session.db, "SELECT DATABASE()", Vec::new())
            .await?
            .map_or(Ok(String::new()), |row| row.try_get_by_index::<String>(0))?;
        let name =
            format!("tolva:{}", Hash128::of(format!("{database}/{dataset}").as_bytes()).to_hex());
        let row = session
            .one(&session.db, "SELECT GET_LOCK(?, ?)", vec![name.as_str().into(), WAIT.into()])
            .await?;
        match row.map(|row| row.try_get_by_index::<Option<i64>>(0)) {
            Some(Ok(Some(1))) => Ok(Self { name: Some(name) }),
            _ => Err(LoadError::Retry(format!("the lock of {dataset} is held by another worker"))),
        }
    }

    /// Gives the lock back. A connection that breaks gives it back as well.
    pub async fn release(self, session: &Session) -> Result<(), LoadError> {
        if let Some(name) = self.name {
            session.one(&session.db, "SELECT RELEASE_LOCK(?)", vec![name.into()]).await?;
        }
        Ok(())
    }
}

/// Takes the lock of `dataset` until the transaction ends. SQLite's writer is alone already.
pub(super) async fn in_transaction(
    session: &Session,
    transaction: &DatabaseTransaction,
    dataset: &str,
) -> Result<(), LoadError> {
    if session.dialect == Dialect::Postgres {
        let sql = format!("SELECT pg_advisory_xact_lock({})", lock_number(dataset));
        session.execute(transaction, &sql).await?;
    }
    Ok(())
}
