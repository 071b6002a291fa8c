//! What follows from a changed contract: what loses nothing happens by itself, the rest waits.

use tolva_loader::catalog::{self, Applied};
use tolva_schema::state::ArrivalState;

use crate::contracts::{ITEM, file, items};
use crate::look::brief;
use crate::world::{World, on_every_backend};

const NAME: &str = "{ name = \"name\",   maxLength = 100 }";
const AMOUNT: &str = "{ name = \"amount\", type = \"integer\" }";

fn in_force(applied: Applied) {
    assert!(matches!(applied, Applied::InForce(_)), "{applied:?}");
}

/// What waits, in words.
fn waiting(applied: Applied) -> Vec<String> {
    let Applied::Waiting(steps) = applied else { panic!("{applied:?}") };
    let steps = steps.into_values().flatten().filter(|step| step.destructive);
    steps.map(|step| step.what).collect()
}

/// Applies what waits in the folder.
async fn allow(world: &World) -> Applied {
    let (files, errors) = catalog::read(&world.path().join("datasets"));
    assert!(errors.is_empty(), "{errors:?}");
    world.loader.apply(&files[0], true).await.expect("the contract is applied")
}

on_every_backend!(
    a_new_column_rewrites_only_rows_that_have_a_value_for_it,
    |world: World| async move {
        world.contract("items.toml", &items("")).await;
        let first = world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,2"])).await;
        let wider = items("").replace(AMOUNT, &format!("{AMOUNT}, {{ name = \"note\" }}"));
        in_force(world.contract("items.toml", &wider).await);
        // The file that is there has no such column: it is loaded again, and no row is touched.
        let refreshed = world.refresh("items").await;
        assert_eq!(refreshed.outcomes.len(), 1);
        assert_eq!(brief(&refreshed.outcomes[0].report, "item"), "2 offered, 2 unchanged");
        assert_eq!(world.lines("item", &["code", "note"]).await, ["a|-", "b|-"]);
        let bytes = b"code,name,amount,note\na,one,1,hello\nb,two,2,\n";
        let dropped = world.drop_bytes("items", "items.csv", bytes).await;
        assert_eq!(brief(&dropped.report, "item"), "2 offered, 1 updated, 1 unchanged");
        assert_eq!(
            world.lines("item", &["code", "note", "_load"]).await,
            [format!("a|hello|{}", dropped.load), format!("b|-|{}", first.load)]
        );
    }
);

on_every_backend!(the_same_contract_again_changes_nothing, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
    let commented = format!("# Items.\n{}", items("title = \"Items\""));
    assert_eq!(world.contract("items.toml", &commented).await, Applied::Same);
    assert!(world.refresh("items").await.outcomes.is_empty());
});

on_every_backend!(a_text_may_become_longer, |world: World| async move {
    let short = items("").replace("maxLength = 100", "maxLength = 5");
    world.contract("items.toml", &short).await;
    let dropped = world.drop_bytes("items", "items.csv", &file(&["a,short,1", "b,longer,2"])).await;
    assert_eq!(world.found(dropped.load).await, ["maxLength at line 3, column 2: longer"]);
    for length in ["maxLength = 50", "maxLength = 300", ""] {
        let name = format!("{{ name = \"name\", {length} }}").replace(", }", " }");
        in_force(world.contract("items.toml", &items("").replace(NAME, &name)).await);
        world.refresh("items").await;
        assert_eq!(world.lines("item", ITEM).await, ["a|short|1", "b|longer|2"]);
    }
});

on_every_backend!(a_key_may_become_longer, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
    in_force(
        world.contract("items.toml", &items("").replace("maxLength = 40", "maxLength = 60")).await,
    );
    let code = "k".repeat(60);
    let line = format!("{code},two,2");
    let dropped = world.drop_bytes("items", "items.csv", &file(&["a,one,1", &line])).await;
    assert_eq!(brief(&dropped.report, "item"), "2 offered, 1 inserted, 1 unchanged");
    assert_eq!(world.lines("item", &["code"]).await, ["a".to_owned(), code]);
});

on_every_backend!(an_integer_may_become_a_number, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    let first =
        world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,-20", "c,,"])).await;
    let number = items("").replace("type = \"integer\"", "type = \"number\", scale = 2");
    in_force(world.contract("items.toml", &number).await);
    let refreshed = world.refresh("items").await;
    assert_eq!(brief(&refreshed.outcomes[0].report, "item"), "3 offered, 3 unchanged");
    assert_eq!(world.lines("item", &["_load"]).await[0], first.load.to_string());
    let lines = ["a,one,1", "b,two,-20", "c,,2.75"];
    let dropped = world.drop_bytes("items", "items.csv", &file(&lines)).await;
    assert_eq!(brief(&dropped.report, "item"), "3 offered, 1 updated, 2 unchanged");
    let amounts: Vec<rust_decimal::Decimal> = world
        .lines("item", &["code", "amount"])
        .await
        .iter()
        .map(|line| line[2..].parse().expect("a number"))
        .collect();
    let expected = ["1", "-20", "2.75"].map(|text| text.parse().expect("a number"));
    assert_eq!(amounts, expected);
});

on_every_backend!(an_integer_may_become_a_text, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,-20"])).await;
    let text = items("").replace("type = \"integer\"", "type = \"string\"");
    in_force(world.contract("items.toml", &text).await);
    let dropped = world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,many"])).await;
    assert_eq!(brief(&dropped.report, "item"), "2 offered, 1 updated, 1 unchanged");
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|two|many"]);
});

on_every_backend!(what_was_required_may_become_optional, |world: World| async move {
    let required = items("").replace(NAME, "{ name = \"name\", required = true }");
    world.contract("items.toml", &required).await;
    let dropped = world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,,2"])).await;
    assert_eq!(world.found(dropped.load).await, ["required at line 3, column 2"]);
    let optional = items("").replace(NAME, "{ name = \"name\" }");
    in_force(world.contract("items.toml", &optional).await);
    world.refresh("items").await;
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|-|2"]);
});

on_every_backend!(a_new_table_is_filled_from_the_file_that_is_there, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,1"])).await;
    let more = format!(
        "{}\n[[table]]\nname = \"amount\"\nfrom = \"lines\"\nkey = [\"amount\"]\ncolumns = [\"amount\"]\n",
        items("").replace(
            "key  = [\"code\"]",
            "key  = [\"code\"]\ncolumns = [\"code\", \"name\", \"amount\"]"
        )
    );
    in_force(world.contract("items.toml", &more).await);
    world.refresh("items").await;
    assert_eq!(world.lines("amount", &["amount"]).await, ["1"]);
});

on_every_backend!(a_column_is_dropped_only_when_a_person_allows_it, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
    let narrower = items("").replace(&format!("  {AMOUNT},\n"), "");
    let steps = waiting(world.contract("items.toml", &narrower).await);
    assert_eq!(steps, ["drop column item.amount with its values"]);
    // The old contract stays in force until then.
    world.drop_bytes("items", "items.csv", &file(&["a,uno,2"])).await;
    assert_eq!(world.lines("item", ITEM).await, ["a|uno|2"]);
    in_force(allow(&world).await);
    let refreshed = world.refresh("items").await;
    assert_eq!(refreshed.outcomes.len(), 1);
    assert_eq!(refreshed.outcomes[0].report.state, ArrivalState::Loaded);
    assert_eq!(world.lines("item", &["code", "name"]).await, ["a|uno"]);
    assert!(!world.columns("item").await.contains(&"amount".to_owned()));
});

on_every_backend!(a_key_changes_only_when_a_person_allows_it, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1", "a,two,2", "b,x,3"])).await;
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|x|3"]);
    let composite = items("").replace("key  = [\"code\"]", "key  = [\"code\", \"name\"]");
    let steps = waiting(world.contract("items.toml", &composite).await);
    assert!(steps.iter().any(|step| step.contains("make table item anew")), "{steps:?}");
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|x|3"]);
    assert!(world.refresh("items").await.outcomes.is_empty());
    in_force(allow(&world).await);
    // The newest good arrival fills it again.
    let refreshed = world.refresh("items").await;
    assert_eq!(brief(&refreshed.outcomes[0].report, "item"), "3 offered, 3 inserted");
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "a|two|2", "b|x|3"]);
    assert_eq!(allow(&world).await, Applied::Same);
});

on_every_backend!(a_narrower_type_waits, |world: World| async move {
    world
        .contract("items.toml", &items("").replace("type = \"integer\"", "type = \"string\""))
        .await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
    let steps = waiting(world.contract("items.toml", &items("")).await);
    assert!(steps[0].starts_with("change item.amount"), "{steps:?}");
    // What was wanted in vain may be taken back.
    let back = items("").replace("type = \"integer\"", "type = \"string\"");
    assert_eq!(world.contract("items.toml", &back).await, Applied::Same);
});

on_every_backend!(
    a_contract_that_cannot_be_read_leaves_the_one_in_force,
    |world: World| async move {
        world.contract("items.toml", &items("")).await;
        world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
        let wrong = items("").replace("maxLength", "maxLenght");
        let (applied, errors) = world.try_contract("items.toml", &wrong).await;
        assert_eq!((applied, errors.len()), (None, 1));
        assert!(errors[0].to_string().contains("maxLenght"), "{}", errors[0]);
        world.drop_bytes("items", "items.csv", &file(&["b,two,2"])).await;
        assert_eq!(world.lines("item", ITEM).await, ["b|two|2"]);
    }
);

on_every_backend!(a_number_with_a_rule_may_get_decimals, |world: World| async move {
    let unique = |kind: &str| {
        items("").replace("type = \"integer\"", &format!("type = \"{kind}\", unique = true"))
    };
    world.contract("items.toml", &unique("integer")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,2"])).await;
    in_force(world.contract("items.toml", &unique("number")).await);
    let dropped = world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,2.5"])).await;
    assert_eq!(brief(&dropped.report, "item"), "2 offered, 1 updated, 1 unchanged");
});

on_every_backend!(
    a_key_of_whole_numbers_may_get_decimals_if_a_person_allows_it,
    |world: World| async move {
        let keyed = |kind: &str| {
            items("")
                .replace("key  = [\"code\"]", "key  = [\"amount\"]")
                .replace("type = \"integer\"", &format!("type = \"{kind}\""))
        };
        world.contract("items.toml", &keyed("integer")).await;
        world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,2"])).await;
        // Some databases can change it where it stands, others make the table anew.
        if let Applied::Waiting(_) = world.contract("items.toml", &keyed("number")).await {
            in_force(allow(&world).await);
        }
        world.refresh("items").await;
        let dropped =
            world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,2", "c,x,2.5"])).await;
        assert_eq!(brief(&dropped.report, "item"), "3 offered, 1 inserted, 2 unchanged");
    }
);

/// Things in groups; the group's name is its key, and the things hold it.
fn grouped(length: u32, kind: &str) -> String {
    let limit = if kind == "string" { format!(", maxLength = {length}") } else { String::new() };
    format!(
        r#"version = 1
name  = "things"
files = ["things*.csv"]

[[source]]
name = "lines"
fields = [
  {{ name = "code",  required = true, maxLength = 40 }},
  {{ name = "group", type = "{kind}", required = true{limit} }},
]

[[table]]
name    = "grouping"
from    = "lines"
key     = ["group"]
columns = ["group"]

[[table]]
name       = "thing"
from       = "lines"
key        = ["code"]
columns    = ["code", "group"]
references = {{ group = "grouping" }}
"#
    )
}

on_every_backend!(a_key_that_others_refer_to_may_become_longer, |world: World| async move {
    world.contract("things.toml", &grouped(10, "string")).await;
    world.drop_bytes("things", "things.csv", b"code,group\na,red\nb,blue\n").await;
    let applied = world.contract("things.toml", &grouped(30, "string")).await;
    if world.backend == Backend::Mysql {
        // It does not change a column that others refer to.
        waiting(applied);
        in_force(allow(&world).await);
        world.refresh("things").await;
    } else {
        in_force(applied);
    }
    let csv = b"code,group\na,red\nb,a very long name of it\n";
    let dropped = world.drop_bytes("things", "things.csv", csv).await;
    assert_eq!(brief(&dropped.report, "thing"), "2 offered, 1 updated, 1 unchanged");
    assert_eq!(world.lines("grouping", &["group"]).await, ["a very long name of it", "red"]);
});

on_every_backend!(a_key_that_others_refer_to_may_get_decimals, |world: World| async move {
    world.contract("things.toml", &grouped(0, "integer")).await;
    world.drop_bytes("things", "things.csv", b"code,group\na,1\nb,2\n").await;
    if let Applied::Waiting(_) = world.contract("things.toml", &grouped(0, "number")).await {
        in_force(allow(&world).await);
    }
    world.refresh("things").await;
    let dropped = world.drop_bytes("things", "things.csv", b"code,group\na,1\nb,2.5\n").await;
    assert_eq!(brief(&dropped.report, "thing"), "2 offered, 1 updated, 1 unchanged");
    assert_eq!(brief(&dropped.report, "grouping"), "2 offered, 1 inserted, 1 unchanged, 1 deleted");
});

on_every_backend!(a_unique_column_is_dropped_when_a_person_allows_it, |world: World| async move {
    let unique = items("").replace("type = \"integer\"", "type = \"integer\", unique = true");
    world.contract("items.toml", &unique).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
    let narrower = items("").replace(&format!("  {AMOUNT},\n"), "");
    waiting(world.contract("items.toml", &narrower).await);
    in_force(allow(&world).await);
    world.refresh("items").await;
    assert_eq!(world.columns("item").await.len(), 2 + 3);
    assert_eq!(world.lines("item", &["code", "name"]).await, ["a|one"]);
});

on_every_backend!(a_table_made_anew_forgets_what_was_deleted_from_it, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,2"])).await;
    world.remove("items", "item", &[crate::hands::text("a")], "code = 'a'").await;
    let version = world.version("items").await;
    let composite = items("").replace("key  = [\"code\"]", "key  = [\"code\", \"name\"]");
    waiting(world.contract("items.toml", &composite).await);
    in_force(allow(&world).await);
    // Whoever reads it knows that it is another version.
    assert!(world.version("items").await > version);
    assert!(world.rows("tolva_tombstone", &["table_name"]).await.is_empty());
    world.refresh("items").await;
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|two|2"]);
});

on_every_backend!(
    each_partition_is_loaded_again_into_a_table_made_anew,
    |world: World| async move {
        let head = "partition = \"file\"";
        world.contract("items.toml", &items(head)).await;
        world.drop_bytes("items", "items-1.csv", &file(&["a,one,1", "s,shared,0"])).await;
        world.drop_bytes("items", "items-2.csv", &file(&["b,two,2", "s,shared,0"])).await;
        let composite = items(head).replace("key  = [\"code\"]", "key  = [\"code\", \"name\"]");
        waiting(world.contract("items.toml", &composite).await);
        in_force(allow(&world).await);
        assert_eq!(world.refresh("items").await.outcomes.len(), 2);
        assert_eq!(world.lines("item", &["code"]).await, ["a", "b", "s"]);
        world.drop_bytes("items", "items-1.csv", &file(&["a,one,1"])).await;
        assert_eq!(world.lines("item", &["code"]).await, ["a", "b", "s"]);
    }
);
