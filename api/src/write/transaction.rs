//! A transaction that writes to the tables of a dataset, alone.

use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, QueryResult, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait,
};
use tolva_ledger::StoredContract;
use tolva_schema::control::lock_number;
use tolva_schema::dialect::Dialect;

use crate::database::Trouble;
use crate::problem::Problem;
use crate::sql::Text;

/// How long a writer waits in Postgres for whoever writes to the dataset: another one, or a merge. In
/// SQLite it waits as every writer does, 30 s.
const WAIT: Duration = Duration::from_secs(5);

/// The transaction. Dropped, it changes nothing.
pub struct Writing {
    transaction: DatabaseTransaction,
    dialect: Dialect,
}

impl Writing {
    /// Begins; Postgres ends each of its statements that takes longer than `timeout`. Takes the lock that merges and changes of tables take, and sees to it that the contract
    /// is the one in force.
    ///
    /// # Errors
    /// [`Problem::Locked`] when somebody else writes for too long; [`Problem::Changing`] when the
    /// contract has just become another one.
    pub async fn begin(
        db: &DatabaseConnection,
        dialect: Dialect,
        timeout: Duration,
        stored: &StoredContract,
    ) -> Result<Self, Trouble> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let dataset = stored.contract.name.as_str();
        let transaction = db.begin_with_options(options).await?;
        let writing = Self { transaction, dialect };
        if dialect == Dialect::Postgres {
            let bounds = format!(
                "SET LOCAL lock_timeout = {}; SET LOCAL statement_timeout = {}",
                WAIT.min(timeout).as_millis(),
                timeout.as_millis()
            );
            writing.transaction.execute_unprepared(&bounds).await?;
            let lock = format!("SELECT pg_advisory_xact_lock({})", lock_number(dataset));
            writing.transaction.execute_unprepared(&lock).await?;
        }
        let mut text = writing.text();
        text.push("SELECT text FROM tolva_contract WHERE state = 'in_force' AND dataset = ");
        text.bind(dataset);
        let row = writing.one(text).await?;
        let in_force: Option<String> = row.map(|row| row.try_get_by_index(0)).transpose()?;
        if in_force.as_ref() != Some(&stored.text) {
            return Err(Problem::Changing { table: dataset.to_owned() }.into());
        }
        Ok(writing)
    }

    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// A statement in the making.
    pub fn text(&self) -> Text {
        Text::new(self.dialect)
    }

    /// Runs a statement.
    pub async fn run(&self, text: Text) -> Result<(), Trouble> {
        self.transaction.execute_raw(text.finish()?).await?;
        Ok(())
    }

    /// All rows of a statement.
    pub async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, Trouble> {
        Ok(self.transaction.query_all_raw(statement).await?)
    }

    /// The first row of a statement, if there is one.
    pub async fn one(&self, text: Text) -> Result<Option<QueryResult>, Trouble> {
        Ok(self.transaction.query_one_raw(text.finish()?).await?)
    }

    /// Ends it: what was written is kept, or was only tried.
    pub async fn end(self, keep: bool) -> Result<(), Trouble> {
        match keep {
            true => self.transaction.commit().await?,
            false => self.transaction.rollback().await?,
        }
        Ok(())
    }
}
