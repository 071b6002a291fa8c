//! What only a broker can do, and what can be done to it.

use std::time::Duration;

use lapin::options::{
    BasicGetOptions, BasicPublishOptions, QueueDeclareOptions, QueueDeleteOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use tolva_events::{AmqpBus, Bus as _, BusError, Link, Signal};

use crate::kit::{Kit, arrival_of, arrived, broker, delivery, other};

/// A channel past the bus.
async fn channel() -> Channel {
    let connection = Connection::connect(&broker(), ConnectionProperties::default()).await;
    let channel = connection.expect("connected").create_channel().await.expect("a channel");
    // The connection lives as long as its channel.
    channel
}

async fn put(channel: &Channel, kit: &Kit, body: &[u8]) {
    let (exchange, key) = (format!("{}.events", kit.name), "file.arrived.employees");
    let sent = channel
        .basic_publish(
            exchange.as_str().into(),
            key.into(),
            BasicPublishOptions::default(),
            body,
            BasicProperties::default(),
        )
        .await;
    sent.expect("sent").await.expect("confirmed");
}

#[tokio::test]
async fn a_message_that_is_no_event_goes_to_the_dead_and_the_next_one_is_served() {
    let kit = Kit::rabbitmq();
    let mut consumer = kit.consumer().await;
    kit.publish(&[other()]).await;
    let channel = channel().await;
    put(&channel, &kit, b"{\"specversion\":\"3.0\"").await;
    put(&channel, &kit, &arrived(2).to_json()).await;
    let served = delivery(&mut consumer).await;
    assert_eq!(arrival_of(&served.event), 2);
    served.done().await;
    let dead = kit.until_dead(1).await;
    assert!(dead.letters[0].reason.contains("no CloudEvent in JSON"), "{dead:?}");
    // Brought back it is as dead as before, and nothing else suffers.
    assert_eq!(kit.bus.revive().await.expect("revived"), 1);
    kit.until_dead(1).await;
}

#[tokio::test]
async fn what_nobody_is_bound_to_is_kept_aside() {
    let kit = Kit::rabbitmq();
    kit.publish(&[other()]).await;
    let queue = format!("{}.unrouted", kit.name);
    let kept = channel().await.basic_get(queue.as_str().into(), BasicGetOptions::default()).await;
    let kept = kept.expect("asked").expect("there");
    assert_eq!(kept.delivery.routing_key.as_str(), "dataset.refreshed.employees");
    let properties = &kept.delivery.properties;
    assert_eq!(*properties.delivery_mode(), Some(2), "it outlives the broker");
    let content_type = properties.content_type().as_ref().expect("told").to_string();
    assert_eq!(content_type, "application/cloudevents+json");
}

#[tokio::test]
async fn a_consumer_that_the_server_cancels_begins_anew_and_says_so() {
    let kit = Kit::rabbitmq();
    let mut consumer = kit.consumer().await;
    kit.publish(&[arrived(1)]).await;
    delivery(&mut consumer).await.done().await;
    let queue = format!("{}.load", kit.name);
    let deleted =
        channel().await.queue_delete(queue.as_str().into(), QueueDeleteOptions::default()).await;
    deleted.expect("deleted");
    // It declares the queue anew, and tells that something may have been missed.
    let signal = tokio::time::timeout(Duration::from_secs(60), consumer.next()).await;
    assert!(matches!(signal, Ok(Some(Signal::Lagged))), "{signal:?}");
    kit.publish(&[arrived(2)]).await;
    let served = delivery(&mut consumer).await;
    assert_eq!(arrival_of(&served.event), 2);
    served.done().await;
}

#[tokio::test]
async fn an_exchange_that_is_gone_is_made_again_by_the_next_who_publishes() {
    let kit = Kit::rabbitmq();
    kit.publish(&[other()]).await;
    let exchange = format!("{}.events", kit.name);
    let options = lapin::options::ExchangeDeleteOptions::default();
    channel().await.exchange_delete(exchange.as_str().into(), options).await.expect("deleted");
    let told = kit.bus.publish(&[arrived(1)]).await;
    assert!(matches!(told[0], Err(BusError::Unavailable(_))), "{told:?}");
    kit.publish(&[arrived(1)]).await;
    let mut consumer = kit.consumer().await;
    delivery(&mut consumer).await.done().await;
}

#[tokio::test]
async fn a_broker_that_is_away_or_refuses_us_is_told_apart() {
    let away = AmqpBus::new("amqp://guest:hidden@127.0.0.1:1/%2f", "x").expect("a URL");
    let told = away.publish(&[arrived(1)]).await;
    assert!(matches!(&told[0], Err(BusError::Unavailable(_))), "{told:?}");
    assert!(matches!(&*away.link().borrow(), Link::Down(why) if !why.contains("hidden")));

    let wrong = broker().replacen("guest:guest", "guest:hidden", 1);
    let refused = AmqpBus::new(&wrong, "x").expect("a URL").publish(&[arrived(1)]).await;
    let Err(BusError::Misconfigured(why)) = &refused[0] else { panic!("{refused:?}") };
    assert!(why.contains("broker.url") && !why.contains("hidden"), "{why}");

    let Err(BusError::Misconfigured(why)) = AmqpBus::new("amqp://a:hid/den@b", "x") else {
        panic!("it cannot be read")
    };
    assert!(why.contains("%2F") && !why.contains("hid/den"), "{why}");
}

#[tokio::test]
async fn a_queue_of_another_kind_is_told_with_what_to_do() {
    let kit = Kit::rabbitmq();
    let mut arguments = FieldTable::default();
    arguments.insert("x-max-length".into(), AMQPValue::LongLongInt(7));
    let options = QueueDeclareOptions { durable: true, ..Default::default() };
    let queue = format!("{}.load", kit.name);
    let declared = channel().await.queue_declare(queue.as_str().into(), options, arguments).await;
    declared.expect("declared");
    let told = kit.bus.publish(&[arrived(1)]).await;
    let Err(BusError::Misconfigured(why)) = &told[0] else { panic!("{told:?}") };
    assert!(why.contains("broker.name"), "{why}");
}
