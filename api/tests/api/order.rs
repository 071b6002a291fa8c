//! Order and pages.

use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    rows_come_in_the_order_of_the_primary_key_by_default,
    order_goes_by_each_column_in_turn,
    what_is_unknown_comes_where_it_is_told_to,
    pages_follow_each_other_without_gap_or_overlap,
];

async fn codes(world: &World, query: &str) -> String {
    world.column("measure", "code", query).await.concat().replace('"', "")
}

async fn rows_come_in_the_order_of_the_primary_key_by_default(world: &World) {
    assert_eq!(codes(world, "").await, "abcde");
    assert_eq!(world.column("person", "number", "").await, ["1", "2", "3", "4", "5"]);
    let pairs = world.json("/rest/v1/relationship?select=from_number,to_number").await;
    let expected = serde_json::json!([
        { "from_number": 1, "to_number": 2 },
        { "from_number": 1, "to_number": 3 },
        { "from_number": 2, "to_number": 1 },
    ]);
    assert_eq!(pairs, expected);
    assert_eq!(codes(world, "order=").await, "abcde");
}

async fn order_goes_by_each_column_in_turn(world: &World) {
    assert_eq!(codes(world, "order=code.desc").await, "edcba");
    assert_eq!(codes(world, "order=good.asc,code.desc").await, "ebcad");
    assert_eq!(codes(world, "order=good.desc.nullslast").await, "acbed");
    assert_eq!(codes(world, "order=good,size").await, "becad");
    assert_eq!(codes(world, "order=day").await, "caebd");
    assert_eq!(codes(world, "order=at").await, "eabcd");
    assert_eq!(codes(world, "order=moment.desc.nullslast").await, "beacd");
    assert_eq!(codes(world, "order=size&select=code").await, "cbaed", "by what is not selected");
    assert_eq!(
        codes(world, "order=code.asc,code.desc").await,
        "abcde",
        "named first, counts first"
    );
}

async fn what_is_unknown_comes_where_it_is_told_to(world: &World) {
    assert_eq!(codes(world, "order=size").await, "cbaed");
    assert_eq!(codes(world, "order=size.desc").await, "deabc");
    assert_eq!(codes(world, "order=size.nullsfirst").await, "dcbae");
    assert_eq!(codes(world, "order=size.asc.nullslast").await, "cbaed");
    assert_eq!(codes(world, "order=size.desc.nullslast").await, "eabcd");
    assert_eq!(codes(world, "order=size.desc.nullsfirst").await, "deabc");
}

async fn pages_follow_each_other_without_gap_or_overlap(world: &World) {
    let mut all = String::new();
    for offset in 0..6 {
        all += &codes(world, &format!("order=good&limit=1&offset={offset}")).await;
    }
    assert_eq!(all, "beacd");
    assert_eq!(codes(world, "limit=2").await, "ab");
    assert_eq!(codes(world, "offset=3").await, "de");
    assert_eq!(codes(world, "limit=0").await, "");
    assert_eq!(codes(world, "limit=9223372036854775807&offset=4").await, "e");
    assert_eq!(codes(world, "offset=100").await, "");
    assert_eq!(codes(world, "size=gt.0&limit=1&offset=1").await, "b");
}
