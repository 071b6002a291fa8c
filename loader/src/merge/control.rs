//! What a target keeps beside its data, committed with it.

use sea_orm::{ConnectionTrait, DatabaseTransaction, Value as Bound};
use tolva_schema::contract::Partition;
use tolva_schema::control::{APPLIED, MEMBER, ROWS, SEQUENCE, TOMBSTONE, VERSION, VERSION_CHANNEL};
use tolva_schema::dialect::Dialect;
use tolva_schema::hash::Hash128;

use super::Job;
use crate::count::{Counts, Summary};
use crate::error::LoadError;
use crate::index::Presence;
use crate::organise::decide::Deed;
use crate::organise::outcome::TableOutcome;
use crate::target::Session;

/// Rows of one statement.
const A_STATEMENT: usize = 500;

/// How a dataset stands in a target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Raised by every change; 0 before the first load.
    pub version: i64,
    /// The highest fencing token seen.
    pub token: i64,
}

/// What was applied last to a partition of a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The arrival's place.
    pub sequence: i64,
    /// The arrival's content.
    pub sha256: String,
    /// The contract.
    pub digest: String,
    /// The load.
    pub load_id: i64,
    /// What it did.
    pub summary: Summary,
}

/// How a dataset stands.
pub async fn standing(
    session: &Session,
    db: &impl ConnectionTrait,
    dataset: &str,
) -> Result<Standing, LoadError> {
    let sql = format!(
        "SELECT version, token FROM {VERSION} WHERE dataset = {}",
        session.dialect.placeholder(1)
    );
    Ok(match session.one(db, sql, vec![dataset.into()]).await? {
        None => Standing::default(),
        Some(row) => {
            Standing { version: row.try_get_by_index(0)?, token: row.try_get_by_index(1)? }
        }
    })
}

/// What was applied last.
pub async fn applied(
    session: &Session,
    db: &impl ConnectionTrait,
    dataset: &str,
    part: &str,
) -> Result<Option<Applied>, LoadError> {
    let p = |at| session.dialect.placeholder(at);
    let sql = format!(
        "SELECT sequence, sha256, digest, load_id, counts FROM {APPLIED} \
         WHERE dataset = {} AND part = {}",
        p(1),
        p(2)
    );
    let Some(row) = session.one(db, sql, vec![dataset.into(), part.into()]).await? else {
        return Ok(None);
    };
    let counts: String = row.try_get_by_index(4)?;
    Ok(Some(Applied {
        sequence: row.try_get_by_index(0)?,
        sha256: row.try_get_by_index(1)?,
        digest: row.try_get_by_index(2)?,
        load_id: row.try_get_by_index(3)?,
        summary: serde_json::from_str(&counts).unwrap_or_default(),
    }))
}

/// The contract by which the dataset was last loaded here, whatever the partition.
pub async fn last_digest(session: &Session, dataset: &str) -> Result<Option<String>, LoadError> {
    let sql = format!(
        "SELECT digest FROM {APPLIED} WHERE dataset = {} ORDER BY load_id DESC LIMIT 1",
        session.dialect.placeholder(1)
    );
    let row = session.one(&session.db, sql, vec![dataset.into()]).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
}

/// Raises the highest fencing token seen to `token`.
pub(super) async fn write_token(
    session: &Session,
    db: &DatabaseTransaction,
    dataset: &str,
    now: Standing,
    token: i64,
) -> Result<(), LoadError> {
    let columns =
        [("dataset", dataset.into()), ("version", now.version.into()), ("token", token.into())];
    replace(session, db, VERSION, &["dataset"], &columns).await
}

/// Says that the dataset has another version; it is heard when the transaction commits.
pub async fn say_version(
    session: &Session,
    db: &impl ConnectionTrait,
    dataset: &str,
) -> Result<(), LoadError> {
    if session.dialect == Dialect::Postgres {
        let sql = "SELECT pg_notify($1, $2)".to_owned();
        session.one(db, sql, vec![VERSION_CHANNEL.into(), dataset.into()]).await?;
    }
    Ok(())
}

/// Writes how many rows each table has now. One of which nobody knows is counted.
pub(super) async fn write_counts(
    session: &Session,
    db: &DatabaseTransaction,
    counts: &Counts,
) -> Result<(), LoadError> {
    for (table, counts) in counts {
        let known = format!(
            "SELECT row_count FROM {ROWS} WHERE table_name = {}",
            session.dialect.placeholder(1)
        );
        let known = session.one(db, known, vec![table.as_str().into()]).await?;
        let rows: i64 = match known {
            Some(_) if counts.inserted == counts.deleted => continue,
            Some(row) => {
                let signed = |count| i64::try_from(count).unwrap_or(i64::MAX);
                row.try_get_by_index::<i64>(0)? + signed(counts.inserted) - signed(counts.deleted)
            }
            None => {
                let all = format!("SELECT COUNT(*) FROM {}", session.dialect.quote(table));
                let row = session.one(db, all, Vec::new()).await?;
                row.map_or(Ok(0), |row| row.try_get_by_index(0))?
            }
        };
        let columns = [("table_name", table.as_str().into()), ("row_count", rows.into())];
        replace(session, db, ROWS, &["table_name"], &columns).await?;
    }
    Ok(())
}

/// Writes what was applied, and how the dataset stands now.
pub(super) async fn write_standing(
    session: &Session,
    db: &DatabaseTransaction,
    job: &Job<'_>,
    version: i64,
    summary: &Summary,
) -> Result<(), LoadError> {
    let dataset = job.contract.name.as_str();
    let counts = serde_json::to_string(summary).unwrap_or_default();
    replace(
        session,
        db,
        VERSION,
        &["dataset"],
        &[("dataset", dataset.into()), ("version", version.into()), ("token", job.token.into())],
    )
    .await?;
    say_version(session, db, dataset).await?;
    replace(
        session,
        db,
        APPLIED,
        &["dataset", "part"],
        &[
            ("dataset", dataset.into()),
            ("part", job.part.into()),
            ("sequence", job.sequence.into()),
            ("sha256", job.sha256.into()),
            ("digest", job.digest.into()),
            ("token", job.token.into()),
            ("load_id", job.load_id.into()),
            ("version", version.into()),
            ("counts", counts.into()),
        ],
    )
    .await
}

/// Inserts a row, or replaces the one with the same key.
async fn replace(
    session: &Session,
    db: &DatabaseTransaction,
    table: &str,
    key: &[&str],
    columns: &[(&str, Bound)],
) -> Result<(), LoadError> {
    let names = session.dialect.quote_all(columns.iter().map(|(name, _)| name));
    let values: Vec<Bound> = columns.iter().map(|(_, value)| value.clone()).collect();
    let sets = |from: &dyn Fn(&str) -> String| {
        let sets: Vec<String> = columns
            .iter()
            .filter(|(name, _)| !key.contains(name))
            .map(|(name, _)| format!("{} = {}", session.dialect.quote(name), from(name)))
            .collect();
        sets.join(", ")
    };
    let conflict = if session.dialect.is_mysql() {
        format!(
            "ON DUPLICATE KEY UPDATE {}",
            sets(&|name| format!("VALUES({})", session.dialect.quote(name)))
        )
    } else {
        let sets = sets(&|name| format!("excluded.{}", session.dialect.quote(name)));
        format!("ON CONFLICT ({}) DO UPDATE SET {sets}", session.dialect.quote_all(key))
    };
    let placeholders = session.placeholders(1, columns.len());
    session
        .run(
            db,
            format!("INSERT INTO {table} ({names}) VALUES ({placeholders}) {conflict}"),
            values,
        )
        .await
}

/// Writes surrogate keys, tombstones and membership.
pub(super) async fn write_rows(
    session: &Session,
    db: &DatabaseTransaction,
    job: &Job<'_>,
    tables: &[TableOutcome],
) -> Result<(), LoadError> {
    for state in tables {
        let table = state.table.name.as_str();
        if state.table.id.is_some() && state.index.last_id > 0 {
            let columns = [("table_name", table.into()), ("last_id", state.index.last_id.into())];
            replace(session, db, SEQUENCE, &["table_name"], &columns).await?;
        }
        let facts = Facts::of(state, job);
        for some in facts.forgotten.chunks(A_STATEMENT) {
            delete(session, db, TOMBSTONE, job, table, None, some).await?;
        }
        for some in facts.left.chunks(A_STATEMENT) {
            delete(session, db, MEMBER, job, table, Some(job.part), some).await?;
        }
        for some in facts.joined.chunks(A_STATEMENT) {
            join(session, db, job, table, some).await?;
        }
    }
    Ok(())
}

/// What changes about keys of one table.
#[derive(Default)]
struct Facts {
    /// Tombstones that nothing offers any more, or whose row is there again.
    forgotten: Vec<Hash128>,
    /// Keys that this partition offers now.
    joined: Vec<Hash128>,
    /// Keys that it no longer offers.
    left: Vec<Hash128>,
}

impl Facts {
    fn of(state: &TableOutcome, job: &Job<'_>) -> Self {
        let partitioned = job.contract.partition != Partition::None;
        let snapshot = job.contract.refresh.is_snapshot();
        let mut facts = Self::default();
        for (key, entry) in &state.index.entries {
            let offered = entry.deed.is_some() || entry.refused > 0;
            if entry.presence == Presence::Tombstone {
                let again = entry.deed.is_some_and(|deed| deed != Deed::StayDeleted);
                let dropped = snapshot && !offered && (!partitioned || entry.mine && !entry.others);
                if again || dropped {
                    facts.forgotten.push(*key);
                }
            }
            if partitioned && entry.deed.is_some() && !entry.mine {
                facts.joined.push(*key);
            }
            if partitioned && snapshot && entry.mine && !offered {
                facts.left.push(*key);
            }
        }
        facts
    }
}

async fn delete(
    session: &Session,
    db: &DatabaseTransaction,
    from: &str,
    job: &Job<'_>,
    table: &str,
    part: Option<&str>,
    keys: &[Hash128],
) -> Result<(), LoadError> {
    let mut values: Vec<Bound> = vec![job.contract.name.as_str().into(), table.into()];
    let mut sql = format!(
        "DELETE FROM {from} WHERE dataset = {} AND table_name = {}",
        session.dialect.placeholder(1),
        session.dialect.placeholder(2)
    );
    if let Some(part) = part {
        values.push(part.into());
        sql.push_str(&format!(" AND part = {}", session.dialect.placeholder(3)));
    }
    sql.push_str(&format!(
        " AND row_key IN ({})",
        session.placeholders(values.len() + 1, keys.len())
    ));
    values.extend(keys.iter().map(|key| Bound::from(key.0.to_vec())));
    session.run(db, sql, values).await
}

async fn join(
    session: &Session,
    db: &DatabaseTransaction,
    job: &Job<'_>,
    table: &str,
    keys: &[Hash128],
) -> Result<(), LoadError> {
    let rows: Vec<String> =
        (0..keys.len()).map(|at| format!("({})", session.placeholders(at * 4 + 1, 4))).collect();
    let mut values: Vec<Bound> = Vec::with_capacity(keys.len() * 4);
    for key in keys {
        values.extend([
            job.contract.name.as_str().into(),
            table.into(),
            job.part.into(),
            key.0.to_vec().into(),
        ]);
    }
    let sql = format!(
        "INSERT INTO {MEMBER} (dataset, table_name, part, row_key) VALUES {}",
        rows.join(", ")
    );
    session.run(db, sql, values).await
}
