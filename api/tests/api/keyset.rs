//! `after=`: pages that follow each other by the values of their rows.

use sea_orm::ConnectionTrait;

use crate::fixture;
use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    pages_lead_to_the_next_one,
    orders_of_every_kind_are_followed,
    rows_that_come_and_go_move_no_others,
    the_last_page_leads_nowhere,
    other_parameters_stay,
    cursors_that_do_not_fit_are_refused,
];

/// The target of `Link: <…>; rel="next"`.
fn next(answer: &crate::client::Answer) -> Option<String> {
    let link = answer.header("link")?;
    let (target, relation) = link.strip_prefix('<')?.split_once(">; ")?;
    assert_eq!(relation, "rel=\"next\"");
    Some(target.to_owned())
}

/// The codes of all measures, page by page.
async fn walk(world: &World, query: &str) -> Vec<String> {
    let mut pages = Vec::new();
    let mut target = Some(format!("/rest/v1/measure?select=code&{query}"));
    while let Some(page) = target {
        let answer = world.get(&page).await;
        assert_eq!(answer.status, 200, "{page}: {}", answer.body);
        let rows = answer.json();
        let codes = rows.as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap());
        pages.push(codes.collect());
        target = next(&answer);
        assert!(pages.len() < 20, "{query} does not end");
    }
    pages
}

async fn pages_lead_to_the_next_one(world: &World) {
    assert_eq!(walk(world, "limit=2").await, ["ab", "cd", "e"]);
    assert_eq!(walk(world, "limit=2&offset=1").await, ["bc", "de"]);
    assert_eq!(walk(world, "limit=3&size=gt.0").await, ["abe"]);
    assert_eq!(walk(world, "limit=9").await, ["abcde"]);
    assert_eq!(walk(world, "").await, ["abcde"], "who wants everything is sent nowhere else");
    assert_eq!(walk(world, "limit=0").await, [""]);
}

async fn orders_of_every_kind_are_followed(world: &World) {
    let rows = ["'f', 10, '1.5', TRUE", "'g', NULL, NULL, NULL"];
    fixture::insert(&world.ledger, "measure", "code, size, amount, good", &rows).await;
    for order in [
        "code.desc",
        "size",
        "size.desc",
        "size.nullsfirst",
        "size.desc.nullslast",
        "amount",
        "amount.desc.nullslast",
        "good,size.desc",
        "good.desc.nullslast,amount.nullsfirst,code.desc",
        "day",
        "at.desc",
        "moment.nullsfirst",
        "note.desc",
    ] {
        let whole = walk(world, &format!("order={order}")).await.concat();
        assert_eq!(whole.len(), 7);
        for limit in 1..=3 {
            let pages = walk(world, &format!("order={order}&limit={limit}")).await;
            assert_eq!(pages.concat(), whole, "{order} by {limit}");
        }
    }
}

async fn rows_that_come_and_go_move_no_others(world: &World) {
    let first = world.get("/rest/v1/measure?select=code&limit=2").await;
    let target = next(&first).unwrap();
    fixture::insert(&world.ledger, "measure", "code", &["'0'", "'aa'", "'cc'"]).await;
    let delete = "DELETE FROM measure WHERE code = 'b'";
    world.ledger.db().execute_unprepared(delete).await.unwrap();
    let second = world.get(&target).await;
    assert_eq!(second.body, "[{\"code\":\"c\"},\n{\"code\":\"cc\"}]");
    let third = world.get(&next(&second).unwrap()).await;
    assert_eq!(third.body, "[{\"code\":\"d\"},\n{\"code\":\"e\"}]");
    assert_eq!(next(&third), None);
}

async fn the_last_page_leads_nowhere(world: &World) {
    assert_eq!(next(&world.get("/rest/v1/person?limit=5").await), None, "nothing is behind it");
    assert!(next(&world.get("/rest/v1/person?limit=4").await).is_some());
    let ranged = world.get_with("/rest/v1/person?limit=4", &[("Range", "0-1")]).await;
    assert_eq!(next(&ranged), None, "a range is the client's own way");
    let head = world.send("HEAD", "/rest/v1/person?limit=4").await;
    assert!(next(&head).is_some());
}

async fn other_parameters_stay(world: &World) {
    let target = "/rest/v1/person?select=number&name=like.*a*&limit=1&order=number.desc&offset=1";
    let found = next(&world.get(target).await).unwrap();
    let start = "/rest/v1/person?select=number&name=like.*a*&limit=1&order=number.desc&after=";
    assert!(found.starts_with(start), "{found}");
    let again = next(&world.get(&found).await).unwrap();
    assert_eq!(again.matches("after=").count(), 1, "{again}");
}

async fn cursors_that_do_not_fit_are_refused(world: &World) {
    let page = next(&world.get("/rest/v1/person?limit=1").await).unwrap();
    let cursor = page.split("after=").nth(1).unwrap();
    for target in [
        "/rest/v1/person?after=x".to_owned(),
        "/rest/v1/person?after=".to_owned(),
        "/rest/v1/person?after=eyJhIjoxfQ".to_owned(),
        format!("/rest/v1/measure?after={cursor}"),
        format!("/rest/v1/person?order=label&after={cursor}"),
        format!("/rest/v1/person?order=number.desc&after={cursor}"),
        format!("/rest/v1/employee?select=id,company(name)&order=company(name)&after={cursor}"),
    ] {
        assert_eq!(world.refusal(&target).await, (400, "PGRST100".to_owned()), "{target}");
    }
}
