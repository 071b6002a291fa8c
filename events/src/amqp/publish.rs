//! Publishing: persistent, mandatory, confirmed, many in flight.

use lapin::message::BasicReturnMessage;
use lapin::options::BasicPublishOptions;
use lapin::types::ShortString;
use lapin::{BasicProperties, Channel, Confirmation, PublisherConfirm};
use tokio::sync::{Mutex, watch};

use super::message;
use super::open::{Broker, Failure, Open, within};
use super::topology::Topology;
use crate::bus::{BusError, Link};
use crate::event::Event;

/// What publishes, over a connection that is opened when it is needed and left when it fails.
pub struct Publisher {
    broker: Broker,
    open: Mutex<Option<Open>>,
    link: watch::Sender<Link>,
}

impl Publisher {
    pub fn new(broker: Broker, link: watch::Sender<Link>) -> Self {
        Self { broker, open: Mutex::default(), link }
    }

    /// Publishes all, then waits for what the broker says of each.
    pub async fn publish(&self, events: &[Event]) -> Vec<Result<(), BusError>> {
        let mut open = self.open.lock().await;
        let told = match self.ensure(&mut open).await {
            Ok(channel) => self.publish_on(channel, events).await,
            Err(error) => events.iter().map(|_| Err(error.clone())).collect(),
        };
        let broken = told.iter().find_map(|one| match one {
            Err(error @ (BusError::Unavailable(_) | BusError::Misconfigured(_))) => Some(error),
            _ => None,
        });
        match broken {
            // Nobody knows what is still to come over it.
            Some(error) => {
                self.link.send_replace(Link::Down(error.to_string()));
                *open = None;
            }
            None => drop(self.link.send_replace(Link::Up)),
        }
        told
    }

    async fn ensure<'a>(&self, open: &'a mut Option<Open>) -> Result<&'a Channel, BusError> {
        if open.as_ref().is_some_and(|open| !open.channel.status().connected()) {
            *open = None;
        }
        let open = match open {
            Some(open) => open,
            None => open.insert(self.broker.open().await?),
        };
        Ok(&open.channel)
    }

    async fn publish_on(&self, channel: &Channel, events: &[Event]) -> Vec<Result<(), BusError>> {
        let mut under_way = Vec::with_capacity(events.len());
        for event in events {
            let (kind, dataset) = (event.kind(), event.dataset());
            let (exchange, key) = (self.broker.topology.events(), Topology::key(kind, dataset));
            let (body, properties) = (event.to_json(), message::properties(event, 0));
            let mandatory = BasicPublishOptions { mandatory: true, ..Default::default() };
            let sending = channel.basic_publish(exchange, key, mandatory, &body, properties);
            under_way.push(within(sending).await);
        }
        let mut told = Vec::with_capacity(events.len());
        for (sent, event) in under_way.into_iter().zip(events) {
            told.push(match sent {
                Ok(confirm) => confirmed(confirm, event.kind().as_str()).await,
                Err(failure) => Err(failure.into()),
            });
        }
        told
    }
}

/// Publishes one message straight to an exchange, and waits until the broker has it.
pub async fn send(
    channel: &Channel,
    exchange: ShortString,
    key: ShortString,
    body: &[u8],
    properties: BasicProperties,
) -> Result<(), BusError> {
    let what = key.to_string();
    let mandatory = BasicPublishOptions { mandatory: true, ..Default::default() };
    let sent = within(channel.basic_publish(exchange, key, mandatory, body, properties)).await?;
    confirmed(sent, &what).await
}

async fn confirmed(confirm: PublisherConfirm, what: &str) -> Result<(), BusError> {
    let unroutable = |returned: Option<BasicReturnMessage>| match returned {
        Some(_) => Err(BusError::Unroutable(what.to_owned())),
        None => Ok(()),
    };
    match within(confirm).await {
        // A confirmation may carry the message back: nobody was there for it.
        Ok(Confirmation::Ack(returned)) => unroutable(returned),
        Ok(Confirmation::Nack(_)) => {
            Err(BusError::Unavailable("the broker did not keep the message".to_owned()))
        }
        Ok(Confirmation::NotRequested) => {
            Err(BusError::Unavailable("the channel confirms nothing".to_owned()))
        }
        Err(failure @ (Failure::Broker(_) | Failure::Silence)) => Err(failure.into()),
    }
}
