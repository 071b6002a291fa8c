//! A change that may lose data is planned with what it would lose, counted in the live database.

use tolva_loader::catalog::{self, Applied, ContractFile};
use tolva_schema::dialect::Dialect;
use tolva_schema::plan::Step;

use crate::contracts::{file, items, members};
use crate::look::brief;
use crate::world::{World, on_every_backend};

const AMOUNT: &str = "  { name = \"amount\", type = \"integer\" },\n";

/// The contract file of the folder.
fn contract(world: &World) -> ContractFile {
    let (mut files, errors) = catalog::read(&world.path().join("datasets"));
    assert!(errors.is_empty(), "{errors:?}");
    files.remove(0)
}

/// What the steps that wait would lose, in words, by step.
async fn planned(world: &World) -> Vec<String> {
    let mut plans = world.loader.plan(&contract(world).contract).await.expect("a plan");
    let steps = plans.remove(world.target).expect("the target is reached");
    steps.iter().filter(|step| step.destructive).map(ToString::to_string).collect()
}

async fn allow(world: &World) -> Vec<Step> {
    let applied = world.loader.apply(&contract(world), true).await.expect("it is applied");
    let Applied::InForce(steps) = applied else { panic!("{applied:?}") };
    steps.into_values().flatten().collect()
}

on_every_backend!(a_dropped_column_is_counted, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,2", "c,three,"])).await;
    world.edit("items", "item", "amount = 7", "code = 'a'").await;
    world.contract("items.toml", &items("").replace(AMOUNT, "")).await;
    let expected = "drop column item.amount with its values: 2 of 3 rows have a value there, \
                    1 value edited through the API is lost";
    assert_eq!(planned(&world).await, [expected]);
    let waiting = world.ledger.waiting_contracts().await.expect("the ledger answers");
    assert_eq!(waiting[0].2, expected, "whoever looks at the status sees it");
    let steps = allow(&world).await;
    let counted: Vec<(u64, u64)> =
        steps[0].loses.iter().map(|lost| (lost.count, lost.of)).collect();
    assert_eq!(counted, [(2, 3), (1, 3)]);
});

on_every_backend!(a_shorter_text_tells_how_many_are_longer, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    let lines = ["a,tiny,1", "b,far too long,2", "c,also long,3"];
    world.drop_bytes("items", "items.csv", &file(&lines)).await;
    let short = items("").replace("maxLength = 100", "maxLength = 5");
    let applied = world.contract("items.toml", &short).await;
    if world.dialect == Dialect::Sqlite {
        // It stores texts of any length: nothing is cut, and what is too long is held.
        assert!(matches!(applied, Applied::InForce(_)), "{applied:?}");
        world.refresh("items").await;
        assert_eq!(world.lines("item", &["name"]).await, ["also long", "far too long", "tiny"]);
        return;
    }
    let expected = "narrow item.name to 5 characters: 2 rows are longer and would be cut";
    assert_eq!(planned(&world).await, [expected]);
    allow(&world).await;
    assert_eq!(world.lines("item", &["name"]).await, ["also ", "far t", "tiny"]);
    let refreshed = world.refresh("items").await;
    assert_eq!(brief(&refreshed.outcomes[0].report, "item"), "3 offered, 1 unchanged, 2 held");
});

on_every_backend!(a_dropped_table_is_counted, |world: World| async move {
    world.contract("members.toml", &members("")).await;
    let lines: Vec<String> = (0..1_204).map(|at| format!("red,m{at},\n")).collect();
    let csv = format!("team,member,role\n{}", lines.concat());
    world.drop_bytes("members", "members.csv", csv.as_bytes()).await;
    let alone = members("");
    let end = alone.rfind("[[table]]").expect("two tables");
    world.contract("members.toml", &alone[..end]).await;
    assert_eq!(planned(&world).await, ["drop table member with its rows: 1,204 rows"]);
    allow(&world).await;
    assert!(world.columns("member").await.is_empty());
});

on_every_backend!(a_column_that_moves_is_filled_again, |world: World| async move {
    world.contract("members.toml", &members("")).await;
    let csv = b"team,member,role\nred,ann,lead\nblue,bob,\n";
    world.drop_bytes("members", "members.csv", csv).await;
    world.edit("members", "member", "role = 'boss'", "name = 'ann'").await;
    world.edit("members", "member", "role = 'help'", "name = 'bob'").await;
    let moved = members("").replace(", \"role\"]", "]").replace(
        "columns = [{ name = \"name\", field = \"team\" }]",
        "columns = [{ name = \"name\", field = \"team\" }, \"role\"]",
    );
    world.contract("members.toml", &moved).await;
    assert_eq!(
        planned(&world).await,
        ["column role moves from table member to table team: filled again from the newest file: \
          2 of 2 rows have a value there, 2 values edited through the API are lost"]
    );
    allow(&world).await;
    world.refresh("members").await;
    assert_eq!(world.lines("team", &["name", "role"]).await, ["blue|-", "red|lead"]);
});

on_every_backend!(another_type_or_key_is_counted, |world: World| async move {
    let text = items("").replace("type = \"integer\"", "type = \"string\"");
    world.contract("items.toml", &text).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,"])).await;
    world.create("items", "item", &[("code", "'x'")], crate::hands::OTHER).await;
    world.contract("items.toml", &items("")).await;
    let kind = if world.dialect == Dialect::Sqlite { "INTEGER" } else { "bigint" };
    let told = planned(&world).await;
    let expected = format!(": 1 of 3 rows has a value there, which must be readable as {kind}");
    assert!(told[0].ends_with(&expected), "{told:?}");
    world.contract("items.toml", &text.replace("key  = [\"code\"]", "key  = [\"name\"]")).await;
    let told = planned(&world).await;
    assert!(
        told[0].starts_with("make table item anew")
            && told[0].ends_with(": 3 rows, 1 row edited or made through the API is lost"),
        "{told:?}"
    );
});

on_every_backend!(what_is_renamed_in_the_same_step_is_counted_too, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,,2"])).await;
    let changed = items("")
        .replace(AMOUNT, "")
        .replace("name = \"item\"", "name = \"thing\"\nwas = \"item\"")
        .replace(
            "{ name = \"name\",   maxLength = 100 }",
            "{ name = \"label\", was = \"name\", type = \"integer\" }",
        );
    world.contract("items.toml", &changed).await;
    let told = planned(&world).await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("1 of 2 rows has a value there"), "{told:?}");
    assert_eq!(told[1], "drop column thing.amount with its values: 2 of 2 rows have a value there");
});

on_every_backend!(
    a_value_that_has_not_the_new_type_becomes_nothing_else,
    |world: World| async move {
        let text = items("").replace("type = \"integer\"", "type = \"string\"");
        world.contract("items.toml", &text).await;
        let lines = ["a,x,1", "b,x,many", "c,x,007", "d,x,-5"];
        world.drop_bytes("items", "items.csv", &file(&lines)).await;
        world.contract("items.toml", &items("")).await;
        let applied = world.loader.apply(&contract(&world), true).await;
        if world.dialect != Dialect::Sqlite {
            // These refuse, and nothing is changed.
            applied.expect_err("one cannot be read");
            assert_eq!(world.lines("item", &["code", "amount"]).await[1], "b|many");
            return;
        }
        applied.expect("it is applied");
        let refreshed = world.refresh("items").await;
        let told = brief(&refreshed.outcomes[0].report, "item");
        assert_eq!(told, "4 offered, 1 updated, 2 unchanged, 1 held");
        assert_eq!(world.lines("item", &["code", "amount"]).await, ["a|1", "b|-", "c|7", "d|-5"]);
    }
);

on_every_backend!(a_text_of_decimals_may_become_a_number, |world: World| async move {
    let text = items("").replace("type = \"integer\"", "type = \"string\"");
    world.contract("items.toml", &text).await;
    let lines = ["a,x,1.5", "b,x,-0.25", "c,x,7"];
    world.drop_bytes("items", "items.csv", &file(&lines)).await;
    let number = items("").replace("type = \"integer\"", "type = \"number\", scale = 2");
    world.contract("items.toml", &number).await;
    allow(&world).await;
    let refreshed = world.refresh("items").await;
    assert_eq!(brief(&refreshed.outcomes[0].report, "item"), "3 offered, 3 unchanged");
    let amounts = world.lines("item", &["amount"]).await;
    let trimmed: Vec<&str> =
        amounts.iter().map(|text| text.trim_end_matches('0').trim_end_matches('.')).collect();
    assert_eq!(trimmed, ["-0.25", "1.5", "7"]);
});
