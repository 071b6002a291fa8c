//! What must change in a database so that it fits a contract.

use serde::Serialize;

use crate::ddl;
use crate::dialect::Dialect;
use crate::relation::{Relation, RelationColumn, SqlType};

/// A table as it was found in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveTable {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<LiveColumn>,
}

/// A column as it was found in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveColumn {
    /// Its name.
    pub name: String,
    /// Its type, spelled as [`Dialect::type_of`] spells it.
    pub kind: String,
    /// Whether it may be unknown.
    pub nullable: bool,
}

/// One change of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The table.
    pub table: String,
    /// What happens, in words.
    pub what: String,
    /// Whether it may lose data; then only a person starts it.
    pub destructive: bool,
    /// The statements.
    pub sql: Vec<String>,
}

impl Step {
    /// Whether a table goes with its rows, be it to be made anew.
    pub fn drops_table(&self) -> bool {
        self.sql.iter().any(|statement| statement.starts_with("DROP TABLE"))
    }
}

/// Plans the way from `live` to `desired`. `former` are the relations of the contract in force: what
/// a key or a reference was is read there.
pub fn plan(
    dialect: Dialect,
    live: &[LiveTable],
    former: &[Relation],
    desired: &[Relation],
) -> Vec<Step> {
    let rebuilt = rebuilt(dialect, live, former, desired);
    let mut steps = drops(dialect, live, former, desired, &rebuilt);
    for relation in desired {
        match live.iter().find(|table| table.name == relation.name) {
            Some(table) if !rebuilt.contains(&relation.name.as_str()) => {
                columns(dialect, table, former, relation, &mut steps);
            }
            _ => steps.push(Step {
                table: relation.name.clone(),
                what: format!("create table {}", relation.name),
                destructive: false,
                sql: ddl::create(dialect, relation),
            }),
        }
    }
    steps
}

/// Tables whose keys or references changed, and those that refer to them: made anew, and filled from
/// the newest arrival.
fn rebuilt<'a>(
    dialect: Dialect,
    live: &[LiveTable],
    former: &[Relation],
    desired: &'a [Relation],
) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for relation in desired {
        let before = former.iter().find(|before| before.name == relation.name);
        let differs = before.is_some_and(|before| {
            before.primary_key != relation.primary_key
                || before.unique != relation.unique
                || before.foreign_keys != relation.foreign_keys
        });
        let parent = relation.foreign_keys.iter().any(|key| names.contains(&key.parent.as_str()));
        let Some(table) = live.iter().find(|table| table.name == relation.name) else { continue };
        if differs || parent || is_stuck(dialect, table, relation, desired) {
            names.push(&relation.name);
        }
    }
    names
}

/// Whether a column is to change that its database cannot change where it stands: in SQLite one of a
/// key or a reference, in MySQL one on either side of a reference.
fn is_stuck(
    dialect: Dialect,
    table: &LiveTable,
    relation: &Relation,
    desired: &[Relation],
) -> bool {
    let refers = |name: &str| relation.foreign_keys.iter().any(|key| key.column == name);
    let is_referred_to = |name: &str| {
        let keys = desired.iter().flat_map(|other| &other.foreign_keys);
        keys.into_iter().any(|key| key.parent == relation.name && key.parent_column == name)
    };
    let is_key = |name: &String| {
        relation.primary_key.contains(name)
            || relation.unique.as_ref().is_some_and(|key| key.contains(name))
    };
    let is_bound = |name: &String| match dialect {
        Dialect::Postgres => false,
        Dialect::Mysql | Dialect::Mariadb => refers(name) || is_referred_to(name),
        Dialect::Sqlite => refers(name) || is_key(name),
    };
    relation.columns.iter().filter(|column| is_bound(&column.name)).any(|column| {
        let found = table.columns.iter().find(|found| found.name == column.name);
        found.is_some_and(|found| found.kind != dialect.type_of(column.kind))
    })
}

fn drops(
    dialect: Dialect,
    live: &[LiveTable],
    former: &[Relation],
    desired: &[Relation],
    rebuilt: &[&str],
) -> Vec<Step> {
    let gone = |name: &str| !desired.iter().any(|relation| relation.name == name);
    former
        .iter()
        // Children were declared after their parents; they go first.
        .rev()
        .filter(|relation| live.iter().any(|table| table.name == relation.name))
        .filter(|relation| gone(&relation.name) || rebuilt.contains(&relation.name.as_str()))
        .map(|relation| Step {
            table: relation.name.clone(),
            what: if gone(&relation.name) {
                format!("drop table {} with its rows", relation.name)
            } else {
                format!(
                    "make table {} anew because its key or references change, or their types: ids and \
                     edits of its rows are lost, its content is loaded again",
                    relation.name
                )
            },
            destructive: true,
            sql: vec![format!("DROP TABLE {}", dialect.quote(&relation.name))],
        })
        .collect()
}

fn columns(
    dialect: Dialect,
    table: &LiveTable,
    former: &[Relation],
    relation: &Relation,
    steps: &mut Vec<Step>,
) {
    let mut step = |what: String, destructive: bool, sql: Vec<String>| {
        steps.push(Step { table: relation.name.clone(), what, destructive, sql });
    };
    let name = dialect.quote(&relation.name);
    for column in &relation.columns {
        let label = format!("{}.{}", relation.name, column.name);
        let definition = ddl::column(dialect, relation, column);
        let Some(found) = table.columns.iter().find(|found| found.name == column.name) else {
            // Old rows have nothing to put into it.
            let mut sql = vec![format!("ALTER TABLE {name} ADD COLUMN {definition}")];
            if relation.indexes.contains(&column.name) {
                sql.push(ddl::index(dialect, relation, &column.name));
            }
            let destructive = !column.nullable && dialect != Dialect::Sqlite;
            let kind = if column.nullable { "a nullable" } else { "a required" };
            step(format!("add {kind} column {label}"), destructive, sql);
            continue;
        };
        let wanted = dialect.type_of(column.kind);
        if found.kind != wanted {
            let before = former
                .iter()
                .find(|before| before.name == relation.name)
                .and_then(|before| before.column(&column.name));
            let wider = before.is_some_and(|before| is_wider(before.kind, column.kind));
            step(
                format!("change {label} from {} to {wanted}", found.kind),
                !wider,
                change_type(dialect, &name, relation, column),
            );
        }
        let enforced = definition.ends_with(" NOT NULL");
        if found.nullable == enforced {
            step(
                format!("{} {label}", if enforced { "require" } else { "no longer require" }),
                enforced,
                change_required(dialect, &name, relation, column, enforced),
            );
        }
    }
    for found in &table.columns {
        if relation.column(&found.name).is_none() {
            step(
                format!("drop column {}.{} with its values", relation.name, found.name),
                true,
                drop_column(dialect, relation, &found.name),
            );
        }
    }
}

/// Whether every value of `before` is a value of `after`, with the same canonical spelling.
fn is_wider(before: SqlType, after: SqlType) -> bool {
    match (before, after) {
        (SqlType::Text { max: Some(before), .. }, SqlType::Text { max: Some(after), .. }) => {
            before <= after
        }
        (SqlType::Text { .. } | SqlType::Integer, SqlType::Text { max: None, .. }) => true,
        (SqlType::Integer, SqlType::Text { max: Some(after), .. }) => after >= 20,
        (SqlType::Integer, SqlType::Number { .. }) => true,
        (SqlType::Number { scale: before }, SqlType::Number { scale: after }) => before <= after,
        _ => false,
    }
}

fn change_type(
    dialect: Dialect,
    table: &str,
    relation: &Relation,
    column: &RelationColumn,
) -> Vec<String> {
    let name = dialect.quote(&column.name);
    let kind = dialect.type_of(column.kind);
    match dialect {
        Dialect::Postgres => {
            vec![format!(
                "ALTER TABLE {table} ALTER COLUMN {name} TYPE {kind} USING {name}::{kind}"
            )]
        }
        Dialect::Mysql | Dialect::Mariadb => {
            let definition = ddl::column(dialect, relation, column);
            vec![format!("ALTER TABLE {table} MODIFY COLUMN {definition}")]
        }
        // SQLite cannot change a column: a second one takes its values and its name.
        Dialect::Sqlite => {
            let spare = dialect.quote(&format!("_{}", column.name));
            let affinity = kind.split(' ').next().unwrap_or("TEXT");
            let mut sql = vec![
                format!("ALTER TABLE {table} ADD COLUMN {spare} {kind}"),
                format!("UPDATE {table} SET {spare} = CAST({name} AS {affinity})"),
            ];
            sql.extend(drop_column(dialect, relation, &column.name));
            sql.push(format!("ALTER TABLE {table} RENAME COLUMN {spare} TO {name}"));
            if relation.indexes.contains(&column.name) {
                sql.push(ddl::index(dialect, relation, &column.name));
            }
            sql
        }
    }
}

/// Takes a column out. SQLite wants its index gone before.
fn drop_column(dialect: Dialect, relation: &Relation, column: &str) -> Vec<String> {
    let table = dialect.quote(&relation.name);
    let mut sql = Vec::new();
    if dialect == Dialect::Sqlite {
        let index = dialect.quote(&ddl::index_name(relation, column));
        sql.push(format!("DROP INDEX IF EXISTS {index}"));
    }
    sql.push(format!("ALTER TABLE {table} DROP COLUMN {}", dialect.quote(column)));
    sql
}

fn change_required(
    dialect: Dialect,
    table: &str,
    relation: &Relation,
    column: &RelationColumn,
    required: bool,
) -> Vec<String> {
    let name = dialect.quote(&column.name);
    let verb = if required { "SET" } else { "DROP" };
    match dialect {
        Dialect::Postgres => {
            vec![format!("ALTER TABLE {table} ALTER COLUMN {name} {verb} NOT NULL")]
        }
        Dialect::Mysql | Dialect::Mariadb => {
            let definition = ddl::column(dialect, relation, column);
            vec![format!("ALTER TABLE {table} MODIFY COLUMN {definition}")]
        }
        // Only keys are enforced there, and a key that changes makes its table anew.
        Dialect::Sqlite => Vec::new(),
    }
}
