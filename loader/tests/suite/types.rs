//! Every type of field from text files: what is stored, and that it is recognised again.

use crate::look::{Row, brief, texts};
use crate::world::on_every_backend;

const CONTRACT: &str = r#"version = 1
name  = "values"
files = ["values*"]

[[source]]
name      = "lines"
delimiter = ";"
fields = [
  { name = "code",   required = true, maxLength = 10 },
  { name = "word" },
  { name = "whole",  type = "integer" },
  { name = "grouped", type = "integer", groupChar = "." },
  { name = "exact",  type = "number", scale = 12 },
  { name = "money",  type = "number", decimalChar = ",", groupChar = ".", scale = 2 },
  { name = "flag",   type = "boolean", trueValues = ["sí", "wahr"], falseValues = ["no", "0"] },
  { name = "day",    type = "date", format = ["%d/%m/%Y", "%Y-%m-%d"] },
  { name = "clock",  type = "time", format = ["%H:%M:%S%.f", "%H:%M"] },
  { name = "moment", type = "datetime", format = "%Y-%m-%d %H:%M:%S%.f" },
]

[[table]]
name = "value"
from = "lines"
key  = ["code"]
"#;

const HEADER: &str = "code;word;whole;grouped;exact;money;flag;day;clock;moment";
const LINES: &[&str] = &[
    "a;hola;9223372036854775807;1.234;1234567890123456.123456789012;1.234.567,50;sí;29/02/2024;23:59:59.999999;2024-02-29 12:00:00.123456",
    "b; x ;-9223372036854775808;-5;-0.000000000001;-0,5;NO;1000-01-01;08:30;9999-12-31 23:59:59",
    "c;;;;;;;;;",
    "d;0;0;+7;-0.00;1.000;WAHR;9999-12-31;00:00:00;1000-01-01 00:00:00",
    "e;1;-1;1.000.000;1234567890123456789012345678;,;0;2024-12-31;12:00:00.5;2024-01-01 00:00:00.000001",
];
const STORED: &[&str] = &[
    "a|hola|9223372036854775807|1234|1234567890123456.123456789012|1234567.5|1|2024-02-29|23:59:59.999999|2024-02-29 12:00:00.123456",
    "b| x |-9223372036854775808|-5|-0.000000000001|-0.5|0|1000-01-01|08:30:00|9999-12-31 23:59:59",
    "c|-|-|-|-|-|-|-|-|-",
    "d|0|0|7|0|1000|1|9999-12-31|00:00:00|1000-01-01 00:00:00",
];

const COLUMNS: &[&str] =
    &["code", "word", "whole", "grouped", "exact", "money", "flag", "day", "clock", "moment"];

/// A stored value in one spelling: databases differ in zeros behind the point and in the `T`.
pub fn plain(text: &str) -> String {
    let text = text.replace('T', " ");
    if text.contains('.') && text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    text
}

/// Rows as lines, in one spelling.
pub fn plain_lines(rows: Vec<Row>) -> Vec<String> {
    rows.into_iter()
        .map(|row| {
            let parts =
                row.into_iter().map(|part| part.map_or("-".to_owned(), |part| plain(&part)));
            parts.collect::<Vec<_>>().join("|")
        })
        .collect()
}

fn file(lines: &[&str]) -> Vec<u8> {
    format!("{HEADER}\n{}\n", lines.join("\n")).into_bytes()
}

on_every_backend!(
    values_of_every_type_are_stored_exactly_and_recognised_again,
    |world: World| async move {
        world.contract("values.toml", CONTRACT).await;
        let first = world.drop_bytes("values", "values.csv", &file(LINES)).await;
        assert_eq!(plain_lines(world.rows("value", COLUMNS).await), STORED);
        // A separator alone is no number.
        assert_eq!(world.found(first.load).await, ["type at line 6, column 6: ,"]);
        let more: Vec<&str> = LINES[..4].iter().copied().chain(["z;;;;;;;;;"]).collect();
        let second = world.drop_bytes("values", "values.csv", &file(&more)).await;
        assert_eq!(brief(&second.report, "value"), "5 offered, 1 inserted, 4 unchanged");
        // Other spellings of the same values are the same values.
        let respelt = [
            "a;hola;+9223372036854775807;1234;1234567890123456.123456789012;1234567,5;WAHR;2024-02-29;23:59:59.999999;2024-02-29 12:00:00.123456",
            "b; x ;-9223372036854775808;-5;-0.000000000001;-0,50;no;01/01/1000;08:30:00;9999-12-31 23:59:59.000",
            "c;;;;;;;;;",
            "d;0;-0;7;0;1.000,00;sí;31/12/9999;00:00;1000-01-01 00:00:00",
            "z;;;;;;;;;",
        ];
        let third = world.drop_bytes("values", "values.csv", &file(&respelt)).await;
        assert_eq!(brief(&third.report, "value"), "5 offered, 5 unchanged");
        assert_eq!(world.found(third.load).await, Vec::<String>::new());
    }
);

on_every_backend!(
    what_does_not_fit_its_type_is_refused_where_it_stands,
    |world: World| async move {
        world.contract("values.toml", CONTRACT).await;
        let lines = [
            "a;;9223372036854775808;;;;;;;",
            "b;;1.5;;;;;;;",
            "c;;;1.23;;;;;;",
            "d;;;;0.1234567890123;;;;;",
            "e;;;;12345678901234567890123456789;;;;;",
            "f;;;;1e5;;;;;",
            "g;;;;;1.5;;;;",
            "h;;;;;;yes;;;",
            "i;;;;;;;30/02/2024;;",
            "j;;;;;;;0999-12-31;;",
            "k;;;;;;;;24:00:00;",
            "l;;;;;;;;;2024-02-29T12:00:00",
            "m;;;;;;;;23:59:60;",
            "n;;;;;;;;;2024-06-30 23:59:60",
            "z;good;;;;;;;;",
        ];
        let dropped = world.drop_bytes("values", "values.csv", &file(&lines)).await;
        assert_eq!(
            world.found(dropped.load).await,
            [
                "type at line 2, column 3: 9223372036854775808",
                "type at line 3, column 3: 1.5",
                "type at line 4, column 4: 1.23",
                "scale at line 5, column 5: 0.1234567890123",
                "type at line 6, column 5: 12345678901234567890123456789",
                "type at line 7, column 5: 1e5",
                "type at line 8, column 6: 1.5",
                "type at line 9, column 7: yes",
                "type at line 10, column 8: 30/02/2024",
                "type at line 11, column 8: 0999-12-31",
                "type at line 12, column 9: 24:00:00",
                "type at line 13, column 10: 2024-02-29T12:00:00",
                "type at line 14, column 9: 23:59:60",
                "type at line 15, column 10: 2024-06-30 23:59:60",
            ]
        );
        assert_eq!(world.lines("value", &["code"]).await, ["z"]);
    }
);

/// A table for each type of key, all from the same lines.
fn keyed() -> String {
    let mut text = r#"version = 1
name  = "keyed"
files = ["keyed*"]

[[source]]
name = "lines"
fields = [
  { name = "note" },
  { name = "whole",  type = "integer" },
  { name = "exact",  type = "number", scale = 12 },
  { name = "flag",   type = "boolean" },
  { name = "day",    type = "date" },
  { name = "clock",  type = "time", format = "%H:%M:%S%.f" },
  { name = "moment", type = "datetime", format = "%Y-%m-%dT%H:%M:%S%.f" },
]
"#
    .to_owned();
    for (name, key) in KEYED {
        text.push_str(&format!(
            "\n[[table]]\nname = \"{name}\"\nfrom = \"lines\"\nkey = {key}\n\
             columns = [\"note\", \"whole\", \"exact\", \"flag\", \"day\", \"clock\", \"moment\"]\n"
        ));
    }
    text
}

const KEYED: &[(&str, &str)] = &[
    ("by_whole", "[\"whole\"]"),
    ("by_exact", "[\"exact\"]"),
    ("by_flag", "[\"flag\", \"whole\"]"),
    ("by_day", "[\"day\"]"),
    ("by_clock", "[\"clock\"]"),
    ("by_moment", "[\"moment\"]"),
    ("by_all", "[\"moment\", \"clock\", \"day\", \"flag\", \"exact\", \"whole\"]"),
];

const KEYS: &[&str] = &[
    "9223372036854775807,1234567890123456789012345678,1,2024-02-29,23:59:59.999999,2024-02-29T12:00:00.123456",
    "-9223372036854775808,0.000000000001,0,1000-01-01,00:00:00,1000-01-01T00:00:00",
    "0,-1.50,yes,9999-12-31,12:00:00.5,9999-12-31T23:59:59.999999",
    "1,1.5,no,2024-03-01,12:00:00.500001,2024-01-01T00:00:00.1",
    "2,0,no,2024-03-02,06:00:00.1234567,2024-01-01T00:00:00.1234569",
    "3,1234567890123456.123456789012,no,2024-03-03,06:00:01,2024-01-01T00:00:00.7",
];

on_every_backend!(keys_of_every_type_are_found_again, |world: World| async move {
    world.contract("keyed.toml", &keyed()).await;
    let bytes = |note: &str, keys: &[&str]| {
        let lines: Vec<String> = keys.iter().map(|key| format!("{note},{key}")).collect();
        let header = "note,whole,exact,flag,day,clock,moment";
        format!("{header}\n{}\n", lines.join("\n")).into_bytes()
    };
    let all = KEYS.len();
    let first = world.drop_bytes("keyed", "keyed.csv", &bytes("old", KEYS)).await;
    let more = [KEYS, &["4,-2,1,2024-03-04,07:00:00,2024-05-05T05:05:05"]].concat();
    let second = world.drop_bytes("keyed", "keyed.csv", &bytes("old", &more)).await;
    let third = world.drop_bytes("keyed", "keyed.csv", &bytes("new", &more)).await;
    let fewer: Vec<&str> = KEYS.iter().copied().skip(4).collect();
    let fourth = world.drop_bytes("keyed", "keyed.csv", &bytes("new", &fewer)).await;
    for (table, _) in KEYED {
        assert_eq!(
            brief(&first.report, table),
            format!("{all} offered, {all} inserted"),
            "{table}"
        );
        let counts = format!("{} offered, 1 inserted, {all} unchanged", all + 1);
        assert_eq!(brief(&second.report, table), counts, "{table}");
        let counts = format!("{0} offered, {0} updated", all + 1);
        assert_eq!(brief(&third.report, table), counts, "{table}");
        let counts = format!("2 offered, 2 unchanged, {} deleted", all - 1);
        assert_eq!(brief(&fourth.report, table), counts, "{table}");
        let rows = world.rows(table, &["note", "whole"]).await;
        assert_eq!(plain_lines(rows), ["new|2", "new|3"], "{table}");
    }
});

on_every_backend!(
    unusual_formats_of_booleans_are_words_of_the_contract,
    |world: World| async move {
        let contract = CONTRACT
            .replace(", trueValues = [\"sí\", \"wahr\"], falseValues = [\"no\", \"0\"]", "");
        world.contract("values.toml", &contract).await;
        let words = ["1", "TRUE", "yes", "Sí", "x", "0", "False", "n"];
        let lines: Vec<String> =
            words.iter().enumerate().map(|(at, word)| format!("{at};;;;;;{word};;;")).collect();
        let dropped = world.drop_bytes("values", "values.csv", &file(&texts(&lines))).await;
        assert_eq!(world.found(dropped.load).await, Vec::<String>::new());
        let flags: String = world
            .rows("value", &["code", "flag"])
            .await
            .into_iter()
            .filter_map(|row| row[1].clone())
            .collect();
        assert_eq!(flags, "11111000");
    }
);
