//! The standard versions, which stand for three days in the life of one file.

use super::generated::{city, generate, other_department, person};
use super::{Line, Table};
use crate::places;
use crate::random::{Topic, at};

/// What is known about the standard versions, for tests that assert on it.
///
/// People are told by their place among the people of version 1, from 0.
pub mod facts {
    /// Lines in version 1, without the header.
    pub const LINES: u64 = 106;
    /// People in version 1.
    pub const PEOPLE: u64 = 100;
    /// Who has two lines, for two departments.
    pub const TWO_DEPARTMENTS: [u64; 6] = [9, 25, 42, 59, 75, 92];
    /// Who has another address and telephone number in version 2; the last one on two lines.
    pub const MOVED: [u64; 5] = [3, 14, 37, 58, 75];
    /// Who is not in version 2 any more.
    pub const GONE: [u64; 3] = [20, 46, 71];
    /// How many people are new in version 2.
    pub const NEW: u64 = 4;
    /// Who changes the department in version 2.
    pub const OTHER_DEPARTMENT: u64 = 30;
    /// Whose two lines give different cities in version 2.
    pub const TWO_CITIES: u64 = 42;
    /// The bad states of version 3.
    pub const BAD_STATES: [&str; 3] = ["XYZ", "1", ""];
    /// Where those lines stand in the file, counted from 1 with the header.
    pub const BAD_STATE_LINES: [usize; 3] = [12, 58, 111];
}
use facts::*;

const SEED: u64 = 2026;

/// A version of the standard file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 100 people on 106 lines.
    V1,
    /// Some moved, some gone, some new, one in another department, one who contradicts himself.
    V2,
    /// From the second, with three lines more whose states are wrong.
    V3,
}

impl Version {
    /// All versions in their order.
    pub const ALL: [Version; 3] = [Version::V1, Version::V2, Version::V3];

    /// The name of the file that is checked in.
    pub fn file_name(self) -> &'static str {
        match self {
            Version::V1 => "v1.csv",
            Version::V2 => "v2.csv",
            Version::V3 => "v3.csv",
        }
    }
}

/// Makes a version of the standard file.
pub fn standard(version: Version) -> Table {
    match version {
        Version::V1 => Table { lines: generate(LINES, SEED).collect() },
        Version::V2 => changed(standard(Version::V1)),
        Version::V3 => spoiled(standard(Version::V2)),
    }
}

fn changed(mut table: Table) -> Table {
    for index in MOVED {
        let mut home = at(SEED, Topic::Changes, (index, 0));
        let address = places::address(&mut home);
        let phone = places::phone(&mut home, city(SEED, index));
        for line in table.of_mut(&email(index)) {
            line.address.clone_from(&address);
            line.phone1.clone_from(&phone);
        }
    }
    let gone = GONE.map(email);
    table.lines.retain(|line| !gone.contains(&line.email));
    for line in table.of_mut(&email(OTHER_DEPARTMENT)) {
        other_department(SEED, OTHER_DEPARTMENT).clone_into(&mut line.department);
    }
    // Only the second line was corrected, or spoiled: the file does not say which of them is right.
    for line in table.of_mut(&email(TWO_CITIES)).skip(1) {
        line.city.insert_str(0, "North ");
    }
    table.lines.extend(new_people(0, NEW));
    table
}

fn spoiled(mut table: Table) -> Table {
    let people = new_people(NEW, BAD_STATES.len() as u64);
    for ((mut line, state), number) in people.zip(BAD_STATES).zip(BAD_STATE_LINES) {
        state.clone_into(&mut line.state);
        // Line 1 is the header.
        let at = (number - 2).min(table.lines.len());
        table.lines.insert(at, line);
    }
    table
}

fn new_people(skip: u64, count: u64) -> impl Iterator<Item = Line> {
    (PEOPLE + skip..PEOPLE + skip + count).map(|index| person(SEED, index))
}

fn email(index: u64) -> String {
    person(SEED, index).email
}

#[cfg(test)]
mod tests;
