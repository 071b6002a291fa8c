//! Thousands of attempts through every parameter, header and body: they change nothing, reveal nothing
//! and break nothing.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use sea_orm::{ConnectionTrait, Statement};
use tolva_schema::dialect::Dialect;

use crate::client::escaped;
use crate::control::{land, load, report};
use crate::fixture;
use crate::on_each_backend;
use crate::private;
use crate::world::World;

on_each_backend![
    attempts_through_urls,
    attempts_through_headers,
    attempts_through_bodies,
    attempts_by_who_may_write,
];

/// Texts of every class that programs have stumbled over.
const NAUGHTY: &str = include_str!("../../../tests/naughty.json");

/// Where an attempt, escaped, stands in a URL.
const URLS: &[&str] = &[
    "/rest/v1/X",
    "/rest/v1/X/",
    "/rest/v1/member/X",
    "/rest/v1/member?X",
    "/rest/v1/member?X=eq.1",
    "/rest/v1/member?nick.X=eq.1",
    "/rest/v1/member?nick=X",
    "/rest/v1/member?nick=eq.X",
    "/rest/v1/member?nick=neq.X",
    "/rest/v1/member?nick=isdistinct.X",
    "/rest/v1/member?nick=like.X",
    "/rest/v1/member?nick=ilike.*X*",
    "/rest/v1/member?nick=match.X",
    "/rest/v1/member?nick=imatch.X",
    "/rest/v1/member?nick=in.(X)",
    "/rest/v1/member?nick=in.(\"X\",a)",
    "/rest/v1/member?nick=eq(any).{X}",
    "/rest/v1/member?nick=is.X",
    "/rest/v1/member?nick=not.X",
    "/rest/v1/member?id=eq.X",
    "/rest/v1/member?team.name=eq.X&select=id,team(name)",
    "/rest/v1/measure?amount=gt.X",
    "/rest/v1/measure?good=eq.X",
    "/rest/v1/measure?day=lt.X",
    "/rest/v1/measure?moment=gte.X",
    "/rest/v1/member?or=(X)",
    "/rest/v1/member?or=(nick.eq.X,id.eq.1)",
    "/rest/v1/member?and=(not.or(nick.like.\"X\"))",
    "/rest/v1/member?select=X",
    "/rest/v1/member?select=id,X:nick",
    "/rest/v1/member?select=\"X\":nick",
    "/rest/v1/member?select=nick::X",
    "/rest/v1/member?select=id,X(*)",
    "/rest/v1/member?select=id,team!X(name)",
    "/rest/v1/member?select=id,team(X)",
    "/rest/v1/member?select=id,...X(name)",
    "/rest/v1/member?order=X",
    "/rest/v1/member?order=nick.X",
    "/rest/v1/member?order=team(X)&select=id,team(name)",
    "/rest/v1/member?limit=X",
    "/rest/v1/member?offset=X",
    "/rest/v1/member?after=X",
    "/rest/v1/member?columns=X",
    "/rest/v1/member?on_conflict=X",
    "/v1/X",
    "/v1/datasets/X",
    "/v1/datasets/X/changes?since=0",
    "/v1/datasets/staff/changes?since=X",
    "/v1/datasets/staff/changes?after=X",
    "/v1/arrivals?dataset=X",
    "/v1/arrivals?limit=X",
    "/v1/arrivals/X",
    "/v1/loads?arrival=X",
    "/v1/loads/X",
    "/v1/loads/X/findings",
    "/v1/loads/1/findings?offset=X",
    "/v1/loads/1/changes?X=1",
    "/X",
    "/docs/X",
    "/openapi.json?X",
];

/// Headers that a request may have.
const HEADERS: &[&str] = &[
    "Accept",
    "Accept-Encoding",
    "Accept-Profile",
    "Apikey",
    "Authorization",
    "Content-Encoding",
    "Content-Type",
    "Cookie",
    "Host",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "Last-Event-ID",
    "Origin",
    "Prefer",
    "Range",
    "Range-Unit",
    "Referer",
    "Traceparent",
    "Tracestate",
    "User-Agent",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-HTTP-Method-Override",
];

/// What an answer never holds, unless the attempt itself did: words of a database, of the program, of
/// the machine.
const MARKS: &[&str] = &[
    "syntax error at",
    "unrecognized token",
    "no such table:",
    "no such column:",
    "SQLSTATE",
    "sqlx",
    "sea_orm",
    "panicked",
    ".rs:",
    "/root/",
    "/tmp/tolva",
    "set-cookie",
    "uid=",
    "root:x:",
];

fn attempts() -> Vec<String> {
    serde_json::from_str(NAUGHTY).expect("a list of texts")
}

async fn fill(world: &World) {
    private::fill(world).await;
    fixture::make_control_tables(&world.ledger).await;
    fixture::set_version(&world.ledger, "staff", 1).await;
    let arrival = land(world, "staff", b"staff").await;
    load(world, arrival, "default", report(tolva_schema::state::ArrivalState::Loaded)).await;
    let scopes = "read".parse().expect("scopes");
    world.ledger.create_key("k", scopes, None).await.expect("a key");
}

/// The rows of a query as one text.
async fn told(world: &World, sql: &str) -> String {
    let db = world.ledger.db();
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    row.and_then(|row| row.try_get_by_index::<Option<String>>(0).expect("text")).unwrap_or_default()
}

/// Everything that attempts could have changed: what the tables hold, and which there are.
async fn state(world: &World) -> Vec<String> {
    let sqlite = world.ledger.dialect() == Dialect::Sqlite;
    let list = if sqlite {
        "SELECT group_concat(name || coalesce(sql, ''), ';') FROM (SELECT * FROM sqlite_master ORDER BY name)"
    } else {
        "SELECT string_agg(table_name || '.' || column_name || data_type, ';' \
         ORDER BY table_name, ordinal_position) FROM information_schema.columns \
         WHERE table_schema = 'public'"
    };
    let mut state = vec![told(world, list).await];
    for (table, columns) in [
        ("member", "id, mailbox, nick, salary, room, team_id, _load"),
        ("team", "id, name"),
        ("room", "code, floor"),
        ("person", "number, label, name"),
        ("relationship", "from_number, to_number, related"),
        ("measure", "code, note, size, amount"),
        ("company", "id, name"),
        ("employee", "id, email, zip"),
        ("tolva_key", "id, name, scopes, revoked_at"),
        ("tolva_contract", "dataset, digest, state"),
        ("tolva_arrival", "id, dataset, sha256"),
        ("tolva_arrival_target", "arrival_id, target, state"),
        ("tolva_load", "id, state, counts"),
        ("tolva_version", "dataset, version"),
        ("tolva_change", "id, op"),
    ] {
        let row: Vec<String> = columns
            .split(", ")
            .map(|column| format!("coalesce(CAST({column} AS TEXT), '-')"))
            .collect();
        let row = row.join(" || '|' || ");
        let sql = if sqlite {
            format!("SELECT group_concat(r, ';') FROM (SELECT {row} AS r FROM {table} ORDER BY 1)")
        } else {
            format!("SELECT string_agg(r, ';' ORDER BY r) FROM (SELECT {row} AS r FROM {table}) t")
        };
        state.push(format!("{table}: {}", told(world, &sql).await));
    }
    state
}

/// A request as bytes, and what it is an attempt of.
type Attempt = (Vec<u8>, String);

/// Sends attempts, each on a connection of its own, and looks at each answer.
async fn send(world: &World, attempts: Vec<Attempt>) -> usize {
    let (address, sent) = (world.address, attempts.len());
    let share = attempts.len().div_ceil(4);
    let mut threads = Vec::new();
    for part in attempts.chunks(share) {
        let part = part.to_vec();
        threads.push(tokio::task::spawn_blocking(move || {
            for (request, attempt) in part {
                check(address, &request, &attempt);
            }
        }));
    }
    for thread in threads {
        thread.await.expect("every answer is fine");
    }
    sent
}

fn check(address: SocketAddr, request: &[u8], attempt: &str) {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("set");
    // What is no request at all may be cut off before its end.
    let _ = stream.write_all(request);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let answer = String::from_utf8_lossy(&bytes);
    let what = String::from_utf8_lossy(&request[..request.len().min(300)]);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse::<u16>().ok());
    let status = status.unwrap_or_else(|| panic!("no answer: {what}"));
    assert!((200..500).contains(&status), "{status} for {what}: {answer}");
    for secret in private::SECRETS {
        assert!(!answer.contains(secret), "{secret} for {what}: {answer}");
    }
    let (lower, attempt) = (answer.to_lowercase(), attempt.to_lowercase());
    for mark in MARKS.iter().map(|mark| mark.to_lowercase()) {
        assert!(!lower.contains(&mark) || attempt.contains(&mark), "{mark} for {what}: {answer}");
    }
}

fn request(method: &str, target: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut request = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\n{headers}");
    if !headers.to_lowercase().contains("host:") {
        request.push_str("Host: x\r\n");
    }
    if !body.is_empty() {
        request.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    request.push_str("\r\n");
    [request.as_bytes(), body].concat()
}

async fn attempts_through_urls(world: &World) {
    fill(world).await;
    let before = state(world).await;
    let mut all = Vec::new();
    for attempt in attempts() {
        for url in URLS {
            let target = url.replace('X', &escaped(&attempt)).replace('"', "%22");
            all.push((request("GET", &target, "", b""), attempt.clone()));
        }
    }
    assert!(send(world, all).await > 10_000);
    assert_eq!(state(world).await, before);
}

async fn attempts_through_headers(world: &World) {
    fill(world).await;
    let before = state(world).await;
    let mut all = Vec::new();
    for attempt in attempts() {
        // A line end would be the end of the header.
        let value: String = attempt.chars().filter(|one| !matches!(one, '\r' | '\n')).collect();
        for header in HEADERS {
            // Who listens for ever is not waited for.
            let (method, target) = match *header {
                "Last-Event-ID" => ("HEAD", "/v1/events"),
                _ => ("GET", "/rest/v1/member?select=nick&order=nick"),
            };
            let line = format!("{header}: {value}\r\n");
            all.push((request(method, target, &line, b""), attempt.clone()));
        }
        for (header, form) in [
            ("Authorization", "Bearer X"),
            ("Authorization", "Bearer tolva_X_X"),
            ("Authorization", "Bearer eyJhbGciOiJub25lIn0.X.X"),
            ("Authorization", "Basic X"),
            ("Accept", "text/csv; formulas=X"),
            ("Accept", "application/json;q=X"),
            ("Prefer", "count=X"),
            ("Prefer", "handling=strict, X"),
            ("Range", "0-X"),
            ("If-None-Match", "\"X\""),
            ("X", "y"),
        ] {
            let line =
                format!("{}: {}\r\n", header.replace('X', &value), form.replace('X', &value));
            all.push((request("GET", "/rest/v1/member", &line, b""), attempt.clone()));
        }
    }
    assert!(send(world, all).await > 5_000);
    assert_eq!(state(world).await, before);
}

async fn attempts_through_bodies(world: &World) {
    fill(world).await;
    let scopes = "read private:nothing".parse().expect("scopes");
    let (_, key) = world.ledger.create_key("reader", scopes, None).await.expect("a key");
    let before = state(world).await;
    let mut all = Vec::new();
    let callers = [String::new(), format!("Apikey: {}\r\n", key.reveal())];
    for attempt in attempts() {
        let text = serde_json::Value::from(attempt.as_str());
        let bodies: [(&str, String); 5] = [
            ("application/json", attempt.clone()),
            ("application/json", format!("{{\"nick\":{text}}}")),
            ("application/json", format!("[{{{text}:1}}]")),
            ("text/csv", format!("nick\n{attempt}\n")),
            ("application/x-www-form-urlencoded", format!("nick={}", escaped(&attempt))),
        ];
        for ((kind, body), caller) in bodies.iter().zip(callers.iter().cycle()) {
            let headers = format!("Content-Type: {kind}\r\n{caller}");
            for (method, target) in [
                ("POST", "/rest/v1/member"),
                ("PATCH", "/rest/v1/member?id=eq.1"),
                ("PUT", "/rest/v1/member?id=eq.1"),
                ("DELETE", "/rest/v1/member?id=eq.1"),
                ("POST", "/v1/arrivals"),
                ("GET", "/rest/v1/member"),
                ("POST", "/rest/v1/rpc/version"),
            ] {
                all.push((request(method, target, &headers, body.as_bytes()), attempt.clone()));
            }
        }
    }
    assert!(send(world, all).await > 5_000);
    assert_eq!(state(world).await, before);
}

/// Whoever may write can change what rows hold, and nothing else: here all of it is taken back.
async fn attempts_by_who_may_write(world: &World) {
    fill(world).await;
    let scopes = "write:staff".parse().expect("scopes");
    let (_, key) = world.ledger.create_key("writer", scopes, None).await.expect("a key");
    let before = state(world).await;
    let json = format!(
        "Apikey: {}\r\nContent-Type: application/json\r\n\
         Prefer: tx=rollback, return=representation\r\n",
        key.reveal()
    );
    let csv = json.replace("application/json", "text/csv");
    let mut all = Vec::new();
    for attempt in attempts() {
        let (url, text) = (escaped(&attempt), serde_json::Value::from(attempt.as_str()));
        let mut add = |method: &str, target: String, headers: &str, body: String| {
            all.push((request(method, &target, headers, body.as_bytes()), attempt.clone()));
        };
        let table = "/rest/v1/team";
        add("POST", table.to_owned(), &json, attempt.clone());
        add("POST", table.to_owned(), &json, format!("{{\"name\":{text}}}"));
        add("POST", table.to_owned(), &json, format!("[{{{text}:1}}]"));
        add(
            "POST",
            table.to_owned(),
            &csv,
            format!("name\n\"{}\"\n", attempt.replace('"', "\"\"")),
        );
        add("POST", format!("{table}?columns={url}"), &json, "{\"name\":\"x\"}".to_owned());
        add("POST", format!("{table}?on_conflict={url}"), &json, "{\"name\":\"x\"}".to_owned());
        add("PATCH", format!("{table}?id=eq.1"), &json, format!("{{\"name\":{text}}}"));
        add("PATCH", format!("{table}?name=eq.{url}"), &json, "{\"name\":\"x\"}".to_owned());
        add("PATCH", format!("{table}?{url}"), &json, "{\"name\":\"x\"}".to_owned());
        add("PUT", format!("{table}?name=eq.{url}"), &json, format!("{{\"name\":{text}}}"));
        add("DELETE", format!("{table}?name=eq.{url}"), &json, String::new());
        add("DELETE", format!("{table}?or=(name.eq.{url})"), &json, String::new());
    }
    assert!(send(world, all).await > 2_000);
    assert_eq!(state(world).await, before);
}

#[test]
fn the_list_has_texts_of_many_kinds_and_none_twice() {
    let all = attempts();
    let different: BTreeSet<&String> = all.iter().collect();
    assert!(all.len() > 200 && different.len() == all.len());
    let has = |test: fn(char) -> bool| all.iter().any(|text| text.chars().any(test));
    for test in
        [char::is_control, |one| one > '\u{ffff}', |one| one == '\u{202e}', |one| one == '\u{301}']
    {
        assert!(has(test));
    }
}
