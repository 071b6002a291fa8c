//! The name of a file, and why one is not taken.

use std::ffi::OsStr;

use actix_web::http::header::{ContentDisposition, DispositionParam};
use tolva_ledger::whole::may_be_taken;
use tolva_schema::contract::Contract;

use crate::problem::Problem;

/// Characters that a name has at most: that of a partition has no more.
const LONGEST: usize = 255;

fn refused(why: impl Into<String>, hint: impl Into<String>) -> Problem {
    Problem::Upload { why: why.into(), hint: hint.into() }
}

/// The name that a header tells.
pub fn of(header: &ContentDisposition) -> Option<String> {
    let extended = header.parameters.iter().find_map(|parameter| match parameter {
        DispositionParam::FilenameExt(name) => String::from_utf8(name.value.clone()).ok(),
        _ => None,
    });
    extended.or_else(|| header.get_filename().map(str::to_owned))
}

/// Refuses names that are no file's, and those that a watcher never takes.
pub fn check(name: &str) -> Result<(), Problem> {
    let plain = !name.contains(['/', '\\']) && !name.chars().any(char::is_control);
    if !plain || name.trim().is_empty() || name.chars().count() > LONGEST {
        let why = "its name is none that a file has";
        return Err(refused(why, "a name without folders, of 255 characters at most"));
    }
    if !may_be_taken(OsStr::new(name)) {
        let why = "files of this name are never taken";
        return Err(refused(why, "hidden, temporary and unfinished files are not: rename it"));
    }
    Ok(())
}

/// It has no name.
pub fn missing() -> Problem {
    refused(
        "it has no name",
        "POST /v1/arrivals?name=FILE, the header Content-Disposition, or a form with a file",
    )
}

/// No contract takes it.
pub fn nowhere(contracts: &[Contract]) -> Problem {
    let names: Vec<&str> = contracts.iter().map(|contract| contract.name.as_str()).collect();
    let hint = match names.is_empty() {
        true => "no contract is in force yet: `tolva schema apply` reads them".to_owned(),
        false => format!("say which dataset it is for: dataset=NAME, of {}", names.join(", ")),
    };
    refused("no contract takes files of this name", hint)
}

/// Several contracts take it.
pub fn tie(datasets: &[&str]) -> Problem {
    let names = datasets.join(", ");
    refused(
        format!("several contracts take it with equal right ({names})"),
        "say which dataset it is for: dataset=NAME",
    )
}

/// There is nothing in it.
pub fn empty() -> Problem {
    refused("it is empty", "send the file's bytes as the body, or as a file of a form")
}

/// It lacks its end.
pub fn torn() -> Problem {
    refused(
        "it is a ZIP, or a workbook by its name, and lacks the end of one",
        "send it again, whole; a CSV file has a name that ends in .csv",
    )
}

/// Whoever sent it stopped.
pub fn broken_off(why: String) -> Problem {
    refused(format!("the upload was broken off ({why})"), "send it again")
}
