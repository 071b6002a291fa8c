//! Sheets: which one is read, what is hidden, how far they reach.

use super::Folder;
use super::book::{Sheet, book, books, head, line, none, number, row, text};
use super::contract::{Contract, items};

pub fn files() -> Folder {
    let mut folder = Folder::new("sheets");
    choices(&mut folder);
    several(&mut folder);
    hidden(&mut folder);
    reaches(&mut folder);
    folder
}

/// A sheet of one line.
fn one(name: &str, code: &str) -> Sheet {
    Sheet::new(name, &[head(), row(2, &[text(code), text(name), number("1")])])
}

fn sheet(choice: &str) -> Contract {
    items().source(&format!("sheet = {choice}"))
}

fn choices(to: &mut Folder) {
    let three = || books(&[one("Cover", "a"), one("Data", "b"), one("Datos 2024", "c")]).zip();
    to.file("first_sheet.xlsx", three());
    to.with("sheet_by_name.xlsx", sheet("\"data\""), three());
    to.with("sheet_by_number.xlsx", sheet("3"), three());
    to.with("sheet_by_list.xlsx", sheet("[\"Items\", \"Datos*\", \"Data\"]"), three());
    to.with("sheet_missing.xlsx", sheet("\"Items\""), three());
    to.with("sheet_number_missing.xlsx", sheet("4"), three());
    let twins = books(&[one("Data", "a"), one("DATA", "b"), one("data ", "c")]);
    to.with("names_that_differ_by_case.xlsx", sheet("\"DATA\""), twins.zip());
    to.file("sheet_name_with_entities.xlsx", books(&[one("R&amp;D &lt;1&gt; ñ 😀", "a")]).zip());
    let empty_first = books(&[Sheet::new("Cover", &[]), one("Data", "a")]);
    to.file("first_sheet_is_empty.xlsx", empty_first.zip());
    to.file("no_rows.xlsx", books(&[Sheet::new("Data", &[])]).zip());
    to.file("only_a_header.xlsx", book(&[head()]).zip());
    to.file("no_sheets.xlsx", books(&[]).zip());
}

fn several(to: &mut Folder) {
    let months = || sheet("\"2024-*\"").field("name = \"month\", from = \"sheet\"");
    let year =
        books(&[one("2024-02", "b"), one("Notes", "n"), one("2024-01", "a"), one("2023-12", "z")]);
    to.with("sheets_by_pattern.xlsx", months(), year.zip());
    let order = Sheet::new(
        "2024-02",
        &[
            row(1, &["Report", "of", "February"].map(text)),
            row(3, &["amount", "code", "name"].map(text)),
            row(4, &[number("2"), text("b"), text("two")]),
        ],
    );
    let mixed = books(&[one("2024-01", "a"), order]);
    to.with("sheets_by_pattern_each_with_its_header.xlsx", months(), mixed.zip());
    let wrong = Sheet::new("2024-02", &[row(1, &["kode", "name"].map(text)), line()]);
    to.with(
        "sheets_by_pattern_one_without_header.xlsx",
        months(),
        books(&[one("2024-01", "a"), wrong]).zip(),
    );
    let twice = books(&[one("2024-01", "a"), one("2024-02", "a")]);
    to.with("sheets_by_pattern_same_key.xlsx", months(), twice.zip());
    let empty = books(&[one("2024-01", "a"), Sheet::new("2024-02", &[head()])]);
    to.with("sheets_by_pattern_one_without_lines.xlsx", months(), empty.zip());
    let hidden = books(&[one("2024-01", "a"), one("2024-02", "b").state("hidden")]);
    let visible = months().source("hidden = \"skip\"");
    to.with("sheets_by_pattern_visible_ones.xlsx", visible, hidden.zip());
    let text = items().field("name = \"month\", from = \"sheet\"");
    to.with("sheet_name_of_a_text.csv", text, "code,name,amount\na,one,1\n");
}

fn hidden(to: &mut Folder) {
    let skip = || items().source("hidden = \"skip\"");
    let rows = [
        head(),
        line(),
        row(3, &[text("b"), text("two"), number("2")]).replace("<row ", "<row hidden=\"1\" "),
        row(4, &[text("c"), text("three"), number("3")]).replace("<row ", "<row hidden=\"0\" "),
        row(5, &[text("d"), text("four"), number("4")]).replace("<row ", "<row hidden=\"true\" "),
    ];
    to.file("hidden_rows.xlsx", book(&rows).zip());
    to.with("hidden_rows_skipped.xlsx", skip(), book(&rows).zip());
    let columns = r#"<cols><col min="2" max="2" width="9" hidden="1"/></cols>"#;
    let sheet = Sheet::new("Data", &[head(), line()]).before(columns);
    to.file("hidden_columns.xlsx", books(std::slice::from_ref(&sheet)).zip());
    to.with("hidden_columns_skipped.xlsx", skip(), books(&[sheet]).zip());
    for (name, state) in [("hidden_sheet", "hidden"), ("very_hidden_sheet", "veryHidden")] {
        let book = || books(&[one("Secret", "a").state(state), one("Data", "b")]).zip();
        to.file(&format!("{name}.xlsx"), book());
        to.with(&format!("{name}_skipped.xlsx"), skip(), book());
    }
    let all = books(&[one("Secret", "a").state("hidden")]);
    to.with("only_a_hidden_sheet_skipped.xlsx", skip(), all.zip());
}

fn reaches(to: &mut Folder) {
    let size = |size: &str| {
        let dimension = format!(r#"<dimension ref="{size}"/>"#);
        books(&[Sheet::new("Data", &[head(), line()]).before(&dimension)]).zip()
    };
    to.file("size_of_a_million_rows.xlsx", size("A1:XFD1048576"));
    to.file("size_too_small.xlsx", size("A1"));
    to.file("size_of_nonsense.xlsx", size("junk"));
    to.file("size_backwards.xlsx", size("C9:A1"));
    let formatted = r#"<row r="1048576"><c r="XFD1048576" s="4"/></row>"#.to_owned();
    to.file("last_row_is_only_formatted.xlsx", book(&[head(), line(), formatted]).zip());
    let beyond = r#"<row r="1048577"><c r="A1048577"><v>1</v></c></row>"#.to_owned();
    to.file("row_beyond_the_last.xlsx", book(&[head(), line(), beyond]).zip());
    let blank: String = (3..3_000).map(|at| format!(r#"<row r="{at}" ht="15"/>"#)).collect();
    to.file("many_empty_rows.xlsx", book(&[head(), line(), blank]).small_zip());
    let apart = row(5_000, &[text("b"), text("two"), number("2")]);
    to.file("rows_far_apart.xlsx", book(&[head(), line(), apart]).zip());
    let last =
        head().replace("</row>", r#"<c r="XFD1" t="inlineStr"><is><t>last</t></is></c></row>"#);
    let line_of_last = line().replace("</row>", r#"<c r="XFD2"><v>7</v></c></row>"#);
    let last_column = items().field("name = \"last\", type = \"integer\"");
    to.with("last_column.xlsx", last_column, book(&[last, line_of_last]).zip());
    to.with("wide.xlsx", items().source("extra = \"ignore\""), wide());
    let offset = [
        row(3, &[none(), none(), text("Stock")]),
        row(
            5,
            &[none(), none(), text("code"), text("name"), text("amount"), none(), text("notes:")],
        ),
        row(6, &[none(), none(), text("a"), text("one"), number("1")]),
        row(
            7,
            &[none(), none(), text("b"), text("two"), number("2"), none(), text("from here on")],
        ),
    ];
    to.file("table_in_the_middle.xlsx", book(&offset).zip());
    let stop = items().source("stop = \"Total*\"");
    let total = row(3, &[text("Total"), none(), number("1")]);
    let behind = row(4, &[text("b"), text("two"), number("2")]);
    to.with("stop.xlsx", stop, book(&[head(), line(), total, behind]).zip());
    let broken = [text("the\ncode"), text("\u{a0}name "), text("AMOUNT")];
    let contract =
        items().instead(r#"name = "code", header = "the code", required = true, maxLength = 40"#);
    to.with("header_with_breaks_and_nbsp.xlsx", contract, book(&[row(1, &broken), line()]).zip());
    let two = items()
        .source("header = [1, 2]")
        .instead(r#"name = "amount", header = "price net", type = "number""#);
    let upper = row(1, &[none(), none(), text("price")]);
    let lower = row(2, &["code", "name", "net"].map(text));
    let data = row(3, &[text("a"), text("one"), number("1")]);
    to.with("header_of_two_rows.xlsx", two, book(&[upper, lower, data]).zip());
    let repeated = row(3, &["code", "name", "amount"].map(text));
    let more = row(4, &[text("b"), text("two"), number("2")]);
    to.file("header_repeated.xlsx", book(&[head(), line(), repeated, more]).zip());
}

/// All 16,384 columns of a sheet.
fn wide() -> Vec<u8> {
    let letters = |mut column: u32| {
        let mut letters = String::new();
        while column > 0 {
            let digit = u8::try_from((column - 1) % 26).unwrap_or_default();
            letters.insert(0, char::from(b'A' + digit));
            column = (column - 1) / 26;
        }
        letters
    };
    let cells: String =
        (4..=16_384).map(|at| format!(r#"<c r="{}1"><v>{at}</v></c>"#, letters(at))).collect();
    let header = head().replace("</row>", &format!("{cells}</row>"));
    book(&[header, line()]).small_zip()
}
