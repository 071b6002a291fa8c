//! Files to drop: few keys, so that files, people and other files meet on the same rows.

use std::collections::BTreeMap;

use fastrand::Rng;

/// Every column that a file has, whether the contract knows it or not.
pub const FIELDS: [&str; 9] =
    ["owner", "city", "tag", "color", "code", "note", "amount", "weight", "extra"];

/// A cell that breaks the rule of every field.
const WRONG: &str = "?!";

/// The cells of a line that are not blank.
pub type Line = BTreeMap<&'static str, String>;

/// A file, in memory.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct File {
    pub lines: Vec<Line>,
}

impl File {
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = FIELDS.join(",") + "\n";
        for line in &self.lines {
            let cells: Vec<&str> =
                FIELDS.iter().map(|field| line.get(field).map_or("", String::as_str)).collect();
            text.push_str(&(cells.join(",") + "\n"));
        }
        text.into_bytes()
    }
}

/// What a field may hold; the first is blank.
pub fn pool(field: &str) -> &'static [&'static str] {
    match field {
        "owner" => &["", "ann", "bob", "cid"],
        "city" => &["", "lima", "cusco"],
        "tag" => &["new", "old", "hot", "wet"],
        "color" => &["", "red", "blue"],
        "code" => &["a", "b", "c", "d", "e", "f", "g"],
        "note" => &["", "one", "two"],
        "amount" | "weight" => &["", "0", "1"],
        _ => &["", "x", "y"],
    }
}

pub fn pick(rng: &mut Rng, field: &str) -> String {
    let pool = pool(field);
    pool[rng.usize(0..pool.len())].to_owned()
}

/// Whoever writes the files: they describe a world that changes slowly, so that most rows are the same
/// from one file to the next and in the lines of one file.
#[derive(Debug)]
pub struct Author {
    /// By the key's text and the column: what the author believes.
    beliefs: BTreeMap<(String, &'static str), String>,
}

impl Author {
    pub fn new() -> Self {
        Self { beliefs: BTreeMap::new() }
    }

    /// Writes a file.
    pub fn write(&mut self, rng: &mut Rng) -> File {
        for ((_, field), belief) in &mut self.beliefs {
            if rng.u32(0..6) == 0 {
                let wrong = rng.u32(0..25) == 0;
                *belief = if wrong { WRONG.to_owned() } else { pick(rng, field) };
            }
        }
        let count = match rng.u32(0..12) {
            0 => rng.usize(0..2),
            1..=3 => rng.usize(20..45),
            _ => rng.usize(2..14),
        };
        // Most files are clean.
        let dirt = if rng.bool() { 0 } else { rng.u32(3..30) };
        File { lines: (0..count).map(|_| self.line(rng, dirt)).collect() }
    }

    /// A line; `dirt` in a hundred are wrong, as many differ from the others.
    fn line(&mut self, rng: &mut Rng, dirt: u32) -> Line {
        let (code, tag) = (pick(rng, "code"), pick(rng, "tag"));
        let owner = self.belief(rng, &code, "owner");
        let mut cells: Vec<(&'static str, String)> = vec![
            ("note", self.belief(rng, &code, "note")),
            ("amount", self.belief(rng, &code, "amount")),
            ("extra", self.belief(rng, &code, "extra")),
            ("city", self.belief(rng, &owner, "city")),
            ("color", self.belief(rng, &tag, "color")),
            ("weight", self.belief(rng, &format!("{code}/{tag}"), "weight")),
            ("owner", owner),
            ("code", code),
            ("tag", tag),
        ];
        if rng.u32(0..100) < dirt {
            let at = rng.usize(0..7);
            cells[at].1 = pick(rng, cells[at].0);
        }
        if rng.u32(0..100) < dirt {
            let at = rng.usize(0..cells.len());
            // Blank is wrong only where a part of a key is missing.
            cells[at].1 = if rng.u32(0..4) == 0 { String::new() } else { WRONG.to_owned() };
        }
        let mut line: Line = cells.into_iter().filter(|(_, text)| !text.is_empty()).collect();
        if rng.u32(0..12) == 0 {
            // An owner without things.
            line.retain(|field, _| ["owner", "city"].contains(field));
            line.entry("owner").or_insert_with(|| "dan".to_owned());
        }
        line
    }

    fn belief(&mut self, rng: &mut Rng, key: &str, field: &'static str) -> String {
        self.beliefs.entry((key.to_owned(), field)).or_insert_with(|| pick(rng, field)).clone()
    }
}
