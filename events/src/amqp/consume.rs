//! Consuming: supervised, so that it never ends in silence.
//!
//! lapin's own recovery is not used: it is opt-in, replays what it has recorded, and keeps from us
//! when events may have been missed. Whatever ends a consumer (its connection, its channel, a
//! cancellation by the server, which shows as the end of the stream) is told, and after a while it
//! begins anew.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use backon::{BackoffBuilder, ExponentialBuilder};
use futures_util::StreamExt;
use lapin::message::Delivery as Message;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions, BasicRejectOptions};
use lapin::types::FieldTable;
use lapin::{Acker, BasicProperties, Channel};
use tokio::sync::{mpsc, watch};

use super::message;
use super::open::{Broker, within};
use super::publish::send;
use super::topology::Topology;
use crate::bus::{BusError, Consumer, Delivery, Link, PREFETCH, Settle, Signal};
use crate::event::Event;

/// After a failure it begins anew after this, then after twice as long, and so on.
const SOON: Duration = Duration::from_millis(200);
const AT_MOST: Duration = Duration::from_secs(15);

/// The receiving end of a consumer that runs on its own.
pub struct AmqpConsumer {
    signals: mpsc::Receiver<Signal>,
}

impl AmqpConsumer {
    /// Starts it; it ends with what is returned.
    pub fn start(broker: Broker, link: watch::Sender<Link>) -> Self {
        let (sender, signals) = mpsc::channel(PREFETCH.into());
        tokio::spawn(supervise(broker, link, sender));
        Self { signals }
    }
}

#[async_trait]
impl Consumer for AmqpConsumer {
    async fn next(&mut self) -> Option<Signal> {
        self.signals.recv().await
    }
}

async fn supervise(broker: Broker, link: watch::Sender<Link>, signals: mpsc::Sender<Signal>) {
    let delays = ExponentialBuilder::default()
        .with_jitter()
        .with_min_delay(SOON)
        .with_max_delay(AT_MOST)
        .without_max_times();
    let mut backoff = delays.build();
    loop {
        let Err((error, worked)) = session(&broker, &link, &signals).await else { return };
        if worked {
            backoff = delays.build();
        }
        let again = backoff.next().unwrap_or(AT_MOST);
        tracing::warn!(again_in_ms = again.as_millis(), "the worker hears of no new work: {error}");
        link.send_replace(Link::Down(error.to_string()));
        tokio::select! {
            () = tokio::time::sleep(again) => {}
            () = signals.closed() => return,
        }
    }
}

/// Consumes until nobody listens (`Ok`), or something fails; then it tells whether it had begun.
async fn session(
    broker: &Broker,
    link: &watch::Sender<Link>,
    signals: &mpsc::Sender<Signal>,
) -> Result<(), (BusError, bool)> {
    let failed = |error: BusError| (error, false);
    let open = broker.open().await.map_err(failed)?;
    let channel = open.channel.clone();
    let qos = channel.basic_qos(PREFETCH, BasicQosOptions::default());
    within(qos).await.map_err(|failure| failed(failure.into()))?;
    let (queue, options) = (broker.topology.load(), BasicConsumeOptions::default());
    let consuming = channel.basic_consume(queue, "".into(), options, FieldTable::default());
    let mut messages = within(consuming).await.map_err(|failure| failed(failure.into()))?;
    tracing::info!("the worker hears of new work");
    link.send_replace(Link::Up);
    // What came while nobody listened is in the queue, but the ledger may know more.
    let mut next = Some(Signal::Lagged);
    loop {
        if let Some(signal) = next.take()
            && signals.send(signal).await.is_err()
        {
            open.close().await;
            return Ok(());
        }
        let message = tokio::select! {
            message = messages.next() => message,
            () = signals.closed() => {
                open.close().await;
                return Ok(());
            }
        };
        match message {
            Some(Ok(message)) => next = receive(&broker.topology, &channel, message).await,
            Some(Err(error)) => return Err((BusError::Unavailable(error.to_string()), true)),
            None => {
                let why = "the server cancelled the consumer".to_owned();
                return Err((BusError::Unavailable(why), true));
            }
        }
    }
}

/// Reads a message; what is no event goes to the dead at once.
async fn receive(topology: &Topology, channel: &Channel, message: Message) -> Option<Signal> {
    let settle = AmqpSettle {
        channel: channel.clone(),
        topology: topology.clone(),
        acker: message.acker,
        properties: message.properties,
        body: message.data.into(),
    };
    match Event::from_json(&settle.body) {
        Ok(event) => {
            let attempt = message::attempt(&settle.properties);
            Some(Signal::Delivery(Delivery::new(event, attempt, settle)))
        }
        Err(malformed) => {
            tracing::error!("a message goes to the dead: {malformed}");
            settle.refuse(&malformed.to_string()).await;
            None
        }
    }
}

struct AmqpSettle {
    channel: Channel,
    topology: Topology,
    acker: Acker,
    properties: BasicProperties,
    body: Arc<[u8]>,
}

#[async_trait]
impl Settle for AmqpSettle {
    async fn done(&self) {
        // On a channel that is gone this fails: then the message comes again, and the ledger says
        // that there is nothing left to do.
        drop(within(self.acker.ack(BasicAckOptions::default())).await);
    }

    async fn later(&self, event: &Event, attempt: u32) {
        let properties = message::properties(event, attempt + 1);
        let queue = self.topology.retry(attempt);
        match send(&self.channel, "".into(), queue, &self.body, properties).await {
            // Only now: the other way round a crash in between would lose it.
            Ok(()) => self.done().await,
            // Dropped, it comes again at once; that is more than nothing.
            Err(error) => tracing::debug!("a message was not put off: {error}"),
        }
    }

    async fn refuse(&self, reason: &str) {
        let properties = message::dead(&self.properties, reason);
        let exchange = self.topology.dead_letters();
        match send(&self.channel, exchange, "".into(), &self.body, properties).await {
            Ok(()) => self.done().await,
            Err(error) => {
                // The broker passes it on by itself, though without our reason.
                tracing::warn!("a dead message was not put away with its reason: {error}");
                drop(within(self.acker.reject(BasicRejectOptions { requeue: false })).await);
            }
        }
    }
}

impl Drop for AmqpSettle {
    fn drop(&mut self) {
        if self.acker.usable() {
            let acker = self.acker.clone();
            tokio::spawn(async move {
                drop(within(acker.reject(BasicRejectOptions { requeue: true })).await);
            });
        }
    }
}
