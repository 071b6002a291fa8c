//! How an event is written, and what is refused as none.

use serde_json::{Value, json};
use tolva_events::Event;
use tolva_schema::event::{Kind, schema};

use crate::kit::{arrived, other};

#[test]
fn an_event_is_a_cloud_event_in_structured_json() {
    let mut event = arrived(7);
    event.trace = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned());
    let written: Value = serde_json::from_slice(&event.to_json()).expect("JSON");
    assert_eq!(
        written,
        json!({
            "specversion": "1.0",
            "id": event.id,
            "source": "/tolva",
            "type": "file.arrived",
            "subject": "employees",
            "time": "2025-11-24T16:00:00.123Z",
            "datacontenttype": "application/json",
            "dataschema": "urn:tolva:event:file.arrived:1",
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "data": { "dataset": "employees", "arrival": 7 },
        })
    );
    assert_eq!(Event::from_json(&event.to_json()), Ok(event));
    assert_eq!(
        Event::from_json(&other().to_json()).map(|event| event.kind()),
        Ok(Kind::DatasetRefreshed)
    );
}

#[test]
fn members_that_nobody_knows_are_left_out_and_missing_ones_that_nobody_needs_are_not_missed() {
    let event = json!({
        "specversion": "1.0", "id": "x", "source": "/elsewhere", "type": "file.arrived",
        "partitionkey": "k", "data": { "dataset": "employees", "arrival": 7, "colour": "blue" },
    });
    let event = Event::from_json(event.to_string().as_bytes()).expect("read");
    assert_eq!((event.dataset(), &event.trace), ("employees", &None));
}

#[test]
fn what_is_no_event_of_ours_is_refused_with_a_reason() {
    let good: Value = serde_json::from_slice(&arrived(7).to_json()).expect("JSON");
    let with = |path: &str, value: Value| {
        let mut event = good.clone();
        *event.pointer_mut(path).expect("there") = value;
        event.to_string()
    };
    for (bytes, reason) in [
        ("\u{0}\u{1}".to_owned(), "no CloudEvent in JSON"),
        ("[]".to_owned(), "no CloudEvent in JSON"),
        ("{}".to_owned(), "missing field `specversion`"),
        (with("/specversion", json!("2.0")), "CloudEvents 2.0 is not understood"),
        (with("/type", json!("file.eaten")), "no event is called \"file.eaten\""),
        (
            with("/dataschema", json!("urn:tolva:event:file.arrived:2")),
            ":2 is not understood, only",
        ),
        (with("/data/arrival", json!("seven")), "this is no body of file.arrived"),
        (with("/data", json!({ "dataset": "employees" })), "missing field `arrival`"),
        (with("/id", json!(7)), "no CloudEvent in JSON"),
    ] {
        let refused = Event::from_json(bytes.as_bytes()).expect_err(&bytes).to_string();
        assert!(refused.contains(reason), "{refused}");
    }
}

#[test]
fn the_schemas_in_the_docs_are_those_of_the_bodies() {
    for kind in Kind::ALL {
        let path = format!("{}/../docs/events/{kind}.schema.json", env!("CARGO_MANIFEST_DIR"));
        let said = format!("{}\n", serde_json::to_string_pretty(&schema(kind)).expect("JSON"));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, &said).expect("written");
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(written, said, "{path} is out of date: run this test with UPDATE_EXPECT=1");
    }
}
