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

/// Plans the way from `live` to `desired`. `former` are the relations of the contract in force: what
/// a key or a reference was is read there.
pub fn plan(
    dialect: Dialect,
    live: &[LiveTable],
    former: &[Relation],
    desired: &[Relation],
) -> Vec<Step> {
    let rebuilt = rebuilt(live, former, desired);
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
fn rebuilt<'a>(live: &[LiveTable], former: &[Relation], desired: &'a [Relation]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for relation in desired {
        let before = former.iter().find(|before| before.name == relation.name);
        let differs = before.is_some_and(|before| {
            before.primary_key != relation.primary_key
                || before.unique != relation.unique
                || before.foreign_keys != relation.foreign_keys
        });
        let parent = relation.foreign_keys.iter().any(|key| names.contains(&key.parent.as_str()));
        if (differs || parent) && live.iter().any(|table| table.name == relation.name) {
            names.push(&relation.name);
        }
    }
    names
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
                    "make table {} anew because its key or references change: ids and edits of its \
                     rows are lost, its content is loaded again",
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
                vec![format!("ALTER TABLE {name} DROP COLUMN {}", dialect.quote(&found.name))],
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
            vec![
                format!("ALTER TABLE {table} ADD COLUMN {spare} {kind}"),
                format!("UPDATE {table} SET {spare} = CAST({name} AS {affinity})"),
                format!("ALTER TABLE {table} DROP COLUMN {name}"),
                format!("ALTER TABLE {table} RENAME COLUMN {spare} TO {name}"),
            ]
        }
    }
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
