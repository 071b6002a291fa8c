//! Constraints: a line that breaks one is refused, with the rule, the place and the value.

use crate::contracts::{file, items};
use crate::look::{Row, brief};
use crate::world::on_every_backend;

const CONTRACT: &str = r#"version = 1
name  = "rules"
files = ["rules*.csv"]

[[source]]
name   = "lines"
fields = [
  { name = "code",  required = true, maxLength = 4 },
  { name = "kind",  enum = ["x", "y"] },
  { name = "word",  pattern = "^[a-zñ]+$" },
  { name = "short", minLength = 2, maxLength = 4 },
  { name = "whole", type = "integer", minimum = 1, maximum = 9, enum = ["1", "5", "9", "10"] },
  { name = "exact", type = "number", minimum = 0.5, maximum = "1.5" },
  { name = "day",   type = "date", minimum = "2024-01-01", maximum = 2024-12-31 },
  { name = "note",  missingValues = ["", "NA", "-"] },
  { name = "must",  required = true, missingValues = ["?"] },
]

[[table]]
name = "rule"
from = "lines"
key  = ["code"]
"#;

fn rules(lines: &[&str]) -> Vec<u8> {
    let header = "code,kind,word,short,whole,exact,day,note,must";
    format!("{header}\n{}\n", lines.join("\n")).into_bytes()
}

on_every_backend!(each_constraint_refuses_its_line_and_says_where, |world: World| async move {
    world.contract("rules.toml", CONTRACT).await;
    let lines = [
        "a,x,abc,ab,1,0.5,2024-01-01,NA,!",
        "b,y,ñ,ññññ,9,1.5,2024-12-31,-,NA",
        "c,,,,,,,,.",
        ",x,a,ab,1,1,2024-06-01,n,!",
        "e,z,,,,,,,!",
        "f,,a1,,,,,,!",
        "g,,,a,,,,,!",
        "h,,,abcde,,,,,!",
        "i,,,,0,,,,!",
        "j,,,,10,,,,!",
        "k,,,,2,,,,!",
        "l,,,,,0.49,,,!",
        "m,,,,,1.51,,,!",
        "n,,,,,,2023-12-31,,!",
        "o,,,,,,2025-01-01,,!",
        "p,,,,,,,,",
        "q,,,,,,,,?",
        "toolong,,,,,,,,!",
        "s,z,A,,,,,,!",
    ];
    let dropped = world.drop_bytes("rules", "rules.csv", &rules(&lines)).await;
    assert_eq!(
        world.found(dropped.load).await,
        [
            "required at line 5, column 1",
            "enum at line 6, column 2: z",
            "pattern at line 7, column 3: a1",
            "minLength at line 8, column 4: a",
            "maxLength at line 9, column 4: abcde",
            "enum at line 10, column 5: 0",
            "maximum at line 11, column 5: 10",
            "enum at line 12, column 5: 2",
            "minimum at line 13, column 6: 0.49",
            "maximum at line 14, column 6: 1.51",
            "minimum at line 15, column 7: 2023-12-31",
            "maximum at line 16, column 7: 2025-01-01",
            "required at line 17, column 9",
            "required at line 18, column 9: ?",
            "maxLength at line 19, column 1: toolong",
            "enum at line 20, column 2: z",
            "pattern at line 20, column 3: A",
        ]
    );
    assert_eq!(world.lines("rule", &["code", "note", "must"]).await, ["a|-|!", "b|-|NA", "c|-|."]);
    assert_eq!(brief(&dropped.report, "rule"), "19 offered, 3 inserted, 16 rejected");
    assert_eq!(dropped.report.rejected, 16);
    let findings = world.ledger.findings(dropped.load, 0, 1).await.expect("findings are read");
    assert_eq!(findings[0].field.as_deref(), Some("code"));
});

/// Items whose names are unique.
fn named(head: &str) -> String {
    items(head).replace("maxLength = 100", "maxLength = 100, unique = true")
}

const COLUMNS: &[&str] = &["code", "name"];

on_every_backend!(two_lines_of_a_file_cannot_share_a_unique_value, |world: World| async move {
    world.contract("items.toml", &named("")).await;
    let lines = ["a,one,1", "b,one,2", "c,,3", "d,,4", "a,one,1", "e,One,5", "f,one ,6"];
    let dropped = world.drop_bytes("items", "items.csv", &file(&lines)).await;
    let expected: Vec<Row> =
        [("a", Some("one")), ("c", None), ("d", None), ("e", Some("One")), ("f", Some("one "))]
            .map(|(code, name)| vec![Some(code.to_owned()), name.map(str::to_owned)])
            .into();
    assert_eq!(world.rows("item", COLUMNS).await, expected);
    assert_eq!(world.found(dropped.load).await, ["unique at line 3, column 2: one"]);
    assert_eq!(brief(&dropped.report, "item"), "7 offered, 5 inserted, 1 duplicate, 1 rejected");
});

on_every_backend!(
    a_unique_value_may_move_to_another_row_with_a_new_snapshot,
    |world: World| async move {
        world.contract("items.toml", &named("")).await;
        world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,2", "c,three,3"])).await;
        let lines = ["a,two,1", "b,one,2", "d,three,3"];
        let dropped = world.drop_bytes("items", "items.csv", &file(&lines)).await;
        assert_eq!(world.lines("item", COLUMNS).await, ["a|two", "b|one", "d|three"]);
        assert_eq!(world.found(dropped.load).await, Vec::<String>::new());
    }
);

on_every_backend!(
    an_upsert_cannot_take_a_unique_value_that_another_row_has,
    |world: World| async move {
        world.contract("items.toml", &named("refresh = \"upsert\"")).await;
        world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,2"])).await;
        let lines = ["c,one,3", "b,deux,2", "d,two,4", "a,one,9"];
        let dropped = world.drop_bytes("items", "items.csv", &file(&lines)).await;
        assert_eq!(world.found(dropped.load).await, ["unique at line 2, column 2: one"]);
        // What another line of the file has given up is free.
        assert_eq!(world.lines("item", COLUMNS).await, ["a|one", "b|deux", "d|two"]);
    }
);

on_every_backend!(
    a_file_of_a_partition_cannot_take_a_unique_value_of_another,
    |world: World| async move {
        world.contract("items.toml", &named("partition = \"file\"")).await;
        world.drop_bytes("items", "items-1.csv", &file(&["a,one,1"])).await;
        let dropped =
            world.drop_bytes("items", "items-2.csv", &file(&["b,one,1", "c,two,1"])).await;
        assert_eq!(world.found(dropped.load).await, ["unique at line 2, column 2: one"]);
        assert_eq!(world.lines("item", COLUMNS).await, ["a|one", "c|two"]);
    }
);

on_every_backend!(a_unique_value_may_move_within_a_partition, |world: World| async move {
    world.contract("items.toml", &named("partition = \"file\"")).await;
    world.drop_bytes("items", "items-1.csv", &file(&["a,one,1", "b,two,1"])).await;
    let dropped = world.drop_bytes("items", "items-1.csv", &file(&["c,one,1", "b,two,2"])).await;
    assert_eq!(world.found(dropped.load).await, Vec::<String>::new());
    assert_eq!(world.lines("item", COLUMNS).await, ["b|two", "c|one"]);
});

on_every_backend!(a_refused_line_claims_no_unique_value, |world: World| async move {
    world.contract("items.toml", &named("")).await;
    let dropped = world.drop_bytes("items", "items.csv", &file(&["a,one,x", "b,one,1"])).await;
    assert_eq!(world.found(dropped.load).await, ["type at line 2, column 3: x"]);
    assert_eq!(world.lines("item", COLUMNS).await, ["b|one"]);
});

on_every_backend!(
    a_file_cannot_take_a_unique_value_of_a_row_made_by_the_api,
    |world: World| async move {
        world.contract("items.toml", &named("")).await;
        world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
        let values = [("code", "'made'"), ("name", "'two'")];
        world.create("items", "item", &values, crate::hands::OTHER).await;
        let dropped = world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,1"])).await;
        assert_eq!(world.found(dropped.load).await, ["unique at line 3, column 2: two"]);
        assert_eq!(world.lines("item", COLUMNS).await, ["a|one", "made|two"]);
    }
);
