//! `was` in a contract: a table or a column gets another name, and nothing is lost.

use tolva_loader::catalog::{self, Applied};
use tolva_schema::hash::Hash128;
use tolva_schema::plan::Step;

use crate::contracts::{ITEM, file, items, members};
use crate::hands::text;
use crate::look::brief;
use crate::world::{Backend, World, on_every_backend};

const NAME: &str = "{ name = \"name\",   maxLength = 100 }";

fn in_force(applied: Applied) -> Vec<Step> {
    let Applied::InForce(steps) = applied else { panic!("{applied:?}") };
    steps.into_values().flatten().collect()
}

fn waiting(applied: Applied) -> Vec<String> {
    let Applied::Waiting(steps) = applied else { panic!("{applied:?}") };
    let steps = steps.into_values().flatten().filter(|step| step.destructive);
    steps.map(|step| step.what).collect()
}

fn told(steps: &[Step]) -> Vec<&str> {
    steps.iter().map(|step| step.what.as_str()).collect()
}

/// Applies what waits in the folder.
async fn allow(world: &World) -> Applied {
    let (files, errors) = catalog::read(&world.path().join("datasets"));
    assert!(errors.is_empty(), "{errors:?}");
    world.loader.apply(&files[0], true).await.expect("the contract is applied")
}

on_every_backend!(a_renamed_column_keeps_its_values_and_every_row, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    let first = world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,2"])).await;
    world.edit("items", "item", "name = 'uno'", "code = 'a'").await;
    let version = world.version("items").await;
    let renamed = items("").replace(NAME, "{ name = \"label\", was = \"name\", maxLength = 100 }");
    let steps = in_force(world.contract("items.toml", &renamed).await);
    assert_eq!(told(&steps), ["rename column item.name to label"]);
    assert!(world.version("items").await > version, "readers see another version");
    // The newest file is loaded again, from before the rename: it still says `name`.
    let refreshed = world.refresh("items").await;
    assert_eq!(brief(&refreshed.outcomes[0].report, "item"), "2 offered, 2 unchanged");
    assert_eq!(refreshed.outcomes[0].report.warnings, 0);
    let columns = ["code", "label", "_load", "_origin"];
    let expected = [format!("a|uno|{}|1", first.load), format!("b|two|{}|0", first.load)];
    assert_eq!(world.lines("item", &columns).await, expected);
    // So it stays with a file that has the new name and other changes.
    let csv = b"code,label,amount\na,one,1\nb,two,3\n";
    let dropped = world.drop_bytes("items", "items.csv", csv).await;
    assert_eq!(brief(&dropped.report, "item"), "2 offered, 1 updated, 1 unchanged");
    assert_eq!(world.lines("item", &["code", "label"]).await, ["a|uno", "b|two"]);
    assert_eq!(world.contract("items.toml", &renamed).await, Applied::Same);
});

on_every_backend!(a_renamed_table_takes_with_it_what_is_kept_about_it, |world: World| async move {
    world.contract("members.toml", &members("partition = \"file\"")).await;
    let csv = b"team,member,role\nred,ann,lead\nred,bob,\nblue,cid,\n";
    world.drop_bytes("members", "members.csv", csv).await;
    world.edit("members", "member", "role = 'boss'", "name = 'ann'").await;
    world.remove("members", "member", &[text("bob")], "name = 'bob'").await;
    let ids = world.lines("member", &["id", "name", "role"]).await;
    let count = "SELECT CAST(COUNT(*) AS CHAR(20)) FROM";
    let kept = async |table: &str| {
        let mut rows = Vec::new();
        for control in ["tolva_tombstone", "tolva_member", "tolva_sequence"] {
            let sql = format!("{count} {control} WHERE table_name = '{table}'");
            rows.push(world.query(&sql, 1).await[0][0].clone().expect("a count"));
        }
        rows.iter().map(|count| count.trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kept("member").await, ["1", "3", "1"]);

    // Parent and child at once.
    let renamed = members("partition = \"file\"")
        .replace("name    = \"team\"", "name    = \"squad\"\nwas     = \"team\"")
        .replace("name       = \"member\"", "name       = \"person\"\nwas        = \"member\"")
        .replace("team_id = \"team\"", "team_id = \"squad\"");
    let steps = in_force(world.contract("members.toml", &renamed).await);
    assert_eq!(told(&steps), ["rename table team to squad", "rename table member to person"]);
    assert_eq!(kept("member").await, ["0", "0", "0"]);
    assert_eq!(kept("person").await, ["1", "3", "1"]);
    let refreshed = world.refresh("members").await;
    assert_eq!(brief(&refreshed.outcomes[0].report, "person"), "3 offered, 3 unchanged");
    assert_eq!(
        brief(&refreshed.outcomes[0].report, "squad"),
        "3 offered, 2 unchanged, 1 duplicate"
    );
    assert_eq!(world.lines("person", &["id", "name", "role"]).await, ids, "an edit stays, ids too");
    // Ids go on where they were; the deleted one stays away; the reference holds.
    let csv = b"team,member,role\nred,ann,lead\nred,bob,\nblue,cid,\ngreen,dan,\n";
    let dropped = world.drop_bytes("members", "members.csv", csv).await;
    assert_eq!(brief(&dropped.report, "person"), "4 offered, 1 inserted, 3 unchanged");
    assert_eq!(world.lines("person", &["id", "name"]).await, ["1|ann", "3|cid", "4|dan"]);
    let orphan = world.dialect.quote("_hash");
    let missing = format!("DELETE FROM squad WHERE name = 'red' AND {orphan} IS NOT NULL");
    assert!(world.try_execute(&missing).await.is_err(), "the child refers to it");
});

/// Things in groups; the group's name is its key, and the things hold it.
fn grouped(column: &str, was: &str) -> String {
    format!(
        r#"version = 1
name  = "things"
files = ["things*.csv"]

[[source]]
name = "lines"
fields = [
  {{ name = "code",  required = true, maxLength = 40 }},
  {{ name = "{column}", {was}required = true, maxLength = 40 }},
]

[[table]]
name    = "grouping"
from    = "lines"
key     = ["{column}"]
columns = ["{column}"]

[[table]]
name       = "thing"
from       = "lines"
key        = ["code"]
columns    = ["code", "{column}"]
references = {{ {column} = "grouping" }}
"#
    )
}

on_every_backend!(a_key_that_others_refer_to_can_be_renamed, |world: World| async move {
    world.contract("things.toml", &grouped("group", "")).await;
    let first = world.drop_bytes("things", "things.csv", b"code,group\na,red\nb,blue\n").await;
    let renamed = grouped("kind", "was = \"group\", ");
    in_force(world.contract("things.toml", &renamed).await);
    let refreshed = world.refresh("things").await;
    assert_eq!(brief(&refreshed.outcomes[0].report, "thing"), "2 offered, 2 unchanged");
    let load = first.load;
    let expected = [format!("a|red|{load}"), format!("b|blue|{load}")];
    assert_eq!(world.lines("thing", &["code", "kind", "_load"]).await, expected);
    // The reference is still one, and the index can be found by whoever takes the column out.
    assert!(world.try_execute("DELETE FROM grouping WHERE kind = 'red'").await.is_err());
    let alone = grouped("kind", "was = \"group\", ").replace(
        "columns    = [\"code\", \"kind\"]\nreferences = { kind = \"grouping\" }",
        "columns    = [\"code\"]",
    );
    waiting(world.contract("things.toml", &alone).await);
    in_force(allow(&world).await);
    world.refresh("things").await;
    assert_eq!(world.lines("thing", &["code"]).await, ["a", "b"]);
});

on_every_backend!(a_unique_column_is_renamed_and_dropped, |world: World| async move {
    let unique = "type = \"integer\", unique = true";
    world.contract("items.toml", &items("").replace("type = \"integer\"", unique)).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
    let amount = "{ name = \"amount\", type = \"integer\" }";
    let renamed =
        items("").replace(amount, &format!("{{ name = \"sum\", was = \"amount\", {unique} }}"));
    in_force(world.contract("items.toml", &renamed).await);
    // The old name is free for another column with an index of its own.
    let both = renamed.replace(
        "{ name = \"sum\"",
        &format!("{{ name = \"amount\", {unique} }},\n  {{ name = \"sum\""),
    );
    in_force(world.contract("items.toml", &both).await);
    let dropped =
        world.drop_bytes("items", "items.csv", b"code,name,sum,amount\na,one,1,7\n").await;
    assert_eq!(
        brief(&dropped.report, "item"),
        "1 offered, 1 updated",
        "{:?}",
        world.found(dropped.load).await
    );
    assert_eq!(world.lines("item", &["code", "sum", "amount"]).await, ["a|1|7"]);
    waiting(world.contract("items.toml", &items("").replace(&format!("  {amount},\n"), "")).await);
    in_force(allow(&world).await);
    world.refresh("items").await;
    assert_eq!(world.columns("item").await.len(), 2 + 3);
});

on_every_backend!(a_second_rename_keeps_the_first_name, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
    world.edit("items", "item", "name = 'uno'", "code = 'a'").await;
    let named = |name: &str, was: &str| {
        let field = format!("{{ name = \"{name}\",{was} header = \"name\", maxLength = 100 }}");
        items("").replace(NAME, &field)
    };
    for name in ["label", "title"] {
        in_force(world.contract("items.toml", &named(name, " was = \"name\",")).await);
        let refreshed = world.refresh("items").await;
        assert_eq!(brief(&refreshed.outcomes[0].report, "item"), "1 offered, 1 unchanged");
        assert_eq!(world.lines("item", &["code", name]).await, ["a|uno"]);
    }
    // Forgetting where it began would write every row again: a person decides.
    for was in ["", " was = \"label\","] {
        let steps = waiting(world.contract("items.toml", &named("title", was)).await);
        assert!(steps[0].contains("was = \"name\" keeps the rows as they are"), "{steps:?}");
    }
    in_force(world.contract("items.toml", &named("heading", " was = \"name\",")).await);
    waiting(world.contract("items.toml", &named("heading", "")).await);
    in_force(allow(&world).await);
    let refreshed = world.refresh("items").await;
    assert_eq!(brief(&refreshed.outcomes[0].report, "item"), "1 offered, 1 updated");
    assert_eq!(world.lines("item", &["code", "heading"]).await, ["a|one"]);
});

on_every_backend!(a_name_that_becomes_free_can_be_taken_at_once, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    let lines = ["a,one,1", "b,two,2"];
    world.drop_bytes("items", "items.csv", &file(&lines)).await;
    let moved = items("")
        .replace(NAME, "{ name = \"label\", was = \"name\", header = \"name\", maxLength = 100 }")
        .replace(
            "{ name = \"amount\", type = \"integer\" }",
            "{ name = \"name\", was = \"amount\", header = \"amount\", type = \"integer\" }",
        );
    let steps = in_force(world.contract("items.toml", &moved).await);
    assert_eq!(
        told(&steps),
        ["rename column item.name to label", "rename column item.amount to name"]
    );
    let refreshed = world.refresh("items").await;
    assert_eq!(brief(&refreshed.outcomes[0].report, "item"), "2 offered, 2 unchanged");
    assert_eq!(world.lines("item", &["code", "label", "name"]).await, ["a|one|1", "b|two|2"]);
});

on_every_backend!(a_former_name_that_nothing_has_is_told, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
    let wrong = items("").replace(NAME, "{ name = \"label\", was = \"title\", maxLength = 100 }");
    let applied = world.contract("items.toml", &wrong).await;
    let Applied::Waiting(steps) = applied else { panic!("{applied:?}") };
    let steps: Vec<Step> = steps.into_values().flatten().collect();
    assert_eq!(
        told(&steps),
        [
            "add a nullable column item.label: there is no column title that it could have been",
            "drop column item.name with its values",
        ]
    );
    // Both are there: nothing is renamed, and the former one is only dropped.
    let both = items("").replace(NAME, &format!("{NAME},\n  {{ name = \"label\" }}"));
    in_force(world.contract("items.toml", &both).await);
    let late = items("").replace(NAME, "{ name = \"label\", was = \"name\", maxLength = 100 }");
    let steps = waiting(world.contract("items.toml", &late).await);
    assert!(
        steps.iter().any(
            |step| step.contains("item.label, which it was to be renamed to, is there already")
        ),
        "{steps:?}"
    );
    let tables = items("").replace("name = \"item\"", "name = \"thing\"\nwas = \"itme\"");
    let applied = world.contract("items.toml", &tables).await;
    let Applied::Waiting(steps) = applied else { panic!("{applied:?}") };
    let steps: Vec<Step> = steps.into_values().flatten().collect();
    let expected = "create table thing: there is no table itme that it could have been";
    assert!(told(&steps).contains(&expected), "{steps:?}");
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1"]);
});

on_every_backend!(a_former_name_means_nothing_where_nothing_is_there, |world: World| async move {
    let renamed = items("")
        .replace(NAME, "{ name = \"label\", was = \"name\", maxLength = 100 }")
        .replace("name = \"item\"", "name = \"thing\"\nwas = \"item\"");
    let steps = in_force(world.contract("items.toml", &renamed).await);
    assert_eq!(told(&steps), ["create table thing"]);
    world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
    assert_eq!(world.lines("thing", &["code", "label"]).await, ["a|one"]);
});

on_every_backend!(a_rename_waits_for_a_load_that_runs, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
    let lease = world.ledger.acquire_lease("items", world.target, "another", 60_000).await;
    let lease = lease.expect("the ledger answers").expect("nobody else has it");
    let renamed = items("").replace(NAME, "{ name = \"label\", was = \"name\", maxLength = 100 }");
    let applying = world.contract("items.toml", &renamed);
    tokio::pin!(applying);
    let soon = tokio::time::sleep(std::time::Duration::from_millis(600));
    tokio::select! {
        applied = &mut applying => panic!("a load runs: {applied:?}"),
        () = soon => {}
    }
    assert!(world.columns("item").await.contains(&"name".to_owned()));
    world.ledger.release_lease(&lease).await.expect("released");
    in_force(applying.await);
    assert!(world.columns("item").await.contains(&"label".to_owned()));
});

/// The hash of a row made by the API, which no file has.
const OTHER: Hash128 = Hash128([9; 16]);

on_every_backend!(a_row_made_through_the_api_survives_a_rename, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
    world.create("items", "item", &[("code", "'x'"), ("name", "'made'")], OTHER).await;
    let renamed = items("")
        .replace(NAME, "{ name = \"label\", was = \"name\", maxLength = 100 }")
        .replace("name = \"item\"", "name = \"thing\"\nwas = \"item\"");
    in_force(world.contract("items.toml", &renamed).await);
    world.refresh("items").await;
    assert_eq!(world.lines("thing", &["code", "label"]).await, ["a|one", "x|made"]);
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn grants_in_postgres_stay_with_a_renamed_table() {
    let world = World::new(Backend::Postgres).await;
    world.contract("items.toml", &items("")).await;
    world.execute("GRANT SELECT ON item TO PUBLIC").await;
    let renamed = items("").replace("name = \"item\"", "name = \"thing\"\nwas = \"item\"");
    in_force(world.contract("items.toml", &renamed).await);
    let sql = "SELECT has_table_privilege('public', 'thing', 'select')::text";
    assert_eq!(world.query(sql, 1).await[0][0].as_deref(), Some("true"));
}

on_every_backend!(a_table_of_another_dataset_is_not_renamed, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
    let other = items("")
        .replace("name    = \"items\"", "name    = \"others\"")
        .replace("name = \"item\"", "name = \"other\"\nwas = \"item\"");
    let steps = in_force(world.contract("others.toml", &other).await);
    assert_eq!(told(&steps), ["create table other"]);
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1"]);
});

/// What `members` becomes.
fn persons() -> String {
    members("")
        .replace("name       = \"member\"", "name       = \"person\"\nwas        = \"member\"")
        .replace("{ name = \"role\" }", "{ name = \"task\", was = \"role\" }")
        .replace("\"role\"]", "\"task\"]")
}

/// MySQL commits each change of a table by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rename_that_was_cut_short_goes_on_where_it_stopped() {
    for done in 0.. {
        let world = World::new(Backend::Mysql).await;
        world.contract("members.toml", &members("")).await;
        let csv = b"team,member,role\nred,ann,lead\nred,bob,\nblue,cid,\n";
        world.drop_bytes("members", "members.csv", csv).await;
        world.remove("members", "member", &[text("cid")], "name = 'cid'").await;
        std::fs::write(world.path().join("datasets/members.toml"), {
            format!("targets = [\"mysql\"]\n{}", persons())
        })
        .expect("written");
        let (files, _) = catalog::read(&world.path().join("datasets"));
        let plans = world.loader.plan(&files[0].contract).await.expect("a plan");
        let statements: Vec<String> =
            plans["mysql"].iter().flat_map(|step| step.sql.clone()).collect();
        assert!(statements.len() > 6, "{statements:?}");
        for statement in &statements[..done] {
            world.execute(statement).await;
        }
        in_force(world.contract("members.toml", &persons()).await);
        world.refresh("members").await;
        let csv = b"team,member,role\nred,ann,lead\nred,bob,\nblue,cid,\nblue,dan,\n";
        let dropped = world.drop_bytes("members", "members.csv", csv).await;
        let told = brief(&dropped.report, "person");
        assert_eq!(told, "4 offered, 1 inserted, 3 unchanged", "after {done} statements");
        let rows = world.lines("person", &["id", "name", "task"]).await;
        assert_eq!(rows, ["1|ann|lead", "2|bob|-", "4|dan|-"], "after {done} statements");
        if done == statements.len() {
            break;
        }
    }
}
