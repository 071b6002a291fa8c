//! Roles of their own: what `watch`, `work` and `serve` tell before and after they reach what they need,
//! and the trace that leads through them.

use std::process::Command;

use serde_json::Value;

use crate::collector::{Collector, attribute};
use crate::database::{Backend, Db};
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

fn broker(house: &mut House, url: &str) {
    let name = house.path("").file_name().expect("a name").to_string_lossy().replace('.', "");
    house.env.insert("TOLVA_BROKER__URL".to_owned(), url.to_owned());
    house.env.insert("TOLVA_BROKER__NAME".to_owned(), name);
}

#[test]
fn a_ledger_that_is_away_is_waited_for_and_said_to_be() {
    let house = House::on(Backend::Postgres);
    let url = &house.env["TOLVA_DATABASE__URL"];
    let name = url.rsplit('/').next().expect("a name");
    let server = Db::open(&std::env::var("TOLVA_TEST_POSTGRES").expect("servers"));
    let lets_in = |yes| server.execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {yes}"));
    lets_in(false);
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
    lets_in(true);
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
    // A worker that has just connected looks at every dataset by itself: the first file is for that.
    for (place, file) in ["employees/v1.csv", "employees/v2.csv"].into_iter().enumerate() {
        house.drop_into_inbox(&sample(file), "employees/employees.csv");
        until("the file is loaded", || {
            let arrivals = house.status()["arrivals"].clone();
            let loaded = |one: &&Value| one["state"] == "loaded";
            let loaded = arrivals.as_array().into_iter().flatten().filter(loaded).count();
            (loaded == place + 1).then_some(())
        });
    }
    watch.stop();
    work.stop();
    let of_second = |name: &str| {
        let spans = collector.spans(name).into_iter();
        let mut spans = spans.filter(|span| attribute(span, "arrival").as_deref() == Some("2"));
        spans.next().unwrap_or_else(|| panic!("{name} of the second file is not told"))
    };
    let (take, load) = (of_second("take"), of_second("load"));
    assert_eq!(take.trace_id, load.trace_id);
    let works = collector.spans("work");
    let works: Vec<_> = works.iter().filter(|work| work.parent_span_id == take.span_id).collect();
    assert!(works.iter().any(|work| work.span_id == load.parent_span_id), "{load:?}");
    assert_eq!(house.status()["processes"], serde_json::json!([]), "both said goodbye");
}

#[test]
fn the_status_tells_of_dead_messages_and_of_a_broker_that_is_away() {
    let mut house = House::empty();
    broker(&mut house, &std::env::var("TOLVA_TEST_RABBITMQ").expect("servers"));
    assert_eq!(house.status()["broker"]["dead"]["count"], 0);
    broker(&mut house, "amqp://127.0.0.1:1");
    let ran = house.run(&["status"]).ends(0);
    assert!(ran.said().contains("cannot be reached"), "{}", ran.said());
    assert!(house.status()["broker"]["problem"].is_string());
}
