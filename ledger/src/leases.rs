//! Leases: who may load a dataset into a target, decided by the ledger's database and its clock.

use sea_orm::{ConnectionTrait, Statement};
use tolva_schema::dialect::Dialect;

use crate::{Ledger, LedgerError};

/// The right to load a dataset into a target, until it expires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The dataset.
    pub dataset: String,
    /// The target.
    pub target: String,
    /// Raised each time the lease changes hands: a target refuses a lower one than it has seen.
    pub token: i64,
    /// Who holds it.
    pub owner: String,
}

impl Ledger {
    /// Milliseconds since 1970 by the clock of the database: the hosts' clocks may differ.
    pub(crate) fn now_sql(&self) -> &'static str {
        match self.dialect {
            Dialect::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
            _ => "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
        }
    }

    /// Takes the lease if nobody holds it, for `ttl_ms`.
    pub async fn acquire_lease(
        &self,
        dataset: &str,
        target: &str,
        owner: &str,
        ttl_ms: i64,
    ) -> Result<Option<Lease>, LedgerError> {
        let now = self.now_sql();
        let p = |index| self.dialect.placeholder(index);
        let sql = format!(
            "INSERT INTO tolva_lease (dataset, target, token, owner, expires_at) \
             VALUES ({}, {}, 1, {}, {now} + {}) \
             ON CONFLICT (dataset, target) DO UPDATE SET token = tolva_lease.token + 1, \
             owner = excluded.owner, expires_at = excluded.expires_at \
             WHERE tolva_lease.owner IS NULL OR tolva_lease.expires_at < {now} RETURNING token",
            p(1),
            p(2),
            p(3),
            p(4),
        );
        let statement = Statement::from_sql_and_values(
            self.db.get_database_backend(),
            sql,
            [dataset.into(), target.into(), owner.into(), ttl_ms.into()],
        );
        let Some(row) = self.db.query_one_raw(statement).await? else { return Ok(None) };
        Ok(Some(Lease {
            dataset: dataset.to_owned(),
            target: target.to_owned(),
            token: row.try_get("", "token")?,
            owner: owner.to_owned(),
        }))
    }

    /// Whether the lease ended without being given back: its holder died.
    pub async fn is_orphaned(&self, dataset: &str, target: &str) -> Result<bool, LedgerError> {
        let (now, p) = (self.now_sql(), |index| self.dialect.placeholder(index));
        let sql = format!(
            "SELECT token FROM tolva_lease WHERE dataset = {} AND target = {} \
             AND owner IS NOT NULL AND expires_at < {now}",
            p(1),
            p(2)
        );
        let statement = self.statement(sql, [dataset.into(), target.into()]);
        Ok(self.db.query_one_raw(statement).await?.is_some())
    }

    /// Extends the lease; `false` when it was lost.
    pub async fn renew_lease(&self, lease: &Lease, ttl_ms: i64) -> Result<bool, LedgerError> {
        let (now, p) = (self.now_sql(), |index| self.dialect.placeholder(index));
        let sql = format!(
            "UPDATE tolva_lease SET expires_at = {now} + {} \
             WHERE dataset = {} AND target = {} AND token = {} AND owner = {}",
            p(1),
            p(2),
            p(3),
            p(4),
            p(5)
        );
        Ok(self.lease_statement(sql, Some(ttl_ms), lease).await? == 1)
    }

    /// Gives the lease back.
    pub async fn release_lease(&self, lease: &Lease) -> Result<(), LedgerError> {
        let p = |index| self.dialect.placeholder(index);
        let sql = format!(
            "UPDATE tolva_lease SET owner = NULL, expires_at = 0 \
             WHERE dataset = {} AND target = {} AND token = {} AND owner = {}",
            p(1),
            p(2),
            p(3),
            p(4)
        );
        self.lease_statement(sql, None, lease).await?;
        Ok(())
    }

    async fn lease_statement(
        &self,
        sql: String,
        first: Option<i64>,
        lease: &Lease,
    ) -> Result<u64, LedgerError> {
        let mut values: Vec<sea_orm::Value> = first.map(Into::into).into_iter().collect();
        values.extend([
            lease.dataset.as_str().into(),
            lease.target.as_str().into(),
            lease.token.into(),
            lease.owner.as_str().into(),
        ]);
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), sql, values);
        Ok(self.db.execute_raw(statement).await?.rows_affected())
    }
}
