//! The same lines in every format that this program writes; `sheetjs.mjs` makes the others of them.

use super::Folder;
use super::contract::types;
use super::{book, ods};

/// A value, whatever the format.
#[derive(Clone, Copy)]
enum Value {
    Unknown,
    Text(&'static str),
    Number(&'static str),
    Flag(bool),
    /// The day, and its number in a workbook.
    Day(&'static str, &'static str),
    /// The time, its length, and its number in a workbook.
    Clock(&'static str, &'static str, &'static str),
    /// The day and the time, and its number in a workbook.
    Moment(&'static str, &'static str),
}

use Value::{Clock, Day, Flag, Moment, Number, Text, Unknown};

const HEADER: [&str; 8] = ["code", "word", "whole", "exact", "flag", "day", "clock", "moment"];

const LINES: [[Value; 8]; 6] = [
    [
        Text("a"),
        Text("one"),
        Number("1"),
        Number("0.5"),
        Flag(true),
        Day("2024-02-29", "45351"),
        Clock("08:30:00", "PT08H30M00S", "0.354166666666667"),
        Moment("2024-02-29T12:30:01", "45351.520844907405"),
    ],
    [
        Text("b"),
        Text("Peña, \"Núñez\"; & Co <日本> 😀"),
        Number("-42"),
        Number("-0.000001"),
        Flag(false),
        Day("1999-12-31", "36525"),
        Clock("23:59:59", "PT23H59M59S", "0.999988425925926"),
        Moment("1999-12-31T23:59:59", "36525.999988425923"),
    ],
    [Text("c"), Unknown, Unknown, Unknown, Unknown, Unknown, Unknown, Unknown],
    [
        Text("007"),
        Text("00042"),
        Number("0"),
        Number("0"),
        Flag(false),
        Day("1900-03-01", "61"),
        Clock("00:00:01", "PT00H00M01S", "0.0000115740740740741"),
        Moment("2024-01-01T00:00:00", "45292"),
    ],
    [
        Text("d"),
        Text("  kept  spaces  "),
        Number("123456789012345"),
        Number("1234567.891"),
        Flag(true),
        Day("9999-12-31", "2958465"),
        Unknown,
        Unknown,
    ],
    [Text("e"), Text("two\nlines"), Number("7"), Number("0.1"), Unknown, Unknown, Unknown, Unknown],
];

pub fn files() -> Folder {
    let mut folder = Folder::new("parity");
    folder.with("all.csv", types(), delimited(','));
    folder.file("all.tsv", delimited('\t'));
    folder.file("all.txt", delimited(';'));
    folder.file("all.xlsx", workbook().zip());
    let macros = workbook().bytes_of("xl/vbaProject.bin", b"\xD0\xCF\x11\xE0macros").replaced(
        "[Content_Types].xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    );
    folder.file("all.xlsm", macros.zip());
    folder.file("all.ods", document());
    folder
}

fn delimited(delimiter: char) -> String {
    let mut text = HEADER.join(&delimiter.to_string());
    text.push('\n');
    for line in LINES {
        let cells = line.map(|value| match value {
            Unknown => String::new(),
            Text(text) => format!("\"{}\"", text.replace('"', "\"\"")),
            Flag(true) => "TRUE".to_owned(),
            Flag(false) => "FALSE".to_owned(),
            Number(text) | Day(text, _) | Clock(text, ..) | Moment(text, _) => text.to_owned(),
        });
        text.push_str(&cells.join(&delimiter.to_string()));
        text.push('\n');
    }
    text
}

fn workbook() -> book::Book {
    let cell = |value| match value {
        Unknown => book::none(),
        Text(text) => book::text(text),
        Number(number) => book::number(number),
        Flag(flag) => book::raw(r#" t="b""#, &format!("<v>{}</v>", u8::from(flag))),
        Day(_, serial) => book::styled(1, serial),
        Clock(.., serial) => book::styled(3, serial),
        Moment(_, serial) => book::styled(2, serial),
    };
    let lines = (2..).zip(LINES).map(|(at, line)| book::row(at, &line.map(cell)));
    let rows: Vec<String> =
        std::iter::once(book::row(1, &HEADER.map(book::text))).chain(lines).collect();
    book::book(&rows)
}

fn document() -> Vec<u8> {
    let cell = |value| match value {
        Unknown => ods::none(),
        Text(text) => ods::spaced(text),
        Number(number) => ods::number(number),
        Flag(flag) => ods::value("boolean", "boolean-value", &flag.to_string(), "shown"),
        Day(day, _) => ods::value("date", "date-value", day, "shown"),
        Clock(_, length, _) => ods::value("time", "time-value", length, "shown"),
        Moment(moment, _) => ods::value("date", "date-value", moment, "shown"),
    };
    let lines: String = LINES.iter().map(|line| ods::row(&line.map(cell))).collect();
    let header = ods::row(&HEADER.map(ods::text));
    ods::document(&ods::table("Data", &format!("{header}{lines}")))
}
