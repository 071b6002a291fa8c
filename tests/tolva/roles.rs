//! Roles of their own: what `watch`, `work` and `serve` tell before and after they reach what they need,
//! and the trace that leads through them.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::Command;

use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::Value;

use crate::collector::{Collector, attribute};
use crate::database::Backend;
use crate::house::{House, sample};
use crate::up::Up;
use crate::wait::until;

/// Starts a role, and waits until it tells where it answers; nothing else need be there.
fn role(house: &House, arguments: &[&str], prepare: impl FnOnce(&mut Command)) -> Up {
    let mut command = house.tolva(arguments);
    command.env("TOLVA_TELEMETRY__LISTEN", "127.0.0.1:0").env("TOLVA_API__LISTEN", "127.0.0.1:0");
    prepare(&mut command);
    let mut up = Up::spawn(house, command);
    let address = until("it tells where it answers", || {
        let log = up.log();
        let mut entries = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        entries
            .find(|entry| entry["message"] == "health and metrics are told")
            .and_then(|entry| Some(entry["address"].as_str()?.to_owned()))
    });
    up.api = format!("http://{address}");
    up
}

/// Waits until `/readyz` has this status, and gives what it says.
#[track_caller]
fn until_readiness(up: &Up, status: u16) -> Value {
    let what = format!("readiness is {status}");
    until(&what, || {
        let (is, body) = up.ask("/readyz");
        (is == status).then(|| serde_json::from_str(&body).expect("JSON"))
    })
}

/// Lets whoever comes to `door` through to `server`, from now until the test ends.
fn open(door: SocketAddr, server: String) {
    let door = TcpListener::bind(door).expect("the port is still free");
    std::thread::spawn(move || {
        for client in door.incoming().map_while(Result::ok) {
            let server = TcpStream::connect(&server).expect("the server is there");
            for (from, to) in [(&client, &server), (&server, &client)] {
                let (mut from, mut to) =
                    (from.try_clone().expect("one"), to.try_clone().expect("one"));
                std::thread::spawn(move || {
                    // Whoever ends it, the other one is to know.
                    drop(io::copy(&mut from, &mut to));
                    drop(to.shutdown(Shutdown::Both));
                });
            }
        }
    });
}

fn broker(house: &mut House, url: &str) {
    let name = house.path("").file_name().expect("a name").to_string_lossy().replace('.', "");
    house.env.insert("TOLVA_BROKER__URL".to_owned(), url.to_owned());
    house.env.insert("TOLVA_BROKER__NAME".to_owned(), name);
}

/// Publishes any bytes as if they told of work.
fn publish(house: &House, body: &[u8]) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let properties = lapin::ConnectionProperties::default();
        let url = &house.env["TOLVA_BROKER__URL"];
        let connection = lapin::Connection::connect(url, properties).await.expect("connected");
        let channel = connection.create_channel().await.expect("a channel");
        let confirm = lapin::options::ConfirmSelectOptions::default();
        channel.confirm_select(confirm).await.expect("confirms");
        let exchange = format!("{}.events", house.env["TOLVA_BROKER__NAME"]);
        let (options, plain) = (Default::default(), Default::default());
        let sending = channel.basic_publish(
            exchange.as_str().into(),
            "file.arrived.employees".into(),
            options,
            body,
            plain,
        );
        assert!(sending.await.expect("sent").await.expect("told").is_ack());
    });
}

#[test]
fn a_ledger_that_is_away_is_waited_for_and_said_to_be() {
    let mut house = House::on(Backend::Postgres);
    let url = house.env["TOLVA_DATABASE__URL"].clone();
    let server = url.split('@').nth(1).and_then(|rest| rest.split('/').next()).expect("a server");
    let door = TcpListener::bind("127.0.0.1:0").and_then(|door| door.local_addr()).expect("a port");
    let url = url.replace(server, &door.to_string());
    house.env.insert("TOLVA_DATABASE__URL".to_owned(), url);
    let roles = [["watch"], ["work"], ["serve"], ["up"]];
    let running = roles.map(|arguments| role(&house, &arguments, |_| {}));
    for up in &running {
        let (status, body) = up.ask("/healthz");
        assert_eq!(status, 200, "{body}");
        let told = until_readiness(up, 503);
        let why = |told: &Value| told["parts"]["ledger"]["why"].as_str().map(str::to_owned);
        until("it says what it waits for", || {
            let said = why(&serde_json::from_str(&up.ask("/readyz").1).expect("JSON"));
            said.filter(|why| why.starts_with("waiting for the ledger: "))
        });
        assert_eq!(told["parts"]["ledger"]["ready"], false, "{told}");
        let figures = up.ask("/metrics").1;
        assert!(figures.contains("tolva_ledger_figures 0"), "{figures}");
        assert!(figures.contains("tolva_ready{part=\"ledger\"} 0"), "{figures}");
    }
    // Who is told to stop does not wait any longer.
    role(&house, &["watch"], |_| {}).stop();
    open(door, server.to_owned());
    for up in running {
        let told = until_readiness(&up, 200);
        assert_eq!(told["parts"]["ledger"]["ready"], true, "{told}");
        assert!(up.ask("/metrics").1.contains("tolva_ledger_figures 1"));
        up.stop();
    }
}

#[test]
fn an_inbox_and_a_broker_that_are_away_are_named() {
    let mut house = House::empty();
    broker(&mut house, "amqp://127.0.0.1:1");
    let work = role(&house, &["work"], |_| {});
    let told = until("the ledger is there, the broker is not", || {
        let told = until_readiness(&work, 503);
        (told["parts"]["ledger"]["ready"] == true)
            .then_some(told)
            .filter(|told| told["parts"]["broker"]["ready"] == false)
    });
    assert!(told["parts"]["broker"]["why"].is_string(), "{told}");
    work.stop();

    house.env.remove("TOLVA_BROKER__URL");
    let watch = role(&house, &["watch"], |_| {});
    until_readiness(&watch, 200);
    std::fs::rename(house.path("inbox"), house.path("elsewhere")).expect("renamed");
    let told = until_readiness(&watch, 503);
    let why = told["parts"]["inbox"]["why"].as_str().expect("a reason");
    assert!(why.contains("inbox cannot be read"), "{told}");
    std::fs::rename(house.path("elsewhere"), house.path("inbox")).expect("renamed");
    until_readiness(&watch, 200);
    watch.stop();
}

#[test]
fn one_trace_leads_from_the_watcher_through_the_broker_to_the_worker() {
    let mut house = House::on(Backend::Postgres);
    house.mission("employees");
    broker(&mut house, &std::env::var("TOLVA_TEST_RABBITMQ").expect("servers"));
    let collector = Collector::start();
    let variable = "OTEL_EXPORTER_OTLP_ENDPOINT".to_owned();
    house.env.insert(variable, collector.endpoint.clone());
    let (work, watch) = (role(&house, &["work"], |_| {}), role(&house, &["watch"], |_| {}));
    until("both are heard of", || {
        let processes = house.status()["processes"].clone();
        (processes.as_array().map(Vec::len) == Some(2)).then_some(())
    });
    house.drop_into_inbox(&sample("employees/v1.csv"), "employees/v1.csv");
    until("the file is loaded", || {
        (house.status()["arrivals"][0]["state"] == "loaded").then_some(())
    });
    // The message may come after a look of the worker's own, which has loaded the file already.
    until("the message was taken", || {
        let (_, figures) = work.ask("/metrics");
        figures.contains("tolva_events_consumed_total 1").then_some(())
    });
    watch.stop();
    work.stop();
    let takes = collector.spans("take");
    assert_eq!(takes.len(), 1);
    assert_eq!(attribute(&takes[0], "arrival").as_deref(), Some("1"));
    let continued =
        |work: &Span| work.parent_span_id == takes[0].span_id && work.trace_id == takes[0].trace_id;
    let works = collector.spans("work");
    assert!(works.iter().any(continued), "{works:?}");
    assert_eq!(house.status()["processes"], serde_json::json!([]), "both said goodbye");
}

#[test]
fn the_status_tells_of_dead_messages_and_of_a_broker_that_is_away() {
    let mut house = House::empty();
    broker(&mut house, &std::env::var("TOLVA_TEST_RABBITMQ").expect("servers"));
    assert_eq!(house.status()["broker"]["dead"]["count"], 0);

    house.mission("employees");
    publish(&house, b"not an event");
    let until_dead = || {
        until("the message is dead", || {
            let dead = house.status()["broker"]["dead"].clone();
            (dead["count"] == 1).then_some(dead)
        })
    };
    let up = house.up();
    let dead = until_dead();
    let reason = dead["letters"][0]["reason"].as_str().expect("a text");
    assert!(reason.contains("no CloudEvent in JSON"), "{reason}");
    assert_eq!(dead["letters"][0]["body"], "not an event");
    let said = house.run(&["status"]).ends(0).said();
    assert!(said.contains("1 dead messages wait for a person"), "{said}");
    // Brought back, it is looked at again, and is as dead as before.
    assert_eq!(house.run(&["replay", "--dead", "--json"]).ends(0).json()["revived"], 1);
    until_dead();
    up.stop();
    assert_eq!(house.run(&["discard", "--dead", "--json"]).ends(0).json()["discarded"], 1);
    assert_eq!(house.status()["broker"]["dead"]["count"], 0);

    broker(&mut house, "amqp://127.0.0.1:1");
    let ran = house.run(&["status"]).ends(0);
    assert!(ran.said().contains("cannot be reached"), "{}", ran.said());
    assert!(house.status()["broker"]["problem"].is_string());
}
