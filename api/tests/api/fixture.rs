//! The datasets of the tests, and the rows in them.

use sea_orm::ConnectionTrait;
use tolva_ledger::Ledger;
use tolva_schema::contract::Contract;
use tolva_schema::dialect::Dialect;
use tolva_schema::{control, ddl};

/// The datasets of the mission, and one with a field of every type.
pub const CONTRACTS: [(&str, &str); 3] = [
    ("employees.toml", include_str!("../../../datasets/employees.toml")),
    ("relationships.toml", include_str!("../../../datasets/relationships.toml")),
    ("measures.toml", MEASURES),
];

const MEASURES: &str = r#"
version = 1
name    = "measures"
files   = ["measures*.csv"]
every   = "1h"

[[source]]
name = "lines"
fields = [
  { name = "code",   type = "string", required = true },
  { name = "note",   type = "string" },
  { name = "size",   type = "integer" },
  { name = "amount", type = "number" },
  { name = "good",   type = "boolean" },
  { name = "day",    type = "date" },
  { name = "at",     type = "time" },
  { name = "moment", type = "datetime" },
]

[[table]]
name = "measure"
from = "lines"
key  = ["code"]
"#;

/// Puts a contract in force and makes its tables.
pub async fn apply(ledger: &Ledger, file: &str, text: &str) {
    let contract = Contract::parse(file, text).expect("a contract");
    for relation in contract.relations() {
        for statement in ddl::create(ledger.dialect(), &relation) {
            ledger.db().execute_unprepared(&statement).await.expect(&statement);
        }
    }
    ledger.store_contract(file, text, &contract, None).await.expect("a contract in force");
}

/// Makes the tables that the first load makes beside those of its contract.
pub async fn make_control_tables(ledger: &Ledger) {
    for relation in control::relations() {
        for statement in ddl::create(ledger.dialect(), &relation) {
            ledger.db().execute_unprepared(&statement).await.expect(&statement);
        }
    }
}

/// Says that a dataset is at this version, as a load does.
pub async fn set_version(ledger: &Ledger, dataset: &str, version: i64) {
    for sql in [
        format!("DELETE FROM tolva_version WHERE dataset = '{dataset}'"),
        format!(
            "INSERT INTO tolva_version (dataset, version, token) VALUES ('{dataset}', {version}, 1)"
        ),
    ] {
        ledger.db().execute_unprepared(&sql).await.expect(&sql);
    }
}

/// Inserts rows, each a list of SQL literals, with Tolva's own columns behind.
pub async fn insert(ledger: &Ledger, table: &str, columns: &str, rows: &[&str]) {
    let hash = match ledger.dialect() {
        Dialect::Sqlite => "x'000102030405060708090a0b0c0d0e0f'",
        _ => r"'\x000102030405060708090a0b0c0d0e0f'::bytea",
    };
    let rows: Vec<String> = rows.iter().map(|row| format!("({row}, {hash}, 0, 1)")).collect();
    let sql = format!(
        "INSERT INTO {table} ({columns}, _hash, _origin, _load) VALUES {}",
        rows.join(", ")
    );
    ledger.db().execute_unprepared(&sql).await.expect(&sql);
}

/// The contracts in force, their tables, and a few rows.
pub async fn fill(ledger: &Ledger) {
    for (file, text) in CONTRACTS {
        apply(ledger, file, text).await;
    }
    insert(
        ledger,
        "person",
        "number, label, name",
        &[
            "1, 'A', 'Ana, Abad'",
            "2, 'N', 'Nora (N)'",
            "3, 'Ñ', 'Ñusta \"La\" Peña'",
            "4, 'AÑ', 'Anibal 100%'",
            "5, 'AN', 'ana_b\\c*?[x]'",
        ],
    )
    .await;
    insert(
        ledger,
        "relationship",
        "from_number, to_number, related",
        &["1, 2, TRUE", "2, 1, FALSE", "1, 3, TRUE"],
    )
    .await;
    insert(
        ledger,
        "measure",
        "code, note, size, amount, good, day, at, moment",
        &[
            "'a', 'first', 10, '1.5', TRUE, '2024-01-01', '08:00:00', '2024-01-01T08:00:00'",
            "'b', 'second', 9, '-0.2', FALSE, '2024-02-29', '08:00:00.500', \
             '2024-02-29T23:59:59.123456'",
            "'c', '', -9223372036854775808, '1234567890123456.123456789012', TRUE, '2023-12-31', \
             '23:59:59.999999', '2023-12-31T00:00:00.010'",
            "'d', NULL, NULL, NULL, NULL, NULL, NULL, NULL",
            "'e', 'It''s ''; DROP TABLE measure; --', 9223372036854775807, '10', FALSE, \
             '2024-01-02', '00:00:00', '2024-01-02T00:00:00'",
        ],
    )
    .await;
    insert(ledger, "company", "id, name", &["1, 'Acme'", "2, 'Brook & Sons'"]).await;
    insert(
        ledger,
        "employee",
        "id, email, first_name, last_name, state, zip, company_id",
        &[
            "1, 'ann@example.com', 'Ann', 'Lee', 'NJ', '08014', 1",
            "2, 'bo@example.com', 'Bo', 'Lee', 'NY', NULL, 2",
        ],
    )
    .await;
}
