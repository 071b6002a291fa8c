//! What every role tells of itself: figures, readiness, heartbeats, logs, traces.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::collector::{Collector, attribute};
use crate::database::Backend;
use crate::house::{House, root, sample};
use crate::up::Up;
use crate::wait::until;

/// A figure, as the docs and a process tell it: type, labels, meaning.
type Told = BTreeMap<String, (String, BTreeSet<String>, String)>;

/// The table of `docs/observability.md`.
fn documented() -> Told {
    let page = root().join("docs/observability.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let rows = page.lines().filter(|line| line.starts_with("| `tolva_"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let bare = |text: &str| text.trim().trim_matches('`').to_owned();
        let labels = cells[2].split(',').map(bare).filter(|label| !label.is_empty()).collect();
        (bare(cells[0]), (cells[1].to_owned(), labels, cells[3].to_owned()))
    })
    .collect()
}

/// What a process tells at `/metrics`.
fn told(text: &str) -> Told {
    let mut figures = Told::new();
    for line in text.lines() {
        if let Some((name, help)) = line.strip_prefix("# HELP ").and_then(|l| l.split_once(' ')) {
            figures.entry(name.to_owned()).or_default().2 = help.to_owned();
        } else if let Some((name, kind)) =
            line.strip_prefix("# TYPE ").and_then(|line| line.split_once(' '))
        {
            figures.entry(name.to_owned()).or_default().0 = kind.to_owned();
        } else if let Some((name, labels)) = line.split_once('{') {
            let name = ["_bucket", "_sum", "_count"]
                .iter()
                .find_map(|part| name.strip_suffix(part).filter(|name| figures.contains_key(*name)))
                .unwrap_or(name);
            let labels = labels.split("\",").filter_map(|label| label.split_once('='));
            let labels = labels.map(|(label, _)| label.to_owned()).filter(|label| label != "le");
            figures.entry(name.to_owned()).or_default().1.extend(labels);
        }
    }
    figures
}

/// The value of a figure.
fn figure(text: &str, series: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.split(' ').next() == Some(series))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// Waits until `/metrics` shows what `wanted` accepts.
#[track_caller]
fn until_told(up: &Up, what: &str, wanted: impl Fn(&str) -> bool) -> String {
    until(what, || Some(up.ask("/metrics")).filter(|(status, text)| *status == 200 && wanted(text)))
        .1
}

#[test]
fn every_figure_is_told_as_documented() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let house = House::on(backend);
        house.mission("employees");
        let up = house.up();
        house.drop_into_inbox(&sample("employees/v1.csv"), "employees/v1.csv");
        up.until_newest("employees", "v1.csv", "loaded");
        house.drop_into_inbox(&sample("employees/v2.csv"), "employees/v1.csv");
        up.until_settled("employees", 2);
        house.drop_into_inbox(&house.write("elsewhere", "number\n1\n"), "notes.csv");
        let loaded = r#"tolva_arrivals{dataset="employees",target="default",state="loaded"}"#;
        let text = until_told(&up, "two loads and a refusal are told", |text| {
            figure(text, loaded) == Some(2.0)
                && figure(text, "tolva_files_refused_total") == Some(1.0)
                && text.contains("tolva_heartbeat_age_seconds{")
                && figure(text, "tolva_outbox_events") == Some(0.0)
        });
        assert_eq!(told(&text), documented(), "{text}");

        let counted =
            |series: &str| figure(&text, series).unwrap_or_else(|| panic!("{series}: {text}"));
        let of = r#"dataset="employees",target="default""#;
        assert_eq!(counted(r#"tolva_files_taken_total{dataset="employees"}"#), 2.0);
        assert_eq!(counted(&format!("tolva_load_seconds_count{{{of},outcome=\"loaded\"}}")), 2.0);
        let rows = |outcome: &str| {
            counted(&format!(
                "tolva_load_rows_total{{{of},table=\"employee\",outcome=\"{outcome}\"}}"
            ))
        };
        let now: f64 =
            house.database().one("SELECT COUNT(*) FROM employee").parse().expect("a number");
        assert_eq!(rows("inserted") - rows("deleted"), now, "{text}");
        assert_eq!(counted(&format!("tolva_arrivals{{{of},state=\"landed\"}}")), 0.0);
        assert_eq!(counted("tolva_outbox_age_seconds"), 0.0);
        assert_eq!(counted(&format!("tolva_dataset_every_seconds{{{of}}}")), 86_400.0);
        assert_eq!(counted(&format!("tolva_dataset_late{{{of}}}")), 0.0);
        assert!(counted(&format!("tolva_dataset_age_seconds{{{of}}}")) < 86_400.0);
        assert_eq!(counted(r#"tolva_ready{part="ledger"}"#), 1.0);
        up.stop();
    }
}

#[test]
fn a_watcher_that_falls_silent_is_late_until_another_takes_its_place() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let house = House::on(backend);
        house.mission("employees");
        let heard = |house: &House| {
            let processes = house.status()["processes"].clone();
            processes.as_array().map(Vec::len).expect("a list")
        };
        let up = house.up();
        until("it is heard of", || (heard(&house) == 1).then_some(()));
        let alive = house.status()["processes"][0].clone();
        assert_eq!((alive["role"].as_str(), alive["silent"].as_bool()), (Some("up"), Some(false)));
        house.run(&["status"]).ends(0);
        up.stop();
        assert_eq!(heard(&house), 0, "it said goodbye");

        let up = house.up();
        until("it is heard of", || (heard(&house) == 1).then_some(()));
        up.kill();
        house.run(&["status"]).ends(0);
        // Two minutes pass.
        let later = "UPDATE tolva_heartbeat SET seen_at = seen_at - 120000, \
                     started_at = started_at - 120000";
        house.ledger().execute(later);
        let said = house.run(&["status"]).ends(4).said();
        let inbox = house.path("inbox").canonicalize().expect("made");
        assert!(said.contains("NOBODY WATCHES") && said.contains("SILENT"), "{said}");
        assert!(said.contains(&*inbox.to_string_lossy()), "{said}");
        assert_eq!(house.status()["processes"][0]["silent"], true);

        let up = house.up();
        until("its successor is heard of", || {
            (house.status()["processes"][0]["silent"] == false).then_some(())
        });
        assert_eq!(heard(&house), 1);
        house.run(&["status"]).ends(0);
        up.stop();
        house.run(&["status"]).ends(0);
    }
}

/// The entries of a log, each a line of JSON.
fn entries(log: &str) -> Vec<Value> {
    let parse =
        |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    log.lines().map(parse).collect()
}

/// What the spans of an entry know under this name.
fn of_spans(entry: &Value, name: &str) -> Value {
    let spans = entry["spans"].as_array().into_iter().flatten();
    spans.rev().map(|span| span[name].clone()).find(|value| !value.is_null()).unwrap_or_default()
}

#[test]
fn log_lines_carry_their_arrival_and_load_from_the_file_to_the_tables() {
    let house = House::empty();
    house.mission("employees");
    let up = house.up();
    house.drop_into_inbox(&sample("employees/v1.csv"), "employees/v1.csv");
    let arrival = up.until_newest("employees", "v1.csv", "loaded")["id"].clone();
    up.until_logged("\"done\"");
    let log = up.stop();
    let log = entries(&log);
    let find = |message: &str| {
        let found = log.iter().find(|entry| entry["message"] == message);
        found.unwrap_or_else(|| panic!("{message} is not logged: {log:?}"))
    };
    let taken = find("file taken");
    assert_eq!(of_spans(taken, "arrival"), arrival, "{taken}");
    assert_eq!(of_spans(taken, "dataset"), "employees", "{taken}");
    let done = find("done");
    assert_eq!(of_spans(done, "arrival"), arrival, "{done}");
    assert_eq!(of_spans(done, "load"), done["load"], "{done}");
    assert_eq!(of_spans(done, "target"), "default", "{done}");

    // A verb that logs only warnings tells as much of them.
    let bad = house.write("bad.csv", "first_name\nAda\n");
    let ran = house.run(&["load", "--json", "--dataset", "employees", &bad.to_string_lossy()]);
    let log = entries(&ran.ends(3).err);
    assert_eq!(log.len(), 1, "{log:?}");
    assert_eq!(log[0]["level"], "WARN");
    assert!(of_spans(&log[0], "arrival").is_i64(), "{log:?}");
    assert!(of_spans(&log[0], "load").is_i64(), "{log:?}");
}

#[test]
fn spans_are_sent_to_a_collector_before_the_process_ends() {
    let mut house = House::empty();
    house.mission("employees");
    let collector = Collector::start();
    let variable = "OTEL_EXPORTER_OTLP_ENDPOINT".to_owned();
    house.env.insert(variable, collector.endpoint.clone());
    let up = house.up();
    house.drop_into_inbox(&sample("employees/v1.csv"), "employees/v1.csv");
    let arrival = up.until_newest("employees", "v1.csv", "loaded")["id"].clone();
    up.stop();
    let (takes, loads) = (collector.spans("take"), collector.spans("load"));
    assert_eq!((takes.len(), loads.len()), (1, 1));
    assert_eq!(attribute(&takes[0], "arrival"), Some(arrival.to_string()));
    assert_eq!(attribute(&loads[0], "arrival"), Some(arrival.to_string()));
    assert_eq!(attribute(&loads[0], "target").as_deref(), Some("default"));
    assert!(collector.services().iter().all(|name| name == "tolva"));
}

#[test]
fn a_collector_that_is_away_costs_traces_and_nothing_else() {
    for endpoint in ["http://127.0.0.1:1", "https://127.0.0.1:1", "nowhere"] {
        let mut house = House::empty();
        house.mission("employees");
        house.env.insert("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), endpoint.to_owned());
        let told = house.load("employees", &sample("employees/v1.csv"));
        assert_eq!(told["state"], "loaded", "{told}");
        let file = sample("employees/v2.csv");
        let ran =
            house.run(&["load", "--json", "--dataset", "employees", &*file.to_string_lossy()]);
        let said = ran.ends(0).err;
        assert!(said.contains("traces"), "{endpoint}: {said}");
    }
}
