//! `ETag`, `If-None-Match`, `Last-Modified`, `Cache-Control`.

use sea_orm::ConnectionTrait;
use tolva_schema::state::ArrivalState;

use crate::control::{land, load, report};
use crate::fixture;
use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    a_tag_is_that_of_the_version_and_the_query,
    caches_ask_and_know_what_an_answer_depends_on,
    what_a_client_has_is_not_sent_again,
    what_a_client_has_is_told_without_looking_at_the_table,
    before_the_first_load_there_is_no_tag,
    a_version_tells_when_it_was_made,
];

async fn loaded(world: &World, version: i64) {
    fixture::set_version(&world.ledger, "relationships", version).await;
}

async fn tag(world: &World, target: &str, headers: &[(&str, &str)]) -> String {
    let answer = world.get_with(target, headers).await;
    assert!(answer.status < 300, "{target}: {}", answer.body);
    let tag = answer.header("etag").unwrap().to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 10, "{tag}");
    tag
}

async fn a_tag_is_that_of_the_version_and_the_query(world: &World) {
    fixture::make_control_tables(&world.ledger).await;
    loaded(world, 1).await;
    let target = "/rest/v1/person?select=label&limit=2";
    let first = tag(world, target, &[]).await;
    assert_eq!(tag(world, target, &[]).await, first);
    assert_eq!(tag(world, "/rest/v1/person?limit=2&select=label", &[]).await, first);
    let mut others = vec![first.clone()];
    for (target, headers) in [
        ("/rest/v1/person?select=label", &[][..]),
        ("/rest/v1/relationship", &[][..]),
        (target, &[("Accept", "text/csv")][..]),
        (target, &[("Prefer", "count=exact")][..]),
        (target, &[("Range", "0-0")][..]),
        (target, &[("Accept-Encoding", "gzip")][..]),
    ] {
        let other = tag(world, target, headers).await;
        assert!(!others.contains(&other), "{target} {headers:?}");
        others.push(other);
    }
    loaded(world, 2).await;
    assert_ne!(tag(world, target, &[]).await, first);
}

async fn caches_ask_and_know_what_an_answer_depends_on(world: &World) {
    for coding in ["identity", "gzip"] {
        let answer = world.get_with("/rest/v1/person", &[("Accept-Encoding", coding)]).await;
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        let vary: Vec<&str> =
            answer.headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
        let vary = vary.join(", ").to_lowercase();
        for name in ["accept", "accept-encoding", "prefer", "range"] {
            assert!(vary.split(", ").any(|one| one == name), "{coding}: {vary}");
        }
    }
}

async fn what_a_client_has_is_not_sent_again(world: &World) {
    fixture::make_control_tables(&world.ledger).await;
    loaded(world, 1).await;
    let target = "/rest/v1/person?select=label";
    let known = tag(world, target, &[]).await;
    for given in [known.clone(), format!("\"x\", W/{known}"), "*".to_owned()] {
        for method in ["GET", "HEAD"] {
            let answer = world.send_with(method, target, &[("If-None-Match", &given)]).await;
            assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{given}");
            assert_eq!(answer.header("etag"), Some(known.as_str()));
            assert_eq!(answer.header("content-encoding"), None);
        }
    }
    for given in ["\"x\"", ""] {
        let answer = world.get_with(target, &[("If-None-Match", given)]).await;
        assert_eq!(answer.status, 200, "{given}");
    }
    loaded(world, 2).await;
    let answer = world.get_with(target, &[("If-None-Match", &known)]).await;
    assert_eq!(answer.status, 200);
}

async fn what_a_client_has_is_told_without_looking_at_the_table(world: &World) {
    fixture::make_control_tables(&world.ledger).await;
    loaded(world, 1).await;
    let target = "/rest/v1/person";
    let known = tag(world, target, &[]).await;
    let hide = "ALTER TABLE person RENAME TO hidden";
    world.ledger.db().execute_unprepared(hide).await.unwrap();
    assert_eq!(world.get_with(target, &[("If-None-Match", &known)]).await.status, 304);
    assert_eq!(world.get(target).await.status, 404);
}

async fn before_the_first_load_there_is_no_tag(world: &World) {
    let none = async || {
        let answer = world.get_with("/rest/v1/person", &[("If-None-Match", "*")]).await;
        assert_eq!(answer.status, 200);
        answer.header("etag").is_none()
    };
    assert!(none().await);
    fixture::make_control_tables(&world.ledger).await;
    assert!(none().await);
}

async fn a_version_tells_when_it_was_made(world: &World) {
    fixture::make_control_tables(&world.ledger).await;
    loaded(world, 1).await;
    assert_eq!(world.get("/rest/v1/person").await.header("last-modified"), None);
    let arrival = land(world, "relationships", b"one").await;
    let load = load(world, arrival, "default", report(ArrivalState::Loaded)).await;
    for sql in [
        format!(
            "INSERT INTO tolva_applied \
             (dataset, part, sequence, sha256, digest, token, load_id, version, counts) \
             VALUES ('relationships', '', 1, 'x', 'x', 1, {load}, 1, '{{}}')"
        ),
        format!("UPDATE tolva_load SET finished_at = 1704067199001 WHERE id = {load}"),
    ] {
        world.ledger.db().execute_unprepared(&sql).await.expect(&sql);
    }
    let answer = world.get("/rest/v1/person").await;
    assert_eq!(answer.header("last-modified"), Some("Mon, 01 Jan 2024 00:00:00 GMT"));
    let known = answer.header("etag").unwrap();
    let answer = world.get_with("/rest/v1/person", &[("If-None-Match", known)]).await;
    assert_eq!(answer.header("last-modified"), Some("Mon, 01 Jan 2024 00:00:00 GMT"));
}
