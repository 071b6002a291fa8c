//! Rows within limits, from readers that may give up.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use tolva_schema::cell::Cell;

use super::{Doubt, ReadError, Row, Rows};
use crate::limits::{Limit, Limits};

/// Passes rows on and counts what they hold.
pub struct Metered<'a> {
    inner: Box<dyn Rows + 'a>,
    limits: &'a Limits,
    cells: &'a mut u64,
    spent: &'a mut Duration,
}

impl<'a> Metered<'a> {
    /// Counts on from `cells` and `spent`.
    pub fn new(
        inner: Box<dyn Rows + 'a>,
        limits: &'a Limits,
        cells: &'a mut u64,
        spent: &'a mut Duration,
    ) -> Self {
        Self { inner, limits, cells, spent }
    }

    fn count(&mut self, row: &Row) -> Result<(), ReadError> {
        let limits = self.limits;
        *self.cells += row.cells.len() as u64;
        Limits::count(Limit::Cells, "cells", *self.cells, limits.cells)?;
        Limits::count(Limit::Columns, "columns", row.width.into(), limits.columns.into())?;
        for (_, cell) in &row.cells {
            if let Cell::Text(text) = cell {
                let length = text.len() as u64;
                Limits::bytes(Limit::CellLength, "in one cell", length, limits.cell_length)?;
            }
        }
        Ok(())
    }
}

impl Rows for Metered<'_> {
    fn sheet(&self) -> Option<&str> {
        self.inner.sheet()
    }

    fn next(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        let began = Instant::now();
        let inner = &mut self.inner;
        let more = guarded(|| inner.next(row))?;
        *self.spent += began.elapsed();
        self.limits.time(*self.spent)?;
        if more {
            self.count(row)?;
        }
        Ok(more)
    }

    fn take_doubt(&mut self) -> Option<Doubt> {
        self.inner.take_doubt()
    }
}

/// Runs a part of a reader. What makes it panic is a broken file, and costs that file its load and
/// nothing else.
pub fn guarded<T>(work: impl FnOnce() -> Result<T, ReadError>) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(ReadError::GaveUp(text.unwrap_or("without a reason").to_owned()))
    })
}
