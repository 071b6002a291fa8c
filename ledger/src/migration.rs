//! The ledger's tables, made and brought up to date by SeaORM's migrator.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, Schema, Statement};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager};
use tolva_schema::dialect::Dialect;

use crate::{entity, progress};

/// The number under which processes of one Postgres queue up to migrate.
const MIGRATION_LOCK: i64 = 0x0074_6f6c_7661;

/// Every migration, the oldest first.
struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Initial)]
    }
}

struct Initial;

impl MigrationName for Initial {
    fn name(&self) -> &str {
        "m0001_initial"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Initial {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, entity::contract::Entity).await?;
        create(manager, entity::blob::Entity).await?;
        create(manager, entity::chunk::Entity).await?;
        create(manager, entity::arrival::Entity).await?;
        create(manager, entity::arrival_target::Entity).await?;
        create(manager, entity::load::Entity).await?;
        create(manager, entity::finding::Entity).await?;
        create(manager, entity::heartbeat::Entity).await?;
        create(manager, entity::inbox::Entity).await?;
        create(manager, entity::key::Entity).await?;
        create(manager, entity::lease::Entity).await?;
        create(manager, entity::outbox::Entity).await?;
        create(manager, entity::target::Entity).await?;
        for index in progress::indexes() {
            manager.get_connection().execute_unprepared(&index).await?;
        }
        for index in [
            "CREATE UNIQUE INDEX IF NOT EXISTS tolva_arrival_sequence ON tolva_arrival (dataset, sequence)",
            "CREATE INDEX IF NOT EXISTS tolva_arrival_part ON tolva_arrival (dataset, part, sequence)",
            "CREATE INDEX IF NOT EXISTS tolva_arrival_replaces ON tolva_arrival (replaces)",
            "CREATE INDEX IF NOT EXISTS tolva_arrival_blob ON tolva_arrival (blob_id)",
            "CREATE UNIQUE INDEX IF NOT EXISTS tolva_key_name ON tolva_key (name) WHERE revoked_at IS NULL",
            "CREATE INDEX IF NOT EXISTS tolva_load_arrival ON tolva_load (arrival_id)",
            "CREATE INDEX IF NOT EXISTS tolva_outbox_unpublished ON tolva_outbox (id) WHERE published_at IS NULL",
            "CREATE INDEX IF NOT EXISTS tolva_load_refreshed ON tolva_load (dataset, target, state, finished_at)",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

async fn create<E: EntityTrait>(manager: &SchemaManager<'_>, entity: E) -> Result<(), DbErr> {
    let schema = Schema::new(manager.get_database_backend());
    manager.create_table(schema.create_table_from_entity(entity).if_not_exists().to_owned()).await
}

/// Runs what is missing. Processes that start together take turns; those whose user may not make
/// tables find that nothing is missing.
pub(crate) async fn run(db: &DatabaseConnection, dialect: Dialect) -> Result<(), DbErr> {
    let count = Statement::from_string(
        db.get_database_backend(),
        "SELECT CAST(COUNT(*) AS BIGINT) FROM seaql_migrations",
    );
    // A ledger that was never made has no such table.
    if let Ok(Some(row)) = db.query_one_raw(count).await
        && row.try_get_by_index::<i64>(0)? == Migrator::migrations().len() as i64
    {
        return Ok(());
    }
    if dialect == Dialect::Postgres {
        use sea_orm::TransactionTrait;
        let transaction = db.begin().await?;
        let lock = format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
        transaction.query_one_raw(Statement::from_string(db.get_database_backend(), lock)).await?;
        Migrator::up(&transaction, None).await?;
        return transaction.commit().await;
    }
    // SQLite has one writer: whoever comes second finds the tables.
    let mut tries = 0;
    while let Err(error) = Migrator::up(db, None).await {
        tries += 1;
        if tries == 5 {
            return Err(error);
        }
    }
    Ok(())
}
