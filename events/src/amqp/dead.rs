//! The dead: looked at, brought back, buried.

use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicGetOptions, QueuePurgeOptions};

use super::message;
use super::open::{Broker, Open, within};
use super::publish::send;
use crate::bus::{BusError, Dead, DeadLetter};

/// Shows the oldest, `limit` at most. They are back in their queue when the connection closes.
pub async fn look(broker: &Broker, limit: usize) -> Result<Dead, BusError> {
    let open = broker.open().await?;
    let mut dead = Dead::default();
    while dead.letters.len() < limit
        && let Some((message, left)) = take(broker, &open).await?
    {
        let reason = message::reason(&message.properties);
        dead.letters.push(DeadLetter::new(reason, &message.data));
        dead.count = dead.letters.len() as u64 + left;
    }
    open.close().await;
    Ok(dead)
}

/// Puts each back into the queue of the workers; how many there were.
pub async fn revive(broker: &Broker) -> Result<u64, BusError> {
    let open = broker.open().await?;
    let (mut revived, mut most) = (0, u64::MAX);
    // Those that die again meanwhile wait for the next time.
    while revived < most
        && let Some((message, left)) = take(broker, &open).await?
    {
        most = most.min(revived + 1 + left);
        let properties = message::revived(&message.properties);
        send(&open.channel, "".into(), broker.topology.load(), &message.data, properties).await?;
        within(message.ack(BasicAckOptions::default())).await?;
        revived += 1;
    }
    open.close().await;
    Ok(revived)
}

/// Throws all away; how many there were.
pub async fn bury(broker: &Broker) -> Result<u64, BusError> {
    let open = broker.open().await?;
    let purging = open.channel.queue_purge(broker.topology.dead(), QueuePurgeOptions::default());
    let count = within(purging).await?;
    open.close().await;
    Ok(count.into())
}

/// The oldest that nobody holds, and how many are behind it.
async fn take(broker: &Broker, open: &Open) -> Result<Option<(Delivery, u64)>, BusError> {
    let getting = open.channel.basic_get(broker.topology.dead(), BasicGetOptions::default());
    let message = within(getting).await?;
    Ok(message.map(|message| (message.delivery, message.message_count.into())))
}
