//! Rows and cells whose places are odd.

use super::Folder;
use super::book::{book, head, line, number, row, text};

pub fn files() -> Folder {
    let mut folder = Folder::new("structure");
    let to = &mut folder;
    let plain = |name: &str| format!(r#"<c t="inlineStr"><is><t>{name}</t></is></c>"#);
    let bare = |cells: [&str; 3]| cells.map(plain).concat();
    let two = || row(3, &[text("b"), text("two"), number("2")]);
    to.file(
        "cells_without_places.xlsx",
        book(&[
            format!(r#"<row r="1">{}</row>"#, bare(["code", "name", "amount"])),
            format!(r#"<row r="2">{}<c><v>1</v></c></row>"#, ["a", "one"].map(plain).concat()),
        ])
        .zip(),
    );
    to.file(
        "rows_without_numbers.xlsx",
        book(&[
            format!("<row>{}</row>", bare(["code", "name", "amount"])),
            format!("<row>{}<c><v>1</v></c></row>", ["a", "one"].map(plain).concat()),
            "<row/>".to_owned(),
            format!("<row>{}<c><v>2</v></c></row>", ["b", "two"].map(plain).concat()),
        ])
        .zip(),
    );
    to.file(
        "places_only_in_some_cells.xlsx",
        book(&[
            head(),
            format!(r#"<row r="2">{}{}<c r="C2"><v>1</v></c></row>"#, plain("a"), plain("one")),
            format!(r#"<row r="3"><c r="A3" t="inlineStr"><is><t>b</t></is></c>{}<c><v>2</v></c></row>"#, plain("two")),
        ])
        .zip(),
    );
    to.file("rows_out_of_order.xlsx", book(&[head(), two(), line()]).zip());
    to.file("row_twice.xlsx", book(&[head(), line(), line()]).zip());
    let turned =
        r#"<row r="2"><c r="C2"><v>1</v></c><c r="A2" t="inlineStr"><is><t>a</t></is></c></row>"#;
    to.file("cells_out_of_order.xlsx", book(&[head(), turned.to_owned()]).zip());
    let double = line().replace("</row>", r#"<c r="C2"><v>9</v></c></row>"#);
    to.file("cell_twice.xlsx", book(&[head(), double]).zip());
    let stray = line().replace("r=\"C2\"", "r=\"C7\"");
    to.file("cell_of_another_row.xlsx", book(&[head(), stray, two()]).zip());
    for (name, place) in
        [("junk", "?!"), ("zero", "C0"), ("huge", "ZZZZZZZZ99999999999"), ("small", "c2")]
    {
        let wrong = line().replace("r=\"C2\"", &format!("r=\"{place}\""));
        to.file(&format!("place_{name}.xlsx"), book(&[head(), wrong]).zip());
    }
    let negative = line().replace("<row r=\"2\"", "<row r=\"-2\"");
    to.file("row_number_negative.xlsx", book(&[head(), negative]).zip());
    let spans = line().replace("<row ", "<row spans=\"9:1\" x:dyDescent=\"0.2\" ");
    to.file("odd_attributes.xlsx", book(&[head(), spans]).zip());
    folder
}
