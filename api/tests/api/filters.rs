//! Every operator, on every type that it fits.

use crate::client::escaped;
use crate::on_each_backend;
use crate::world::World;

on_each_backend![
    equality_compares_values_of_each_type,
    order_compares_values_of_each_type,
    decimals_compare_as_numbers_not_as_texts,
    not_is_the_opposite_and_leaves_the_unknown_out,
    is_asks_for_the_unknown_and_for_truth,
    in_takes_lists_quoted_as_in_postgrest,
    in_takes_values_of_each_type,
    like_minds_case_and_ilike_does_not,
    like_takes_the_wildcards_of_sql_and_their_escape,
    accents_make_another_letter,
    filters_are_joined_by_and,
    names_may_be_quoted,
];

async fn equality_compares_values_of_each_type(world: &World) {
    for (column, equal, others) in [
        ("code", "b", "acde"),
        ("size", "9", "ace"),
        ("amount", "-0.20", "ace"),
        ("day", "2024-02-29", "ace"),
        ("at", "08:00:00.5", "ace"),
        ("moment", "2024-02-29T23:59:59.123456", "ace"),
    ] {
        assert_eq!(world.measures(column, &format!("eq.{equal}")).await, "b", "{column}");
        assert_eq!(world.measures(column, &format!("neq.{equal}")).await, others, "{column}");
    }
    assert_eq!(world.measures("good", "eq.true").await, "ac");
    assert_eq!(world.measures("good", "neq.true").await, "be");
    assert_eq!(world.measures("note", "eq.").await, "c", "an empty text is a text");
    assert_eq!(world.measures("amount", "eq.10.0").await, "e");
    assert_eq!(world.measures("at", "eq.08:00").await, "a");
    assert_eq!(world.measures("moment", "eq.2024-01-02").await, "e");
    assert_eq!(world.measures("moment", "eq.2024-01-01T08:00:00.000Z").await, "a");
    assert_eq!(world.measures("size", "eq.-9223372036854775808").await, "c");
    assert_eq!(world.measures("amount", "eq.1234567890123456.123456789012").await, "c");
    assert_eq!(world.measures("amount", "eq.1234567890123456.123456789013").await, "");
}

async fn order_compares_values_of_each_type(world: &World) {
    for (column, value, less, equal, greater) in [
        ("code", "c", "ab", "c", "de"),
        ("size", "10", "bc", "a", "e"),
        ("amount", "1.5", "b", "a", "ce"),
        ("good", "true", "be", "ac", ""),
        ("day", "2024-01-01", "c", "a", "be"),
        ("at", "08:00:00.5", "ae", "b", "c"),
        ("moment", "2024-01-01T08:00:00", "c", "a", "be"),
    ] {
        let sorted = |one: &str, other: &str| {
            let mut both: Vec<char> = one.chars().chain(other.chars()).collect();
            both.sort_unstable();
            both.into_iter().collect::<String>()
        };
        let ask = async |operator| world.measures(column, &format!("{operator}.{value}")).await;
        assert_eq!(ask("lt").await, less, "{column}");
        assert_eq!(ask("lte").await, sorted(less, equal), "{column}");
        assert_eq!(ask("gt").await, greater, "{column}");
        assert_eq!(ask("gte").await, sorted(greater, equal), "{column}");
    }
}

async fn decimals_compare_as_numbers_not_as_texts(world: &World) {
    assert_eq!(world.measures("amount", "gt.9").await, "ce", "10 is more than 9");
    assert_eq!(world.measures("amount", "lt.-0.1999").await, "b");
    assert_eq!(world.measures("amount", "gte.1e1").await, "ce");
    assert_eq!(world.measures("amount", "in.(10.00,1.50)").await, "ae");
    assert_eq!(world.measures("amount", "gt.1234567890123456.123456789011").await, "c");
    let order = world.column("measure", "code", "order=amount.desc.nullslast").await;
    assert_eq!(order.concat().replace('"', ""), "ceabd");
}

async fn not_is_the_opposite_and_leaves_the_unknown_out(world: &World) {
    assert_eq!(world.measures("size", "not.eq.9").await, "ace");
    assert_eq!(world.measures("size", "not.neq.9").await, "b");
    assert_eq!(world.measures("size", "not.gt.9").await, "bc");
    assert_eq!(world.measures("size", "not.gte.9").await, "c");
    assert_eq!(world.measures("size", "not.lt.9").await, "abe");
    assert_eq!(world.measures("size", "not.lte.9").await, "ae");
    assert_eq!(world.measures("size", "not.in.(9,10)").await, "ce");
    assert_eq!(world.measures("note", "not.like.*s*").await, "c");
    assert_eq!(world.measures("note", "not.ilike.F*").await, "bce");
    assert_eq!(world.measures("size", "not.is.null").await, "abce");
    assert_eq!(world.measures("good", "not.is.true").await, "bde");
}

async fn is_asks_for_the_unknown_and_for_truth(world: &World) {
    for column in ["note", "size", "amount", "good", "day", "at", "moment"] {
        assert_eq!(world.measures(column, "is.null").await, "d", "{column}");
        assert_eq!(world.measures(column, "is.not_null").await, "abce", "{column}");
        assert_eq!(world.measures(column, "not.is.not_null").await, "d", "{column}");
    }
    assert_eq!(world.measures("good", "is.true").await, "ac");
    assert_eq!(world.measures("good", "is.false").await, "be");
    assert_eq!(world.measures("good", "is.unknown").await, "d");
    assert_eq!(world.measures("good", "not.is.unknown").await, "abce");
    assert_eq!(world.measures("good", "is.NULL").await, "d");
}

async fn in_takes_lists_quoted_as_in_postgrest(world: &World) {
    assert_eq!(world.people("label", "in.(A,AN)").await, "15");
    assert_eq!(world.people("name", r#"in.("Ana, Abad","Nora (N)")"#).await, "12");
    assert_eq!(world.people("name", r#"in.("Ñusta \"La\" Peña",x)"#).await, "3");
    assert_eq!(world.people("name", r#"in.("ana_b\\c*?[x]")"#).await, "5");
    assert_eq!(world.people("name", r#"in.(Ñusta "La" Peña)"#).await, "3");
    assert_eq!(world.people("label", "in.( A)").await, "", "space is part of a text");
    assert_eq!(world.people("label", "in.()").await, "");
    assert_eq!(world.people("label", "not.in.()").await, "12345");
    assert_eq!(world.measures("note", r#"in.("",first)"#).await, "ac");
    assert_eq!(world.measures("note", "not.in.()").await, "abcde", "nothing is one of none");
}

async fn in_takes_values_of_each_type(world: &World) {
    assert_eq!(world.measures("size", "in.(9, 10)").await, "ab");
    assert_eq!(world.measures("good", "in.(true)").await, "ac");
    assert_eq!(world.measures("day", "in.(2024-01-01,2024-02-29)").await, "ab");
    assert_eq!(world.measures("at", "in.(08:00,08:00:00.500)").await, "ab");
    assert_eq!(world.measures("moment", "in.(2023-12-31T00:00:00.01)").await, "c");
    let many: Vec<String> = (0..5000).map(|number| number.to_string()).collect();
    assert_eq!(world.measures("size", &format!("in.({})", many.join(","))).await, "ab");
}

async fn like_minds_case_and_ilike_does_not(world: &World) {
    assert_eq!(world.people("name", "like.Ana*").await, "1");
    assert_eq!(world.people("name", "ilike.Ana*").await, "15");
    assert_eq!(world.people("name", "ilike.*ABAD").await, "1");
    assert_eq!(world.people("name", "like.*ABAD").await, "");
    assert_eq!(world.people("name", "like.*a*b*").await, "15");
    assert_eq!(world.people("name", "like.Abad").await, "", "a pattern covers the whole text");
    assert_eq!(world.people("name", "like.").await, "");
}

async fn like_takes_the_wildcards_of_sql_and_their_escape(world: &World) {
    assert_eq!(world.people("name", "like.%100%").await, "4");
    assert_eq!(world.people("name", r"like.*100\%").await, "4");
    assert_eq!(world.people("name", r"like.*\%").await, "4");
    assert_eq!(world.people("name", "like.ana_b*").await, "5");
    assert_eq!(world.people("name", r"like.An\_*").await, "");
    assert_eq!(world.people("name", r"like.ana\_b\\c*").await, "5");
    assert_eq!(world.people("name", "like.*?[x]").await, "5", "only * and _ stand for others");
    assert_eq!(world.people("name", "like.*[a-z]").await, "");
    assert_eq!(world.people("name", "ilike.*?[X]").await, "5");
    assert_eq!(world.people("label", "like._").await, "123", "Ñ is one character");
}

async fn accents_make_another_letter(world: &World) {
    assert_eq!(world.people("label", "eq.N").await, "2");
    assert_eq!(world.people("label", "eq.Ñ").await, "3");
    assert_eq!(world.people("label", "eq.N\u{303}").await, "", "nor is it N and a tilde");
    assert_eq!(world.people("label", "neq.Ñ").await, "1245");
    assert_eq!(world.people("label", "in.(AN)").await, "5");
    assert_eq!(world.people("label", "in.(AÑ)").await, "4");
    assert_eq!(world.people("label", "like.*N").await, "25");
    assert_eq!(world.people("label", "like.*Ñ").await, "34");
    assert_eq!(world.people("label", "ilike.n").await, "2");
    assert_eq!(world.people("label", "ilike.aÑ").await, "4");
}

async fn filters_are_joined_by_and(world: &World) {
    let query = "size=gte.9&size=lt.11&good=is.true";
    assert_eq!(world.column("measure", "code", query).await, ["\"a\""]);
    let query = format!("label=in.({})&number=not.eq.3", escaped("Ñ,N"));
    assert_eq!(world.column("person", "number", &query).await, ["2"]);
}

async fn names_may_be_quoted(world: &World) {
    let query =
        format!("{}=eq.3&select=%22number%22&order=%22label%22.desc", escaped("\"number\""));
    assert_eq!(world.column("person", "number", &query).await, ["3"]);
}
