//! The CSV file of exercise 2: one line per employee and department.

pub mod csv;
mod generated;
mod standard;

pub use generated::{Generated, generate};
pub use standard::{Version, facts, standard};

use crate::Error;
use std::path::Path;

/// The first line of every file.
pub const HEADER: [&str; 11] = [
    "first_name",
    "last_name",
    "company_name",
    "address",
    "city",
    "state",
    "zip",
    "phone1",
    "phone2",
    "email",
    "department",
];

/// One line: an employee in a department. All is text, as in the file, so that anything can be
/// made wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the columns of the file")]
pub struct Line {
    pub first_name: String,
    pub last_name: String,
    pub company_name: String,
    pub address: String,
    pub city: String,
    pub state: String,
    pub zip: String,
    pub phone1: String,
    pub phone2: String,
    pub email: String,
    pub department: String,
}

impl Line {
    /// The fields in the order of [`HEADER`].
    pub fn fields(&self) -> [&str; 11] {
        [
            &self.first_name,
            &self.last_name,
            &self.company_name,
            &self.address,
            &self.city,
            &self.state,
            &self.zip,
            &self.phone1,
            &self.phone2,
            &self.email,
            &self.department,
        ]
    }
}

/// A whole file; its n-th line (from 0) stands on line n + 2 of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The lines without the header.
    pub lines: Vec<Line>,
}

impl Table {
    /// The e-mail addresses, each once, in the order of their first lines. Each is one person.
    pub fn emails(&self) -> Vec<&str> {
        let mut emails = Vec::new();
        for line in &self.lines {
            if !emails.contains(&line.email.as_str()) {
                emails.push(&line.email);
            }
        }
        emails
    }

    /// All lines of one person.
    pub fn of<'a>(&'a self, email: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.email == email)
    }

    /// All lines of one person, to be changed.
    pub fn of_mut<'a>(&'a mut self, email: &'a str) -> impl Iterator<Item = &'a mut Line> {
        self.lines.iter_mut().filter(move |line| line.email == email)
    }

    /// Writes the file.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        csv::write(path, &self.lines)
    }
}
