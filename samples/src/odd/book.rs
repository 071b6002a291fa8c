//! A workbook written part by part, so that each part can be wrong.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

/// How every part begins.
pub const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
/// The namespace of sheets.
pub const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const TYPES: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// Number formats by the style that has them: 0 has none, 1 is a date, 2 a date and a time, and so on.
const FORMATS: [u32; 17] =
    [0, 14, 22, 21, 9, 10, 164, 12, 11, 49, 46, 165, 166, 167, 168, 169, 170];
/// Formats of the workbook's own.
const OWN_FORMATS: [(u32, &str); 7] = [
    (164, "#,##0.00\\ [$€-C0A]"),
    (165, "[$-C0A]d&quot; de &quot;mmmm&quot; de &quot;yyyy;@"),
    (166, "[Red]0.00;[Red]-0.00"),
    (167, "0&quot; days&quot;"),
    (168, "General&quot; kg&quot;"),
    (169, "yyyy\\-mm"),
    (170, "hh:mm AM/PM"),
];

/// A sheet of a workbook.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    name: String,
    /// `hidden` or `veryHidden`.
    state: Option<&'static str>,
    /// What stands before the rows.
    before: String,
    rows: String,
    /// What stands behind the rows.
    after: String,
}

impl Sheet {
    /// A sheet of these rows.
    pub fn new(name: &str, rows: &[String]) -> Self {
        Self { name: name.to_owned(), rows: rows.concat(), ..Self::default() }
    }

    /// A sheet whose tab is not shown.
    pub fn state(mut self, state: &'static str) -> Self {
        self.state = Some(state);
        self
    }

    /// With elements before the rows, such as columns.
    pub fn before(mut self, xml: &str) -> Self {
        self.before.push_str(xml);
        self
    }

    /// With elements behind the rows, such as merged cells.
    pub fn after(mut self, xml: &str) -> Self {
        self.after.push_str(xml);
        self
    }

    fn xml(&self) -> String {
        format!(
            r#"<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{}<sheetData>{}</sheetData>{}</worksheet>"#,
            self.before, self.rows, self.after
        )
    }
}

/// The parts of a workbook, by their names in the archive.
#[derive(Debug, Clone)]
pub struct Book {
    parts: Vec<(String, Vec<u8>)>,
}

/// A workbook of one sheet, called `Data`.
pub fn book(rows: &[String]) -> Book {
    books(&[Sheet::new("Data", rows)])
}

/// A workbook of these sheets.
pub fn books(sheets: &[Sheet]) -> Book {
    let mut listed = String::new();
    let mut related = String::new();
    let mut types = String::new();
    let mut book = Book { parts: Vec::new() };
    for (at, sheet) in (1..).zip(sheets) {
        let state = sheet.state.map_or(String::new(), |state| format!(r#" state="{state}""#));
        listed.push_str(&format!(
            r#"<sheet name="{}" sheetId="{at}"{state} r:id="r{at}"/>"#,
            sheet.name
        ));
        related.push_str(&format!(
            r#"<Relationship Id="r{at}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>"#
        ));
        types.push_str(&format!(
            r#"<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{TYPES}.worksheet+xml"/>"#
        ));
        book = book.part(&format!("xl/worksheets/sheet{at}.xml"), &sheet.xml());
    }
    let cells: String = FORMATS.map(|format| format!(r#"<xf numFmtId="{format}"/>"#)).concat();
    let own = OWN_FORMATS
        .map(|(id, code)| format!(r#"<numFmt numFmtId="{id}" formatCode="{code}"/>"#))
        .concat();
    book.part(
        "xl/workbook.xml",
        &format!(
            r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr/><sheets>{listed}</sheets></workbook>"#
        ),
    )
    .part(
        "xl/_rels/workbook.xml.rels",
        &format!(
            r#"<Relationships xmlns="{PACKAGE}/relationships">{related}<Relationship Id="rs" Type="{OFFICE}/styles" Target="styles.xml"/><Relationship Id="rt" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#
        ),
    )
    .part(
        "xl/styles.xml",
        &format!(
            r#"<styleSheet xmlns="{MAIN}"><numFmts count="7">{own}</numFmts><cellXfs count="17">{cells}</cellXfs></styleSheet>"#
        ),
    )
    .part("xl/sharedStrings.xml", &format!(r#"<sst xmlns="{MAIN}" count="0" uniqueCount="0"/>"#))
    .part(
        "_rels/.rels",
        &format!(
            r#"<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
        ),
    )
    .part(
        "[Content_Types].xml",
        &format!(
            r#"<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>{types}<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="{TYPES}.sharedStrings+xml"/></Types>"#
        ),
    )
}

impl Book {
    /// With a part of XML in place of the one that has this name.
    pub fn part(self, name: &str, xml: &str) -> Self {
        self.bytes_of(name, format!("{HEAD}{xml}").as_bytes())
    }

    /// With these bytes as a part.
    pub fn bytes_of(mut self, name: &str, bytes: &[u8]) -> Self {
        self.parts.retain(|(part, _)| part != name);
        self.parts.push((name.to_owned(), bytes.to_vec()));
        self
    }

    /// Without a part.
    pub fn without(mut self, name: &str) -> Self {
        self.parts.retain(|(part, _)| part != name);
        self
    }

    /// With a part under another name in the archive, and nowhere else.
    pub fn moved(mut self, from: &str, to: &str) -> Self {
        for (part, _) in self.parts.iter_mut().filter(|(part, _)| part == from) {
            to.clone_into(part);
        }
        self
    }

    /// With other words in a part.
    pub fn replaced(mut self, part: &str, from: &str, to: &str) -> Self {
        for (_, bytes) in self.parts.iter_mut().filter(|(name, _)| name == part) {
            *bytes = String::from_utf8_lossy(bytes).replace(from, to).into_bytes();
        }
        self
    }

    /// With shared strings, each the inside of an `si`.
    pub fn shared(self, strings: &[&str]) -> Self {
        let all: String = strings.iter().map(|string| format!("<si>{string}</si>")).collect();
        self.part("xl/sharedStrings.xml", &format!(r#"<sst xmlns="{MAIN}">{all}</sst>"#))
    }

    /// The archive.
    pub fn zip(&self) -> Vec<u8> {
        archive(self.entries())
    }

    /// The archive, its parts compressed.
    pub fn small_zip(&self) -> Vec<u8> {
        archive_by(zip::CompressionMethod::Deflated, self.entries())
    }

    fn entries(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }
}

/// An archive whose entries are not compressed.
pub fn archive<'a>(entries: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    archive_by(zip::CompressionMethod::Stored, entries)
}

fn archive_by<'a>(
    method: zip::CompressionMethod,
    entries: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in entries {
        // Memory takes every write, and no name stands twice.
        let written =
            archive.start_file(name, options).is_ok_and(|()| archive.write_all(bytes).is_ok());
        debug_assert!(written, "{name}");
    }
    archive.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// A row; cells get their places, one column after another.
pub fn row(number: u32, cells: &[String]) -> String {
    let placed: String = ('A'..='Z')
        .zip(cells)
        .map(|(letter, cell)| cell.replace("{r}", &format!("{letter}{number}")))
        .collect();
    format!(r#"<row r="{number}">{placed}</row>"#)
}

/// The row of headers that the default contract looks for.
pub fn head() -> String {
    row(1, &["code", "name", "amount"].map(text))
}

/// A cell with a text of its own.
pub fn text(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    raw(r#" t="inlineStr""#, &format!(r#"<is><t xml:space="preserve">{text}</t></is>"#))
}

/// A cell with a number.
pub fn number(number: &str) -> String {
    raw("", &format!("<v>{number}</v>"))
}

/// A cell with a number in one of the styles.
pub fn styled(style: u32, number: &str) -> String {
    raw(&format!(r#" s="{style}""#), &format!("<v>{number}</v>"))
}

/// A cell with these attributes, and this inside.
pub fn raw(attributes: &str, inside: &str) -> String {
    format!(r#"<c r="{{r}}"{attributes}>{inside}</c>"#)
}

/// No cell.
pub fn none() -> String {
    String::new()
}

/// Rows of items: the header, and lines of a code, a name and an amount.
pub fn lines(lines: &[[String; 3]]) -> Vec<String> {
    let rows = (2..).zip(lines).map(|(at, cells)| row(at, cells));
    std::iter::once(head()).chain(rows).collect()
}

/// The line `a, one, 1`, as row 2.
pub fn line() -> String {
    row(2, &[text("a"), text("one"), number("1")])
}
