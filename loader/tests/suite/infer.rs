//! Drafted contracts: they load the files that they were made of, and their next versions.

mod books;
mod chance;
mod files;
mod texts;
mod things;

use std::path::Path;

use tolva_loader::Limits;
use tolva_schema::contract::Contract;
use tolva_schema::name::Name;
use tolva_schema::state::ArrivalState;

use crate::expected::{employees, relationships};
use crate::samples::employee_tables;
use crate::world::{on_every_backend, samples};

/// The draft for a file on the disk.
fn draft_of(path: &Path, dataset: &str) -> String {
    let name = path.file_name().expect("a file").to_string_lossy().into_owned();
    let dataset = Name::new(dataset).expect("a name");
    tolva_loader::infer::draft(path, &name, Some(&dataset), &Limits::default()).expect("a draft")
}

on_every_backend!(employees_load_from_their_draft, |world: World| async move {
    let path = |version: u32| samples().join(format!("employees/v{version}.csv"));
    let draft = draft_of(&path(1), "employees");
    world.contract("employees.toml", &draft).await;
    let dropped = world.drop_file("employees", &path(1)).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded, "{draft}");
    assert_eq!((dropped.report.rejected, dropped.report.warnings), (0, 0), "{draft}");
    let expected = employees(&path(1));
    let [company, department, employee, works] = employee_tables(&world).await;
    assert!(company == expected.company.rows, "{draft}");
    assert!(department == expected.department.rows, "{draft}");
    assert!(employee == expected.employee.rows, "{draft}");
    assert!(works == expected.works.rows, "{draft}");
    // What is drafted from one version takes the next one.
    let dropped = world.drop_file("employees", &path(2)).await;
    assert_eq!(
        (dropped.report.state, dropped.report.rejected),
        (ArrivalState::Loaded, 0),
        "{draft}"
    );
    let expected = employees(&path(2));
    let [_, _, employee, works] = employee_tables(&world).await;
    assert!(employee == expected.employee.rows && works == expected.works.rows, "{draft}");
});

on_every_backend!(relationships_load_from_their_draft, |world: World| async move {
    let path = |version: u32| samples().join(format!("relationships/v{version}.xlsx"));
    let draft = draft_of(&path(1), "relationships");
    world.contract("relationships.toml", &draft).await;
    for version in [1, 2] {
        let dropped = world.drop_file("relationships", &path(version)).await;
        assert_eq!(dropped.report.state, ArrivalState::Loaded, "{draft}");
        assert_eq!(dropped.report.rejected, 0, "{draft}");
        let (people, relations) = relationships(&path(version));
        let columns = ["from_number", "to_number", "related"];
        assert!(world.keyed("relationship", &columns, 2).await == relations.rows, "{draft}");
        let columns = ["number", "label", "column_3"];
        assert!(world.keyed("persona", &columns, 1).await == people.rows, "{draft}");
    }
    let again = world.drop_file("relationships", &path(4)).await;
    assert_eq!(again.report.state, ArrivalState::Loaded);
    assert_eq!(again.report.rejected, relationships(&path(4)).1.refused.len() as u64, "{draft}");
});

#[test]
fn drafts_of_the_mission_parse_as_they_are() {
    for (file, dataset) in
        [("employees/v3.csv", "employees"), ("relationships/v4.xlsx", "relationships")]
    {
        let draft = draft_of(&samples().join(file), dataset);
        let contract = Contract::parse("draft.toml", &draft);
        let contract = contract.unwrap_or_else(|error| panic!("{error}\n{draft}"));
        assert_eq!(contract.name.as_str(), dataset);
    }
}
