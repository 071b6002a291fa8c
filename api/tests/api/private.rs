//! Private columns: they are not there for who may not see them, whatever is asked.

use std::collections::BTreeSet;

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tolva_schema::finding::{Finding, Place, Severity};
use tolva_schema::state::ArrivalState;

use crate::changes::Ear;
use crate::client::{self, Answer};
use crate::control::{land, load, report};
use crate::fixture;
use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    a_private_column_is_answered_like_one_that_does_not_exist,
    nothing_shows_private_columns_but_to_the_scope,
    answers_that_differ_are_not_taken_for_one_another,
    the_record_of_changes_leaves_private_columns_out,
    findings_of_private_fields_keep_their_place_and_rule_only,
    messages_of_loads_are_for_who_may_see_private_columns,
    who_writes_neither_sees_nor_changes_private_columns,
];

/// An employee register whose salaries, addresses and rooms are nobody's business.
const STAFF: &str = r#"
version = 1
name    = "staff"
files   = ["staff*.xlsx"]
writable = true

[[source]]
name   = "rooms"
sheet  = "Rooms"
fields = [{ name = "code", required = true }, { name = "floor", type = "integer" }]

[[source]]
name   = "people"
sheet  = "People"
fields = [
  { name = "mailbox", required = true, private = true },
  { name = "nick" },
  { name = "salary", type = "number", private = true },
  { name = "room", private = true },
  { name = "team" },
]

[[table]]
name = "room"
from = "rooms"
key  = ["code"]

[[table]]
name    = "team"
from    = "people"
id      = "id"
key     = ["name"]
columns = [{ name = "name", field = "team" }]

[[table]]
name       = "member"
from       = "people"
id         = "id"
key        = ["mailbox"]
columns    = ["mailbox", "nick", "salary", "room"]
references = { team_id = "team", room = "room" }
"#;

/// A table whose rows refer to members, so that a member cannot be deleted.
const BADGES: &str = r#"
[[table]]
name       = "badge"
from       = "people"
key        = ["member_id"]
columns    = []
references = { member_id = "member" }
"#;

/// What nobody without the scope may ever read.
pub const SECRETS: [&str; 5] = ["ada@example.com", "4242.50", "cellar-7", "salary", "mailbox"];

async fn make(world: &World, scopes: &str) -> String {
    let scopes = scopes.parse().expect("scopes");
    let name = format!("key of {scopes}");
    let (_, secret) = world.ledger.create_key(&name, scopes, None).await.expect("a key");
    secret.reveal().to_owned()
}

async fn with_key(world: &World, target: &str, key: &str) -> Answer {
    world.get_with(target, &[("apikey", key)]).await
}

pub async fn fill(world: &World) {
    let ledger = &world.ledger;
    fixture::apply(ledger, "staff.toml", &format!("{STAFF}{BADGES}")).await;
    fixture::insert(ledger, "room", "code, floor", &["'cellar-7', -1"]).await;
    fixture::insert(ledger, "team", "id, name", &["1, 'Sales'"]).await;
    let rows =
        ["1, 'ada@example.com', 'Ada', '4242.50', 'cellar-7', 1", "2, 'b', NULL, NULL, NULL, 1"];
    fixture::insert(ledger, "member", "id, mailbox, nick, salary, room, team_id", &rows).await;
    fixture::insert(ledger, "badge", "member_id", &["1"]).await;
}

fn assert_no_secret(answer: &Answer, target: &str) {
    let headers = format!("{:?}", answer.headers);
    for secret in SECRETS {
        assert!(!answer.body.contains(secret), "{target} tells {secret}: {}", answer.body);
        assert!(!headers.contains(secret), "{target} tells {secret}: {headers}");
    }
}

async fn a_private_column_is_answered_like_one_that_does_not_exist(world: &World) {
    fill(world).await;
    let reader = make(world, "read private:measures write:staff").await;
    for template in [
        "member?select=X",
        "member?select=id,X",
        "member?select=alias:X",
        "member?select=X::text",
        "member?select=id,X(*)",
        "member?select=id,...X(*)",
        "member?select=id,room!X(floor)",
        "member?select=id,X.sum()",
        "member?X=eq.1",
        "member?X=not.is.null",
        "member?X=in.(1,2)",
        "member?X=like.*a*",
        "member?X=eq.no-number",
        "member?or=(X.eq.1,nick.eq.Ada)",
        "member?and=(X.gt.1,not.or(id.eq.1))",
        "member?order=X",
        "member?order=X.desc.nullslast,id&limit=1",
        "member?order=id&X.order=id",
        "member?X=is.null&select=id,team(name)",
        "team?select=name,member(X)",
        "team?select=name,member(id)&member.X=eq.1",
        "team?select=name,member(id)&member.order=X",
        "team?select=name,member!inner(id)&member.X=gt.0",
        "team?select=name,member!X(id)",
        "member?select=id,team(name)&order=team(X)",
        "room?select=code,member!X(id)",
    ] {
        let unknown = format!("/rest/v1/{}", template.replace('X', "unheard"));
        let unknown = [world.get(&unknown).await, with_key(world, &unknown, &reader).await];
        for column in ["salary", "mailbox", "room"] {
            let target = format!("/rest/v1/{}", template.replace('X', column));
            let told = [world.get(&target).await, with_key(world, &target, &reader).await];
            for (told, unknown) in told.iter().zip(&unknown) {
                if column == "room" && target.contains("room!room") || target.contains("room(*)") {
                    // The table is no secret; that this column refers to it is.
                    assert_eq!((told.status, told.code().as_str()), (400, "PGRST200"), "{target}");
                    continue;
                }
                assert_eq!(told.status, unknown.status, "{target}: {}", told.body);
                let same = unknown.body.replace("unheard", column);
                assert_eq!(told.body, same, "{target}");
                assert!(told.status == 400 || told.status == 406, "{target}: {}", told.body);
            }
        }
    }
    for target in
        ["/rest/v1/member?select=nick,room(floor)", "/rest/v1/room?select=code,member(nick)"]
    {
        assert_eq!(world.refusal(target).await, (400, "PGRST200".to_owned()), "{target}");
    }
}

async fn nothing_shows_private_columns_but_to_the_scope(world: &World) {
    fill(world).await;
    let public = BTreeSet::from(["id", "nick", "team_id"]);
    let readers = [make(world, "read").await, make(world, "write upload private:measures").await];
    for form in ["application/json", "text/csv", "application/x-ndjson"] {
        for target in [
            "/rest/v1/member",
            "/rest/v1/member?select=*",
            "/rest/v1/member?select=*,team(*)",
            "/rest/v1/team?select=*,member(*)",
            "/rest/v1/team?select=*,member(*,team(*))",
            "/rest/v1/member?select=...team(name),*&order=nick",
            "/rest/v1/member?limit=1",
        ] {
            let mut answers = vec![world.get_with(target, &[("accept", form)]).await];
            for key in &readers {
                answers.push(world.get_with(target, &[("accept", form), ("apikey", key)]).await);
            }
            for answer in answers {
                assert_eq!(answer.status, 200, "{target}: {}", answer.body);
                assert_no_secret(&answer, target);
            }
        }
    }
    let rows = world.json("/rest/v1/member").await;
    let keys: BTreeSet<&str> = rows[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, public);
    for target in ["/v1/datasets", "/v1/datasets/staff"] {
        assert_no_secret(&world.get(target).await, target);
    }
    let described = world.json("/v1/datasets/staff").await["tables"][2].clone();
    assert_eq!(described["key"], json!(["id"]));

    for scopes in ["private", "private:staff", "admin", "read private:staff"] {
        let key = make(world, scopes).await;
        let rows = with_key(world, "/rest/v1/member?order=salary", &key).await.json();
        let salary = (&rows[0]["salary"], &rows[0]["mailbox"]);
        assert_eq!(salary, (&json!(4242.5), &json!("ada@example.com")), "{scopes}");
        let target = "/rest/v1/member?select=nick,room(floor)&salary=gt.1";
        let rows = with_key(world, target, &key).await.json();
        assert_eq!(rows, json!([{ "nick": "Ada", "room": { "floor": -1 } }]), "{scopes}");
        let described = with_key(world, "/v1/datasets/staff", &key).await.json();
        assert_eq!(described["tables"][2]["key"], json!(["mailbox"]), "{scopes}");
        let one = format!("{rows}");
        assert!(!one.contains("cellar"), "{one}");
    }
}

async fn answers_that_differ_are_not_taken_for_one_another(world: &World) {
    fill(world).await;
    fixture::make_control_tables(&world.ledger).await;
    fixture::set_version(&world.ledger, "staff", 1).await;
    fixture::set_version(&world.ledger, "measures", 1).await;
    let key = make(world, "private").await;
    let target = "/rest/v1/member";
    let (open, full) = (world.get(target).await, with_key(world, target, &key).await);
    let tag = |answer: &Answer| answer.header("etag").expect("a tag").to_owned();
    assert_ne!(tag(&open), tag(&full));
    let crossed = [("if-none-match", tag(&open)), ("apikey", key.clone())];
    let crossed = crossed.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(world.get_with(target, &crossed).await.status, 200);
    let same = [("if-none-match", tag(&full)), ("apikey", key.clone())];
    let same = same.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(world.get_with(target, &same).await.status, 304);
    let stolen = world.get_with(target, &[("if-none-match", &tag(&full))]).await;
    assert_eq!(stolen.status, 200);
    for answer in [&open, &full] {
        let vary = answer.header("vary").expect("vary").to_lowercase();
        assert!(vary.contains("authorization") && vary.contains("apikey"), "{vary}");
    }
    assert_eq!(open.header("cache-control"), Some("no-cache"));
    assert_eq!(full.header("cache-control"), Some("private, no-cache"));
    // Where nothing is private, a key changes nothing.
    let measures = with_key(world, "/rest/v1/measure", &key).await;
    assert_eq!(measures.header("cache-control"), Some("no-cache"));
    assert!(!measures.header("vary").expect("vary").to_lowercase().contains("apikey"));
    assert_eq!(tag(&measures), tag(&world.get("/rest/v1/measure").await));
}

async fn record(world: &World, version: i64, load: i64, key: Value, row: Value) {
    let sql = format!(
        "INSERT INTO tolva_change \
         (dataset, version, load_id, table_name, op, row_key, old_row, new_row) \
         VALUES ('staff', {version}, {load}, 'member', 'update', '{key}', '{row}', '{row}')"
    );
    world.ledger.db().execute_unprepared(&sql).await.expect(&sql);
    fixture::set_version(&world.ledger, "staff", version).await;
}

async fn the_record_of_changes_leaves_private_columns_out(world: &World) {
    fill(world).await;
    fixture::make_control_tables(&world.ledger).await;
    let arrival = land(world, "staff", b"staff").await;
    let load = load(world, arrival, "default", report(ArrivalState::Loaded)).await;
    let row = json!({
        "id": 1, "mailbox": "ada@example.com", "nick": "Ada", "salary": "4242.50",
        "room": "cellar-7", "team_id": 1, "salary_before": "4242.50",
    });
    record(world, 1, load, json!({ "mailbox": "ada@example.com" }), row.clone()).await;
    let key = make(world, "private:staff").await;
    let by_load = format!("/v1/loads/{load}/changes");
    for target in [by_load.as_str(), "/v1/datasets/staff/changes?since=0"] {
        let answer = world.get(target).await;
        assert_no_secret(&answer, target);
        let change = &answer.json()[0];
        assert_eq!(change["new"], json!({ "id": 1, "nick": "Ada", "team_id": 1 }), "{target}");
        assert_eq!((&change["old"], &change["key"]), (&change["new"], &json!({})), "{target}");
        let full = &with_key(world, target, &key).await.json()[0];
        assert_eq!((&full["new"], &full["key"]["mailbox"]), (&row, &json!("ada@example.com")));
    }
    for (key, expected) in [(None, None), (Some(key.as_str()), Some("ada@example.com"))] {
        let header = key.map(|key| format!("apikey: {key}\r\n")).unwrap_or_default();
        let ear = Ear::open_with(world, "/v1/events?dataset=staff", header).await;
        let (ear, _) = ear.event().await;
        record(world, 2, load, json!({ "mailbox": "ada@example.com" }), row.clone()).await;
        let (_, lines) = ear.event().await;
        let (_, data) = lines.iter().find(|(name, _)| name == "data").expect("data");
        let data: Value = serde_json::from_str(data).expect("JSON");
        let told = data["new"]["mailbox"].as_str();
        assert_eq!((told, data["new"]["nick"].as_str()), (expected, Some("Ada")), "{data}");
        world.ledger.db().execute_unprepared("DELETE FROM tolva_change").await.expect("deleted");
        fixture::set_version(&world.ledger, "staff", 1).await;
    }
}

async fn findings_of_private_fields_keep_their_place_and_rule_only(world: &World) {
    fill(world).await;
    let arrival = land(world, "staff", b"staff").await;
    let load = load(world, arrival, "default", report(ArrivalState::Loaded)).await;
    let finding = |rule: &str, field: Option<&str>, value: &str| Finding {
        severity: Severity::Error,
        rule: rule.to_owned(),
        place: Place { sheet: Some("People".to_owned()), row: Some(3), column: Some(2) },
        field: field.map(str::to_owned),
        value: Some(value.to_owned()),
        message: format!("{value} is wrong in {}", field.unwrap_or("salary")),
    };
    let findings = [
        finding("pattern", Some("nick"), "A?a"),
        finding("type", Some("salary"), "4242.50 EUR"),
        finding("unique", Some("mailbox"), "ada@example.com"),
        finding("reference", Some("room"), "cellar-7"),
        // A line whose values stand under the wrong headers may hold anything.
        finding("ragged", None, "4242.50"),
        finding("type", Some("salary_before"), "4242.50"),
    ];
    world.ledger.keep_findings(load, &findings).await.expect("kept");
    let target = format!("/v1/loads/{load}/findings");
    let answer = world.get(&target).await;
    assert_no_secret(&answer, &target);
    let told = answer.json();
    assert_eq!((&told[0]["field"], &told[0]["value"]), (&json!("nick"), &json!("A?a")));
    for (at, rule) in [(1, "type"), (2, "unique"), (3, "reference"), (4, "ragged"), (5, "type")] {
        let place = (&told[at]["rule"], &told[at]["place"]);
        assert_eq!(place, (&json!(rule), &json!("People!B3")));
        assert_eq!((&told[at]["field"], &told[at]["value"]), (&Value::Null, &Value::Null));
    }
    let key = make(world, "private:staff").await;
    let full = with_key(world, &target, &key).await.json();
    assert_eq!(full[1]["value"], "4242.50 EUR");
    assert_eq!(full[4]["message"], "4242.50 is wrong in salary");
}

async fn messages_of_loads_are_for_who_may_see_private_columns(world: &World) {
    fill(world).await;
    let message = "the file has no column `salary`";
    for (dataset, shown) in [("staff", false), ("measures", true)] {
        let arrival = land(world, dataset, dataset.as_bytes()).await;
        let mut ended = report(ArrivalState::Quarantined);
        ended.error = Some(("missing_column".to_owned(), message.to_owned()));
        let load = load(world, arrival, "default", ended).await;
        for target in [
            "/v1/loads".to_owned(),
            format!("/v1/loads/{load}"),
            "/v1/arrivals".to_owned(),
            format!("/v1/arrivals/{arrival}"),
            format!("/v1/arrivals?dataset={dataset}"),
        ] {
            let answer = world.get(&target).await;
            assert_eq!(answer.status, 200, "{target}");
            let told = answer.body.contains("`salary`");
            assert_eq!(told, shown, "{target}: {}", answer.body);
        }
    }
    let arrival = land(world, "staff", b"again").await;
    let mut ended = report(ArrivalState::Quarantined);
    ended.error = Some(("missing_column".to_owned(), message.to_owned()));
    let load = load(world, arrival, "default", ended).await;
    let key = make(world, "private:staff").await;
    for target in [format!("/v1/loads/{load}"), format!("/v1/arrivals/{arrival}")] {
        let answer = with_key(world, &target, &key).await;
        assert!(answer.body.contains("`salary`"), "{}", answer.body);
    }
}

async fn who_writes_neither_sees_nor_changes_private_columns(world: &World) {
    fill(world).await;
    fixture::make_control_tables(&world.ledger).await;
    let (writer, full) = (make(world, "write:staff").await, make(world, "write private").await);
    let send = async |key: &str, method: &str, target: &str, body: &str| {
        let headers = [("apikey", key), ("prefer", "return=representation")];
        client::send_body(world.address, method, target, &headers, body.as_bytes()).await
    };
    let before = with_key(world, "/rest/v1/member?order=id", &full).await.body;
    for (method, target, body) in [
        ("POST", "/rest/v1/member", r#"{"nick": "Eve", "X": "1"}"#),
        ("POST", "/rest/v1/member?columns=nick,X", r#"{"nick": "Eve"}"#),
        ("POST", "/rest/v1/member?on_conflict=X", r#"{"nick": "Eve"}"#),
        ("POST", "/rest/v1/member?select=X", r#"{"nick": "Eve"}"#),
        ("PATCH", "/rest/v1/member?id=eq.1", r#"{"X": "1"}"#),
        ("PATCH", "/rest/v1/member?X=eq.1", r#"{"nick": "Eve"}"#),
        ("PATCH", "/rest/v1/member?id=eq.1&select=nick,X", r#"{"nick": "Eve"}"#),
        ("PUT", "/rest/v1/member?id=eq.1", r#"{"id": 1, "X": "1"}"#),
        ("PUT", "/rest/v1/member?X=eq.1", r#"{"X": "1"}"#),
        ("DELETE", "/rest/v1/member?X=is.not_null", ""),
    ] {
        let unheard = |text: &str| text.replace('X', "unheard");
        let unknown = send(&writer, method, &unheard(target), &unheard(body)).await;
        for column in ["salary", "mailbox", "room"] {
            let (target, body) = (target.replace('X', column), body.replace('X', column));
            let told = send(&writer, method, &target, &body).await;
            let same = (unknown.status, unknown.body.replace("unheard", column));
            assert_eq!((told.status, told.body.clone()), same, "{method} {target}");
            assert!((400..500).contains(&told.status), "{method} {target}: {}", told.body);
        }
    }
    // What cannot be done because of a private column says so without its name.
    for (method, target, body) in [
        ("POST", "/rest/v1/member", r#"{"nick": "Eve"}"#),
        ("PUT", "/rest/v1/member?nick=eq.Ada", r#"{"nick": "Ada"}"#),
        ("POST", "/rest/v1/member?on_conflict=nick", r#"{"nick": "Eve"}"#),
        ("DELETE", "/rest/v1/member?id=eq.1", ""),
    ] {
        let told = send(&writer, method, target, body).await;
        assert!((400..500).contains(&told.status), "{method} {target}: {}", told.body);
        assert_no_secret(&told, target);
    }
    let after = with_key(world, "/rest/v1/member?order=id", &full).await.body;
    assert_eq!(after, before);
    // What is public can be written, and what is private stays as it is.
    for (method, target, body) in [
        ("PATCH", "/rest/v1/member?id=eq.1", r#"{"nick": "Ada L."}"#),
        ("PUT", "/rest/v1/member?id=eq.1", r#"{"id": 1, "nick": "Ada L.", "team_id": 1}"#),
    ] {
        let answer = send(&writer, method, target, body).await;
        assert!(answer.status < 300, "{method}: {}", answer.body);
        assert_no_secret(&answer, target);
    }
    let row = with_key(world, "/rest/v1/member?id=eq.1", &full).await.json()[0].clone();
    assert_eq!((&row["nick"], &row["salary"]), (&json!("Ada L."), &json!(4242.5)));
    assert_eq!((&row["mailbox"], &row["room"]), (&json!("ada@example.com"), &json!("cellar-7")));
    let raise = r#"{"salary": 5000}"#;
    assert!(send(&full, "PATCH", "/rest/v1/member?mailbox=eq.b", raise).await.status < 300);
}
