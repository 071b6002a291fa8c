//! What Tolva tells of itself: datasets, files, loads, and how it fares.

use schemars::JsonSchema;
use schemars::generate::SchemaGenerator;
use serde_json::{Map, Value, json};
use tolva_ledger::{Arrival, Load};

use super::operation::{Operation, number_in_path, readable, text, with_headers};
use super::schema_of;
use crate::control::{Change, DatasetEntry, FindingEntry};

/// The group of what is under `/v1/`.
pub const TAG: &str = "tolva";
/// The group of what any server has.
pub const SERVER: &str = "server";

/// Each path with what can be done there.
pub fn paths(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let mut paths = Map::new();
    let mut add = |path: &str, operation: Operation| {
        paths.insert(path.to_owned(), readable(operation));
    };
    let (many, one) = (list::<DatasetEntry>(generator), single::<DatasetEntry>(generator));
    let datasets = Operation::new(
        "read_datasets",
        TAG,
        "The datasets, their tables, and whether they are late",
    );
    add("/v1/datasets", datasets.answer("200", many));
    let dataset = Operation::new("read_dataset", TAG, "One dataset").parameter(name());
    add("/v1/datasets/{name}", dataset.answer("200", one));

    let changes = list::<Change>(generator);
    let since = Operation::new(
        "read_dataset_changes",
        TAG,
        "Every row inserted, updated or deleted since a load",
    )
    .description("One of `since` and `after` is needed. The header `Link` leads to the next page.")
    .parameter(name())
    .parameter(number("since", "The last load that is known; 0 for none."))
    .parameter(number("after", "The last change that is known."))
    .shared("entries")
    .answer("200", changes.clone())
    .error("410");
    add("/v1/datasets/{name}/changes", since);

    let (many, one) = (list::<Arrival>(generator), single::<Arrival>(generator));
    let arrivals = Operation::new("read_arrivals", TAG, "The newest files that came in")
        .shared("dataset")
        .shared("entries");
    let upload = upload(&one);
    add("/v1/arrivals", arrivals.answer("200", many));
    let arrival = Operation::new("read_arrival", TAG, "One file that came in")
        .parameter(number_in_path("id"));
    add("/v1/arrivals/{id}", arrival.answer("200", one));

    let (many, one) = (list::<Load>(generator), single::<Load>(generator));
    let loads = Operation::new("read_loads", TAG, "The newest loads")
        .parameter(number("arrival", "Of this arrival only."))
        .shared("entries");
    add("/v1/loads", loads.answer("200", many));
    let load = Operation::new("read_load", TAG, "One load").parameter(number_in_path("id"));
    add("/v1/loads/{id}", load.answer("200", one));
    let findings =
        Operation::new("read_findings", TAG, "What was wrong or doubtful in a file, and where")
            .parameter(number_in_path("id"))
            .shared("entries")
            .shared("skipped");
    add("/v1/loads/{id}/findings", findings.answer("200", list::<FindingEntry>(generator)));
    let of_load = Operation::new(
        "read_load_changes",
        TAG,
        "The rows that a load inserted, updated or deleted",
    )
    .parameter(number_in_path("id"))
    .shared("entries")
    .shared("skipped");
    add("/v1/loads/{id}/changes", of_load.answer("200", changes));

    let events =
        Operation::new("read_events", TAG, "Changes as they are made, as server-sent events")
            .description(
                "`change` has a change, `load` a first load. It goes on until the client leaves.",
            )
            .shared("dataset")
            .parameter(json!({
                "name": "Last-Event-ID", "in": "header", "schema": { "type": "string" },
                "description": "Goes on behind the last event that was seen.",
            }));
    add("/v1/events", events.answer("200", plain("The events.", "text/event-stream")));

    let healthz = Operation::new("read_healthz", SERVER, "Whether the process lives");
    add("/healthz", healthz.answer("200", any("It does.")));
    let readyz = Operation::new("read_readyz", SERVER, "Whether every part can do its work");
    add("/readyz", readyz.answer("200", any("They can.")));
    let metrics = Operation::new("read_metrics", SERVER, "Figures, as Prometheus reads them");
    add("/metrics", metrics.answer("200", plain("The figures.", tolva_telemetry::PROMETHEUS)));
    let description = Operation::new("read_openapi", SERVER, "This description");
    add(super::PATH, description.answer("200", any("OpenAPI 3.1.")));
    paths["/v1/arrivals"]["post"] = upload.build();
    paths
}

/// A file that goes the way of a dropped one; the answer is the arrival made of it.
fn upload(arrival: &Value) -> Operation {
    let form = json!({
        "type": "object",
        "required": ["file"],
        "properties": {
            "dataset": { "type": "string", "description": "Where the name does not tell." },
            "name": { "type": "string", "description": "Another name than the file's own." },
            "file": { "type": "string", "contentMediaType": "application/octet-stream" },
        },
    });
    let mut made = arrival.clone();
    made["description"] = "The arrival made of it.".into();
    made["headers"] = with_headers(&["Location"]);
    Operation::new("upload", TAG, "Takes a file as if it had been dropped into the inbox")
        .secured()
        .shared("dataset")
        .parameter(text("name", "What the file is called, where it is the body.", "May.csv"))
        .body(json!({
            "application/octet-stream": { "schema": { "type": "string" } },
            "multipart/form-data": { "schema": form },
        }))
        .answer("201", made)
}

fn name() -> Value {
    json!({ "name": "name", "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } })
}

fn number(name: &str, description: &str) -> Value {
    let mut parameter = text(name, description, "1");
    parameter["schema"] = json!({ "type": "integer", "minimum": 0, "maximum": i64::MAX });
    parameter["example"] = 1.into();
    parameter
}

fn list<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    let schema = json!({ "type": "array", "items": schema_of::<T>(generator) });
    json!({ "description": "They.", "content": { "application/json": { "schema": schema } } })
}

fn single<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    let schema = schema_of::<T>(generator);
    json!({ "description": "It.", "content": { "application/json": { "schema": schema } } })
}

fn any(description: &str) -> Value {
    let content = json!({ "application/json": { "schema": { "type": "object" } } });
    json!({ "description": description, "content": content })
}

fn plain(description: &str, form: &str) -> Value {
    let mut content = Map::new();
    content.insert(form.to_owned(), json!({ "schema": { "type": "string" } }));
    json!({ "description": description, "content": content })
}
