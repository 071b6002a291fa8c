//! The dirt that the README promises is really there.

use super::*;

fn numbers(workbook: &Workbook) -> Vec<u32> {
    workbook.columns.iter().map(|place| place.number).collect()
}

fn differing(old: &Workbook, new: &Workbook) -> Vec<(Cell, Cell)> {
    new.cells()
        .filter_map(|(from, to, cell)| {
            let before = old.cell(from, to)?;
            (before != cell).then(|| (before.clone(), cell.clone()))
        })
        .collect()
}

#[test]
fn the_first_version_is_filled_in_at_the_top_only() {
    let workbook = standard(Version::V1);
    for (from, to, cell) in workbook.cells() {
        if from == to {
            let expected = if from == SELF_RELATED { Cell::YES } else { Cell::NO };
            assert_eq!(*cell, expected);
        } else if from > FILLED_V1 {
            assert_eq!(*cell, Cell::Blank);
        }
    }
    for kind in [Cell::YES, Cell::NO, Cell::Blank] {
        let filled = |from: u32| from <= FILLED_V1;
        let count = workbook.cells().filter(|c| filled(c.0) && *c.2 == kind);
        assert!(count.count() > 20, "{kind:?}");
    }
    assert!(workbook.contradictions().contains(&CONTRADICTION));
    assert!(workbook.contradictions().len() >= 5);
}

#[test]
fn one_label_in_the_list_agrees_with_neither_axis() {
    let workbook = standard(Version::V1);
    let odd: Vec<&Person> =
        workbook.people.iter().filter(|person| person.label != row(person.number).label).collect();
    assert_eq!(odd.len(), 1);
    assert_eq!((odd[0].number, odd[0].label.as_str()), LABEL_TYPO);
    assert_ne!(odd[0].label, column(odd[0].number).label);
}

#[test]
fn the_second_version_fills_blanks_only() {
    let (old, new) = (standard(Version::V1), standard(Version::V2));
    assert_eq!(old.people, new.people);
    let changes = differing(&old, &new);
    assert!(changes.len() > 600);
    assert!(changes.iter().all(|(before, _)| *before == Cell::Blank));
}

#[test]
fn the_third_version_removes_changes_and_blanks() {
    let (old, new) = (standard(Version::V2), standard(Version::V3));
    let mut expected = numbers(&old);
    expected.retain(|number| !REMOVED.contains(number));
    assert_eq!(numbers(&new), expected);
    assert_eq!(new.people.len(), expected.len());
    let changes = differing(&old, &new);
    let blanked = changes.iter().filter(|(_, after)| *after == Cell::Blank);
    assert_eq!(blanked.count(), UNFILLED);
    assert_eq!(changes.len(), UNFILLED + CHANGED);
}

#[test]
fn the_fourth_version_has_three_kinds_of_errors() {
    let (old, new) = (standard(Version::V3), standard(Version::V4));
    let (from, to) = TEXT_CELL;
    assert!(matches!(old.cell(from, to), Some(Cell::Number(_))));
    assert_eq!(differing(&old, &new)[0].1, Cell::Text(TEXT.to_owned()), "one cell is spoiled");
    assert_eq!(differing(&old, &new).len(), 1);
    let twice: Vec<&Person> =
        new.people.iter().filter(|person| person.number == LISTED_TWICE).collect();
    assert_eq!(twice.len(), 2);
    assert_ne!(twice[0].name, twice[1].name);
    assert!(new.people.iter().all(|person| person.number != UNKNOWN));
    let unknown = |a: u32, b: u32| a == UNKNOWN || b == UNKNOWN;
    let filled =
        new.cells().filter(|(from, to, cell)| unknown(*from, *to) && **cell != Cell::Blank);
    assert!(filled.count() > 10);
}
