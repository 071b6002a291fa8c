//! Hearing that something waits in the outbox, or that a dataset has a new version, without asking again
//! and again.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::postgres::PgListener;
use sea_orm::sqlx::{self, PgPool};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tolva_schema::control::VERSION_CHANNEL;
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
    _listening: Listening,
}

impl Hints {
    /// The next hint; several that came meanwhile are one. It may be waited for again after it was
    /// given up, and it never fails: while the ledger is away there are no hints, and one once it is
    /// back. In SQLite there are those of uploads to this process, and no others.
    pub async fn next(&self) {
        self.there.notified().await;
    }
}

/// What is heard on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Listening begins, or begins again: what was said before may have been missed.
    Began,
    /// What was said.
    Told(String),
    /// Listening has ended, until it begins again.
    Lost,
}

/// Listens for as long as it is kept.
#[derive(Debug)]
pub struct Listening(Option<JoinHandle<()>>);

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

impl Ledger {
    /// Listens for what is put into the outbox.
    pub fn listen(&self) -> Hints {
        let there = match self.dialect {
            Dialect::Sqlite => Arc::clone(&self.near),
            _ => Arc::default(),
        };
        let hint = Arc::clone(&there);
        let listening = self.listen_on(CHANNEL, move |heard| {
            if heard != Heard::Lost {
                hint.notify_one();
            }
        });
        Hints { there, _listening: listening }
    }

    /// Listens for datasets whose version is raised in the ledger's database; `tell` gets their names.
    /// In SQLite nothing is ever heard.
    pub fn listen_for_versions(&self, tell: impl FnMut(Heard) + Send + 'static) -> Listening {
        self.listen_on(VERSION_CHANNEL, tell)
    }

    fn listen_on(
        &self,
        channel: &'static str,
        tell: impl FnMut(Heard) + Send + 'static,
    ) -> Listening {
        Listening((self.dialect == Dialect::Postgres).then(|| {
            let pool = self.db().get_postgres_connection_pool().clone();
            tokio::spawn(keep_listening(pool, channel, tell))
        }))
    }
}

async fn keep_listening(pool: PgPool, channel: &str, mut tell: impl FnMut(Heard) + Send) {
    let mut wait = FIRST;
    loop {
        let mut heard = false;
        let Err(error) = listen(&pool, channel, &mut tell, &mut heard).await;
        tell(Heard::Lost);
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

/// Listens until that fails.
async fn listen(
    pool: &PgPool,
    channel: &str,
    tell: &mut (impl FnMut(Heard) + Send),
    heard: &mut bool,
) -> Result<std::convert::Infallible, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(channel).await?;
    *heard = true;
    tell(Heard::Began);
    loop {
        match listener.try_recv().await? {
            Some(notification) => tell(Heard::Told(notification.payload().to_owned())),
            // The connection was lost, and is there again.
            None => tell(Heard::Began),
        }
    }
}
