//! Keys: who may do what, and how those are refused who may not.

use tolva_api::{Options, Read};
use tolva_ledger::now_ms;

use crate::backend::Backend;
use crate::client::Answer;
use crate::on_each_backend;
use crate::world::{World, run_with};

/// One resource of each kind.
const ALL: [&str; 7] = [
    "/rest/v1/person",
    "/v1/datasets",
    "/v1/datasets/relationships",
    "/v1/arrivals",
    "/v1/loads",
    "/metrics",
    "/rest/v1/nothing_there",
];

async fn make(world: &World, name: &str, scopes: &str, expires_at: Option<i64>) -> String {
    let scopes = scopes.parse().expect("scopes");
    let (_, secret) = world.ledger.create_key(name, scopes, expires_at).await.expect("a key");
    secret.reveal().to_owned()
}

async fn with_key(world: &World, target: &str, key: &str) -> Answer {
    world.get_with(target, &[("authorization", &format!("Bearer {key}"))]).await
}

on_each_backend!(
    reading_is_open_unless_said_otherwise,
    a_key_that_is_no_good_is_refused_even_where_none_is_needed,
    names_come_back_once_a_key_is_revoked,
);

async fn reading_is_open_unless_said_otherwise(world: &World) {
    for target in &ALL[..6] {
        assert_eq!(world.get(target).await.status, 200, "{target}");
    }
    let uploads = make(world, "uploads", "upload", None).await;
    assert_eq!(with_key(world, "/rest/v1/person", &uploads).await.status, 200);
}

async fn a_key_that_is_no_good_is_refused_even_where_none_is_needed(world: &World) {
    let good = make(world, "good", "read", None).await;
    let expired = make(world, "expired", "read", Some(now_ms() - 1)).await;
    let revoked = make(world, "revoked", "read", None).await;
    world.ledger.revoke_key("revoked").await.expect("revoked");
    let end = good.len() - 1;
    let other_end = if good.ends_with('A') { "B" } else { "A" };
    let (start, secret) = good.rsplit_once('_').expect("two parts");
    let wrong = [
        expired.clone(),
        revoked,
        format!("{}{other_end}", &good[..end]),
        good[..end].to_owned(),
        format!("{good}A"),
        good.to_uppercase(),
        start.to_owned(),
        secret.to_owned(),
        format!("{start}_"),
        format!("tolva__{secret}"),
        format!("tolva_' OR 1=1 --_{secret}"),
        String::new(),
        "x".repeat(4000),
    ];
    for key in &wrong {
        let bearer = [("authorization", format!("Bearer {key}"))];
        let apikey = [("apikey", key.clone())];
        for headers in [&bearer, &apikey] {
            let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
            let answer = world.get_with("/rest/v1/person", &headers).await;
            assert_eq!((answer.status, answer.code().as_str()), (401, "PGRST301"), "{key}");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            assert!(key.is_empty() || !answer.body.contains(key.as_str()), "{}", answer.body);
        }
    }
    for (name, value) in [
        ("authorization", "Basic dTpw"),
        ("authorization", "Bearer"),
        ("authorization", good.as_str()),
        ("apikey", "\u{e9}"),
    ] {
        let answer = world.get_with("/v1/loads", &[(name, value)]).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "PGRST301"), "{value}");
    }
    for (name, value) in [
        ("authorization", format!("Bearer {good}")),
        ("authorization", format!("bearer {good}")),
        ("apikey", good.clone()),
    ] {
        let answer = world.get_with("/rest/v1/person", &[(name, &value)]).await;
        assert_eq!(answer.status, 200, "{value}");
    }
}

async fn names_come_back_once_a_key_is_revoked(world: &World) {
    let first = make(world, "app", "read", None).await;
    let again = world.ledger.create_key("app", "read".parse().expect("scopes"), None).await;
    assert!(again.expect_err("taken").to_string().contains("`app`"));
    world.ledger.revoke_key("app").await.expect("revoked");
    world.ledger.revoke_key("app").await.expect_err("revoked already");
    let second = make(world, "app", "read write:relationships", None).await;
    assert_ne!(first, second);
    let states: Vec<&str> =
        world.ledger.keys().await.expect("keys").iter().map(|key| key.state()).collect();
    assert_eq!(states.iter().filter(|state| **state == "valid").count(), 1, "{states:?}");
    assert_eq!(with_key(world, "/v1/datasets", &first).await.status, 401);
    assert_eq!(with_key(world, "/v1/datasets", &second).await.status, 200);
}

async fn reading_by_key(world: &World) {
    for target in ALL {
        let answer = world.get(target).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "PGRST302"), "{target}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    for target in ["/healthz", "/readyz"] {
        assert_eq!(world.get(target).await.status, 200, "{target}");
    }
    let all = make(world, "all", "read", None).await;
    for target in &ALL[..6] {
        assert_eq!(with_key(world, target, &all).await.status, 200, "{target}");
    }
    assert_eq!(with_key(world, ALL[6], &all).await.status, 404);

    let datasets = with_key(world, "/v1/datasets", &all).await.json();
    let names = datasets.as_array().expect("datasets").iter();
    let names: Vec<&str> = names.filter_map(|dataset| dataset["name"].as_str()).collect();
    assert!(names.len() > 1, "{names:?}");

    let one = make(world, "one", "read:relationships write", None).await;
    let allowed = [
        "/rest/v1/person?select=*",
        "/v1/datasets/relationships",
        "/v1/arrivals?dataset=relationships",
        "/v1/datasets/relationships/changes?since=0",
    ];
    for target in allowed {
        let status = with_key(world, target, &one).await.status;
        assert!(status == 200 || status == 410, "{target}: {status}");
    }
    let seen = with_key(world, "/v1/datasets", &one).await.json();
    assert_eq!(seen.as_array().expect("datasets").len(), 1);
    assert_eq!(seen[0]["name"], "relationships");
    let other = names.iter().find(|name| **name != "relationships").expect("another");
    let forbidden = [
        "/v1/arrivals".to_owned(),
        "/v1/loads".to_owned(),
        "/v1/events".to_owned(),
        "/metrics".to_owned(),
        format!("/v1/arrivals?dataset={other}"),
        format!("/v1/datasets/{other}"),
        format!("/v1/datasets/{other}/changes?since=0"),
        format!("/v1/events?dataset={other}"),
    ];
    for target in &forbidden {
        let answer = with_key(world, target, &one).await;
        assert_eq!((answer.status, answer.code().as_str()), (403, "42501"), "{target}");
    }
    let upload = make(world, "upload", "upload", None).await;
    assert_eq!(with_key(world, "/rest/v1/person", &upload).await.status, 403);
    let admin = make(world, "admin", "admin:relationships", None).await;
    assert_eq!(with_key(world, "/rest/v1/person", &admin).await.status, 200);
}

fn by_key() -> Options {
    Options { read: Read::Key, ..Options::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_can_need_a_key_on_sqlite() {
    run_with(Backend::Sqlite, by_key(), reading_by_key).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_can_need_a_key_on_postgres() {
    run_with(Backend::Postgres, by_key(), reading_by_key).await;
}
