//! What a sheet hides.

use std::path::Path;

use super::parts;
use crate::read::ReadError;

/// Hidden rows and columns of a sheet, 1-based.
#[derive(Debug, Default, Clone)]
pub struct HiddenParts {
    /// Ranges, ends included, ascending.
    rows: Vec<(u64, u64)>,
    columns: Vec<(u32, u32)>,
}

impl HiddenParts {
    /// Hides rows, below those that are hidden already.
    pub fn hide_rows(&mut self, first: u64, last: u64) {
        match self.rows.last_mut() {
            Some(range) if range.1 + 1 == first => range.1 = last,
            _ => self.rows.push((first, last)),
        }
    }

    /// Hides columns.
    pub fn hide_columns(&mut self, first: u32, last: u32) {
        self.columns.push((first, last));
    }

    /// Whether a row is hidden.
    pub fn row(&self, row: u64) -> bool {
        let behind = self.rows.partition_point(|range| range.0 <= row);
        behind > 0 && self.rows[behind - 1].1 >= row
    }

    /// Whether a column is hidden.
    pub fn column(&self, column: u32) -> bool {
        self.columns.iter().any(|(first, last)| (*first..=*last).contains(&column))
    }
}

/// Looks through the sheet called `sheet` of the Office Open XML workbook at `path`.
pub fn find(path: &Path, sheet: &str) -> Result<HiddenParts, ReadError> {
    let mut archive = parts::open(path)?;
    let part = parts::of_sheet(&mut archive, sheet)?;
    let mut hidden = HiddenParts::default();
    let mut row = 0;
    parts::elements(parts::part(&mut archive, &part)?, |element| {
        let number = |name: &str| parts::attribute(element, name)?.parse::<u64>().ok();
        let is_hidden =
            || matches!(parts::attribute(element, "hidden").as_deref(), Some("1" | "true"));
        match element.local_name().as_ref() {
            "row" => {
                row = number("r").unwrap_or(row + 1);
                if is_hidden() {
                    hidden.hide_rows(row, row);
                }
            }
            "col" if is_hidden() => {
                if let (Some(first), Some(last)) = (number("min"), number("max")) {
                    hidden.hide_columns(first as u32, last as u32);
                }
            }
            _ => {}
        }
        Ok(true)
    })?;
    Ok(hidden)
}
