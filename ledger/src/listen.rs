//! Hearing that something waits in the outbox, without asking again and again.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::postgres::PgListener;
use sea_orm::sqlx::{self, PgPool};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tolva_schema::dialect::Dialect;

use crate::Ledger;

/// The channel on which inserting into the outbox notifies.
pub(crate) const CHANNEL: &str = "tolva_outbox";

/// Between two tries to listen again.
const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(10);

/// Hints that the outbox has something new. They are hints only: some may be missing, and some tell
/// nothing.
#[derive(Debug)]
pub struct Hints {
    there: Arc<Notify>,
    task: Option<JoinHandle<()>>,
}

impl Hints {
    /// The next hint; several that came meanwhile are one. It may be waited for again after it was
    /// given up, and it never fails: while the ledger is away there are no hints, and one once it is
    /// back. In SQLite there are none at all.
    pub async fn next(&self) {
        self.there.notified().await;
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Ledger {
    /// Listens for what is put into the outbox.
    pub fn listen(&self) -> Hints {
        let there = Arc::new(Notify::new());
        let task = (self.dialect == Dialect::Postgres).then(|| {
            let pool = self.db().get_postgres_connection_pool().clone();
            tokio::spawn(keep_listening(pool, Arc::clone(&there)))
        });
        Hints { there, task }
    }
}

async fn keep_listening(pool: PgPool, there: Arc<Notify>) {
    let mut wait = FIRST;
    loop {
        let mut heard = false;
        let Err(error) = listen(&pool, &there, &mut heard).await;
        if heard {
            wait = FIRST;
        }
        if matches!(error, sqlx::Error::PoolClosed) {
            return;
        }
        tracing::debug!(%error, "not listening to the ledger for a moment");
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST);
    }
}

/// Listens until that fails. Each time that it begins, and whenever the connection was lost, it gives
/// a hint: something may have been missed.
async fn listen(
    pool: &PgPool,
    there: &Notify,
    heard: &mut bool,
) -> Result<std::convert::Infallible, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    *heard = true;
    loop {
        there.notify_one();
        listener.try_recv().await?;
    }
}
