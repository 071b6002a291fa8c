//! What follows from a database's refusal.

use sea_orm::{DbErr, RuntimeErr, sqlx};

/// What follows from an error of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// It passes by: the same may succeed later.
    Retry,
    /// A person must change a setting or a right; this says which.
    Configuration(&'static str),
    /// The same will fail again, and no setting helps.
    Fault,
}

const LOGIN: &str = "check user and password in the database's URL, and who may log in from here";
const NAME: &str = "check the name of the database in its URL, or make the database";
const RIGHTS: &str = "give the user the rights that `tolva schema sql` lists for its role";
const FILE: &str = "check the path of the database, its folder and their permissions";

/// What follows from an error.
pub fn consequence(error: &DbErr) -> Consequence {
    let cause = match error {
        DbErr::ConnectionAcquire(_) => return Consequence::Retry,
        DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause) => cause,
        _ => return Consequence::Fault,
    };
    let RuntimeErr::SqlxError(cause) = cause else { return Consequence::Fault };
    match cause.as_ref() {
        sqlx::Error::Database(refusal) => {
            let text = refusal.message();
            let number = refusal
                .try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>()
                .map(sqlx::mysql::MySqlDatabaseError::number);
            let consequence = match number {
                Some(number) => of_mysql(number, text),
                None => {
                    let code = refusal.code().unwrap_or_default();
                    if code.len() != 5 {
                        return code.parse().map_or(Consequence::Fault, of_sqlite);
                    }
                    of_sqlstate(&code)
                }
            };
            match (consequence, error) {
                // Nothing was said to it yet: it is the server that is in trouble. Postgres calls it an
                // internal error when its disk is too full to let anybody in.
                (Consequence::Fault, DbErr::Conn(_)) => Consequence::Retry,
                (consequence, _) => consequence,
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Consequence::Retry,
        sqlx::Error::Configuration(_) => Consequence::Configuration("check the database's URL"),
        _ => Consequence::Fault,
    }
}

/// Postgres: by SQLSTATE.
fn of_sqlstate(code: &str) -> Consequence {
    match code {
        // A standby while another server takes over; locks; a transaction that lasted too long.
        "25006" | "25P03" | "55P03" | "55006" => Consequence::Retry,
        "3D000" => Consequence::Configuration(NAME),
        "42501" | "3F000" => Consequence::Configuration(RIGHTS),
        _ => match &code[..2] {
            // Connection; rollback (deadlock, serialization); resources (disk full 53100, memory,
            // connections 53300); operator (shutdown, starting 57P03, cancelled); system.
            "08" | "40" | "53" | "57" | "58" => Consequence::Retry,
            "28" => Consequence::Configuration(LOGIN),
            _ => Consequence::Fault,
        },
    }
}

/// MySQL and MariaDB: by number, where one number means several things also by text.
fn of_mysql(number: u16, text: &str) -> Consequence {
    match number {
        // The disk: 3 (writing), 1021, 1114 (table full), and what the storage engine says (1030),
        // which is 28 for "no space left".
        3 | 1021 | 1114 => Consequence::Retry,
        1030 if text.contains("error 28") || text.contains("error 122") => Consequence::Retry,
        // Memory, connections, shutdown and starting, broken connections.
        1037
        | 1038
        | 1040
        | 1041
        | 1042
        | 1043
        | 1047
        | 1053
        | 1077
        | 1079
        | 1129
        | 1135
        | 1152
        | 1158..=1161
        | 1184
        | 1189
        | 1190
        | 1203
        | 1226 => Consequence::Retry,
        // Lock wait, deadlock, killed, too slow.
        1205 | 1213 | 1317 | 1927 | 1969 | 3024 | 1020 => Consequence::Retry,
        // Read-only while another server takes over.
        1290 if text.contains("read-only") || text.contains("read_only") => Consequence::Retry,
        1792 | 1836 => Consequence::Retry,
        1046 | 1049 => Consequence::Configuration(NAME),
        1044 | 1142 | 1143 | 1227 | 1370 => Consequence::Configuration(RIGHTS),
        1045 | 1130 | 1251 | 1275 | 1698 => Consequence::Configuration(LOGIN),
        _ => Consequence::Fault,
    }
}

/// SQLite: by the primary result code, below the extended bits.
fn of_sqlite(code: u32) -> Consequence {
    match code & 0xff {
        // Busy, locked, memory, input and output, full.
        5 | 6 | 7 | 10 | 13 => Consequence::Retry,
        // Permission, read-only, cannot be opened, no database.
        3 | 8 | 14 | 26 => Consequence::Configuration(FILE),
        _ => Consequence::Fault,
    }
}

#[cfg(test)]
mod tests {
    use super::{Consequence, of_mysql, of_sqlite, of_sqlstate};

    #[test]
    fn refusals_of_postgres_are_told_apart() {
        for code in
            ["53100", "53300", "57P03", "57P01", "40001", "40P01", "55P03", "25006", "08006"]
        {
            assert_eq!(of_sqlstate(code), Consequence::Retry, "{code}");
        }
        for code in ["28P01", "28000", "3D000", "42501"] {
            assert!(matches!(of_sqlstate(code), Consequence::Configuration(_)), "{code}");
        }
        for code in ["23505", "42P01", "22003", "XX000"] {
            assert_eq!(of_sqlstate(code), Consequence::Fault, "{code}");
        }
    }

    #[test]
    fn refusals_of_mysql_are_told_apart() {
        let engine = "Got error 28 \"No space left on device\" from storage engine InnoDB";
        let read_only = "The MariaDB server is running with the --read-only option";
        let refusals = [
            (3, "Error writing file '/tmp/x' (Errcode: 28)"),
            (1021, ""),
            (1114, "The table 't' is full"),
            (1030, engine),
            (1040, "Too many connections"),
            (1053, ""),
            (1205, ""),
            (1213, ""),
            (1290, read_only),
        ];
        for (number, text) in refusals {
            assert_eq!(of_mysql(number, text), Consequence::Retry, "{number}");
        }
        for number in [1044, 1045, 1049, 1130, 1142, 1698] {
            assert!(matches!(of_mysql(number, ""), Consequence::Configuration(_)), "{number}");
        }
        for (number, text) in [
            (1030, "Got error 1 from storage engine"),
            (1062, ""),
            (1290, "The MariaDB server is running with the --secure-file-priv option"),
        ] {
            assert_eq!(of_mysql(number, text), Consequence::Fault, "{number} {text}");
        }
    }

    #[test]
    fn refusals_of_sqlite_are_told_apart() {
        for code in [5, 6, 10, 13, 5 | 2 << 8] {
            assert_eq!(of_sqlite(code), Consequence::Retry, "{code}");
        }
        assert!(matches!(of_sqlite(14), Consequence::Configuration(_)));
        assert_eq!(of_sqlite(19), Consequence::Fault);
    }
}
