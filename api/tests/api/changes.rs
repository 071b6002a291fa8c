//! What has changed in a dataset since a load, asked for or listened to.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tolva_schema::state::ArrivalState;

use crate::control::{land, load, report};
use crate::fixture;
use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    changes_since_a_load_are_those_behind_it,
    changes_come_in_pages,
    since_before_the_first_load_is_410,
    a_load_of_another_dataset_is_none,
    changes_are_told_as_they_are_made,
    a_listener_goes_on_where_it_left_off,
    a_listener_chooses_a_dataset,
    a_server_that_stops_waits_for_no_listener,
];

async fn begin(world: &World, dataset: &str, target: &str) -> i64 {
    let arrival = land(world, dataset, dataset.as_bytes()).await;
    load(world, arrival, target, report(ArrivalState::Loaded)).await
}

/// Records a change, as a load does that raises the version.
async fn record(world: &World, dataset: &str, version: i64, load: Option<i64>, op: &str) {
    let load = load.map_or("NULL".to_owned(), |load| load.to_string());
    let row =
        if op == "load" { "NULL, 'load', NULL" } else { "'measure', 'insert', '{\"code\":1.50}'" };
    let sql = format!(
        "INSERT INTO tolva_change (dataset, version, load_id, table_name, op, new_row) \
         VALUES ('{dataset}', {version}, {load}, {row})"
    );
    world.ledger.db().execute_unprepared(&sql).await.expect(&sql);
    fixture::set_version(&world.ledger, dataset, version).await;
}

/// A first load, then two loads with a change each, then one change by nobody.
async fn history(world: &World) -> [i64; 3] {
    fixture::make_control_tables(&world.ledger).await;
    let mut loads = [0; 3];
    for (at, place) in loads.iter_mut().enumerate() {
        *place = begin(world, "measures", "default").await;
        let op = if at == 0 { "load" } else { "insert" };
        record(world, "measures", i64::try_from(at).unwrap() + 1, Some(*place), op).await;
        record(world, "employees", i64::try_from(at).unwrap() + 1, None, "insert").await;
    }
    record(world, "measures", 4, None, "insert").await;
    loads
}

fn versions(changes: &Value) -> Vec<i64> {
    let changes = changes.as_array().unwrap();
    changes.iter().map(|change| change["version"].as_i64().unwrap()).collect()
}

async fn changes_since_a_load_are_those_behind_it(world: &World) {
    let [first, second, third] = history(world).await;
    let since =
        async |load: i64| world.json(&format!("/v1/datasets/measures/changes?since={load}")).await;
    assert_eq!(versions(&since(first).await), [2, 3, 4]);
    assert_eq!(versions(&since(second).await), [3, 4]);
    let last = since(third).await;
    assert_eq!(versions(&last), [4]);
    assert_eq!((&last[0]["load"], &last[0]["dataset"]), (&Value::Null, &json!("measures")));
    assert_eq!((&last[0]["op"], &last[0]["table"]), (&json!("insert"), &json!("measure")));
    let body = world.get(&format!("/v1/datasets/measures/changes?since={third}")).await.body;
    assert!(body.contains(r#""new":{"code":1.50}"#), "{body}");
    let id = last[0]["id"].as_i64().unwrap();
    let later = world.json(&format!("/v1/datasets/measures/changes?after={id}")).await;
    assert_eq!(later, json!([]));
}

async fn changes_come_in_pages(world: &World) {
    let [first, ..] = history(world).await;
    let mut target = format!("/v1/datasets/measures/changes?since={first}&limit=2");
    let answer = world.get(&target).await;
    assert_eq!(versions(&answer.json()), [2, 3]);
    let link = answer.header("link").unwrap();
    target = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned();
    let answer = world.get(&target).await;
    assert_eq!(versions(&answer.json()), [4]);
    assert_eq!(answer.header("link"), None);
}

async fn since_before_the_first_load_is_410(world: &World) {
    assert_eq!(world.json("/v1/datasets/measures/changes?since=0").await, json!([]));
    let unchanged = begin(world, "measures", "default").await;
    history(world).await;
    for target in [
        "/v1/datasets/measures/changes?since=0".to_owned(),
        "/v1/datasets/measures/changes?after=0".to_owned(),
        format!("/v1/datasets/measures/changes?since={unchanged}"),
    ] {
        let answer = world.get(&target).await;
        assert_eq!((answer.status, answer.code().as_str()), (410, "TOLVA006"), "{target}");
        assert_eq!(answer.json()["hint"], "read its tables: /rest/v1/measure");
    }
}

async fn a_load_of_another_dataset_is_none(world: &World) {
    let [first, ..] = history(world).await;
    let elsewhere = begin(world, "relationships", "mysql").await;
    for (target, expected) in [
        (format!("/v1/datasets/employees/changes?since={first}"), (404, "TOLVA001")),
        ("/v1/datasets/measures/changes?since=999".to_owned(), (404, "TOLVA001")),
        ("/v1/datasets/nothing/changes?since=1".to_owned(), (404, "TOLVA001")),
        (format!("/v1/datasets/relationships/changes?since={elsewhere}"), (404, "TOLVA003")),
        ("/v1/datasets/measures/changes".to_owned(), (400, "TOLVA002")),
        ("/v1/datasets/measures/changes?since=x".to_owned(), (400, "TOLVA002")),
        ("/v1/events?dataset=nothing".to_owned(), (404, "TOLVA001")),
    ] {
        assert_eq!(world.refusal(&target).await, (expected.0, expected.1.to_owned()), "{target}");
    }
    let answer = world.get_with("/v1/events", &[("Last-Event-ID", "x")]).await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "TOLVA002"));
}

/// A connection that listens.
pub struct Ear(BufReader<TcpStream>);

impl Ear {
    async fn open(world: &World, target: &str, last: Option<&str>) -> Self {
        let last = last.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
        Self::open_with(world, target, last).await
    }

    /// The same with more lines of headers.
    pub async fn open_with(world: &World, target: &str, headers: String) -> Self {
        let address = world.address;
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n{headers}\r\n");
        let open = move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            let mut ear = Self(BufReader::new(stream));
            let head: Vec<String> =
                std::iter::from_fn(|| ear.line()).take_while(|line| !line.is_empty()).collect();
            assert!(head[0].contains("200"), "{head:?}");
            let kind =
                head.iter().any(|line| line.to_lowercase() == "content-type: text/event-stream");
            assert!(kind, "{head:?}");
            ear
        };
        tokio::task::spawn_blocking(open).await.unwrap()
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let length = self.0.read_line(&mut line).expect("a line in time");
        (length > 0).then(|| line.trim_end().to_owned())
    }

    /// The next event's lines that begin with a name, without the lengths of chunks.
    pub async fn event(self) -> (Self, Vec<(String, String)>) {
        let read = move || {
            let mut ear = self;
            let mut lines: Vec<(String, String)> = Vec::new();
            loop {
                let line = ear.line().expect("an event");
                match line.split_once(':') {
                    Some((name, value)) => lines.push((name.to_owned(), value.trim().to_owned())),
                    None if line.is_empty() && !lines.is_empty() => return (ear, lines),
                    None => {}
                }
            }
        };
        tokio::task::spawn_blocking(read).await.unwrap()
    }
}

fn told(lines: &[(String, String)]) -> (String, String, i64) {
    let value = |name: &str| lines.iter().find(|(one, _)| one == name).unwrap().1.clone();
    let data: Value = serde_json::from_str(&value("data")).unwrap();
    (
        value("event"),
        data["dataset"].as_str().unwrap().to_owned(),
        data["version"].as_i64().unwrap(),
    )
}

async fn changes_are_told_as_they_are_made(world: &World) {
    history(world).await;
    let ear = Ear::open(world, "/v1/events", None).await;
    let (ear, start) = ear.event().await;
    assert_eq!((start.len(), start[0].0.as_str()), (1, "id"), "nothing of the past is told");
    record(world, "measures", 5, None, "insert").await;
    let (ear, lines) = ear.event().await;
    assert_eq!(told(&lines), ("change".to_owned(), "measures".to_owned(), 5));
    record(world, "relationships", 1, None, "load").await;
    let (_, lines) = ear.event().await;
    assert_eq!(told(&lines), ("load".to_owned(), "relationships".to_owned(), 1));
}

async fn a_listener_goes_on_where_it_left_off(world: &World) {
    history(world).await;
    let ear = Ear::open(world, "/v1/events", None).await;
    let (ear, _) = ear.event().await;
    record(world, "measures", 5, None, "insert").await;
    let (ear, lines) = ear.event().await;
    let id = lines[0].1.clone();
    drop(ear);
    record(world, "measures", 6, None, "insert").await;
    record(world, "employees", 4, None, "insert").await;
    let ear = Ear::open(world, "/v1/events", Some(&id)).await;
    let (ear, _) = ear.event().await;
    let (ear, one) = ear.event().await;
    let (_, other) = ear.event().await;
    let mut both = [told(&one), told(&other)];
    both.sort();
    let change = |dataset: &str, version| ("change".to_owned(), dataset.to_owned(), version);
    assert_eq!(both, [change("employees", 4), change("measures", 6)]);
}

async fn a_listener_chooses_a_dataset(world: &World) {
    history(world).await;
    let ear = Ear::open(world, "/v1/events?dataset=employees", None).await;
    let (ear, _) = ear.event().await;
    record(world, "measures", 5, None, "insert").await;
    record(world, "employees", 4, None, "insert").await;
    let (_, lines) = ear.event().await;
    assert_eq!(told(&lines).1, "employees");
}

async fn a_server_that_stops_waits_for_no_listener(world: &World) {
    let ear = Ear::open(world, "/v1/events", None).await;
    let (mut ear, _) = ear.event().await;
    world.handle.stop().await;
    let rest = tokio::task::spawn_blocking(move || std::iter::from_fn(|| ear.line()).count());
    assert!(rest.await.unwrap() < 5);
}
