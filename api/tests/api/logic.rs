//! `and=(…)` and `or=(…)`, nested.

use crate::client::escaped;
use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    one_of_several_is_enough_for_or,
    groups_nest_and_have_opposites,
    groups_are_joined_with_other_filters,
    values_in_groups_are_quoted_as_in_postgrest,
    groups_that_cannot_be_read_are_refused,
];

async fn people(world: &World, parameter: &str, value: &str) -> String {
    let query = format!("{parameter}={}", escaped(value));
    world.column("person", "number", &query).await.concat()
}

async fn one_of_several_is_enough_for_or(world: &World) {
    assert_eq!(people(world, "or", "(number.eq.1,number.eq.3)").await, "13");
    assert_eq!(people(world, "or", "(number.lt.2,label.in.(AN,N),name.like.*100*)").await, "1245");
    assert_eq!(people(world, "and", "(number.gt.1,number.lt.3)").await, "2");
    assert_eq!(people(world, "or", "(number.eq.1)").await, "1");
}

async fn groups_nest_and_have_opposites(world: &World) {
    assert_eq!(people(world, "not.or", "(number.eq.1,number.eq.3)").await, "245");
    assert_eq!(people(world, "not.and", "(number.gte.2,number.lte.4)").await, "15");
    let nested =
        "(number.eq.5,and(number.gt.1,not.or(number.eq.3,label.eq.AÑ),number.not.is.null))";
    assert_eq!(people(world, "or", nested).await, "25");
    assert_eq!(people(world, "or", "(number.not.in.(1,2,3),number.not.neq.1)").await, "145");
    assert_eq!(
        people(world, "and", "(or(number.eq.1,number.eq.2),or(number.eq.2,number.eq.3))").await,
        "2"
    );
    let deep = format!("{}(number.eq.2){}", "(and".repeat(19), ")".repeat(19));
    assert_eq!(people(world, "or", &deep).await, "2");
}

async fn groups_are_joined_with_other_filters(world: &World) {
    let query = "number=gt.1&or=(number.eq.1,number.eq.2)&or=(number.eq.2,number.eq.3)";
    assert_eq!(world.column("person", "number", query).await, ["2"]);
}

async fn values_in_groups_are_quoted_as_in_postgrest(world: &World) {
    assert_eq!(people(world, "or", r#"(name.eq."Ana, Abad",name.eq."Nora (N)")"#).await, "12");
    assert_eq!(people(world, "or", r#"(name.eq."Ñusta \"La\" Peña")"#).await, "3");
    assert_eq!(people(world, "or", "(label.like(any).{A,N},number.eq(any).{3,99})").await, "123");
    assert_eq!(people(world, "and", "(name.match.^A,name.ilike.*AD)").await, "1");
    assert_eq!(people(world, "or", r#"("number".eq.1)"#).await, "1");
}

async fn groups_that_cannot_be_read_are_refused(world: &World) {
    for group in [
        "",
        "()",
        "number.eq.1",
        "(number.eq.1",
        "(number.eq.1))",
        "(number.eq.1,)",
        "(number)",
        "(number.eq)",
        "(number.foo.1)",
        "(number.in.1,2)",
        "(xor(number.eq.1))",
        "(name.eq.Nora (N))",
    ] {
        let target = format!("/rest/v1/person?or={}", escaped(group));
        assert_eq!(world.refusal(&target).await, (400, "PGRST100".to_owned()), "{group}");
    }
    assert_eq!(world.refusal("/rest/v1/person?or=(x.eq.1)").await.1, "42703");
    assert_eq!(world.refusal("/rest/v1/person?or=(number.eq.x)").await.1, "22P02");
}
