//! What a sheet of an Office Open XML workbook hides.

use std::path::Path;

use super::parts;
use crate::read::ReadError;

/// Hidden rows and columns of a sheet, 1-based.
#[derive(Debug, Default)]
pub struct HiddenParts {
    /// Ascending.
    rows: Vec<u64>,
    columns: Vec<(u32, u32)>,
}

impl HiddenParts {
    /// Whether a row is hidden.
    pub fn row(&self, row: u64) -> bool {
        self.rows.binary_search(&row).is_ok()
    }

    /// Whether a column is hidden.
    pub fn column(&self, column: u32) -> bool {
        self.columns.iter().any(|(first, last)| (*first..=*last).contains(&column))
    }
}

/// Looks through the sheet called `sheet` of the workbook at `path`.
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
                    hidden.rows.push(row);
                }
            }
            "col" if is_hidden() => {
                if let (Some(first), Some(last)) = (number("min"), number("max")) {
                    hidden.columns.push((first as u32, last as u32));
                }
            }
            _ => {}
        }
        Ok(true)
    })?;
    hidden.rows.sort_unstable();
    Ok(hidden)
}
