//! Headers of several rows: the texts above one another make one.

use std::collections::BTreeMap;

use tolva_schema::cell::Cell;

use crate::read::Row;

/// The rows of headers above the last one.
#[derive(Debug, Default)]
pub struct HeadersAbove {
    rows: Vec<BTreeMap<u32, String>>,
}

impl HeadersAbove {
    /// Adds the next row from the top.
    pub fn add(&mut self, row: &Row) {
        let written = row.cells.iter().filter(|(_, cell)| !cell.is_blank());
        self.rows.push(written.map(|(at, cell)| (*at, cell.to_text().into_owned())).collect());
    }

    /// The headers whose last part stands in `row`. What stands above reaches to the right until the
    /// next text, as a merged cell does.
    pub fn over(&self, row: &Row) -> Row {
        let headers = row.cells.iter().map(|(column, cell)| {
            let above = self.rows.iter().filter_map(|row| row.range(..=*column).next_back());
            let mut parts: Vec<&str> = above.map(|(_, text)| text.as_str()).collect();
            let own = cell.to_text();
            if !cell.is_blank() {
                parts.push(&own);
            }
            (*column, Cell::Text(parts.join(" ")))
        });
        Row { number: row.number, cells: headers.collect(), width: row.width, after_blank: false }
    }
}
