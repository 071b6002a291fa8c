//! Events that are to be published: written with what they tell of, published afterwards.
//!
//! Whoever publishes claims them first, by the database's clock: of many hosts that look at the same
//! time each gets others. A claim that was not made good ends by itself, so that an event may be
//! published twice and is never lost.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryResult, Statement,
};
use tolva_schema::dialect::Dialect;
use tolva_schema::event::{Body, Kind};
use uuid::Uuid;

use crate::entity::outbox;
use crate::listen::CHANNEL;
use crate::{Ledger, LedgerError, now_ms};

/// How long a claim lasts, milliseconds: longer than any confirmation is waited for.
const CLAIM_MS: i64 = 30_000;

/// An event that waits to be published.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxEvent {
    /// Its place in the outbox.
    pub id: i64,
    /// What names it everywhere, however often it is published: a UUID.
    pub event: String,
    /// What happened.
    pub body: Body,
    /// The trace that it belongs to: a `traceparent` of W3C Trace Context.
    pub trace: Option<String>,
    /// When it happened, milliseconds since 1970.
    pub created_at: i64,
}

impl Ledger {
    /// Writes an event in the transaction that makes it true.
    pub(crate) async fn push(
        &self,
        db: &impl ConnectionTrait,
        body: &Body,
    ) -> Result<(), LedgerError> {
        outbox::Entity::insert(outbox::ActiveModel {
            event: Set(Uuid::now_v7().to_string()),
            kind: Set(body.kind().as_str().to_owned()),
            dataset: Set(body.dataset().to_owned()),
            data: Set(to_json(body)?),
            trace: Set((self.trace)()),
            created_at: Set(now_ms()),
            claimed_until: Set(0),
            ..Default::default()
        })
        .exec_without_returning(db)
        .await?;
        if self.dialect == Dialect::Postgres {
            db.execute_unprepared(&format!("NOTIFY {CHANNEL}")).await?;
        }
        Ok(())
    }

    /// Claims the oldest events that nobody publishes at the moment, `limit` at most.
    /// [`Ledger::mark_published`] or [`Ledger::release_events`] ends the claim.
    pub async fn claim_events(&self, limit: u64) -> Result<Vec<OutboxEvent>, LedgerError> {
        let (now, p) = (self.now_sql(), |index| self.dialect.placeholder(index));
        let skip = if self.dialect == Dialect::Postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
        let sql = format!(
            "UPDATE tolva_outbox SET claimed_until = {now} + {} WHERE id IN \
             (SELECT id FROM tolva_outbox WHERE published_at IS NULL AND claimed_until < {now} \
             ORDER BY id LIMIT {} {skip}) RETURNING id, event, kind, data, trace, created_at",
            p(1),
            p(2),
        );
        let values = [CLAIM_MS.into(), limit.cast_signed().into()];
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), sql, values);
        let rows = self.db.query_all_raw(statement).await?;
        let mut events = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        // What is returned comes in no order.
        events.sort_by_key(|event| event.id);
        Ok(events)
    }

    /// How many events wait to be published, whoever has claimed them.
    pub async fn unpublished(&self) -> Result<u64, LedgerError> {
        let waiting = outbox::Entity::find().filter(outbox::Column::PublishedAt.is_null());
        Ok(waiting.count(&self.db).await?)
    }

    /// Marks events as published.
    pub async fn mark_published(&self, ids: &[i64]) -> Result<(), LedgerError> {
        let published = outbox::ActiveModel { published_at: Set(Some(now_ms())), ..no_change() };
        self.set_events(ids, published).await
    }

    /// Gives claimed events back that could not be published.
    pub async fn release_events(&self, ids: &[i64]) -> Result<(), LedgerError> {
        self.set_events(ids, outbox::ActiveModel { claimed_until: Set(0), ..no_change() }).await
    }

    async fn set_events(&self, ids: &[i64], to: outbox::ActiveModel) -> Result<(), LedgerError> {
        if ids.is_empty() {
            return Ok(());
        }
        outbox::Entity::update_many()
            .set(to)
            .filter(outbox::Column::Id.is_in(ids.iter().copied()))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}

fn no_change() -> outbox::ActiveModel {
    Default::default()
}

fn to_json(body: &Body) -> Result<String, LedgerError> {
    serde_json::to_string(body).map_err(|error| LedgerError::Corrupt(error.to_string()))
}

fn read(row: &QueryResult) -> Result<OutboxEvent, LedgerError> {
    let id: i64 = row.try_get("", "id")?;
    let corrupt =
        |error: &dyn std::fmt::Display| LedgerError::Corrupt(format!("event {id}: {error}"));
    let kind: Kind = row.try_get::<String>("", "kind")?.parse().map_err(|error| corrupt(&error))?;
    let data: String = row.try_get("", "data")?;
    let body = serde_json::from_str(&data)
        .and_then(|data| Body::read(kind, data))
        .map_err(|error| corrupt(&error))?;
    Ok(OutboxEvent {
        id,
        event: row.try_get("", "event")?,
        body,
        trace: row.try_get("", "trace")?,
        created_at: row.try_get("", "created_at")?,
    })
}
