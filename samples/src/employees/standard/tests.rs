//! The dirt that the README promises is really there.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

fn people(table: &Table) -> BTreeMap<&str, Vec<&Line>> {
    let mut people: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in &table.lines {
        people.entry(&line.email).or_default().push(line);
    }
    people
}

/// A line without its department: what is said about the person.
fn said(line: &Line) -> Line {
    Line { department: String::new(), ..line.clone() }
}

fn distinct(table: &Table, field: impl Fn(&Line) -> &String) -> usize {
    table.lines.iter().map(field).collect::<BTreeSet<_>>().len()
}

#[test]
fn the_first_version_has_a_hundred_people_on_106_lines() {
    let table = standard(Version::V1);
    assert_eq!(table.lines.len() as u64, LINES);
    let people = people(&table);
    assert_eq!(people.len() as u64, PEOPLE);
    let twice: BTreeSet<&str> = people
        .iter()
        .filter(|(_, lines)| lines.len() == 2)
        .map(|(email, lines)| {
            assert_eq!(said(lines[0]), said(lines[1]));
            assert_ne!(lines[0].department, lines[1].department);
            *email
        })
        .collect();
    let expected = TWO_DEPARTMENTS.map(email);
    assert_eq!(twice, expected.iter().map(String::as_str).collect());
    let short = people.values().filter(|lines| lines[0].zip.len() == 4);
    assert_eq!(short.count(), 12);
    assert_eq!(distinct(&table, |line| &line.department), 12);
    assert_eq!(distinct(&table, |line| &line.company_name), 90);
}

#[test]
fn the_second_version_changes_what_it_says() {
    let (old, new) = (standard(Version::V1), standard(Version::V2));
    let (old, new) = (people(&old), people(&new));
    let came: Vec<_> = new.keys().filter(|email| !old.contains_key(*email)).collect();
    let went: Vec<_> = old.keys().filter(|email| !new.contains_key(*email)).collect();
    assert_eq!(came.len() as u64, NEW);
    assert_eq!(went.len(), GONE.len());
    let differing: BTreeSet<&str> = old
        .iter()
        .filter(|(email, lines)| new.get(*email).is_some_and(|now| now != *lines))
        .map(|(email, _)| *email)
        .collect();
    let expected =
        MOVED.into_iter().chain([OTHER_DEPARTMENT, TWO_CITIES]).map(email).collect::<BTreeSet<_>>();
    assert_eq!(differing, expected.iter().map(String::as_str).collect());
    for index in MOVED {
        let email = email(index);
        for (before, after) in old[email.as_str()].iter().zip(&new[email.as_str()]) {
            assert_ne!(before.address, after.address);
            assert_ne!(before.phone1, after.phone1);
        }
    }
    let contradicting = &new[email(TWO_CITIES).as_str()];
    assert_ne!(contradicting[0].city, contradicting[1].city);
    assert_ne!(
        old[email(OTHER_DEPARTMENT).as_str()][0].department,
        new[email(OTHER_DEPARTMENT).as_str()][0].department
    );
}

#[test]
fn the_third_version_adds_bad_states_where_it_says() {
    let (old, new) = (standard(Version::V2), standard(Version::V3));
    for (number, state) in BAD_STATE_LINES.into_iter().zip(BAD_STATES) {
        assert_eq!(new.lines[number - 2].state, state);
    }
    let mut rest = new.clone();
    for number in BAD_STATE_LINES.into_iter().rev() {
        rest.lines.remove(number - 2);
    }
    assert_eq!(rest, old);
}

#[test]
fn generated_files_have_as_many_lines_as_asked_for_and_unique_people() {
    for rows in [0, 1, 7, 10, 106, 107, 25_000] {
        let table = Table { lines: generate(rows, 5).collect() };
        assert_eq!(table.lines.len() as u64, rows);
        let names: BTreeSet<_> =
            table.lines.iter().map(|line| (&line.email, &line.department)).collect();
        assert_eq!(names.len() as u64, rows);
        for lines in people(&table).values() {
            assert!(lines.iter().all(|line| said(line) == said(lines[0])));
        }
    }
}
