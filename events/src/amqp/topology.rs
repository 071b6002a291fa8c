//! Exchanges and queues, declared by whoever comes first. `docs/events.md` draws them.
//!
//! Nothing here is gone in RabbitMQ 4: every queue is durable, and each that holds work is a quorum
//! queue.

use std::time::Duration;

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{Channel, ExchangeKind};
use tolva_schema::event::Kind;

use crate::bus::{DELIVERIES, Delays};

/// Messages that nobody is bound to are kept so long, and so many of them.
const UNROUTED_MS: i64 = 7 * 24 * 60 * 60 * 1000;
const UNROUTED: i64 = 10_000;
/// Looking at a dead message counts as a delivery; RabbitMQ 4 would end it after 20.
const LOOKS: i64 = 1_000_000_000;

/// The names of everything, which begin with that of the installation.
#[derive(Debug, Clone)]
pub struct Topology {
    name: String,
    delays: Delays,
}

impl Topology {
    pub fn new(name: &str, delays: Delays) -> Self {
        Self { name: name.to_owned(), delays }
    }

    /// Where every event is published.
    pub fn events(&self) -> ShortString {
        format!("{}.events", self.name).into()
    }

    /// Where what nobody is bound to goes.
    fn unrouted(&self) -> ShortString {
        format!("{}.unrouted", self.name).into()
    }

    /// Where the dead go.
    pub fn dead_letters(&self) -> ShortString {
        format!("{}.dead", self.name).into()
    }

    /// The queue of the workers.
    pub fn load(&self) -> ShortString {
        format!("{}.load", self.name).into()
    }

    /// The queue of the dead.
    pub fn dead(&self) -> ShortString {
        format!("{}.load.dead", self.name).into()
    }

    /// The queue in which what was put off so often waits.
    pub fn retry(&self, attempt: u32) -> ShortString {
        self.retry_of(self.delays.0[Delays::step(attempt)])
    }

    fn retry_of(&self, delay: Duration) -> ShortString {
        // humantime writes "10s", "1m", "10m".
        let delay = humantime::format_duration(delay).to_string().replace(' ', "");
        format!("{}.load.retry.{delay}", self.name).into()
    }

    /// Under which key an event of a dataset is published.
    pub fn key(kind: Kind, dataset: &str) -> ShortString {
        format!("{kind}.{dataset}").into()
    }

    /// Declares all of it. What is there already and alike stays as it is.
    pub async fn declare(&self, channel: &Channel) -> lapin::Result<()> {
        self.exchange(channel, self.unrouted(), ExchangeKind::Fanout, FieldTable::default())
            .await?;
        let mut unrouted = quorum();
        unrouted.insert("x-message-ttl".into(), AMQPValue::LongLongInt(UNROUTED_MS));
        unrouted.insert("x-max-length".into(), AMQPValue::LongLongInt(UNROUTED));
        self.queue(channel, self.unrouted(), unrouted).await?;
        self.bind(channel, self.unrouted(), self.unrouted(), "").await?;

        self.exchange(channel, self.dead_letters(), ExchangeKind::Fanout, FieldTable::default())
            .await?;
        let mut dead = quorum();
        dead.insert("x-delivery-limit".into(), AMQPValue::LongLongInt(LOOKS));
        self.queue(channel, self.dead(), dead).await?;
        self.bind(channel, self.dead(), self.dead_letters(), "").await?;

        let mut load = passing_on(&self.dead_letters(), None);
        load.insert("x-delivery-limit".into(), AMQPValue::LongLongInt(DELIVERIES.into()));
        self.queue(channel, self.load(), load).await?;
        for delay in self.delays.0 {
            let mut retry = passing_on(&"".into(), Some(&self.load()));
            let milliseconds = i64::try_from(delay.as_millis()).unwrap_or(i64::MAX);
            retry.insert("x-message-ttl".into(), AMQPValue::LongLongInt(milliseconds));
            self.queue(channel, self.retry_of(delay), retry).await?;
        }

        let mut arguments = FieldTable::default();
        let elsewhere = AMQPValue::LongString(self.unrouted().as_str().into());
        arguments.insert("alternate-exchange".into(), elsewhere);
        self.exchange(channel, self.events(), ExchangeKind::Topic, arguments).await?;
        let work = format!("{}.#", Kind::FileArrived);
        self.bind(channel, self.load(), self.events(), &work).await
    }

    async fn exchange(
        &self,
        channel: &Channel,
        name: ShortString,
        kind: ExchangeKind,
        arguments: FieldTable,
    ) -> lapin::Result<()> {
        let options = ExchangeDeclareOptions { durable: true, ..Default::default() };
        channel.exchange_declare(name, kind, options, arguments).await
    }

    async fn queue(
        &self,
        channel: &Channel,
        name: ShortString,
        arguments: FieldTable,
    ) -> lapin::Result<()> {
        let options = QueueDeclareOptions { durable: true, ..Default::default() };
        channel.queue_declare(name, options, arguments).await.map(drop)
    }

    async fn bind(
        &self,
        channel: &Channel,
        queue: ShortString,
        exchange: ShortString,
        key: &str,
    ) -> lapin::Result<()> {
        let (options, none) = (QueueBindOptions::default(), FieldTable::default());
        channel.queue_bind(queue, exchange, key.into(), options, none).await
    }
}

fn quorum() -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    arguments
}

/// A queue that hands on what leaves it, and keeps it until it has arrived.
fn passing_on(exchange: &ShortString, key: Option<&ShortString>) -> FieldTable {
    let mut arguments = quorum();
    let text = |text: &str| AMQPValue::LongString(text.into());
    arguments.insert("x-dead-letter-exchange".into(), text(exchange.as_str()));
    if let Some(key) = key {
        arguments.insert("x-dead-letter-routing-key".into(), text(key.as_str()));
    }
    arguments.insert("x-dead-letter-strategy".into(), text("at-least-once"));
    arguments.insert("x-overflow".into(), text("reject-publish"));
    arguments
}
