//! The rule that A→B and B→A agree where both are known.

use std::collections::HashMap;

use tolva_schema::value::Value;

/// What is known of each pair: two bits, so that a matrix of 16,384 columns needs 64 MiB at most.
#[derive(Debug, Default)]
pub struct Symmetry {
    /// By the spelling of a key: its number here.
    numbers: HashMap<String, usize>,
    /// By number: the row and the column that it heads.
    positions: Vec<(u32, u32)>,
    /// By the number of the row: two bits for each column's number (known, true).
    known: Vec<Vec<u8>>,
}

const PAIRS_A_BYTE: usize = 4;

impl Symmetry {
    /// Learns that `from`→`to` is `truth`, which stands `at` (row, column), and gives the cell that
    /// says otherwise, if one was read before.
    pub fn contradicted(
        &mut self,
        from: &Value,
        to: &Value,
        truth: bool,
        at: (u32, u32),
    ) -> Option<(u32, u32)> {
        let (from, to) = (self.number(from), self.number(to));
        self.positions[from].0 = at.0;
        self.positions[to].1 = at.1;
        let row = &mut self.known[from];
        if row.len() <= to / PAIRS_A_BYTE {
            row.resize(to / PAIRS_A_BYTE + 1, 0);
        }
        row[to / PAIRS_A_BYTE] |= (1 | u8::from(truth) << 1) << (to % PAIRS_A_BYTE * 2);
        let mirrored = self.known[to].get(from / PAIRS_A_BYTE)? >> (from % PAIRS_A_BYTE * 2);
        let contradicts = mirrored & 1 == 1 && (mirrored >> 1 & 1 == 1) != truth;
        contradicts.then(|| (self.positions[to].0, self.positions[from].1))
    }

    fn number(&mut self, key: &Value) -> usize {
        let next = self.positions.len();
        let number = *self.numbers.entry(key.to_text().unwrap_or_default()).or_insert(next);
        if number == next {
            self.positions.push((0, 0));
            self.known.push(Vec::new());
        }
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contradiction_names_the_cell_that_was_read_first() {
        let mut symmetry = Symmetry::default();
        let key = Value::Integer;
        assert_eq!(symmetry.contradicted(&key(1), &key(6), true, (3, 8)), None);
        assert_eq!(symmetry.contradicted(&key(2), &key(1), true, (4, 3)), None);
        assert_eq!(symmetry.contradicted(&key(6), &key(1), false, (8, 3)), Some((3, 8)));
        assert_eq!(symmetry.contradicted(&key(1), &key(2), true, (3, 4)), None);
    }
}
