//! Files that cannot be loaded, one after another, into the inbox of a running service.

use std::fs;

use tolva_samples::relationships::{Version, standard};

use crate::house::{House, mission, sample};
use crate::up::Up;

/// A dataset, the name of a file, what is in it, and the code by which it is refused.
struct Bad {
    dataset: &'static str,
    file: &'static str,
    bytes: Vec<u8>,
    code: &'static str,
}

fn bad(
    dataset: &'static str,
    file: &'static str,
    bytes: impl Into<Vec<u8>>,
    code: &'static str,
) -> Bad {
    Bad { dataset, file, bytes: bytes.into(), code }
}

fn bad_files(house: &House) -> Vec<Bad> {
    let csv = fs::read(sample("employees/v1.csv")).expect("read");
    let text = String::from_utf8(csv.clone()).expect("text");
    let header = text.lines().next().expect("a header");
    let line = text.lines().nth(1).expect("a line");
    let workbook = fs::read(sample("relationships/v1.xlsx")).expect("read");
    let mut damaged = workbook.clone();
    // In the middle of what is compressed.
    let middle = damaged.len() / 3;
    damaged[middle..middle + 64].fill(0x55);
    let only_headers = {
        let mut empty = standard(Version::V1);
        empty.rows.clear();
        empty.people.clear();
        let path = house.path("empty.xlsx");
        empty.write(&path).expect("written");
        fs::read(path).expect("read")
    };
    let wrong = "\r\nJosé,Muñoz\r\nJos".as_bytes();
    let wrong = [header.as_bytes(), wrong, b"\xe9,", line.as_bytes()].concat();
    let twice = text.replacen("last_name", "first_name", 1);
    vec![
        bad("employees", "empty.csv", "", "empty_file"),
        bad("employees", "header.csv", format!("{header}\r\n"), "no_lines"),
        bad("employees", "wrong_byte.csv", wrong, "encoding"),
        bad("employees", "quote.csv", format!("{header}\r\nAna,\"Gil\r\n"), "unterminated_quote"),
        bad("employees", "column.csv", text.replacen("email", "mail", 1), "missing_column"),
        bad("employees", "twice.csv", twice, "duplicate_header"),
        bad("employees", "book.csv", workbook.clone(), "wrong_extension"),
        bad("relationships", "empty.xlsx", "", "empty_file"),
        bad("relationships", "headers.xlsx", only_headers, "no_lines"),
        bad("relationships", "text.xlsx", csv, "wrong_extension"),
        bad("relationships", "cut.xlsx", &workbook[..workbook.len() / 2], "damaged_workbook"),
        bad("relationships", "damaged.xlsx", damaged, "damaged_workbook"),
        bad(
            "relationships",
            "old.xlsx",
            *b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old",
            "damaged_workbook",
        ),
        bad("two_sheets", "v1.xlsx", workbook, "missing_sheet"),
    ]
}

#[test]
fn each_bad_file_is_quarantined_by_name_and_the_next_good_one_is_loaded() {
    let house = House::empty();
    house.mission("employees");
    house.mission("relationships");
    house.contract("two_sheets", TWO_SHEETS);
    let up = house.up();
    let good = [
        ("employees", "employees/v1.csv"),
        ("employees", "employees/v2.csv"),
        ("relationships", "relationships/v1.xlsx"),
        ("relationships", "relationships/v2.xlsx"),
    ];
    for (at, bad) in bad_files(&house).iter().enumerate() {
        house.write("elsewhere", &bad.bytes);
        let name = format!("{at}-{}", bad.file);
        house.drop_into_inbox(&house.path("elsewhere"), &format!("{}/{name}", bad.dataset));
        refused(&up, bad, &name);
        // Two versions by turns: each is a change.
        let (dataset, path) = good[(at % 2) + if bad.dataset == "employees" { 0 } else { 2 }];
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        let name = format!("{at}-good.{extension}");
        house.drop_into_inbox(&sample(path), &format!("{dataset}/{name}"));
        up.until_newest(dataset, &name, "loaded");
    }
    let status = house.status();
    let waiting: Vec<&str> = status["waiting"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|arrival| arrival["dataset"].as_str())
        .collect();
    assert_eq!(waiting, ["two_sheets"], "newer good ones make the others harmless");
    up.stop();
}

/// The arrival, its load and the message all tell what is wrong.
fn refused(up: &Up, bad: &Bad, name: &str) {
    let arrival = up.until_newest(bad.dataset, name, "quarantined");
    let loads = up.get(&format!("/v1/loads?arrival={}", arrival["id"]));
    assert_eq!(loads.as_array().map(Vec::len), Some(1), "{loads}");
    assert_eq!(loads[0]["state"], "quarantined", "{loads}");
    assert_eq!(loads[0]["error"], bad.code, "{name}: {loads}");
    let message = loads[0]["message"].as_str().expect("a text");
    assert!(message.len() > 20, "{message}");
    assert_eq!(arrival["targets"]["default"]["message"], message);
}

#[test]
fn what_is_wrong_with_lines_is_told_by_the_api_with_its_place() {
    let house = House::empty();
    house.contract("employees", &mission("employees"));
    let up = house.up();
    house.drop_into_inbox(&sample("employees/v3.csv"), "employees/v3.csv");
    let arrival = up.until_newest("employees", "v3.csv", "loaded");
    let loads = up.get(&format!("/v1/loads?arrival={}", arrival["id"]));
    assert_eq!(loads[0]["rejected"], 3, "{loads}");
    let findings = up.get(&format!("/v1/loads/{}/findings", loads[0]["id"]));
    let errors: Vec<String> = findings
        .as_array()
        .into_iter()
        .flatten()
        .filter(|finding| finding["severity"] == "error")
        .map(|finding| format!("{} {} {}", finding["place"], finding["field"], finding["value"]))
        .collect();
    let state = |place: &str, value: &str| format!("\"{place}, column 6\" \"state\" {value}");
    assert_eq!(errors[0], state("line 12", "\"XYZ\""));
    assert_eq!(errors[1], state("line 58", "\"1\""));
    assert!(errors[2].starts_with("\"line 111, column 6\" \"state\""), "{}", errors[2]);
}

const TWO_SHEETS: &str = r#"
version = 1
name    = "two_sheets"
files   = ["two*.xlsx"]

[[source]]
name   = "lines"
sheet  = "Nowhere"
header = "none"
fields = [{ name = "number", type = "integer", required = true }]

[[table]]
name = "sheet_line"
from = "lines"
key  = ["number"]
"#;
