//! Staging: rows on their way wait in temporary tables of one connection until the merge.

mod copy;
mod insert;

use sea_orm::ConnectionTrait;
use tolva_schema::contract::Contract;
use tolva_schema::ddl;
use tolva_schema::relation::{HASH, Relation, RelationColumn, SqlType};

use crate::error::LoadError;
use crate::organise::staged::Staged;
use crate::target::Session;

/// The place of a staged row.
pub const SLOT: &str = "_slot";
/// What is to be done with it: [`crate::organise::staged::Operation::code`].
pub const OPERATION: &str = "_op";
/// Slots named by one statement.
const SLOTS_A_STATEMENT: usize = 1_000;

/// A table with its place of waiting.
#[derive(Debug)]
pub struct Stage {
    /// The table.
    pub relation: Relation,
    /// The temporary table's name.
    pub name: String,
    /// Whether the table has a surrogate key.
    pub has_id: bool,
    /// The columns of the temporary table: slot, operation, surrogate key if any, the contract's
    /// columns, hash.
    pub columns: Vec<RelationColumn>,
}

/// Makes the temporary tables, empty.
pub async fn prepare(session: &Session, contract: &Contract) -> Result<Vec<Stage>, LoadError> {
    let mut stages = Vec::with_capacity(contract.tables.len());
    for (at, table) in contract.tables.iter().enumerate() {
        let relation = contract.relation(table);
        let own = |name: &str, kind| RelationColumn {
            name: name.to_owned(),
            kind,
            nullable: false,
            private: false,
        };
        let mut columns = vec![own(SLOT, SqlType::Integer), own(OPERATION, SqlType::Small)];
        columns.extend(
            relation.columns.iter().filter(|column| !column.name.starts_with('_')).cloned(),
        );
        columns.push(own(HASH, SqlType::Hash));
        let stage = Stage {
            relation,
            name: format!("tolva_stage_{at}"),
            has_id: table.id.is_some(),
            columns,
        };
        let drop = if session.dialect.is_mysql() { "DROP TEMPORARY TABLE" } else { "DROP TABLE" };
        let name = session.dialect.quote(&stage.name);
        session.execute(&session.db, &format!("{drop} IF EXISTS {name}")).await?;
        let create = ddl::create_temporary(session.dialect, &stage.name, &stage.columns);
        session.execute(&session.db, &create).await?;
        stages.push(stage);
    }
    Ok(stages)
}

/// Drops the temporary tables.
pub async fn clear(session: &Session, stages: &[Stage]) -> Result<(), LoadError> {
    let drop = if session.dialect.is_mysql() { "DROP TEMPORARY TABLE" } else { "DROP TABLE" };
    for stage in stages {
        let sql = format!("{drop} IF EXISTS {}", session.dialect.quote(&stage.name));
        session.execute(&session.db, &sql).await?;
    }
    Ok(())
}

/// Writes rows to their temporary tables.
pub async fn write(
    session: &Session,
    stages: &[Stage],
    rows: Vec<Staged>,
) -> Result<(), LoadError> {
    let mut by_table: Vec<Vec<Staged>> = stages.iter().map(|_| Vec::new()).collect();
    for row in rows {
        by_table[row.table].push(row);
    }
    for (stage, rows) in stages.iter().zip(by_table).filter(|(_, rows)| !rows.is_empty()) {
        match session.dialect {
            tolva_schema::dialect::Dialect::Postgres => copy::write(session, stage, &rows).await?,
            _ => insert::write(session, stage, rows).await?,
        }
    }
    Ok(())
}

/// Takes staged rows back.
pub async fn remove(session: &Session, stage: &Stage, slots: &[u32]) -> Result<(), LoadError> {
    for some in slots.chunks(SLOTS_A_STATEMENT) {
        let list: Vec<String> = some.iter().map(u32::to_string).collect();
        let sql = format!(
            "DELETE FROM {} WHERE {} IN ({})",
            session.dialect.quote(&stage.name),
            session.dialect.quote(SLOT),
            list.join(", ")
        );
        session.db.execute_unprepared(&sql).await?;
    }
    Ok(())
}
