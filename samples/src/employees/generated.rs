//! Files of any number of lines, made line by line.

use super::Line;
use crate::names::{self, DEPARTMENTS};
use crate::places::{self, City, LEADING_ZERO, OTHERS};
use crate::random::{Topic, at};
use std::collections::VecDeque;

/// Lines that are made while they are read; never more than a few are kept.
///
/// Of each hundred people six are in two departments, and their second line stands some lines
/// below the first; twelve live where the ZIP code begins with a zero; they work for ninety
/// companies.
#[derive(Debug, Clone)]
pub struct Generated {
    seed: u64,
    /// Lines still to be made, those that wait included.
    left: u64,
    made: u64,
    next_person: u64,
    /// Second lines and the number of lines that must have been made before them.
    waiting: VecDeque<(u64, Line)>,
}

/// Exactly so many lines; the first of a file do not depend on how many follow.
pub fn generate(rows: u64, seed: u64) -> Generated {
    Generated { seed, left: rows, made: 0, next_person: 0, waiting: VecDeque::new() }
}

impl Iterator for Generated {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        self.left = self.left.checked_sub(1)?;
        let only_waiting_left = self.waiting.len() as u64 > self.left;
        let due = |(after, _): &(u64, Line)| *after <= self.made;
        let line = if only_waiting_left || self.waiting.front().is_some_and(due) {
            self.waiting.pop_front()?.1
        } else {
            self.person()
        };
        self.made += 1;
        Some(line)
    }
}

impl Generated {
    fn person(&mut self) -> Line {
        let index = self.next_person;
        self.next_person += 1;
        let line = person(self.seed, index);
        let room = self.left > self.waiting.len() as u64;
        if let Some(department) = second_department(self.seed, index).filter(|_| room) {
            let delay = at(self.seed, Topic::Delay, (index, 0)).u64(1..=12);
            let second = Line { department: department.to_owned(), ..line.clone() };
            self.waiting.push_back((self.made + delay, second));
        }
        line
    }
}

/// The first line of a person.
pub(super) fn person(seed: u64, index: u64) -> Line {
    let (first_name, last_name, mailbox) = names::employee(seed, index);
    let mut home = at(seed, Topic::Home, (index, 0));
    let city = city(seed, index);
    Line {
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        company_name: company(seed, index),
        address: places::address(&mut home),
        city: city.name.to_owned(),
        state: city.state.to_owned(),
        zip: places::zip(&mut home, city),
        phone1: places::phone(&mut home, city),
        phone2: places::phone(&mut home, city),
        // Domains that are kept for examples and belong to nobody.
        email: format!("{mailbox}@example.{}", ["com", "net", "org"][home.usize(..3)]),
        department: department(seed, index).to_owned(),
    }
}

/// Where a person lives.
pub(super) fn city(seed: u64, index: u64) -> City {
    let mut rng = at(seed, Topic::Home, (index, 1));
    if one_of_hundred(index, 12, 30) {
        LEADING_ZERO[rng.usize(..LEADING_ZERO.len())]
    } else {
        OTHERS[rng.usize(..OTHERS.len())]
    }
}

fn company(seed: u64, index: u64) -> String {
    // Nine of ten people bring a company of their own, the tenth works for one already known.
    let (tens, unit) = (index / 10, index % 10);
    let known = tens * 9 + unit;
    let chosen = match unit {
        9 => at(seed, Topic::Company, (index, 0)).u64(..known),
        _ => known,
    };
    names::company(seed, chosen)
}

fn department(seed: u64, index: u64) -> &'static str {
    DEPARTMENTS[department_index(seed, index)]
}

/// A department other than the person's first.
pub(super) fn other_department(seed: u64, index: u64) -> &'static str {
    let further = at(seed, Topic::Department, (index, 1)).usize(1..DEPARTMENTS.len());
    DEPARTMENTS[(department_index(seed, index) + further) % DEPARTMENTS.len()]
}

/// The second department of those who have one.
fn second_department(seed: u64, index: u64) -> Option<&'static str> {
    one_of_hundred(index, 6, 50).then(|| other_department(seed, index))
}

fn department_index(seed: u64, index: u64) -> usize {
    at(seed, Topic::Department, (index, 0)).usize(..DEPARTMENTS.len())
}

/// Chooses exactly `share` of each hundred people, at even distances, beginning at `phase`.
fn one_of_hundred(index: u64, share: u64, phase: u64) -> bool {
    (index % 100 * share + phase) % 100 < share
}
