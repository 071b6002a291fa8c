//! The parts that operations are made of.

use serde_json::{Map, Value, json};

/// The forms in which rows are sent as text.
pub const FORMS: [&str; 2] = ["application/x-ndjson", "text/csv"];
/// What can go wrong with every request.
const ALWAYS: [&str; 11] =
    ["400", "401", "403", "404", "405", "413", "414", "429", "431", "500", "503"];

/// An operation.
pub struct Operation {
    fields: Map<String, Value>,
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: Map<String, Value>,
}

impl Operation {
    pub fn new(id: &str, tag: &str, summary: &str) -> Self {
        let fields = [("operationId", id.into()), ("summary", summary.into())];
        let mut fields: Map<String, Value> =
            fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        fields.insert("tags".to_owned(), json!([tag]));
        let mut operation =
            Self { fields, parameters: Vec::new(), body: None, answers: Map::new() };
        for status in ALWAYS {
            operation = operation.error(status);
        }
        operation
    }

    /// More about it.
    pub fn description(mut self, text: &str) -> Self {
        self.fields.insert("description".to_owned(), text.into());
        self
    }

    pub fn parameter(mut self, parameter: Value) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// One of [`parameters`].
    pub fn shared(self, name: &str) -> Self {
        self.parameter(json!({ "$ref": format!("#/components/parameters/{name}") }))
    }

    /// What must be sent, by its types.
    pub fn body(mut self, content: Value) -> Self {
        self.body = Some(json!({ "required": true, "content": content }));
        self
    }

    /// It takes who has the right to: nobody without a key.
    pub fn secured(mut self) -> Self {
        self.fields.insert("security".to_owned(), json!([{ "bearer": [] }, { "apikey": [] }]));
        self
    }

    pub fn answer(mut self, status: &str, answer: Value) -> Self {
        self.answers.insert(status.to_owned(), answer);
        self
    }

    /// An error among those of [`super::errors`].
    pub fn error(self, status: &str) -> Self {
        self.answer(status, json!({ "$ref": format!("#/components/responses/{status}") }))
    }

    /// The operation.
    pub fn build(mut self) -> Value {
        if let Some(body) = self.body {
            self.fields.insert("requestBody".to_owned(), body);
        }
        self.fields.insert("parameters".to_owned(), self.parameters.into());
        self.fields.insert("responses".to_owned(), self.answers.into());
        self.fields.into()
    }
}

/// `GET`, and `HEAD`, which answers the same without a body.
pub fn readable(get: Operation) -> Value {
    let mut get = get.build();
    let mut head = get.clone();
    let id = head["operationId"].as_str().unwrap_or_default().replacen("read", "head", 1);
    head["operationId"] = id.into();
    head["summary"] =
        format!("{}, without the body", head["summary"].as_str().unwrap_or_default()).into();
    for (status, answer) in head["responses"].as_object_mut().into_iter().flatten() {
        *answer = match answer.get("$ref") {
            Some(_) => json!({ "description": format!("As GET answers {status}.") }),
            None => {
                let mut answer = answer.clone();
                if let Some(answer) = answer.as_object_mut() {
                    answer.remove("content");
                }
                answer
            }
        };
    }
    json!({ "get": get.take(), "head": head })
}

/// A parameter of the query that is a text.
pub fn text(name: &str, description: &str, example: &str) -> Value {
    json!({
        "name": name, "in": "query", "description": description,
        "schema": { "type": "string" }, "example": example,
    })
}

/// A part of the path that is a number.
pub fn number_in_path(name: &str) -> Value {
    json!({
        "name": name, "in": "path", "required": true,
        "schema": { "type": "integer", "minimum": 1, "maximum": i64::MAX },
    })
}

fn count(name: &str, description: &str, maximum: i64) -> Value {
    json!({
        "name": name, "in": "query", "description": description,
        "schema": { "type": "integer", "minimum": 0, "maximum": maximum },
    })
}

fn header(name: &str, description: &str, example: &str) -> Value {
    json!({
        "name": name, "in": "header", "description": description,
        "schema": { "type": "string" }, "example": example,
    })
}

/// Parameters that several operations have.
pub fn parameters() -> Value {
    let after = "Goes on behind a page: the header `Link` of an answer has it.";
    json!({
        "limit": count("limit", "Rows at most.", i64::MAX),
        "offset": count("offset", "Rows left out at the start.", i64::MAX),
        "entries": count("limit", "Entries at most; 100 if nothing is said.", 1000),
        "skipped": count("offset", "Entries left out at the start.", i64::MAX),
        "after": { "name": "after", "in": "query", "description": after, "schema": { "type": "string" } },
        "and": text("and", "Conditions that must all hold.", "(id.gt.1,id.lt.9)"),
        "or": text("or", "Conditions of which one must hold.", "(id.eq.1,id.eq.2)"),
        "dataset": {
            "name": "dataset", "in": "query", "description": "Of this dataset only.",
            "schema": { "type": "string" },
        },
        "Prefer": header(
            "Prefer",
            "`count=exact`, `count=planned` or `count=estimated`; `handling=strict`.",
            "count=exact",
        ),
        "PreferWritten": header(
            "Prefer",
            "`return=minimal`, `return=headers-only` or `return=representation`; \
             `resolution=merge-duplicates` or `resolution=ignore-duplicates`; `missing=default`; \
             `max-affected=N` with `handling=strict`; `tx=rollback`; `count=exact`.",
            "return=representation",
        ),
        "Range": header("Range", "A part of the rows, by number.", "0-24"),
        "If-None-Match": header("If-None-Match", "The `ETag` of an answer that is at hand.", "\"0\""),
    })
}

/// Headers that several answers have.
pub fn headers() -> Value {
    let text =
        |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    json!({
        "ETag": text("Which answer it is: of the dataset's version, its contract and the request."),
        "Last-Modified": text("When the version was made."),
        "Cache-Control": text("`no-cache`: it may be kept, and is asked for each time."),
        "Content-Range": text("Which rows these are, and of how many if they were counted."),
        "Content-Location": text("The request, with its parameters in order."),
        "Link": text("Where the next page is, while there is one."),
        "Location": text("Where it is."),
        "Preference-Applied": text("What was done of what was preferred."),
    })
}

/// References to [`headers`].
pub fn with_headers(names: &[&str]) -> Value {
    let headers: Map<String, Value> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!({ "$ref": format!("#/components/headers/{name}") })))
        .collect();
    headers.into()
}
