//! Workbooks whose parts are odd, missing or broken.

use super::Folder;
use super::book::{Book, MAIN, Sheet, book, books, head, line};

const SHEET: &str = "xl/worksheets/sheet1.xml";
const WORKBOOK: &str = "xl/workbook.xml";
const RELATIONS: &str = "xl/_rels/workbook.xml.rels";

fn good() -> Book {
    book(&[head(), line()])
}

pub fn files() -> Folder {
    let mut folder = Folder::new("parts");
    missing(&mut folder);
    spelt_otherwise(&mut folder);
    other_sheets(&mut folder);
    broken(&mut folder);
    folder
}

fn missing(to: &mut Folder) {
    to.file("no_styles.xlsx", good().without("xl/styles.xml").zip());
    to.file("no_shared_texts.xlsx", good().without("xl/sharedStrings.xml").zip());
    let shared = r#"<row r="2"><c r="A2" t="s"><v>0</v></c></row>"#.to_owned();
    let absent = book(&[head(), shared]).without("xl/sharedStrings.xml");
    to.file("shared_texts_used_but_absent.xlsx", absent.zip());
    to.file("no_content_types.xlsx", good().without("[Content_Types].xml").zip());
    to.file("no_package_relations.xlsx", good().without("_rels/.rels").zip());
    to.file("no_relations.xlsx", good().without(RELATIONS).zip());
    to.file("no_workbook.xlsx", good().without(WORKBOOK).zip());
    to.file("sheet_absent.xlsx", good().without(SHEET).zip());
    let second =
        books(&[Sheet::new("Data", &[head(), line()]), Sheet::new("Lost", &[head(), line()])]);
    to.file("other_sheet_absent.xlsx", second.without("xl/worksheets/sheet2.xml").zip());
}

fn spelt_otherwise(to: &mut Folder) {
    let strict = MAIN.replace(
        "schemas.openxmlformats.org/spreadsheetml/2006",
        "purl.oclc.org/ooxml/spreadsheetml",
    );
    let mut book = good();
    for part in [SHEET, WORKBOOK, "xl/styles.xml", "xl/sharedStrings.xml"] {
        book = book.replaced(part, MAIN, &strict);
    }
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let purl = "http://purl.oclc.org/ooxml/officeDocument/relationships";
    for part in [RELATIONS, WORKBOOK, "_rels/.rels"] {
        book = book.replaced(part, office, purl);
    }
    to.file("strict.xlsx", book.zip());
    let mut prefixed = good();
    for part in [SHEET, WORKBOOK] {
        prefixed = prefixed
            .replaced(part, "xmlns=\"", "xmlns:x=\"")
            .replaced(part, "<", "<x:")
            .replaced(part, "<x:/", "</x:")
            .replaced(part, "<x:?", "<?");
    }
    to.file("prefixes.xlsx", prefixed.zip());
    let absolute = good().replaced(RELATIONS, "\"worksheets/", "\"/xl/worksheets/");
    to.file("absolute_paths.xlsx", absolute.zip());
    to.file("part_in_other_case.xlsx", good().moved(SHEET, "xl/Worksheets/Sheet1.xml").zip());
    to.file("backslashes.xlsx", good().moved(SHEET, "xl\\worksheets\\sheet1.xml").zip());
    let marked = good().replaced(SHEET, "<?xml", "\u{feff}<?xml");
    to.file("byte_order_mark.xlsx", marked.zip());
    to.file("no_declaration.xlsx", good().replaced(SHEET, super::book::HEAD, "").zip());
    let pretty = good().replaced(SHEET, "><", ">\r\n  <");
    to.file("pretty_printed.xlsx", pretty.zip());
    let macros = good().bytes_of("xl/vbaProject.bin", b"\xD0\xCF\x11\xE0macros").replaced(
        "[Content_Types].xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    );
    to.file("macros.xlsm", macros.zip());
    to.file("workbook_elsewhere.xlsx", elsewhere().zip());
}

/// The main part need not be called `xl/workbook.xml`.
fn elsewhere() -> Book {
    good()
        .moved(WORKBOOK, "book/main.xml")
        .moved(RELATIONS, "book/_rels/main.xml.rels")
        .moved(SHEET, "book/worksheets/sheet1.xml")
        .moved("xl/styles.xml", "book/styles.xml")
        .moved("xl/sharedStrings.xml", "book/sharedStrings.xml")
        .replaced("_rels/.rels", "xl/workbook.xml", "book/main.xml")
        .replaced("[Content_Types].xml", "/xl/workbook.xml", "/book/main.xml")
}

fn other_sheets(to: &mut Folder) {
    let chart = format!("<chartsheet xmlns=\"{MAIN}\"/>");
    let first = books(&[Sheet::new("Chart", &[]), Sheet::new("Data", &[head(), line()])])
        .moved(SHEET, "xl/chartsheets/sheet1.xml")
        .part("xl/chartsheets/sheet1.xml", &chart)
        .replaced(
            RELATIONS,
            "relationships/worksheet\" Target=\"worksheets/sheet1.xml",
            "relationships/chartsheet\" Target=\"chartsheets/sheet1.xml",
        );
    to.file("chart_first.xlsx", first.zip());
    let only = books(&[Sheet::new("Chart", &[])])
        .moved(SHEET, "xl/chartsheets/sheet1.xml")
        .part("xl/chartsheets/sheet1.xml", &chart)
        .replaced(
            RELATIONS,
            "relationships/worksheet\" Target=\"worksheets/sheet1.xml",
            "relationships/chartsheet\" Target=\"chartsheets/sheet1.xml",
        );
    to.file("only_a_chart.xlsx", only.zip());
}

fn broken(to: &mut Folder) {
    to.file("xml_cut.xlsx", good().replaced(SHEET, "</sheetData></worksheet>", "").zip());
    to.file(
        "xml_cut_in_a_tag.xlsx",
        good()
            .replaced(
                SHEET,
                "t></is></c><c r=\"C2\"><v>1</v></c></row></sheetData></worksheet>",
                "",
            )
            .zip(),
    );
    to.file(
        "xml_not_nested.xlsx",
        good().replaced(SHEET, "</row></sheetData>", "</sheetData></row>").zip(),
    );
    to.file("xml_of_zeros.xlsx", good().bytes_of(SHEET, &[0; 400]).zip());
    to.file("xml_empty.xlsx", good().bytes_of(SHEET, b"").zip());
    to.file("xml_not_utf8.xlsx", good().bytes_of(SHEET, &latin()).zip());
    let bomb = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>";
    let laughs = good()
        .replaced(SHEET, "<worksheet", &format!("{bomb}<worksheet"))
        .replaced(SHEET, ">one<", ">&c;<");
    to.file("entities_of_its_own.xlsx", laughs.zip());
    to.file("entity_unknown.xlsx", good().replaced(SHEET, ">one<", ">&nbsp;one<").zip());
    to.file("workbook_xml_cut.xlsx", good().replaced(WORKBOOK, "</sheets></workbook>", "").zip());
    to.file(
        "styles_cut.xlsx",
        good().replaced("xl/styles.xml", "</cellXfs></styleSheet>", "").zip(),
    );
    let mut wrong = good().zip();
    if let Some(at) = wrong.windows(5).position(|part| part == b">one<") {
        wrong[at + 1] = b'X';
    }
    to.file("wrong_checksum.xlsx", wrong);
}

/// A sheet that says UTF-8 and is not.
fn latin() -> Vec<u8> {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns=\"{MAIN}\"><sheetData>{}{}</sheetData></worksheet>",
        head(),
        line().replace(">one<", ">caf\u{e9}<")
    );
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}
