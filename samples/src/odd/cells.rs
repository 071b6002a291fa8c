//! Cells of workbooks: texts, numbers, formulas, errors.

use super::Folder;
use super::book::{Sheet, book, books, head, line, lines, none, number, raw, row, styled, text};
use super::contract::{items, types};

pub fn files() -> Folder {
    let mut folder = Folder::new("cells");
    texts(&mut folder);
    numbers(&mut folder);
    formulas(&mut folder);
    merged(&mut folder);
    folder
}

fn names(cells: &[String]) -> Vec<String> {
    let rows = (1..).zip(cells);
    let rows: Vec<[String; 3]> =
        rows.map(|(at, cell)| [text(&format!("n{at:02}")), cell.clone(), number("1")]).collect();
    lines(&rows)
}

fn amounts(cells: &[String]) -> Vec<String> {
    let rows = (1..).zip(cells);
    let rows: Vec<[String; 3]> =
        rows.map(|(at, cell)| [text(&format!("n{at:02}")), none(), cell.clone()]).collect();
    lines(&rows)
}

fn shared(index: &str) -> String {
    raw(r#" t="s""#, &format!("<v>{index}</v>"))
}

fn texts(to: &mut Folder) {
    let rich = "<r><rPr><b/></rPr><t>bold</t></r><r><t xml:space=\"preserve\"> and plain</t></r>";
    let furigana =
        "<t>東京</t><rPh sb=\"0\" eb=\"2\"><t>トウキョウ</t></rPh><phoneticPr fontId=\"1\"/>";
    let strings = [
        "<t>shared</t>",
        rich,
        furigana,
        "<t/>",
        "<t xml:space=\"preserve\">  both sides  </t>",
        "<t> no mark </t>",
        "<t>line&#10;break</t>",
        "<t>a&amp;b &lt;c&gt; &quot;d&quot; &#x20AC;</t>",
        "<t>_x000D_carriage</t>",
        "<t>_x005F_x000D_ is a text</t>",
        "<t>_x0041_ and _xZZZZ_ and _x41_</t>",
        "<t>tab\tand\u{a0}nbsp</t>",
        "<t><![CDATA[a < b]]></t>",
        "<t>a<!-- not this -->b</t>",
        "<t>_xD83D__xDE00_</t>",
    ];
    let cells: Vec<String> = (0..strings.len()).map(|at| shared(&at.to_string())).collect();
    to.file("shared_texts.xlsx", book(&names(&cells)).shared(&strings).zip());
    let inline: Vec<String> = strings
        .iter()
        .map(|inside| raw(r#" t="inlineStr""#, &format!("<is>{inside}</is>")))
        .collect();
    to.file("inline_texts.xlsx", book(&names(&inline)).zip());
    to.file(
        "shared_texts_beyond_counting.xlsx",
        book(&names(&[shared("0")]))
            .shared(&["<t>x</t>"])
            .replaced("xl/sharedStrings.xml", "<sst ", "<sst uniqueCount=\"9999999999999\" ")
            .zip(),
    );
    to.file(
        "shared_text_out_of_range.xlsx",
        book(&names(&[shared("7")])).shared(&["<t>x</t>"]).zip(),
    );
    let long = "ñ".repeat(32_767);
    to.file("text_of_32767.xlsx", book(&names(&[text(&long)])).small_zip());
    let runs: String =
        (0..5).map(|at| format!("<r><t>{}</t></r>", at.to_string().repeat(10_000))).collect();
    to.file("rich_text_of_50000.xlsx", book(&names(&[shared("0")])).shared(&[&runs]).small_zip());
    let spaces = [text(" "), text("\u{a0}"), text("")];
    to.file("texts_of_spaces.xlsx", book(&names(&spaces)).zip());
    let zeros =
        [text("007"), raw(r#" s="9" t="str""#, "<v>0042</v>"), styled(9, "42"), number("8014")];
    to.file("numbers_in_a_text_column.xlsx", book(&names(&zeros)).zip());
    let kinds = [raw(r#" t="b""#, "<v>1</v>"), styled(1, "45351"), styled(3, "0.5")];
    to.file("other_kinds_in_a_text_column.xlsx", book(&names(&kinds)).zip());
    let padded =
        types().only(1).field(r#"name = "name", pad = { to = 5 }"#).field(r#"name = "amount""#);
    let rows = names(&[number("8014"), text("801"), text("N1"), number("123456")]);
    to.with("zeros_put_back.xlsx", padded, book(&rows).zip());
}

fn numbers(to: &mut Folder) {
    let values = [
        "1",
        "-1.5",
        "0",
        "-0",
        "1E5",
        "1.5E-7",
        "0.30000000000000004",
        "123456789012345",
        "1E+20",
        "0.1234567891",
        "  7  ",
    ];
    to.file("numbers.xlsx", book(&amounts(&values.map(number))).zip());
    let odd = ["1e400", "NaN", "x", "", "0x10", "1,5", "12345678901234567890123456789", "1E-300"];
    to.file("numbers_that_are_none.xlsx", book(&amounts(&odd.map(number))).zip());
    let formats = [4, 5, 6, 7, 8, 9, 12, 13, 14].map(|style| styled(style, "0.25"));
    to.file("number_formats.xlsx", book(&amounts(&formats)).zip());
    let typed = ["12", " 12 ", "1.5", "1,5", "12\u{a0}", "1 234", "50%", "5 €", "'12", "1E5", "١٢"];
    to.file("numbers_typed_as_text.xlsx", book(&amounts(&typed.map(text))).zip());
    let comma = items().source("decimalChar = \",\"\ngroupChar = \".\"");
    let typed = [text("1.234,5"), number("1234.5"), text("1234.5")];
    to.with("decimal_comma_in_texts.xlsx", comma, book(&amounts(&typed)).zip());
    let wholes =
        types().only(1).field(r#"name = "name""#).field(r#"name = "amount", type = "integer""#);
    let values =
        ["3", "3.0", "3.5", "9007199254740991", "9007199254740993", "1E15", "2.9999999999999996"];
    to.with("wholes.xlsx", wholes.clone(), book(&amounts(&values.map(number))).zip());
    let flags =
        types().only(1).field(r#"name = "name""#).field(r#"name = "amount", type = "boolean""#);
    let values = [
        raw(r#" t="b""#, "<v>1</v>"),
        raw(r#" t="b""#, "<v>0</v>"),
        text("TRUE"),
        text("sí"),
        text("Falso"),
        number("1"),
        number("0"),
        number("2"),
        text("maybe"),
        text(""),
    ];
    to.with("booleans.xlsx", flags, book(&amounts(&values)).zip());
    to.with("boolean_in_a_number_column.xlsx", wholes, book(&amounts(&values[..1])).zip());
    let kinds = [
        raw(r#" t="n""#, "<v>5</v>"),
        raw(r#" t="str""#, "<v>6</v>"),
        raw(r#" t="zz""#, "<v>7</v>"),
    ];
    to.file("kinds_of_cells.xlsx", book(&amounts(&kinds)).zip());
    to.file("style_out_of_range.xlsx", book(&amounts(&[styled(99, "5")])).zip());
}

fn formulas(to: &mut Folder) {
    let cached = [
        raw("", "<f>1+1</f><v>2</v>"),
        raw("", "<f t=\"shared\" ref=\"C3:C4\" si=\"0\">1+2</f><v>3</v>"),
        raw("", "<f t=\"shared\" si=\"0\"/><v>4</v>"),
        raw("", "<f t=\"array\" ref=\"C5\">SUM(C2:C3)</f><v>5</v>"),
        raw(r#" t="str""#, "<f>TEXT(6,0)</f><v>6</v>"),
    ];
    to.file("formulas.xlsx", book(&amounts(&cached)).zip());
    let uncached = [
        raw("", "<f>1+1</f>"),
        raw("", "<f>1+1</f><v></v>"),
        raw(r#" t="str""#, "<f>\"\"</f><v></v>"),
        raw(r#" t="e""#, "<f>1/0</f><v>#DIV/0!</v>"),
    ];
    to.file("formulas_without_a_value.xlsx", book(&amounts(&uncached)).zip());
    let errors = ["#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!"];
    let errors = errors.map(|code| raw(r#" t="e""#, &format!("<v>{code}</v>")));
    to.file("errors.xlsx", book(&amounts(&errors)).zip());
    let spill = [number("1"), raw(r#" t="e""#, "<v>#SPILL!</v>")];
    to.file("error_of_newer_programs.xlsx", book(&amounts(&spill)).zip());
    to.file("error_as_text.xlsx", book(&names(&[text("#N/A"), text("#REF!")])).zip());
}

fn merged(to: &mut Folder) {
    let rows = [
        head(),
        row(2, &[text("a"), text("both"), number("1")]),
        row(3, &[text("b"), none(), number("2")]),
        row(4, &[text("c"), text("wide"), none()]),
        row(5, &[text("d"), text("own"), number("4")]),
    ];
    let ranges =
        r#"<mergeCells count="2"><mergeCell ref="B2:B3"/><mergeCell ref="A5:A6"/></mergeCells>"#;
    let sheet = Sheet::new("Data", &rows).after(ranges);
    to.file("merged.xlsx", books(std::slice::from_ref(&sheet)).zip());
    let fill = || items().source("merged = \"fill\"");
    to.with("merged_filled.xlsx", fill(), books(&[sheet]).zip());
    let across = items().only(2).field(r#"name = "other""#).source("merged = \"fill\"");
    let rows = [row(1, &["code", "name", "other"].map(text)), row(2, &[text("a"), text("wide")])];
    let sheet = Sheet::new("Data", &rows)
        .after(r#"<mergeCells count="1"><mergeCell ref="B2:C3"/></mergeCells>"#);
    to.with("merged_across_filled.xlsx", across, books(&[sheet]).zip());
    let rows = [
        row(1, &[text("Stock of items")]),
        row(2, &["code", "name", "amount"].map(text)),
        row(3, &[text("a"), text("one"), number("1")]),
    ];
    let title = Sheet::new("Data", &rows)
        .after(r#"<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>"#);
    to.with("merged_title_filled.xlsx", fill(), books(&[title]).zip());
    let odd = Sheet::new("Data", &[head(), line()]).after(
        r#"<mergeCells count="3"><mergeCell ref="C3:A1"/><mergeCell ref="junk"/><mergeCell ref="A2:XFD1048576"/></mergeCells>"#,
    );
    to.with("merged_wrongly_filled.xlsx", fill(), books(std::slice::from_ref(&odd)).zip());
    to.file("merged_wrongly.xlsx", books(&[odd]).zip());
}
