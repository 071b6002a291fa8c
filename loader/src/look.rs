//! A look at a file as it is, before any contract: its sheets, how large they are, how they begin.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::infer::sheets::everything;
use crate::limits::Limits;
use crate::progress::Progress;
use crate::read::{Document, ReadError, Row};
use crate::refresh::Loader;

/// Columns and characters that are shown of a row.
const COLUMNS: usize = 12;
const LENGTH: usize = 60;

/// A sheet of a workbook, or a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SheetSeen {
    /// Its name; none for a text.
    pub name: Option<String>,
    /// Rows in which something is written.
    pub rows: u64,
    /// The last column in which something is written.
    pub columns: u32,
    /// The first of these rows, each with its first columns.
    pub begins: Vec<Vec<String>>,
}

impl Loader {
    /// Looks at the file at `path`, called `name`; the first `most` rows of each sheet are shown.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn look(
        &self,
        path: &Path,
        name: &str,
        most: usize,
    ) -> Result<Vec<SheetSeen>, ReadError> {
        let (path, name, limits) = (path.to_owned(), name.to_owned(), Arc::clone(self.limits()));
        tokio::task::spawn_blocking(move || look(&path, &name, &limits, most))
            .await
            .map_err(|panic| ReadError::Damaged(panic.to_string()))?
    }
}

fn look(
    path: &Path,
    name: &str,
    limits: &Limits,
    most: usize,
) -> Result<Vec<SheetSeen>, ReadError> {
    let mut document = Document::open(path, name, limits, &Progress::default())?;
    let source = everything()?;
    let mut sheets = Vec::new();
    for at in document.sheets(&source)? {
        let mut rows = document.rows(&source, at)?;
        let name = rows.sheet().map(str::to_owned);
        let mut sheet = SheetSeen { name, rows: 0, columns: 0, begins: Vec::new() };
        let mut row = Row::default();
        while rows.next(&mut row)? {
            let Some((last, _)) = row.cells.iter().rfind(|(_, cell)| !cell.is_blank()) else {
                continue;
            };
            sheet.rows += 1;
            sheet.columns = sheet.columns.max(*last);
            if sheet.begins.len() < most {
                let shown = 1..=(*last).min(COLUMNS as u32);
                let text = |at| row.cell(at).to_text().chars().take(LENGTH).collect();
                sheet.begins.push(shown.map(text).collect());
            }
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}
