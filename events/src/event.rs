//! An event, and how it is written: CloudEvents 1.0 in structured JSON.
//!
//! Format: <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md>, with
//! the extension for tracing,
//! <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/distributed-tracing.md>.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tolva_ledger::OutboxEvent;
use tolva_schema::event::{Body, Kind};

/// The media type of an event in structured JSON.
pub const CONTENT_TYPE: &str = "application/cloudevents+json";
/// Where every event comes from.
const SOURCE: &str = "/tolva";
const SPECVERSION: &str = "1.0";
/// The version of the bodies that this build writes and reads. One that adds members keeps it.
const VERSION: &str = "1";

/// Something that happened to a dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What names it, however often it is delivered: a UUID.
    pub id: String,
    /// When it happened.
    pub time: DateTime<Utc>,
    /// What happened.
    pub body: Body,
    /// The trace that it belongs to: a `traceparent` of W3C Trace Context.
    pub trace: Option<String>,
}

/// Bytes that are no event of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);

#[derive(Serialize, Deserialize)]
struct Envelope {
    specversion: String,
    id: String,
    source: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    time: Option<DateTime<Utc>>,
    #[serde(default)]
    datacontenttype: Option<String>,
    #[serde(default)]
    dataschema: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    traceparent: Option<String>,
    data: serde_json::Value,
}

impl Event {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.body.kind()
    }

    /// The dataset that it tells of.
    pub fn dataset(&self) -> &str {
        self.body.dataset()
    }

    /// The event as CloudEvents writes it.
    pub fn to_json(&self) -> Vec<u8> {
        let envelope = Envelope {
            specversion: SPECVERSION.to_owned(),
            id: self.id.clone(),
            source: SOURCE.to_owned(),
            kind: self.kind().to_string(),
            subject: Some(self.dataset().to_owned()),
            time: Some(self.time),
            datacontenttype: Some("application/json".to_owned()),
            dataschema: Some(schema_name(self.kind(), VERSION)),
            traceparent: self.trace.clone(),
            data: serde_json::json!(self.body),
        };
        serde_json::json!(envelope).to_string().into_bytes()
    }

    /// Reads an event. Members that are not known are left out.
    ///
    /// # Errors
    /// What makes it none, or one that only a newer version understands.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Malformed> {
        let envelope: Envelope = serde_json::from_slice(bytes)
            .map_err(|error| Malformed(format!("this is no CloudEvent in JSON: {error}")))?;
        if envelope.specversion != SPECVERSION {
            return Err(Malformed(format!(
                "CloudEvents {} is not understood, only {SPECVERSION}",
                envelope.specversion
            )));
        }
        let kind: Kind = envelope.kind.parse().map_err(Malformed)?;
        let ours = schema_name(kind, VERSION);
        if let Some(other) = envelope.dataschema.filter(|schema| *schema != ours) {
            return Err(Malformed(format!("{other} is not understood, only {ours}")));
        }
        let body = Body::read(kind, envelope.data)
            .map_err(|error| Malformed(format!("this is no body of {kind}: {error}")))?;
        Ok(Self {
            id: envelope.id,
            time: envelope.time.unwrap_or_default(),
            body,
            trace: envelope.traceparent,
        })
    }
}

fn schema_name(kind: Kind, version: &str) -> String {
    format!("urn:tolva:event:{kind}:{version}")
}

impl From<&OutboxEvent> for Event {
    fn from(waiting: &OutboxEvent) -> Self {
        Self {
            id: waiting.event.clone(),
            time: DateTime::from_timestamp_millis(waiting.created_at).unwrap_or_default(),
            body: waiting.body.clone(),
            trace: waiting.trace.clone(),
        }
    }
}
