//! Operators beyond comparison: `isdistinct`, `match`, `imatch`, and `any` and `all` of several values.

use crate::client::escaped;
use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    isdistinct_takes_the_unknown_for_a_value,
    match_finds_a_regular_expression_anywhere,
    regular_expressions_that_only_one_database_knows_are_refused,
    any_is_one_of_several_and_all_is_each,
    arrays_that_cannot_be_read_are_refused,
];

async fn isdistinct_takes_the_unknown_for_a_value(world: &World) {
    assert_eq!(world.measures("size", "neq.9").await, "ace");
    assert_eq!(world.measures("size", "isdistinct.9").await, "acde");
    assert_eq!(world.measures("size", "not.isdistinct.9").await, "b");
    assert_eq!(world.measures("amount", "isdistinct.1.50").await, "bcde");
    assert_eq!(world.measures("good", "isdistinct.true").await, "bde");
}

async fn match_finds_a_regular_expression_anywhere(world: &World) {
    assert_eq!(world.people("name", "match.^An").await, "14");
    assert_eq!(world.people("name", "imatch.^an").await, "145");
    assert_eq!(world.people("name", "not.match.^An").await, "235");
    assert_eq!(world.people("name", r"match.\d+%$").await, "4");
    assert_eq!(world.people("name", r"match.\(N\)|\[x\]").await, "25");
    assert_eq!(world.people("name", "match.[[:digit:]]{3}").await, "4");
    assert_eq!(world.people("label", "match.^.$").await, "123", "Ñ is one character");
    assert_eq!(world.people("label", "imatch.ñ").await, "34");
    assert_eq!(world.people("name", "match(any).{^Nora,Peña$}").await, "23");
    assert_eq!(world.measures("note", "match.").await, "abce", "what is unknown matches nothing");
    assert_eq!(world.measures("note", "match.(?:first|second)").await, "ab");
}

async fn regular_expressions_that_only_one_database_knows_are_refused(world: &World) {
    for pattern in ["(", "[a", "*a", r"a\", r"\ba", r"(a)\1", "(?=a)", "(?i)a", "((a{99}){99}){99}"]
    {
        let target = format!("/rest/v1/person?name=match.{}", escaped(pattern));
        assert_eq!(world.refusal(&target).await, (400, "2201B".to_owned()), "{pattern}");
    }
    // What takes others for ever takes no time here.
    let pattern = escaped("(a*)*(a|aa)*$b");
    assert_eq!(world.get(&format!("/rest/v1/person?name=imatch.{pattern}")).await.body, "[]");
}

async fn any_is_one_of_several_and_all_is_each(world: &World) {
    assert_eq!(world.people("number", "eq(any).{1,3,9}").await, "13");
    assert_eq!(world.people("number", "not.eq(any).{1,3}").await, "245");
    assert_eq!(world.people("number", "gt(all).{1,3}").await, "45");
    assert_eq!(world.people("number", "gte(any).{4,2}").await, "2345");
    assert_eq!(world.people("number", "lt(all).{4,3}").await, "12");
    assert_eq!(world.people("number", "lte(any).{1,2}").await, "12");
    assert_eq!(world.people("name", r#"like(any).{"Ana, *",*N)}"#).await, "12");
    assert_eq!(world.people("name", "ilike(all).{a*,*b*}").await, "145");
    assert_eq!(world.people("number", "eq(any).{}").await, "");
    assert_eq!(world.people("number", "eq(all).{}").await, "12345", "none of none is missing");
    assert_eq!(world.people("number", "eq(any).{1,NULL}").await, "1");
    assert_eq!(world.people("number", "gt(all).{1,NULL}").await, "", "nobody knows");
    assert_eq!(world.people("number", "not.eq(any).{1,null}").await, "");
    assert_eq!(world.measures("amount", "eq(any).{1.50,10}").await, "ae");
}

async fn arrays_that_cannot_be_read_are_refused(world: &World) {
    for value in ["eq(any).1", "eq(any).{1", "eq(all).{x}", "eq(any).{{1}}", "eq(any).(1,2)"] {
        let target = format!("/rest/v1/person?number={}", escaped(value));
        assert_eq!(world.refusal(&target).await, (400, "22P02".to_owned()), "{value}");
    }
    for value in ["neq(any).{1}", "isdistinct(all).{1}", "in(any).{1}", "is(any).null", "eq().1"] {
        let target = format!("/rest/v1/person?number={}", escaped(value));
        assert_eq!(world.refusal(&target).await, (400, "PGRST100".to_owned()), "{value}");
    }
}
