//! From cells to rows, with what lies over them: merged ranges, and what is hidden.

use std::collections::VecDeque;

use calamine::Dimensions;
use tolva_schema::cell::Cell;
use tolva_schema::finding::column_letters;

use super::hidden::HiddenParts;
use crate::read::{ReadError, Row, Rows};

/// A cell and where it stands, 1-based.
#[derive(Debug)]
pub struct Placed {
    row: u64,
    column: u32,
    cell: Cell,
}

impl Placed {
    /// A cell at a 0-based position.
    pub fn new((row, column): (u32, u32), cell: Cell) -> Self {
        Self { row: u64::from(row) + 1, column: column + 1, cell }
    }
}

/// The cells of a sheet, row by row.
pub trait Cells {
    /// The next cell, blank or not.
    fn next(&mut self) -> Result<Option<Placed>, ReadError>;
}

/// A merged range, 1-based, its ends included.
#[derive(Debug)]
pub struct Region {
    rows: (u64, u64),
    columns: (u32, u32),
    value: Cell,
}

impl Region {
    /// The range of these rows and columns.
    pub fn new(rows: (u64, u64), columns: (u32, u32)) -> Self {
        Self { rows, columns, value: Cell::Blank }
    }
}

impl From<Dimensions> for Region {
    fn from(range: Dimensions) -> Self {
        let rows = (u64::from(range.start.0) + 1, u64::from(range.end.0) + 1);
        Self::new(rows, (range.start.1 + 1, range.end.1 + 1))
    }
}

/// What lies over the cells of a sheet.
#[derive(Debug)]
pub struct Overlay {
    /// Merged ranges that no row has reached yet, from the top.
    coming: VecDeque<Region>,
    /// Merged ranges that hold the row at hand.
    open: Vec<Region>,
    hidden: HiddenParts,
}

impl Overlay {
    /// Merged ranges whose cells are all to have their value, and what is left out.
    pub fn new(mut merged: Vec<Region>, hidden: HiddenParts) -> Self {
        merged.sort_by_key(|region| region.rows.0);
        Self { coming: merged.into(), open: Vec::new(), hidden }
    }

    /// The first row behind `last` that has a value only since it belongs to a merged range.
    fn next_row(&self, last: u64) -> Option<u64> {
        let goes_on = |region: &Region| !region.value.is_blank() && region.rows.1 > last;
        self.open.iter().any(goes_on).then_some(last + 1)
    }

    fn fill(&mut self, row: &mut Row) {
        self.open.retain(|region| region.rows.1 >= row.number);
        while self.coming.front().is_some_and(|region| region.rows.0 <= row.number) {
            let Some(mut region) = self.coming.pop_front() else { break };
            if region.rows.0 == row.number {
                region.value = row.cell(region.columns.0).clone();
                self.open.push(region);
            }
        }
        if self.open.is_empty() {
            return;
        }
        for region in &self.open {
            if region.value.is_blank() {
                continue;
            }
            row.cells
                .retain(|(column, _)| *column < region.columns.0 || *column > region.columns.1);
            let columns = region.columns.0..=region.columns.1;
            row.cells.extend(columns.map(|column| (column, region.value.clone())));
            row.cells.sort_by_key(|(column, _)| *column);
        }
    }
}

/// The rows of a sheet.
pub struct SheetRows<'a> {
    sheet: String,
    cells: Box<dyn Cells + 'a>,
    overlay: Overlay,
    /// The first cell of the next row.
    ahead: Option<Placed>,
    last: u64,
    /// The reader cannot be asked again once it has said that nothing follows.
    ended: bool,
}

impl<'a> SheetRows<'a> {
    /// The rows of the sheet called `sheet`.
    pub fn new(sheet: String, cells: Box<dyn Cells + 'a>, overlay: Overlay) -> Self {
        Self { sheet, cells, overlay, ahead: None, last: 0, ended: false }
    }

    /// The next cell that holds something.
    fn cell(&mut self) -> Result<Option<Placed>, ReadError> {
        while !self.ended {
            match self.cells.next()? {
                Some(placed) if placed.cell.is_blank() => {}
                Some(placed) => return Ok(Some(placed)),
                None => self.ended = true,
            }
        }
        Ok(None)
    }

    /// The next row, with everything that is written in it.
    fn written(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        row.cells.clear();
        if self.ahead.is_none() {
            self.ahead = self.cell()?;
        }
        let written = self.ahead.as_ref().map(|placed| placed.row);
        if written.is_some_and(|number| number <= self.last) {
            let number = written.unwrap_or_default();
            return Err(ReadError::Damaged(format!("row {number} stands twice or out of order")));
        }
        let Some(number) = [written, self.overlay.next_row(self.last)].into_iter().flatten().min()
        else {
            return Ok(false);
        };
        row.after_blank |= number > self.last + 1;
        self.last = number;
        row.number = number;
        while let Some(placed) = self.ahead.take() {
            if placed.row != number {
                self.ahead = Some(placed);
                break;
            }
            row.cells.push((placed.column, placed.cell));
            self.ahead = self.cell()?;
        }
        // Programs other than spreadsheets write cells in any order.
        row.cells.sort_by_key(|(column, _)| *column);
        if let Some(pair) = row.cells.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let cell = format!("{}{number}", column_letters(pair[0].0));
            return Err(ReadError::Damaged(format!("the cell {cell} stands twice")));
        }
        self.overlay.fill(row);
        Ok(true)
    }
}

impl Rows for SheetRows<'_> {
    fn sheet(&self) -> Option<&str> {
        Some(&self.sheet)
    }

    fn next(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        row.after_blank = false;
        while self.written(row)? {
            if self.overlay.hidden.row(row.number) {
                continue;
            }
            row.cells.retain(|(column, _)| !self.overlay.hidden.column(*column));
            row.width = row.cells.last().map_or(0, |(column, _)| *column);
            return Ok(true);
        }
        Ok(false)
    }
}
