//! Drafts of files put together by chance: each is a contract, and refuses none of its file's lines.

use std::path::Path;

use fastrand::Rng;
use tolva_loader::{Limits, infer};
use tolva_schema::contract::Contract;

use crate::workbook::book;
use crate::world::samples;

/// What a column holds.
const FLAVOURS: &[fn(&mut Rng, usize) -> String] = &[
    |_, line| line.to_string(),
    |random, _| random.u32(0..9).to_string(),
    |random, _| format!("{:03}", random.u32(0..200)),
    |random, _| format!("{}.{}", random.u32(0..2000), random.u32(0..2000)),
    |random, _| format!("{},{}", random.u32(0..2000), random.u32(0..2000)),
    |random, _| format!("{}.{:03},{}", random.u32(1..99), random.u32(0..1000), random.u32(0..9)),
    |random, _| format!("20{}-0{}-1{}", random.u32(10..30), random.u32(1..10), random.u32(0..10)),
    |random, _| format!("{}/{}/2024", random.u32(1..29), random.u32(1..13)),
    |random, _| format!("{:02}:{:02}", random.u32(0..26), random.u32(0..60)),
    |random, _| format!("2024-01-{:02} 10:{:02}:00", random.u32(1..32), random.u32(0..61)),
    |random, _| pick(random, &["yes", "no", "Yes", "x", ""]).to_owned(),
    |random, _| pick(random, &["red", "green", "blue", "N/A", "-", " "]).to_owned(),
    |random, _| {
        pick(random, &["Total", "name", "12%", "€ 5", "ñandú", "a@b.org", "=1+1"]).to_owned()
    },
    |random, _| random.u64(..).to_string(),
    |random, line| format!("person{}@example.org", line / random.usize(1..3)),
];
const HEADERS: &[&str] = &[
    "id",
    "name",
    "Name",
    "",
    "customer_id",
    "customer_name",
    "zip",
    "phone",
    "amount",
    "date",
    "2024",
    "company",
    "email",
    "is_open",
    "order no",
    "名",
    "sheet",
    "key",
    "line\nbreak",
    "\"quoted\"",
];

fn pick<'a>(random: &mut Rng, words: &[&'a str]) -> &'a str {
    words[random.usize(..words.len())]
}

/// Rows of one width, with headers most of the time and a title sometimes.
fn grid(random: &mut Rng) -> Vec<Vec<String>> {
    let (width, lines) = (random.usize(1..7), random.usize(1..40));
    let mut rows = Vec::new();
    if random.u8(..) < 40 {
        let mut title = vec![String::new(); width];
        title[0] = "A title".to_owned();
        rows.push(title);
    }
    if random.u8(..) < 220 {
        rows.push((0..width).map(|_| pick(random, HEADERS).to_owned()).collect());
    }
    let flavours: Vec<_> = (0..width).map(|_| FLAVOURS[random.usize(..FLAVOURS.len())]).collect();
    let blanks = random.u8(..80);
    for line in 0..lines {
        let cell = |flavour: &fn(&mut Rng, usize) -> String| match random.u8(..) < blanks {
            true => String::new(),
            false => flavour(random, line),
        };
        rows.push(flavours.iter().map(cell).collect());
    }
    rows
}

fn csv(rows: &[Vec<String>], delimiter: char) -> String {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().map(quoted).collect();
        format!("{}\r\n", cells.join(&delimiter.to_string()))
    };
    rows.iter().map(line).collect()
}

/// The draft of these bytes, if they can be read.
fn draft(folder: &Path, name: &str, bytes: &[u8]) -> Option<String> {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("the file is written");
    let draft = infer::draft(&path, name, None, &Limits::default()).ok()?;
    let parsed = Contract::parse("draft.toml", &draft);
    parsed.unwrap_or_else(|error| panic!("{error}\n{draft}"));
    Some(draft)
}

#[test]
fn a_draft_refuses_no_line_of_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut drafts = 0;
    for seed in 0..200 {
        let mut random = Rng::with_seed(seed);
        let rows = grid(&mut random);
        let delimiter = [',', ';', '\t', '|'][random.usize(..4)];
        let text = csv(&rows, delimiter);
        let cells: Vec<Vec<&str>> =
            rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        let cells: Vec<&[&str]> = cells.iter().map(Vec::as_slice).collect();
        let files = [("a.csv", text.clone().into_bytes()), ("a.xlsx", book(&[("Sheet1", &cells)]))];
        for (name, bytes) in files {
            let Some(draft) = draft(folder.path(), name, &bytes) else { continue };
            drafts += 1;
            // Without headers one field must be required, and here each has blanks.
            if draft.contains("= \"none\"") && draft.contains("every column has blanks") {
                continue;
            }
            assert!(draft.contains(" 0 refused"), "{seed}, {name}:\n{text}\n{draft}");
        }
    }
    assert!(drafts > 300, "{drafts}");
}

#[test]
fn damaged_files_are_drafted_or_told_to_be_damaged() {
    let folder = tempfile::tempdir().expect("a folder");
    let read = |name: &str| std::fs::read(samples().join(name)).expect("a sample");
    for (name, original) in
        [("v1.csv", read("employees/v1.csv")), ("v1.xlsx", read("relationships/v1.xlsx"))]
    {
        for seed in 0..60 {
            let mut random = Rng::with_seed(seed);
            let mut bytes = original.clone();
            for _ in 0..random.usize(1..20) {
                let at = random.usize(..bytes.len());
                bytes[at] = random.u8(..);
            }
            bytes.truncate(random.usize(1..=bytes.len() * 2).min(original.len()));
            drop(draft(folder.path(), name, &bytes));
        }
    }
}
