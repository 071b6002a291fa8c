//! Connecting to a database, with the settings that every connection of Tolva needs.

use std::str::FromStr;
use std::time::Duration;

use rust_decimal::Decimal;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement,
};
use tolva_schema::dialect::Dialect;

use crate::error::LedgerError;
use crate::patience::within;

/// How long a writer waits for another one in SQLite.
const BUSY: Duration = Duration::from_secs(30);

/// How long a database may take to give a connection.
const ACQUIRE: Duration = Duration::from_secs(5);
/// How long a pooled connection lives.
const LIFETIME: Duration = Duration::from_secs(30 * 60);
/// What every connection to MySQL is told: refuse what does not fit instead of bending it, lock no
/// gaps, and end one that says nothing for an hour (a worker that froze in a transaction).
const MYSQL_SESSION: &str = "\
    SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,\
    ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'; \
    SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; \
    SET SESSION wait_timeout = 3600";

/// Opens a pool of at most `size` connections and finds out which dialect is spoken.
///
/// # Errors
/// [`LedgerError::Url`] for an unknown kind of database, else what the database says.
pub async fn connect(url: &str, size: u32) -> Result<(DatabaseConnection, Dialect), LedgerError> {
    if !["postgres:", "postgresql:", "mysql:", "sqlite:"].iter().any(|kind| url.starts_with(kind)) {
        return Err(LedgerError::Url);
    }
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(size)
        .min_connections(0)
        .acquire_timeout(ACQUIRE)
        .connect_timeout(ACQUIRE)
        .sqlx_logging(false)
        // A pool of one is a load's own connection: its temporary tables live there, so it is never
        // exchanged for another, and asking it before each statement whether it lives would only
        // cost time.
        .test_before_acquire(size > 1)
        .max_lifetime((size > 1).then_some(LIFETIME))
        .idle_timeout((size > 1).then_some(LIFETIME))
        .map_sqlx_sqlite_opts(|options| {
            use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
            options
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(BUSY)
                .foreign_keys(true)
                .with_regexp()
                .collation("decimal", compare_decimals)
        })
        .map_sqlx_postgres_opts(|options| {
            options.application_name("tolva").options([
                ("timezone", "UTC"),
                // A worker that froze inside a transaction must not keep others out for ever.
                ("idle_in_transaction_session_timeout", "300000"),
            ])
        })
        .map_sqlx_mysql_opts(|options| {
            // Strict mode is set below: sqlx's own choice lacks parts of it.
            options.charset("utf8mb4").timezone(Some("+00:00".to_owned()))
        })
        .map_sqlx_mysql_pool_opts(|options| {
            options.after_connect(|connection, _| {
                Box::pin(
                    async move { sqlx::raw_sql(MYSQL_SESSION).execute(connection).await.map(drop) },
                )
            })
        });
    let db = Database::connect(options).await.map_err(|error| {
        // SeaORM shows a URL that it cannot read, with its password.
        if error.to_string().contains(url) { LedgerError::UnreadableUrl } else { error.into() }
    })?;
    let dialect = within(Some(ACQUIRE), dialect(&db)).await?;
    Ok((db, dialect))
}

async fn dialect(db: &DatabaseConnection) -> Result<Dialect, DbErr> {
    Ok(match db.get_database_backend() {
        DbBackend::Postgres => Dialect::Postgres,
        DbBackend::Sqlite => Dialect::Sqlite,
        _ => {
            let version = db
                .query_one_raw(Statement::from_string(DbBackend::MySql, "SELECT VERSION() AS v"))
                .await?
                .map_or(Ok(String::new()), |row| row.try_get::<String>("", "v"))?;
            if version.to_lowercase().contains("mariadb") {
                Dialect::Mariadb
            } else {
                Dialect::Mysql
            }
        }
    })
}

/// Exact order of decimals kept as text; what is no decimal comes last, by its bytes.
fn compare_decimals(left: &str, right: &str) -> std::cmp::Ordering {
    match (Decimal::from_str(left), Decimal::from_str(right)) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        (Ok(_), Err(_)) => std::cmp::Ordering::Less,
        (Err(_), Ok(_)) => std::cmp::Ordering::Greater,
        (Err(_), Err(_)) => left.cmp(right),
    }
}

/// The URL without its password, for people. Parameters, which may hold one as well, are left out.
pub fn without_password(url: &str) -> String {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), url),
    };
    let (user, host) = match rest.rsplit_once('@') {
        Some((user, host)) => {
            (format!("{}@", user.split([':', '/', '?']).next().unwrap_or_default()), host)
        }
        None => (String::new(), rest),
    };
    format!("{scheme}{user}{}", host.split('?').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn passwords_are_left_out_wherever_they_stand() {
        for (url, shown) in [
            ("postgres://u:p@host:5432/db", "postgres://u@host:5432/db"),
            ("postgres://u:p@ss?w/rd@host/db?sslmode=require", "postgres://u@host/db"),
            ("postgres://host/db?user=u&password=p", "postgres://host/db"),
            ("postgres://host/db?user=u&password=p@ss", "postgres://host@ss"),
            ("u:p@host", "u@host"),
            ("sqlite://data/tolva.db?mode=rwc", "sqlite://data/tolva.db"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
