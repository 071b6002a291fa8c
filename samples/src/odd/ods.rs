//! OpenDocument spreadsheets, written as LibreOffice writes them and as it does not.

use super::Folder;
use super::book::archive;
use super::contract::{items, types};

const MIME: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// A document of these tables.
pub fn document(tables: &str) -> Vec<u8> {
    document_with("", tables, "")
}

fn document_with(styles: &str, tables: &str, manifest: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3"><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"#
    );
    let listed = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">{manifest}</manifest:file-entry></manifest:manifest>"#
    );
    archive([
        ("mimetype", MIME.as_bytes()),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", listed.as_bytes()),
    ])
}

/// A table of rows.
pub fn table(name: &str, rows: &str) -> String {
    format!(r#"<table:table table:name="{name}">{rows}</table:table>"#)
}

/// A row of cells.
pub fn row(cells: &[String]) -> String {
    format!("<table:table-row>{}</table:table-row>", cells.concat())
}

/// A text.
pub fn text(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    paragraphs(&format!("<text:p>{text}</text:p>"))
}

/// A text whose spaces and lines are told as the format wants it: the XML keeps but one space.
pub fn spaced(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace(' ', "<text:s/>");
    let lines: String = text.split('\n').map(|line| format!("<text:p>{line}</text:p>")).collect();
    paragraphs(&lines)
}

/// Text with elements of its own.
fn paragraphs(inside: &str) -> String {
    format!(r#"<table:table-cell office:value-type="string">{inside}</table:table-cell>"#)
}

/// A value of a type, and how it is shown.
pub fn value(kind: &str, attribute: &str, value: &str, shown: &str) -> String {
    format!(
        r#"<table:table-cell office:value-type="{kind}" office:{attribute}="{value}"><text:p>{shown}</text:p></table:table-cell>"#
    )
}

/// A number.
pub fn number(number: &str) -> String {
    value("float", "value", number, number)
}

/// No value.
pub fn none() -> String {
    "<table:table-cell/>".to_owned()
}

fn head() -> String {
    row(&["code", "name", "amount"].map(text))
}

fn data(rows: &[String]) -> Vec<u8> {
    document(&table("Data", &format!("{}{}", head(), rows.concat())))
}

fn amounts(cells: &[String]) -> Vec<u8> {
    let rows: Vec<String> = (1..)
        .zip(cells)
        .map(|(at, cell)| row(&[text(&format!("n{at:02}")), none(), cell.clone()]))
        .collect();
    data(&rows)
}

fn line(code: &str, name: &str, amount: &str) -> String {
    row(&[text(code), text(name), number(amount)])
}

pub fn files() -> Folder {
    let mut folder = Folder::new("ods");
    values(&mut folder);
    shapes(&mut folder);
    documents(&mut folder);
    folder
}

fn values(to: &mut Folder) {
    to.file("basic.ods", data(&[line("a", "one", "1"), line("b", "two", "2.5")]));
    let numbers = [
        number("1.5"),
        value("percentage", "value", "0.25", "25 %"),
        value("currency", "value", "12.5\" office:currency=\"EUR", "12,50 €"),
        value("float", "value", "1E5", "100000"),
        value("float", "value", "0.30000000000000004", "0,3"),
        text("12"),
        text("1,5"),
        value("boolean", "boolean-value", "true", "TRUE"),
    ];
    to.file("numbers.ods", amounts(&numbers));
    to.file("number_broken.ods", amounts(&[value("float", "value", "x", "x")]));
    let formula = |formula: &str, kind: &str, value: &str, shown: &str| {
        format!(
            r#"<table:table-cell table:formula="of:={formula}" office:value-type="{kind}" {value}><text:p>{shown}</text:p></table:table-cell>"#
        )
    };
    let formulas = [
        formula("1+1", "float", r#"office:value="2""#, "2"),
        formula("\"3\"", "string", r#"office:string-value="3""#, "3"),
        formula("1/0", "string", r#"office:string-value="" calcext:value-type="error""#, "#DIV/0!"),
        formula("NA()", "string", r#"office:string-value="" calcext:value-type="error""#, "#N/A"),
        r#"<table:table-cell table:formula="of:=1+1"/>"#.to_owned(),
    ];
    to.file("formulas.ods", amounts(&formulas));
    let texts = [
        "<text:p>two</text:p><text:p>paragraphs</text:p>",
        "<text:p>three<text:s text:c=\"3\"/>spaces<text:s/>.</text:p>",
        "<text:p>a<text:tab/>tab and a<text:line-break/>break</text:p>",
        "<text:p>some <text:span>bold</text:span> words</text:p>",
        "<office:annotation><dc:creator>Ana</dc:creator><text:p>a remark</text:p></office:annotation><text:p>remarked</text:p>",
        "<text:p><text:a xmlns:xlink=\"http://www.w3.org/1999/xlink\" xlink:href=\"http://x\">a link</text:a></text:p>",
        "<text:p>a &amp; b &lt; c &#x20AC;</text:p>",
        "<text:p/>",
        "<text:p>first</text:p><text:p/><text:p>third</text:p>",
    ];
    let rows: Vec<String> = (1..)
        .zip(texts)
        .map(|(at, inside)| row(&[text(&format!("n{at:02}")), paragraphs(inside), number("1")]))
        .collect();
    to.file("texts.ods", data(&rows));
    let typed = |cells: [String; 8]| row(&cells);
    let header =
        row(&["code", "word", "whole", "exact", "flag", "day", "clock", "moment"].map(text));
    let date = |value: &str| self::value("date", "date-value", value, "shown");
    let time = |value: &str| self::value("time", "time-value", value, "shown");
    let flag = |value: &str| self::value("boolean", "boolean-value", value, "shown");
    let rows = [
        typed([
            text("a"),
            text("one"),
            number("3"),
            number("0.1"),
            flag("true"),
            date("2024-02-29"),
            time("PT08H30M00S"),
            date("2024-02-29T12:30:01"),
        ]),
        typed([
            text("b"),
            none(),
            none(),
            none(),
            flag("false"),
            date("1899-12-31"),
            time("PT23H59M59.5S"),
            date("2024-02-29T12:30:01.500000000"),
        ]),
        typed([
            text("c"),
            none(),
            none(),
            none(),
            none(),
            date("2024-02-29T00:00:00"),
            time("PT25H00M00S"),
            date("2024-02-29"),
        ]),
        typed([
            text("d"),
            none(),
            none(),
            none(),
            none(),
            date("2024-02-29T01:00:00"),
            none(),
            none(),
        ]),
        typed([text("e"), none(), none(), none(), none(), date("no date"), none(), none()]),
        typed([text("f"), none(), none(), none(), none(), none(), time("no time"), none()]),
    ];
    to.with("types.ods", types(), document(&table("Data", &format!("{header}{}", rows.concat()))));
}

fn shapes(to: &mut Folder) {
    let repeated = |times: u32, cell: &str| {
        cell.replacen(
            "<table:table-cell",
            &format!(r#"<table:table-cell table:number-columns-repeated="{times}""#),
            1,
        )
    };
    let rows_repeated = |times: u32, row: &str| {
        row.replacen(
            "<table:table-row",
            &format!(r#"<table:table-row table:number-rows-repeated="{times}""#),
            1,
        )
    };
    let contract = items().field("name = \"third\"");
    let header = row(&["code", "name", "amount", "third"].map(text));
    let wide = row(&[text("a"), repeated(2, &text("7")), text("x")]);
    to.with("columns_repeated.ods", contract, document(&table("Data", &format!("{header}{wide}"))));
    let filler = rows_repeated(1_048_570, &row(&[repeated(16_384, &none())]));
    to.file("a_million_empty_rows.ods", data(&[line("a", "one", "1"), filler.clone()]));
    let apart = rows_repeated(4_000, &row(&[repeated(3, &none())]));
    to.file("rows_far_apart.ods", data(&[line("a", "one", "1"), apart, line("b", "two", "2")]));
    to.file("rows_repeated.ods", data(&[rows_repeated(3, &line("a", "one", "1"))]));
    let full = rows_repeated(1_048_576, &row(&[repeated(16_384, &text("x"))]));
    to.file("billions_of_cells.ods", data(&[full]));
    let huge = rows_repeated(4_294_967_295, &row(&[repeated(4_294_967_295, &none())]));
    to.file("repeated_beyond_the_sheet.ods", data(&[line("a", "one", "1"), huge]));
    let merged = [
        row(&[
            text("a"),
            text("both").replacen("<table:table-cell", r#"<table:table-cell table:number-rows-spanned="2" table:number-columns-spanned="1""#, 1),
            number("1"),
        ]),
        row(&[text("b"), "<table:covered-table-cell/>".to_owned(), number("2")]),
    ];
    to.file("merged.ods", data(&merged));
    to.with("merged_filled.ods", items().source("merged = \"fill\""), data(&merged));
    let collapsed = line("b", "two", "2").replacen(
        "<table:table-row",
        r#"<table:table-row table:visibility="collapse""#,
        1,
    );
    let hidden = [line("a", "one", "1"), collapsed];
    to.file("hidden_rows.ods", data(&hidden));
    to.with("hidden_rows_skipped.ods", items().source("hidden = \"skip\""), data(&hidden));
    let groups = format!(
        "<table:table-header-rows>{}</table:table-header-rows><table:table-row-group>{}</table:table-row-group>",
        head(),
        line("a", "one", "1")
    );
    to.file("rows_in_groups.ods", document(&table("Data", &groups)));
}

fn documents(to: &mut Folder) {
    let sheet =
        |name: &str, code: &str| table(name, &format!("{}{}", head(), line(code, name, "1")));
    let months = items().source("sheet = \"2024-*\"").field("name = \"month\", from = \"sheet\"");
    let year = [sheet("2024-02", "b"), sheet("Notes", "n"), sheet("2024-01", "a")].concat();
    to.with("sheets_by_pattern.ods", months, document(&year));
    let style = r#"<style:style style:name="ta1" style:family="table"><style:table-properties table:display="false"/></style:style>"#;
    let secret = sheet("Secret", "a").replacen(
        "<table:table ",
        r#"<table:table table:style-name="ta1" "#,
        1,
    );
    let two = format!("{secret}{}", sheet("Data", "b"));
    to.file("hidden_sheet.ods", document_with(style, &two, ""));
    to.with(
        "hidden_sheet_skipped.ods",
        items().source("hidden = \"skip\""),
        document_with(style, &two, ""),
    );
    to.file("no_tables.ods", document(""));
    to.file("no_rows.ods", document(&table("Data", "")));
    let locked = r#"<manifest:encryption-data manifest:checksum-type="SHA256/1K"><manifest:algorithm manifest:algorithm-name="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/></manifest:encryption-data>"#;
    to.file("encrypted.ods", document_with("", &sheet("Data", "a"), locked));
    let whole = data(&[line("a", "one", "1")]);
    to.file("cut_in_the_middle.ods", &whole[..whole.len() / 2]);
    let content = archive([("content.xml", b"<office:document-content>".as_slice())]);
    to.file("content_cut.ods", content);
    let unnamed = archive([("mimetype", MIME.as_bytes())]);
    to.file("no_content.ods", unnamed);
    let letter = archive([("mimetype", b"application/vnd.oasis.opendocument.text".as_slice())]);
    to.file("letter.ods", letter);
    let flat = r#"<?xml version="1.0" encoding="UTF-8"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body/></office:document>"#;
    to.file("flat.ods", flat);
}
