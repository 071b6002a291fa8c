//! The sheets of a document, and what lies over their cells.

use std::collections::HashSet;
use std::io::Read;

use quick_xml::events::BytesStart;

use crate::read::ReadError;
use crate::read::workbook::hidden::HiddenParts;
use crate::read::workbook::parts::{attribute, elements};

/// Rows and columns of a range, 1-based, ends included.
type Range = ((u64, u64), (u32, u32));

/// A sheet.
#[derive(Debug, Default)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Whether it is shown.
    pub visible: bool,
    /// What it hides.
    pub hidden: HiddenParts,
    /// Which cells are merged.
    pub merged: Vec<Range>,
}

/// How often an element stands for itself.
pub fn repeated(element: &BytesStart<'_>, name: &str) -> u64 {
    attribute(element, name).and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// Reads all sheets.
pub fn read(content: impl Read) -> Result<Vec<Table>, ReadError> {
    let mut tables: Vec<Table> = Vec::new();
    let (mut style, mut hidden_styles) = (String::new(), HashSet::new());
    let (mut row, mut rows, mut column) = (0, 0, 0);
    elements(content, |element| {
        match element.local_name().as_ref() {
            "style" => style = attribute(element, "name").unwrap_or_default(),
            "table-properties" if attribute(element, "display").as_deref() == Some("false") => {
                hidden_styles.insert(style.clone());
            }
            "table" => {
                let style = attribute(element, "style-name").unwrap_or_default();
                tables.push(Table {
                    name: attribute(element, "name").unwrap_or_default(),
                    visible: !hidden_styles.contains(&style),
                    ..Table::default()
                });
                (row, rows, column) = (0, 0, 0);
            }
            kind => {
                let Some(table) = tables.last_mut() else { return Ok(true) };
                match kind {
                    "table-column" => {
                        let last = column + repeated(element, "number-columns-repeated");
                        if is_hidden(element) {
                            table.hidden.hide_columns(column as u32 + 1, last as u32);
                        }
                        column = last;
                    }
                    "table-row" => {
                        (row, column) = (rows + 1, 0);
                        rows += repeated(element, "number-rows-repeated");
                        if is_hidden(element) {
                            table.hidden.hide_rows(row, rows);
                        }
                    }
                    "table-cell" | "covered-table-cell" => {
                        let down = repeated(element, "number-rows-spanned").max(1);
                        let right = repeated(element, "number-columns-spanned").max(1);
                        if down > 1 || right > 1 {
                            let columns = (column as u32 + 1, (column + right) as u32);
                            table.merged.push(((row, row + down - 1), columns));
                        }
                        column += repeated(element, "number-columns-repeated");
                    }
                    _ => {}
                }
            }
        }
        Ok(true)
    })?;
    Ok(tables)
}

fn is_hidden(element: &BytesStart<'_>) -> bool {
    matches!(attribute(element, "visibility").as_deref(), Some("collapse" | "filter"))
}
