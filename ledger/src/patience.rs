//! Statements that are not waited for for ever: a server that froze accepts bytes and never answers.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement, sqlx,
};

/// A connection or transaction each of whose statements must end within some time.
#[derive(Debug, Clone)]
pub(crate) struct Patient<C> {
    pub inner: C,
    /// None where there is no server that could freeze.
    pub patience: Option<Duration>,
}

/// What `work` gives, or an error that says that the database does not answer.
pub(crate) async fn within<T>(
    patience: Option<Duration>,
    work: impl Future<Output = Result<T, DbErr>>,
) -> Result<T, DbErr> {
    let Some(patience) = patience else { return work.await };
    tokio::time::timeout(patience, work).await.unwrap_or_else(|_| {
        let message = format!("the database did not answer within {} s", patience.as_secs());
        let error = io::Error::new(io::ErrorKind::TimedOut, message);
        Err(DbErr::Conn(RuntimeErr::SqlxError(Arc::new(sqlx::Error::Io(error)))))
    })
}

impl Patient<DatabaseTransaction> {
    /// Commits. When that takes too long, nobody knows whether it was done.
    pub async fn commit(self) -> Result<(), DbErr> {
        within(self.patience, self.inner.commit()).await
    }
}

#[async_trait]
impl<C: ConnectionTrait> ConnectionTrait for Patient<C> {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        within(self.patience, self.inner.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        within(self.patience, self.inner.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        within(self.patience, self.inner.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        within(self.patience, self.inner.query_all_raw(statement)).await
    }
}
