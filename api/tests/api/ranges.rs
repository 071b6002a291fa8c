//! `Range` and `Content-Range`: which part of the rows is asked for, and which is given.

use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    every_answer_tells_its_part,
    a_range_asks_for_a_part,
    ranges_of_other_units_are_none,
    a_range_that_cannot_be_had_is_416,
    a_negative_limit_is_416,
    the_range_of_a_large_answer_is_told_before_its_rows,
    answers_tell_where_they_are,
];

async fn range(world: &World, query: &str) -> String {
    let answer = world.get(&format!("/rest/v1/person?{query}")).await;
    assert_eq!(answer.status, 200, "{query}");
    let head = world.send("HEAD", &format!("/rest/v1/person?{query}")).await;
    assert_eq!(head.header("content-range"), answer.header("content-range"), "{query}");
    answer.header("content-range").unwrap().to_owned()
}

async fn every_answer_tells_its_part(world: &World) {
    assert_eq!(range(world, "").await, "0-4/*");
    assert_eq!(range(world, "limit=2").await, "0-1/*");
    assert_eq!(range(world, "limit=2&offset=1").await, "1-2/*");
    assert_eq!(range(world, "offset=4").await, "4-4/*");
    assert_eq!(range(world, "offset=5").await, "*/*");
    assert_eq!(range(world, "limit=0").await, "*/*");
    assert_eq!(range(world, "number=eq.99").await, "*/*");
}

async fn a_range_asks_for_a_part(world: &World) {
    let get = async |query: &str, range: &str| {
        let headers = [("Range-Unit", "items"), ("Range", range)];
        let answer = world.get_with(&format!("/rest/v1/person?{query}"), &headers).await;
        assert_eq!(answer.status, 200, "{query} {range}");
        let rows = answer.json().as_array().unwrap().len();
        (answer.header("content-range").unwrap().to_owned(), rows)
    };
    assert_eq!(get("", "0-1").await, ("0-1/*".to_owned(), 2));
    assert_eq!(get("", "3-9").await, ("3-4/*".to_owned(), 2));
    assert_eq!(get("", "2-").await, ("2-4/*".to_owned(), 3));
    assert_eq!(get("offset=1&limit=3", "2-9").await, ("2-3/*".to_owned(), 2));
    assert_eq!(get("limit=0", "0-1").await, ("*/*".to_owned(), 0));
    let headers = [("Range", "0-0"), ("Prefer", "count=exact")];
    let answer = world.get_with("/rest/v1/person", &headers).await;
    assert_eq!((answer.status, answer.header("content-range")), (206, Some("0-0/5")));
    let head = world.send_with("HEAD", "/rest/v1/person", &headers).await;
    let told = (head.status, head.header("content-range"));
    assert_eq!(told, (200, Some("0-4/5")), "as HTTP has it, a range is asked for by GET only");
}

async fn ranges_of_other_units_are_none(world: &World) {
    for range in ["bytes=0-0", "items=0-0", "0", "-1", "a-b"] {
        let answer = world.get_with("/rest/v1/person", &[("Range", range)]).await;
        assert_eq!(
            (answer.status, answer.header("content-range")),
            (200, Some("0-4/*")),
            "{range}"
        );
    }
}

async fn a_range_that_cannot_be_had_is_416(world: &World) {
    let answer = world.get_with("/rest/v1/person", &[("Range", "3-1")]).await;
    assert_eq!((answer.status, answer.code().as_str()), (416, "PGRST103"));
    let body = answer.json();
    assert_eq!(body["message"], "Requested range not satisfiable");
    assert_eq!(
        body["details"],
        "The lower boundary must be lower than or equal to the upper boundary in the Range header."
    );
    for (query, headers) in [
        ("", &[("Range", "6-9"), ("Prefer", "count=exact")][..]),
        ("offset=6", &[("Prefer", "count=exact")][..]),
    ] {
        let answer = world.get_with(&format!("/rest/v1/person?{query}"), headers).await;
        assert_eq!((answer.status, answer.code().as_str()), (416, "PGRST103"), "{query}");
        assert_eq!(answer.header("content-range"), Some("*/5"));
        let details = "An offset of 6 was requested, but there are only 5 rows.";
        assert_eq!(answer.json()["details"], details);
    }
    let counted = [("Prefer", "count=exact")];
    let answer = world.get_with("/rest/v1/person?offset=5", &counted).await;
    assert_eq!((answer.status, answer.header("content-range")), (206, Some("*/5")));
}

async fn a_negative_limit_is_416(world: &World) {
    let answer = world.get("/rest/v1/person?limit=-1").await;
    assert_eq!((answer.status, answer.code().as_str()), (416, "PGRST103"));
    let details = "Limit should be greater than or equal to zero.";
    assert_eq!(answer.json()["details"], details);
}

async fn the_range_of_a_large_answer_is_told_before_its_rows(world: &World) {
    crate::live::make_big(world).await;
    for (query, expected) in [
        ("code=like.n*", "0-29999/*"),
        ("code=like.n*&limit=20000&offset=5", "5-20004/*"),
        ("", "0-30004/*"),
    ] {
        let answer = world.get(&format!("/rest/v1/measure?{query}")).await;
        assert_eq!(answer.header("content-range"), Some(expected), "{query}");
        let rows = answer.json().as_array().unwrap().len();
        assert_eq!(
            rows,
            expected.split(['-', '/']).nth(1).unwrap().parse::<usize>().unwrap()
                - expected.split('-').next().unwrap().parse::<usize>().unwrap()
                + 1
        );
    }
}

async fn answers_tell_where_they_are(world: &World) {
    let location =
        async |target: &str| world.get(target).await.header("content-location").unwrap().to_owned();
    assert_eq!(location("/rest/v1/person").await, "/rest/v1/person");
    assert_eq!(
        location("/rest/v1/person?select=label&limit=1&&number=gt.1").await,
        "/rest/v1/person?limit=1&number=gt.1&select=label"
    );
}
