//! Which properties and headers of a message carry what.
//!
//! CloudEvents binds itself to AMQP 1.0 only; RabbitMQ's own protocol is 0-9-1, and what stands here
//! is the nearest to it. `docs/events.md` says the same for those who consume.

use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable, ShortString};

use crate::event::{CONTENT_TYPE, Event};

/// How often the message was put off.
const ATTEMPT: &str = "tolva-attempt";
/// Why it is dead.
const REASON: &str = "tolva-reason";
const PERSISTENT: u8 = 2;

/// The properties of an event's message.
pub fn properties(event: &Event, attempt: u32) -> BasicProperties {
    let mut headers = FieldTable::default();
    headers.insert(ATTEMPT.into(), AMQPValue::LongUInt(attempt));
    if let Some(trace) = &event.trace {
        headers.insert("traceparent".into(), AMQPValue::LongString(trace.as_str().into()));
    }
    BasicProperties::default()
        .with_content_type(CONTENT_TYPE.into())
        .with_content_encoding("utf-8".into())
        .with_delivery_mode(PERSISTENT)
        .with_message_id(event.id.as_str().into())
        .with_type(ShortString::from(event.kind().as_str()))
        .with_timestamp(event.time.timestamp().unsigned_abs())
        .with_app_id("tolva".into())
        .with_headers(headers)
}

/// The properties of a message that goes to the dead: its own, and the reason.
pub fn dead(properties: &BasicProperties, reason: &str) -> BasicProperties {
    let mut headers = properties.headers().clone().unwrap_or_default();
    headers.insert(REASON.into(), AMQPValue::LongString(reason.into()));
    properties.clone().with_delivery_mode(PERSISTENT).with_headers(headers)
}

/// The properties of one that is brought back: as if it had never been tried.
pub fn revived(properties: &BasicProperties) -> BasicProperties {
    let mut headers = FieldTable::default();
    for (name, value) in properties.headers().iter().flat_map(|headers| headers.inner()) {
        if ![ATTEMPT, REASON].contains(&name.as_str()) && !name.as_str().starts_with("x-") {
            headers.insert(name.clone(), value.clone());
        }
    }
    properties.clone().with_headers(headers)
}

/// How often the message was put off.
pub fn attempt(properties: &BasicProperties) -> u32 {
    match header(properties, ATTEMPT) {
        Some(AMQPValue::LongUInt(attempt)) => *attempt,
        _ => 0,
    }
}

/// Why a message is dead: as we said, else as the broker says.
pub fn reason(properties: &BasicProperties) -> String {
    let text = |value: Option<&AMQPValue>| match value {
        Some(AMQPValue::LongString(text)) => {
            Some(String::from_utf8_lossy(text.as_bytes()).into_owned())
        }
        _ => None,
    };
    let by_broker = || match text(header(properties, "x-first-death-reason"))?.as_str() {
        "delivery_limit" => Some("it was delivered too often and never settled".to_owned()),
        other => Some(other.to_owned()),
    };
    text(header(properties, REASON)).or_else(by_broker).unwrap_or_else(|| "unknown".to_owned())
}

fn header<'a>(properties: &'a BasicProperties, name: &str) -> Option<&'a AMQPValue> {
    properties.headers().as_ref()?.inner().get(name)
}
