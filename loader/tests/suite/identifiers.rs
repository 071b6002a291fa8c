//! Names as long as they may be, and names that would meet in a database.

use tolva_loader::catalog::Applied;

use crate::contracts::items;
use crate::look::brief;
use crate::world::on_every_backend;

/// A name of 48 characters that differs from others only at its end.
fn long(end: &str) -> String {
    format!("{}{end}", "n".repeat(48 - end.len()))
}

/// Two tables and every kind of column, all of them with names of 48 characters.
fn contract() -> String {
    let [parent, child, code, name, count, reference, id] =
        ["_parent", "_child", "_code", "_name", "_count", "_reference", "_id"].map(long);
    format!(
        r#"version = 1
name  = "long"
files = ["long*.csv"]
partition = "file"

[[source]]
name = "lines"
fields = [
  {{ name = "{code}",  header = "code",  required = true, maxLength = 40 }},
  {{ name = "{name}",  header = "name",  unique = true, maxLength = 40 }},
  {{ name = "{count}", header = "count", type = "integer", unique = true }},
]

[[table]]
name    = "{parent}"
from    = "lines"
id      = "{id}"
key     = ["{name}"]
columns = ["{name}"]

[[table]]
name       = "{child}"
from       = "lines"
id         = "{id}"
key        = ["{code}"]
columns    = ["{code}", "{count}"]
references = {{ {reference} = "{parent}" }}
"#
    )
}

on_every_backend!(names_of_48_characters_work_everywhere, |world: World| async move {
    let (parent, child) = (long("_parent"), long("_child"));
    let (code, count) = (long("_code"), long("_count"));
    let applied = world.contract("long.toml", &contract()).await;
    assert!(matches!(applied, Applied::InForce(_)), "{applied:?}");
    world.drop_bytes("long", "long.csv", b"code,name,count\na,one,1\nb,two,2\n").await;
    let csv = b"code,name,count\na,one,3\nc,three,\n";
    let dropped = world.drop_bytes("long", "long.csv", csv).await;
    assert_eq!(brief(&dropped.report, &child), "2 offered, 1 inserted, 1 updated, 1 deleted");
    assert_eq!(brief(&dropped.report, &parent), "2 offered, 1 inserted, 1 unchanged, 1 deleted");
    assert_eq!(world.lines(&child, &[&code, &count]).await, ["a|3", "c|-"]);
    // Every index is there, each under a name that the database keeps whole.
    assert_eq!(world.contract("long.toml", &contract()).await, Applied::Same);
    let reference = long("_reference");
    let mut names = world.indexes(&child).await;
    names.retain(|(_, column)| *column == count || *column == reference);
    names.sort();
    names.dedup();
    assert!(names.len() >= 2 && names.iter().all(|(name, _)| name.len() <= 63), "{names:?}");
    assert!(
        names.iter().any(|(name, _)| name.starts_with("nnnn") && name.len() == 63),
        "{names:?}"
    );

    // They can be renamed and widened like others.
    let total = long("_total");
    let renamed = contract()
        .replace(
            &format!("{{ name = \"{count}\", header = \"count\", type = \"integer\""),
            &format!(
                "{{ name = \"{total}\", was = \"{count}\", header = \"count\", type = \"number\""
            ),
        )
        .replace(&count, &total)
        .replace(&format!("was = \"{total}\""), &format!("was = \"{count}\""))
        .replace(
            &format!("name       = \"{child}\""),
            &format!("name = \"{}\"\nwas = \"{child}\"", long("_x")),
        );
    let applied = world.contract("long.toml", &renamed).await;
    assert!(matches!(applied, Applied::InForce(_)), "{applied:?}");
    let refreshed = world.refresh("long").await;
    assert_eq!(brief(&refreshed.outcomes[0].report, &long("_x")), "2 offered, 2 unchanged");
    let without = renamed.replace(&format!(", \"{total}\"]"), "]");
    let applied = world.contract("long.toml", &without).await;
    assert!(matches!(applied, Applied::Waiting(_)), "{applied:?}");
});

on_every_backend!(datasets_whose_names_would_meet_are_refused, |world: World| async move {
    let unique = |dataset: &str, table: &str, column: &str| {
        items("")
            .replace("name    = \"items\"", &format!("name    = \"{dataset}\""))
            .replace("name = \"item\"", &format!("name = \"{table}\""))
            .replace(
                "name = \"amount\", type = \"integer\"",
                &format!("name = \"{column}\", unique = true, maxLength = 9"),
            )
    };
    world.contract("items.toml", &unique("items", "item", "sold_amount")).await;
    // The same table.
    let (applied, errors) =
        world.try_contract("others.toml", &unique("others", "item", "other")).await;
    assert_eq!((applied, errors.len()), (None, 1));
    let error = errors[0].to_string();
    assert!(error.contains("items.toml declares the table item already"), "{error}");
    // Other tables, and one name for their indexes.
    let (applied, errors) =
        world.try_contract("others.toml", &unique("others", "item_sold", "amount")).await;
    assert_eq!((applied, errors.len()), (None, 1));
    let error = errors[0].to_string();
    assert!(error.contains("would both be called item_sold_amount_index"), "{error}");
    // Names that differ by a sign do not meet.
    let (applied, errors) =
        world.try_contract("others.toml", &unique("others", "item_sale", "amount")).await;
    assert!(errors.is_empty() && matches!(applied, Some(Applied::InForce(_))), "{errors:?}");
});

on_every_backend!(a_column_that_sqlite_changes_may_be_called_hash, |world: World| async move {
    // The spare column of a change has another name than Tolva's own columns.
    let named = |kind: &str| {
        items("").replace(
            "name = \"amount\", type = \"integer\"",
            &format!("name = \"hash\", type = \"{kind}\""),
        )
    };
    world.contract("items.toml", &named("integer")).await;
    world.drop_bytes("items", "items.csv", b"code,name,hash\na,one,1\n").await;
    let applied = world.contract("items.toml", &named("number")).await;
    assert!(matches!(applied, Applied::InForce(_)), "{applied:?}");
    world.refresh("items").await;
    let hashes = world.lines("item", &["hash"]).await;
    assert_eq!(hashes[0].trim_end_matches(['0', '.']), "1");
});
