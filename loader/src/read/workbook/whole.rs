//! Sheets of the formats that are read whole.

use calamine::{Data, Range};

use super::cells;
use super::rows::{Cells, Placed};
use crate::read::ReadError;

/// A sheet that is in memory.
pub struct WholeSheet {
    range: Range<Data>,
    /// The next row and column within the range.
    next: (usize, usize),
}

impl WholeSheet {
    /// The cells of `range`.
    pub fn new(range: Range<Data>) -> Self {
        Self { range, next: (0, 0) }
    }
}

impl Cells for WholeSheet {
    fn next(&mut self) -> Result<Option<Placed>, ReadError> {
        let Some((top, left)) = self.range.start() else { return Ok(None) };
        let (height, width) = self.range.get_size();
        while self.next.0 < height {
            let (row, column) = self.next;
            self.next = if column + 1 < width { (row, column + 1) } else { (row + 1, 0) };
            match self.range.get((row, column)) {
                None | Some(Data::Empty) => {}
                Some(value) => {
                    let position = (top + row as u32, left + column as u32);
                    return Ok(Some(Placed::new(position, cells::of_data(value))));
                }
            }
        }
        Ok(None)
    }
}
