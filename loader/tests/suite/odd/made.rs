//! The folder is what its makers make.

use std::collections::BTreeSet;
use std::fs;

use tolva_samples::odd;

use super::cases::{all, files, folder, subfolders};

#[test]
fn files_that_the_program_makes_are_up_to_date() {
    let wrong: Vec<String> = odd::all()
        .into_iter()
        .filter(|made| fs::read(folder().join(&made.path)).ok().as_ref() != Some(&made.bytes))
        .map(|made| made.path.display().to_string())
        .collect();
    assert!(
        wrong.is_empty(),
        "out of date (cargo run -p tolva-samples -- odd): {}",
        wrong.join(", ")
    );
}

#[test]
fn every_file_of_the_folder_is_made_or_expected_or_told_by_its_script() {
    let script = fs::read_to_string(folder().join("sheetjs.mjs")).expect("the script");
    let made: BTreeSet<_> = odd::all().into_iter().map(|made| folder().join(made.path)).collect();
    let expected: BTreeSet<_> = all().iter().map(|case| case.expectation()).collect();
    for path in subfolders().iter().flat_map(|subfolder| files(subfolder)) {
        let name = path.file_name().expect("a name").to_string_lossy();
        let stem = name.split('.').next().expect("a stem");
        let by_script =
            script.contains(&format!("\"{stem}\"")) || script.contains(&format!("/{name}\""));
        assert!(
            made.contains(&path) || expected.contains(&path) || by_script,
            "{}: nobody makes it",
            path.display()
        );
    }
}
