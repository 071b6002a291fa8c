//! Every type of field from workbooks, whose cells have types of their own.

use crate::look::brief;
use crate::types::plain_lines;
use crate::workbook::{book, inline, raw};
use crate::world::on_every_backend;

const CONTRACT: &str = r#"version = 1
name  = "values"
files = ["values*"]

[[source]]
name   = "lines"
fields = [
  { name = "code",   required = true, maxLength = 10 },
  { name = "word" },
  { name = "zip",    pad = { to = 5 } },
  { name = "whole",  type = "integer" },
  { name = "exact",  type = "number" },
  { name = "flag",   type = "boolean" },
  { name = "day",    type = "date" },
  { name = "clock",  type = "time" },
  { name = "moment", type = "datetime" },
]

[[table]]
name = "value"
from = "lines"
key  = ["code"]
"#;

const COLUMNS: &[&str] =
    &["code", "word", "zip", "whole", "exact", "flag", "day", "clock", "moment"];

fn row(number: u32, cells: &[String]) -> String {
    format!(r#"<row r="{number}">{}</row>"#, cells.concat())
}

fn header() -> String {
    let cells: Vec<String> =
        ('A'..).zip(COLUMNS).map(|(letter, name)| inline(&format!("{letter}1"), name)).collect();
    row(1, &cells)
}

/// A number, in one of the styles of [`raw`].
fn number(place: &str, style: u32, value: &str) -> String {
    format!(r#"<c r="{place}" s="{style}"><v>{value}</v></c>"#)
}

/// A line with cells of every type; the days are counted from 1900 or 1904.
fn typed(at: u32, code: &str, since_1904: bool) -> String {
    let day = if since_1904 { 45_351 - 1_462 } else { 45_351 };
    row(
        at,
        &[
            inline(&format!("A{at}"), code),
            inline(&format!("B{at}"), "text"),
            number(&format!("C{at}"), 0, "8014"),
            number(&format!("D{at}"), 0, "42"),
            number(&format!("E{at}"), 0, "0.30000000000000004"),
            format!(r#"<c r="F{at}" t="b"><v>1</v></c>"#),
            number(&format!("G{at}"), 1, &day.to_string()),
            number(&format!("H{at}"), 3, "0.354166666666667"),
            number(&format!("I{at}"), 2, &format!("{day}.52084490741")),
        ],
    )
}

const STORED: &str = "text|08014|42|0.3|1|2024-02-29|08:30:00|2024-02-29 12:30:01";

on_every_backend!(
    cells_of_every_type_are_stored_exactly_and_recognised_again,
    |world: World| async move {
        world.contract("values.toml", CONTRACT).await;
        for since_1904 in [false, true] {
            let sheet = format!("{}{}", header(), typed(2, "a", since_1904));
            let dropped = world.drop_bytes("values", "values.xlsx", &raw(&sheet, since_1904)).await;
            assert_eq!(world.found(dropped.load).await, Vec::<String>::new());
            let rows = plain_lines(world.rows("value", COLUMNS).await);
            assert_eq!(rows, [format!("a|{STORED}")], "since 1904: {since_1904}");
            let counts =
                if since_1904 { "1 offered, 1 unchanged" } else { "1 offered, 1 inserted" };
            assert_eq!(brief(&dropped.report, "value"), counts);
        }
        // The same values as texts of a CSV file.
        let csv = "code,word,zip,whole,exact,flag,day,clock,moment\n\
               a,text,8014,42,0.3,1,2024-02-29,08:30:00,2024-02-29T12:30:01\n";
        let dropped = world.drop_bytes("values", "values.csv", csv.as_bytes()).await;
        assert_eq!(brief(&dropped.report, "value"), "1 offered, 1 unchanged");
    }
);

on_every_backend!(texts_in_cells_are_read_like_texts_of_a_file, |world: World| async move {
    world.contract("values.toml", CONTRACT).await;
    let line = [
        "a",
        "text",
        "'8014",
        "'42",
        "'0.3",
        "yes",
        "2024-02-29",
        "08:30:00",
        "2024-02-29T12:30:01",
    ];
    let bytes = book(&[("Sheet", &[COLUMNS, &line])]);
    let dropped = world.drop_bytes("values", "values.xlsx", &bytes).await;
    assert_eq!(world.found(dropped.load).await, Vec::<String>::new());
    assert_eq!(plain_lines(world.rows("value", COLUMNS).await), [format!("a|{STORED}")]);
});

on_every_backend!(a_number_in_a_text_column_is_kept_with_a_warning, |world: World| async move {
    world.contract("values.toml", CONTRACT).await;
    let lines: &[&[&str]] =
        &[&["code", "word", "zip"], &["a", "8014", "8014"], &["b", "'8014", ""]];
    let dropped = world.drop_bytes("values", "values.xlsx", &book(&[("Sheet", lines)])).await;
    assert_eq!(world.lines("value", &["code", "word", "zip"]).await, ["a|8014|08014", "b|8014|-"]);
    // Where the contract pads, it expects numbers.
    assert_eq!(
        world.found_by(dropped.load, "number_in_text").await,
        ["number_in_text at Sheet!B2: 8014"]
    );
});

on_every_backend!(
    errors_and_formulas_without_a_value_are_refused_where_they_stand,
    |world: World| async move {
        world.contract("values.toml", CONTRACT).await;
        let sheet = [
            header(),
            row(2, &[inline("A2", "a"), r#"<c r="D2" t="e"><v>#N/A</v></c>"#.into()]),
            row(3, &[inline("A3", "b"), r#"<c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c>"#.into()]),
            row(4, &[inline("A4", "c"), r#"<c r="D4"><f>1+1</f></c>"#.into()]),
            row(5, &[inline("A5", "d"), r#"<c r="D5"><f>1+1</f><v>2</v></c>"#.into()]),
            row(6, &[inline("A6", "e"), r#"<c r="B6" t="str"><f>"x"</f><v>x</v></c>"#.into()]),
            row(7, &[inline("A7", "f"), number("D7", 0, "1.5")]),
            row(8, &[inline("A8", "g"), number("D8", 0, "9007199254740993")]),
            row(9, &[inline("A9", "h"), number("G9", 2, "45351.5")]),
            row(10, &[inline("A10", "i"), number("G10", 0, "45351")]),
        ];
        let bytes = raw(&sheet.concat(), false);
        let dropped = world.drop_bytes("values", "values.xlsx", &bytes).await;
        let found = world.found(dropped.load).await;
        assert_eq!(
            found,
            [
                "cell_error at Data!D2: #N/A",
                "cell_error at Data!B3: #DIV/0!",
                "formula at Data!D4: =1+1",
                "type at Data!D7: 1.5",
                "type at Data!D8: 9007199254740990",
                "type at Data!G9: 2024-02-29T12:00:00",
                "type at Data!G10: 45351",
            ]
        );
        assert_eq!(world.lines("value", &["code", "word", "whole"]).await, ["d|-|2", "e|x|-"]);
    }
);
