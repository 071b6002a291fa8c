//! `POST /v1/arrivals`: a file that is uploaded is one that was dropped.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use bytesize::ByteSize;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use tolva_api::{Limits, Options};

use crate::backend::Backend;
use crate::client::{self, Answer};
use crate::on_each_backend;
use crate::world::{World, run_with};

on_each_backend![
    a_file_is_taken_from_a_body,
    a_file_is_taken_from_a_form,
    the_dataset_may_be_named,
    uploading_needs_a_key_with_the_scope,
    names_that_a_watcher_never_takes_are_refused,
    files_that_nobody_takes_or_several_do_are_refused,
    files_without_an_end_are_refused_and_leave_nothing,
    a_client_that_breaks_off_leaves_nothing,
];

const CSV: &[u8] = b"code,size\na,1\n";

async fn key(world: &World, scopes: &str) -> String {
    let scopes = scopes.parse().expect("scopes");
    let name = format!("key of {scopes}");
    let (_, secret) = world.ledger.create_key(&name, scopes, None).await.expect("a key");
    secret.reveal().to_owned()
}

async fn post(world: &World, query: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let target = format!("/v1/arrivals{query}");
    client::send_body(world.address, "POST", &target, headers, body).await
}

async fn count(world: &World, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    let db = world.ledger.db();
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await.expect("read").expect("a row");
    row.try_get_by_index(0).expect("a number")
}

/// No arrival, no event, no bytes.
async fn nothing_is_left(world: &World) {
    for table in ["tolva_arrival", "tolva_outbox", "tolva_blob", "tolva_chunk"] {
        assert_eq!(count(world, table).await, 0, "{table}");
    }
}

async fn a_file_is_taken_from_a_body(world: &World) {
    let key = key(world, "upload").await;
    let answer = post(world, "?name=measures.csv", &[("apikey", &key)], CSV).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let arrival = answer.json();
    let id = arrival["id"].as_i64().expect("a number");
    assert_eq!(answer.header("location"), Some(format!("/v1/arrivals/{id}").as_str()));
    let told = ["dataset", "file", "origin", "size", "state"].map(|name| arrival[name].clone());
    assert_eq!(json!(told), json!(["measures", "measures.csv", "api", CSV.len(), "landed"]));
    let mut kept = Vec::new();
    world.ledger.fetch_bytes(id, &mut kept).await.expect("the bytes");
    assert_eq!(kept, CSV);
    assert_eq!(world.ledger.unpublished().await.expect("a number"), 1);
    assert_eq!(world.json(answer.header("location").unwrap()).await, arrival);
    // The same once more is another arrival, as another drop would be; large files come in pieces.
    let again = post(world, "?name=measures.csv", &[("apikey", &key)], CSV).await;
    assert_eq!((again.status, &again.json()["sequence"]), (201, &json!(2)));
    let large: Vec<u8> = (0..5_000_000u32).map(|at| b'a' + (at % 23) as u8).collect();
    let header = [
        ("apikey", key.as_str()),
        ("content-disposition", "attachment; filename=\"measures 2.csv\""),
    ];
    let answer = post(world, "", &header, &large).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let mut kept = Vec::new();
    let id = answer.json()["id"].as_i64().expect("a number");
    world.ledger.fetch_bytes(id, &mut kept).await.expect("the bytes");
    assert!(kept == large, "{} bytes", kept.len());
}

/// A form with a field for the dataset and a file.
fn form(dataset: Option<&str>, name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut form = Vec::new();
    if let Some(dataset) = dataset {
        let part =
            format!("--x\r\nContent-Disposition: form-data; name=\"dataset\"\r\n\r\n{dataset}\r\n");
        form.extend(part.as_bytes());
    }
    let part = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: text/csv\r\n\r\n"
    );
    form.extend(part.as_bytes());
    form.extend(bytes);
    form.extend(b"\r\n--x--\r\n");
    form
}

const FORM: (&str, &str) = ("content-type", "multipart/form-data; boundary=x");

async fn a_file_is_taken_from_a_form(world: &World) {
    let key = key(world, "upload").await;
    let headers = [("apikey", key.as_str()), FORM];
    let answer = post(world, "", &headers, &form(None, "measures.csv", CSV)).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let id = answer.json()["id"].as_i64().expect("a number");
    let mut kept = Vec::new();
    world.ledger.fetch_bytes(id, &mut kept).await.expect("the bytes");
    assert_eq!(kept, CSV);
    let answer = post(world, "", &headers, &form(Some("measures"), "other.csv", CSV)).await;
    assert_eq!((answer.status, &answer.json()["file"]), (201, &json!("other.csv")));
    let whole = form(Some("measures"), "b.csv", CSV);
    for wrong in [&whole[..whole.len() - 12], &whole[..40], b"", b"--x--\r\n"] {
        let answer = post(world, "", &headers, wrong).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "TOLVA033"), "{}", answer.body);
    }
    assert_eq!(count(world, "tolva_arrival").await, 2);
}

async fn the_dataset_may_be_named(world: &World) {
    let key = key(world, "upload:measures").await;
    let answer = post(world, "?name=x.csv&dataset=measures", &[("apikey", &key)], CSV).await;
    assert_eq!((answer.status, &answer.json()["dataset"]), (201, &json!("measures")));
    let answer = post(world, "?name=x.csv&dataset=nothing", &[("apikey", &key)], CSV).await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "TOLVA001"));
}

async fn uploading_needs_a_key_with_the_scope(world: &World) {
    let answer = post(world, "?name=measures.csv", &[], CSV).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "PGRST302"));
    for scopes in ["read", "write", "upload:employees"] {
        let key = key(world, scopes).await;
        let answer = post(world, "?name=measures.csv", &[("apikey", &key)], CSV).await;
        assert_eq!((answer.status, answer.code().as_str()), (403, "42501"), "{scopes}");
    }
    nothing_is_left(world).await;
}

async fn names_that_a_watcher_never_takes_are_refused(world: &World) {
    let key = key(world, "upload").await;
    for name in [
        "",
        "~$measures.csv",
        ".measures.csv",
        "measures.csv.part",
        "measures.csv.ready",
        "../measures.csv",
        "a\\measures.csv",
        "measures\n.csv",
        " ",
    ] {
        let query = format!("?dataset=measures&name={}", client::escaped(name));
        let answer = post(world, &query, &[("apikey", &key)], CSV).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "TOLVA033"), "{name:?}");
    }
    nothing_is_left(world).await;
}

async fn files_that_nobody_takes_or_several_do_are_refused(world: &World) {
    let key = key(world, "upload").await;
    let answer = post(world, "?name=unknown.csv", &[("apikey", &key)], CSV).await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "TOLVA033"));
    let hint = answer.json()["hint"].to_string();
    assert!(hint.contains("employees, measures, relationships"), "{hint}");
    let twin = crate::fixture::CONTRACTS[2].1.replace("\"measures\"", "\"gauges\"");
    let twin = twin.replace("name = \"measure\"", "name = \"gauge\"");
    crate::fixture::apply(&world.ledger, "gauges.toml", &twin).await;
    // The contracts are read again within a second.
    for _ in 0..100 {
        let answer = post(world, "?name=measures.csv", &[("apikey", &key)], CSV).await;
        if answer.status == 201 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        }
        assert_eq!((answer.status, answer.code().as_str()), (400, "TOLVA033"));
        let message = answer.json()["message"].to_string();
        assert!(message.contains("gauges, measures"), "{message}");
        return;
    }
    panic!("the second contract is not seen");
}

async fn files_without_an_end_are_refused_and_leave_nothing(world: &World) {
    let key = key(world, "upload").await;
    let mut torn = b"PK\x03\x04".to_vec();
    torn.resize(2_000_000, 7);
    for (name, bytes) in
        [("measures.csv", &b""[..]), ("measures.xlsx", CSV), ("measures.csv", &torn)]
    {
        let query = format!("?name={name}&dataset=measures");
        let answer = post(world, &query, &[("apikey", &key)], bytes).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "TOLVA033"), "{}", answer.body);
    }
    nothing_is_left(world).await;
    torn.extend(b"PK\x05\x06");
    torn.resize(torn.len() + 18, 0);
    let answer =
        post(world, "?name=measures.xlsx&dataset=measures", &[("apikey", &key)], &torn).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}

async fn until_count(world: &World, table: &str, wanted: impl Fn(i64) -> bool) {
    for _ in 0..400 {
        if wanted(count(world, table).await) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("waited in vain for {table}");
}

async fn a_client_that_breaks_off_leaves_nothing(world: &World) {
    let key = key(world, "upload").await;
    let head = format!(
        "POST /v1/arrivals?name=measures.csv HTTP/1.1\r\nHost: x\r\napikey: {key}\r\n\
         Content-Length: 10000000\r\n\r\n"
    );
    let address = world.address;
    let begin = move || {
        let mut client = TcpStream::connect(address).expect("a connection");
        client.write_all(head.as_bytes()).expect("sent");
        client.write_all(&vec![b'a'; 4_000_000]).expect("sent");
        client
    };
    let client = tokio::task::spawn_blocking(begin).await.expect("sent");
    until_count(world, "tolva_chunk", |chunks| chunks > 0).await;
    drop(client);
    until_count(world, "tolva_blob", |blobs| blobs == 0).await;
    nothing_is_left(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_beyond_the_limit_are_refused_and_leave_nothing() {
    let limits = Limits { upload: ByteSize::kib(64), ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    run_with(Backend::Sqlite, options, async |world| {
        let key = key(world, "upload").await;
        let query = "?name=measures.csv";
        let fits = vec![b'a'; 64 * 1024];
        assert_eq!(post(world, query, &[("apikey", &key)], &fits).await.status, 201);
        let blobs = count(world, "tolva_blob").await;
        let beyond = vec![b'b'; 64 * 1024 + 1];
        let headers = [("apikey", key.as_str()), FORM];
        let forms = form(None, "measures.csv", &beyond);
        for answer in [
            post(world, query, &[("apikey", &key)], &beyond).await,
            post(world, "", &headers, &forms).await,
        ] {
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (413, "TOLVA021"),
                "{}",
                answer.body
            );
        }
        assert_eq!(count(world, "tolva_blob").await, blobs);
        assert_eq!(count(world, "tolva_arrival").await, 1);
    })
    .await;
}
