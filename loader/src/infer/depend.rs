//! What follows from what: whether one column decides another, and whether that can be chance.

use std::collections::HashSet;

use super::column::{BLANK, Column};

/// A dependency that lines drawn at random would show more often than this proves nothing.
const CHANCE: f64 = 0.01;

/// Whether lines that agree in `one` agree in `other`, and where `one` is blank, `other` is.
pub fn decides(one: &Column, other: &Column) -> bool {
    let mut found: Vec<Option<u32>> = vec![None; one.words.len() + 1];
    found[BLANK as usize] = Some(BLANK);
    one.codes
        .iter()
        .zip(&other.codes)
        .all(|(one, other)| *found[*one as usize].get_or_insert(*other) == *other)
}

/// Lines that repeat a value, and so could have shown that the column decides nothing.
pub fn repeats(column: &Column) -> usize {
    column.written() - column.distinct()
}

/// Whether `one` decides `other`, and it is no chance.
pub fn surely_decides(one: &Column, other: &Column) -> bool {
    let trials = i32::try_from(repeats(one)).unwrap_or(i32::MAX);
    decides(one, other) && agreeing(other).powi(trials) < CHANCE
}

/// How probable it is that two lines agree in the column.
fn agreeing(column: &Column) -> f64 {
    let lines = column.lines() as f64;
    let share = |count: usize| (count as f64 / lines).powi(2);
    column.words.iter().map(|word| share(word.count)).sum::<f64>() + share(column.blanks())
}

/// Whether no two lines agree in all these columns, and none of them is blank.
pub fn tell_apart(columns: &[&Column]) -> bool {
    let Some(lines) = columns.first().map(|column| column.lines()) else { return false };
    // Most columns show it soon when they do not: then the rest need not be looked at.
    let mut seen: HashSet<Vec<u32>> = HashSet::new();
    columns.iter().all(|column| column.blanks() == 0)
        && (0..lines).all(|line| seen.insert(codes(columns, line)))
}

fn codes(columns: &[&Column], line: usize) -> Vec<u32> {
    columns.iter().map(|column| column.codes[line]).collect()
}

/// How many different lines there are, as far as these columns tell.
pub fn different(columns: &[&Column]) -> usize {
    let lines = columns.first().map_or(0, |column| column.lines());
    let seen: HashSet<Vec<u32>> = (0..lines).map(|line| codes(columns, line)).collect();
    seen.len()
}

#[cfg(test)]
mod tests {
    use tolva_schema::cell::Cell;

    use super::*;

    fn column(values: &str) -> Column {
        let cells: Vec<Cell> =
            values.split(' ').map(|text| Cell::Text(text.replace('_', ""))).collect();
        Column::of(cells.iter())
    }

    #[test]
    fn what_decides_what() {
        let cases = [
            ("a a b", "1 1 2", true),
            ("a a b", "1 2 2", false),
            ("a a b", "1 1 1", true),
            ("a a b", "1 _ 2", false),
            ("a _ _", "1 _ _", true),
            ("a _ _", "1 2 _", false),
        ];
        for (one, other, expected) in cases {
            assert_eq!(decides(&column(one), &column(other)), expected, "{one} → {other}");
        }
    }

    #[test]
    fn few_lines_prove_little() {
        let pairs = |count: usize| {
            let text = |each: fn(usize) -> usize| {
                (0..count).map(|at| each(at).to_string()).collect::<Vec<_>>().join(" ")
            };
            (column(&text(|at| at / 2)), column(&text(|at| at / 2 * 7)), column(&text(|_| 3)))
        };
        let (key, value, same) = pairs(4);
        assert!(decides(&key, &value) && !surely_decides(&key, &value));
        let (key, value, _) = pairs(12);
        assert!(surely_decides(&key, &value));
        assert!(decides(&key, &same) && !surely_decides(&key, &same), "a constant proves nothing");
    }

    #[test]
    fn what_tells_lines_apart() {
        let (one, two, three) = (column("a a b b"), column("1 2 1 2"), column("1 2 1 _"));
        assert!(tell_apart(&[&one, &two]));
        assert!(!tell_apart(&[&one]));
        assert!(!tell_apart(&[&one, &three]), "a key is never blank");
        assert!(!tell_apart(&[]));
        assert_eq!(different(&[&one, &two]), 4);
    }
}
