//! The bus over RabbitMQ, 3.10 or newer.

mod consume;
mod dead;
mod message;
mod open;
mod publish;
mod topology;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::bus::{Bus, BusError, Consumer, Dead, Delays, Link};
use crate::event::Event;
use consume::AmqpConsumer;
use open::Broker;
use publish::Publisher;
use topology::Topology;

/// The name that exchanges and queues begin with, unless another is chosen.
pub const NAME: &str = "tolva";

/// The bus over RabbitMQ.
pub struct AmqpBus {
    broker: Broker,
    publisher: Publisher,
    link: watch::Sender<Link>,
}

impl AmqpBus {
    /// A bus at this URL (`amqp://` or `amqps://`). The names of its exchanges and queues begin with
    /// `name`, so that two installations share a broker without sharing work. Nothing is connected to
    /// yet.
    ///
    /// # Errors
    /// [`BusError::Misconfigured`] when the URL cannot be read.
    pub fn new(url: &str, name: &str) -> Result<Self, BusError> {
        Self::with_delays(url, name, Delays::default())
    }

    /// The same, with other times for which events are put off. They are part of the queues' names.
    ///
    /// # Errors
    /// As [`AmqpBus::new`].
    pub fn with_delays(url: &str, name: &str, delays: Delays) -> Result<Self, BusError> {
        let broker = Broker::new(url, Topology::new(name, delays))?;
        let link = watch::Sender::new(Link::Idle);
        Ok(Self { publisher: Publisher::new(broker.clone(), link.clone()), broker, link })
    }
}

#[async_trait]
impl Bus for AmqpBus {
    async fn publish(&self, events: &[Event]) -> Vec<Result<(), BusError>> {
        self.publisher.publish(events).await
    }

    fn consume(&self) -> Box<dyn Consumer> {
        Box::new(AmqpConsumer::start(self.broker.clone(), self.link.clone()))
    }

    async fn dead(&self, limit: usize) -> Result<Dead, BusError> {
        dead::look(&self.broker, limit).await
    }

    async fn revive(&self) -> Result<u64, BusError> {
        dead::revive(&self.broker).await
    }

    async fn bury(&self) -> Result<u64, BusError> {
        dead::bury(&self.broker).await
    }

    fn link(&self) -> watch::Receiver<Link> {
        self.link.subscribe()
    }
}
