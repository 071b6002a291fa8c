//! The suite's own hands in RabbitMQ: copies of messages, and counting what lies in queues.

use std::collections::BTreeSet;

use fastrand::Rng;
use lapin::options::{
    BasicAckOptions, BasicGetOptions, BasicPublishOptions, ConfirmSelectOptions, QueueBindOptions,
    QueueDeclareOptions, QueuePurgeOptions,
};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use tokio::runtime::Builder;

const EXCHANGE: &str = "tolva.events";
/// The queue of the workers, and those of what is put off.
const QUEUES: [&str; 4] =
    ["tolva.load", "tolva.load.retry.10s", "tolva.load.retry.1m", "tolva.load.retry.10m"];
const DEAD: &str = "tolva.load.dead";
/// What is copied is what comes here.
const COPIES: &str = "faults.copies";
/// Messages taken at once.
const AT_ONCE: usize = 100;

/// Does something with a channel of its own.
fn with_channel<T>(
    url: &str,
    work: impl AsyncFnOnce(&Channel) -> lapin::Result<T>,
) -> lapin::Result<T> {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let connection = Connection::connect(url, ConnectionProperties::default()).await?;
        let channel = connection.create_channel().await?;
        let done = work(&channel).await;
        drop(connection.close(0, "".into()).await);
        done
    })
}

/// Has copies kept of the messages about arrivals.
pub fn keep_copies(url: &str) -> lapin::Result<()> {
    with_channel(url, async |channel| {
        let durable = QueueDeclareOptions::durable();
        channel.queue_declare(COPIES.into(), durable, FieldTable::default()).await?;
        channel
            .queue_bind(
                COPIES.into(),
                EXCHANGE.into(),
                "file.arrived.#".into(),
                QueueBindOptions::default(),
                FieldTable::default(),
            )
            .await
    })
}

/// Publishes messages once more, up to three times each and in any order; gives how many.
pub fn publish_copies(url: &str, random: &mut Rng) -> lapin::Result<usize> {
    with_channel(url, async |channel| {
        let mut messages = Vec::new();
        while messages.len() < AT_ONCE
            && let Some(message) =
                channel.basic_get(COPIES.into(), BasicGetOptions::default()).await?
        {
            message.acker.ack(BasicAckOptions::default()).await?;
            messages.push(message.delivery);
        }
        let mut order: Vec<usize> =
            (0..messages.len()).flat_map(|at| vec![at; random.usize(1..4)]).collect();
        random.shuffle(&mut order);
        for &at in &order {
            let message = &messages[at];
            channel
                .basic_publish(
                    EXCHANGE.into(),
                    message.routing_key.clone(),
                    BasicPublishOptions::default(),
                    &message.data,
                    message.properties.clone(),
                )
                .await?
                .await?;
        }
        // The copies came here, too.
        channel.queue_purge(COPIES.into(), QueuePurgeOptions::default()).await?;
        Ok(order.len())
    })
}

/// Publishes a message that nobody can read; what is in it tells it from others.
pub fn poison(url: &str, body: &str) -> lapin::Result<()> {
    with_channel(url, async |channel| {
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        let options = BasicPublishOptions { mandatory: true, ..Default::default() };
        let key = "file.arrived.poison".into();
        let properties = BasicProperties::default().with_delivery_mode(2);
        let body = body.as_bytes();
        channel
            .basic_publish(EXCHANGE.into(), key, options, body, properties)
            .await?
            .await
            .map(drop)
    })
}

/// How many messages lie ready for the workers, and how many were put off for a while.
pub fn waiting(url: &str) -> lapin::Result<(u32, u32)> {
    with_channel(url, async |channel| {
        let passive = QueueDeclareOptions { passive: true, ..Default::default() };
        let mut counts = [0; 4];
        for (queue, count) in QUEUES.into_iter().zip(&mut counts) {
            let queue = channel.queue_declare(queue.into(), passive, FieldTable::default()).await?;
            *count = queue.message_count();
        }
        let [ready, put_off @ ..] = counts;
        Ok((ready, put_off.iter().sum()))
    })
}

/// What lies in the queue of the dead, each once; it stays there.
pub fn dead(url: &str) -> lapin::Result<BTreeSet<String>> {
    with_channel(url, async |channel| {
        let mut bodies = BTreeSet::new();
        // What is not acknowledged goes back when the channel ends.
        while let Some(message) = channel.basic_get(DEAD.into(), BasicGetOptions::default()).await?
        {
            bodies.insert(String::from_utf8_lossy(&message.delivery.data).into_owned());
        }
        Ok(bodies)
    })
}
