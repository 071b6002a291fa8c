//! Who is at work: watchers and workers tell the ledger that they live, and silence is noticed.

use std::time::Duration;

use sea_orm::{ConnectionTrait, QueryResult, Statement};
use serde::Serialize;

use crate::{Ledger, LedgerError};

/// How often a process says that it lives.
pub const BEAT: Duration = Duration::from_secs(10);
/// A process that said nothing for so long, and no goodbye, is silent.
pub const SILENCE: Duration = Duration::from_secs(60);
/// Who was not heard of for so long is forgotten.
const KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// A process that tells that it lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Its name: host and process number.
    pub name: String,
    /// `watch`, `work` or `up`.
    pub role: String,
    /// Its host.
    pub host: String,
    /// The inbox that it watches.
    pub inbox: Option<String>,
}

/// What was last heard of a process. Times are the database's: hosts' clocks may differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Heartbeat {
    /// Its name: host and process number.
    pub instance: String,
    /// `watch`, `work` or `up`.
    pub role: String,
    /// Its host.
    pub host: String,
    /// The inbox that it watches.
    pub inbox: Option<String>,
    /// When it started, milliseconds since 1970.
    pub started_at: i64,
    /// When it was last heard of, milliseconds since 1970.
    pub seen_at: i64,
    /// Whether it said goodbye.
    pub stopped: bool,
    /// How long ago it was last heard of.
    pub age_ms: i64,
}

impl Heartbeat {
    /// Whether it should be heard of and is not.
    pub fn is_silent(&self) -> bool {
        !self.stopped && u128::from(self.age_ms.max(0).unsigned_abs()) > SILENCE.as_millis()
    }

    /// Whether `other` does what this one did: it watches the same inbox and was heard of later, or
    /// it is a worker that took its place on the host.
    fn is_succeeded_by(&self, other: &Self) -> bool {
        let later = if self.inbox.is_some() {
            other.seen_at > self.seen_at
        } else {
            other.role == self.role && other.started_at >= self.seen_at
        };
        self.instance != other.instance
            && (&self.host, &self.inbox) == (&other.host, &other.inbox)
            && later
    }
}

/// Those that matter: who runs, and who should run and is silent. Who said goodbye, and who has a
/// successor, is left out.
pub fn expected(all: &[Heartbeat]) -> Vec<Heartbeat> {
    let succeeded =
        |one: &Heartbeat| one.is_silent() && all.iter().any(|other| one.is_succeeded_by(other));
    all.iter().filter(|one| !one.stopped && !succeeded(one)).cloned().collect()
}

impl Ledger {
    /// Says that a process lives, which has run for `uptime`.
    pub async fn beat(&self, who: &Instance, uptime: Duration) -> Result<(), LedgerError> {
        let (now, p) = (self.now_sql(), |index| self.dialect.placeholder(index));
        let sql = format!(
            "INSERT INTO tolva_heartbeat (instance, role, host, inbox, started_at, seen_at) \
             VALUES ({}, {}, {}, {}, {now} - {}, {now}) \
             ON CONFLICT (instance) DO UPDATE SET role = excluded.role, host = excluded.host, \
             inbox = excluded.inbox, started_at = excluded.started_at, \
             seen_at = excluded.seen_at, stopped_at = NULL",
            p(1),
            p(2),
            p(3),
            p(4),
            p(5)
        );
        let uptime = i64::try_from(uptime.as_millis()).unwrap_or(i64::MAX);
        let values = [
            who.name.as_str().into(),
            who.role.as_str().into(),
            who.host.as_str().into(),
            who.inbox.clone().into(),
            uptime.into(),
        ];
        self.execute(&sql, values).await
    }

    /// Says that a process ends of its own accord.
    pub async fn say_goodbye(&self, who: &Instance) -> Result<(), LedgerError> {
        let (now, p) = (self.now_sql(), self.dialect.placeholder(1));
        let sql = format!(
            "UPDATE tolva_heartbeat SET seen_at = {now}, stopped_at = {now} WHERE instance = {p}"
        );
        self.execute(&sql, [who.name.as_str().into()]).await
    }

    /// Everyone heard of in the last days, the latest first.
    pub async fn heartbeats(&self) -> Result<Vec<Heartbeat>, LedgerError> {
        let now = self.now_sql();
        let sql = format!(
            "SELECT instance, role, host, inbox, started_at, seen_at, \
             stopped_at IS NOT NULL AS stopped, {now} - seen_at AS age FROM tolva_heartbeat \
             WHERE seen_at > {now} - {KEPT_MS} ORDER BY seen_at DESC, instance"
        );
        let question = Statement::from_string(self.db.get_database_backend(), sql);
        self.db.query_all_raw(question).await?.iter().map(read).collect()
    }

    /// Forgets who was not heard of for days.
    pub async fn forget_silent(&self) -> Result<(), LedgerError> {
        let now = self.now_sql();
        let sql = format!("DELETE FROM tolva_heartbeat WHERE seen_at <= {now} - {KEPT_MS}");
        self.execute(&sql, []).await
    }

    async fn execute<const N: usize>(
        &self,
        sql: &str,
        values: [sea_orm::Value; N],
    ) -> Result<(), LedgerError> {
        let backend = self.db.get_database_backend();
        self.db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        Ok(())
    }
}

fn read(row: &QueryResult) -> Result<Heartbeat, LedgerError> {
    Ok(Heartbeat {
        instance: row.try_get("", "instance")?,
        role: row.try_get("", "role")?,
        host: row.try_get("", "host")?,
        inbox: row.try_get("", "inbox")?,
        started_at: row.try_get("", "started_at")?,
        seen_at: row.try_get("", "seen_at")?,
        stopped: row.try_get("", "stopped")?,
        age_ms: row.try_get("", "age")?,
    })
}

#[cfg(test)]
mod tests {
    use super::{Heartbeat, expected};

    const MINUTE: i64 = 60_000;

    /// Heard of `age` minutes ago, started an hour before that.
    fn heard(instance: &str, inbox: Option<&str>, age: i64) -> Heartbeat {
        Heartbeat {
            instance: instance.to_owned(),
            role: if inbox.is_some() { "watch" } else { "work" }.to_owned(),
            host: "centos".to_owned(),
            inbox: inbox.map(str::to_owned),
            started_at: -(age + 60) * MINUTE,
            seen_at: -age * MINUTE,
            stopped: false,
            age_ms: age * MINUTE,
        }
    }

    fn shown(all: &[Heartbeat]) -> Vec<(String, bool)> {
        let list = expected(all);
        list.into_iter().map(|one| (one.instance.clone(), one.is_silent())).collect()
    }

    #[test]
    fn silence_is_noticed_unless_it_was_announced() {
        let [alive, silent] = [heard("a", Some("/inbox"), 1), heard("b", Some("/other"), 2)];
        let gone = Heartbeat { stopped: true, ..heard("c", Some("/third"), 500) };
        let told = shown(&[alive, silent, gone]);
        assert_eq!(told, [("a".to_owned(), false), ("b".to_owned(), true)]);
    }

    #[test]
    fn a_watcher_is_succeeded_by_any_other_of_its_inbox() {
        let (old, new) = (heard("old", Some("/inbox"), 5), heard("new", Some("/inbox"), 0));
        assert_eq!(shown(&[new.clone(), old.clone()]), [("new".to_owned(), false)]);
        let stopped = Heartbeat { stopped: true, ..new };
        assert_eq!(shown(&[stopped, old.clone()]), []);
        let elsewhere = Heartbeat { host: "other".to_owned(), ..heard("new", Some("/inbox"), 0) };
        assert_eq!(shown(&[elsewhere, old]).len(), 2);
    }

    #[test]
    fn a_worker_is_succeeded_by_one_that_started_after_its_last_word() {
        let (old, beside) = (heard("old", None, 5), heard("beside", None, 0));
        assert_eq!(shown(&[beside, old.clone()]).len(), 2);
        let new = Heartbeat { started_at: -4 * MINUTE, ..heard("new", None, 0) };
        assert_eq!(shown(&[new, old]), [("new".to_owned(), false)]);
    }
}
