//! Dates, times and durations in workbooks.

use super::Folder;
use super::book::{book, number, raw, row, styled, text};
use super::contract::{Contract, types};

pub fn files() -> Folder {
    let mut folder = Folder::new("dates");
    let day = |line: &str| types().only(1).field(line);
    let days = || day(r#"name = "day", type = "date""#);
    let clocks = || day(r#"name = "clock", type = "time""#);
    let moments = || day(r#"name = "moment", type = "datetime""#);
    let add = |to: &mut Folder, name: &str, contract: Contract, cells: &[String]| {
        to.with(name, contract.clone(), book(&rows(&contract, cells)).zip());
    };
    let to = &mut folder;
    let formats = [1, 2, 11, 15].map(|style| styled(style, "45351"));
    add(to, "dates.xlsx", days(), &formats);
    // No dates, whatever letters stand in their formats.
    let numbers = [0, 4, 12, 13, 14].map(|style| styled(style, "45351"));
    add(to, "numbers_that_are_no_dates.xlsx", days(), &numbers);
    let early = ["0", "1", "59", "60", "61", "-1", "2958465", "2958466", "1e300"];
    add(to, "dates_at_the_edges.xlsx", days(), &early.map(|serial| styled(1, serial)));
    add(to, "dates_with_a_time.xlsx", days(), &[styled(2, "45351.5"), styled(1, "45351.25")]);
    let typed = ["2024-02-29", "29/02/2024", " 2024-02-29 ", "2024-02-29T00:00:00"].map(text);
    add(to, "dates_typed_as_text.xlsx", days(), &typed);
    let people = day(r#"name = "day", type = "date", format = ["%d/%m/%Y", "%Y-%m-%d"]"#);
    add(
        to,
        "dates_typed_by_people.xlsx",
        people,
        &[text("29/02/2024"), text("2024-02-29"), styled(1, "45351")],
    );
    let iso = ["2024-02-29", "2024-02-29T00:00:00", "2024-02-29T12:30:01.5Z", "no date"];
    let iso = iso.map(|value| raw(r#" t="d""#, &format!("<v>{value}</v>")));
    add(to, "dates_of_the_strict_kind.xlsx", days(), &iso);
    add(to, "moments_of_the_strict_kind.xlsx", moments(), &iso);
    let moments_of = ["45351", "45351.52084490741", "45351.999999999", "0.5", "60.5"];
    add(to, "moments.xlsx", moments(), &moments_of.map(|serial| styled(2, serial)));
    let times = [
        styled(3, "0.354166666666667"),
        styled(16, "0.5"),
        styled(3, "0.999999999"),
        styled(3, "0"),
        styled(3, "1.5"),
        text("08:30:00"),
        text("8:30"),
        number("0.5"),
    ];
    add(to, "times.xlsx", clocks(), &times);
    let durations = [styled(10, "0.5"), styled(10, "1.104166666666667"), styled(10, "-0.5")];
    add(to, "durations.xlsx", clocks(), &durations);
    let as_text = day(r#"name = "length""#);
    add(to, "durations_in_a_text_column.xlsx", as_text, &durations);
    let since_1904 = |contract: Contract, cells: &[String]| {
        let rows = rows(&contract, cells);
        book(&rows)
            .replaced("xl/workbook.xml", "<workbookPr/>", "<workbookPr date1904=\"1\"/>")
            .zip()
    };
    let cells = [styled(1, "43889"), styled(1, "0"), styled(1, "-1")];
    to.with("dates_since_1904.xlsx", days(), since_1904(days(), &cells));
    let cells = [styled(2, "43889.5"), styled(2, "0.25")];
    to.with("moments_since_1904.xlsx", moments(), since_1904(moments(), &cells));
    folder
}

/// A header, and a line for each cell.
fn rows(contract: &Contract, cells: &[String]) -> Vec<String> {
    let name = contract.last_name();
    let header = row(1, &[text("code"), text(name)]);
    let lines = (2..)
        .zip(cells)
        .map(|(at, cell)| row(at, &[text(&format!("n{:02}", at - 1)), cell.clone()]));
    std::iter::once(header).chain(lines).collect()
}
