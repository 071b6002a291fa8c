//! `Prefer: count=…`, and what is applied of other preferences.

use sea_orm::ConnectionTrait;
use tolva_schema::dialect::Dialect;

use crate::client::Answer;
use crate::fixture;
use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    an_exact_count_is_that_of_all_rows,
    estimates_of_few_rows_are_exact,
    a_planned_count_is_what_the_database_expects,
    a_whole_table_is_counted_once_in_a_version,
    preferences_that_are_applied_are_named,
    preferences_that_are_not_understood_are_passed_over_unless_strict,
];

async fn counted(world: &World, target: &str, prefer: &str) -> Answer {
    world.get_with(&format!("/rest/v1/{target}"), &[("Prefer", prefer)]).await
}

async fn an_exact_count_is_that_of_all_rows(world: &World) {
    for (target, status, range) in [
        ("person", 200, "0-4/5"),
        ("person?limit=2", 206, "0-1/5"),
        ("person?limit=2&offset=4", 206, "4-4/5"),
        ("person?number=gt.3", 200, "0-1/2"),
        ("person?number=gt.3&limit=1", 206, "0-0/2"),
        ("person?or=(number.eq.1,number.eq.2)&offset=1", 206, "1-1/2"),
        ("person?number=gt.9", 200, "*/0"),
        ("person?limit=0", 206, "*/5"),
        ("department", 200, "*/0"),
    ] {
        let answer = counted(world, target, "count=exact").await;
        assert_eq!(
            (answer.status, answer.header("content-range")),
            (status, Some(range)),
            "{target}"
        );
        assert_eq!(answer.header("preference-applied"), Some("count=exact"));
        let path = format!("/rest/v1/{target}");
        let head = world.send_with("HEAD", &path, &[("Prefer", "count=exact")]).await;
        assert_eq!((head.status, head.header("content-range")), (status, Some(range)), "{target}");
        assert_eq!(head.body, "");
    }
}

async fn estimates_of_few_rows_are_exact(world: &World) {
    let answer = counted(world, "person?limit=1", "count=estimated").await;
    assert_eq!((answer.status, answer.header("content-range")), (206, Some("0-0/5")));
    assert_eq!(answer.header("preference-applied"), Some("count=estimated"));
}

async fn a_planned_count_is_what_the_database_expects(world: &World) {
    crate::live::make_big(world).await;
    if world.ledger.dialect() == Dialect::Postgres {
        world.ledger.db().execute_unprepared("ANALYZE measure").await.unwrap();
    }
    for prefer in ["count=planned", "count=estimated"] {
        let answer = counted(world, "measure?limit=1", prefer).await;
        assert_eq!(answer.status, 206);
        let range = answer.header("content-range").unwrap();
        let total: i64 = range.split('/').next_back().unwrap().parse().unwrap();
        assert!((29_000..31_000).contains(&total), "{prefer}: {range}");
    }
}

async fn a_whole_table_is_counted_once_in_a_version(world: &World) {
    fixture::make_control_tables(&world.ledger).await;
    fixture::set_version(&world.ledger, "relationships", 1).await;
    let range = async |query: &str| {
        let answer = counted(world, &format!("person?{query}"), "count=exact").await;
        answer.header("content-range").unwrap().to_owned()
    };
    assert_eq!(range("limit=1").await, "0-0/5");
    // Nobody but a test changes rows without a version: that is how the memory shows.
    let delete = "DELETE FROM person WHERE number = 5";
    world.ledger.db().execute_unprepared(delete).await.unwrap();
    assert_eq!(range("limit=2").await, "0-1/5");
    assert_eq!(range("limit=1&number=gt.0").await, "0-0/4", "filters are counted each time");
    fixture::set_version(&world.ledger, "relationships", 2).await;
    assert_eq!(range("limit=1").await, "0-0/4");
}

async fn preferences_that_are_applied_are_named(world: &World) {
    let applied = async |prefer: &str| {
        counted(world, "person", prefer).await.header("preference-applied").map(str::to_owned)
    };
    assert_eq!(applied("").await, None);
    assert_eq!(applied("return=minimal").await, None);
    assert_eq!(applied("handling=strict").await.as_deref(), Some("handling=strict"));
    let both = "handling=lenient, count=exact, count=planned";
    assert_eq!(applied(both).await.as_deref(), Some("count=exact, handling=lenient"));
}

async fn preferences_that_are_not_understood_are_passed_over_unless_strict(world: &World) {
    assert_eq!(counted(world, "person", "foo, bar=1").await.status, 200);
    assert_eq!(counted(world, "person", "handling=lenient, foo").await.status, 200);
    let answer = counted(world, "person", "handling=strict, foo, bar=1").await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "PGRST122"));
    let body = answer.json();
    assert_eq!(body["message"], "Invalid preferences given with handling=strict");
    assert_eq!(body["details"], "Invalid preferences: foo, bar=1");
}
