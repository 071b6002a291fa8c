//! From the sheets of a file to a contract: sources, their fields, and the tables made of them.

mod fields;
mod matrix;
mod tables;

use super::dataset;
use super::matrix::Matrix;
use super::model::{Layout, Model, Source};
use super::name::{Names, name, singular};
use super::refer;
use super::sheets::Sheet;
use super::table::Table;
use super::write::Text;

/// What a sheet holds.
pub enum Content {
    /// Lines.
    Table(Table),
    /// A matrix.
    Matrix(Box<Matrix>),
}

/// A sheet, understood.
pub struct Part {
    /// The source of the contract that reads it.
    pub source: Source,
    /// What it holds.
    pub content: Content,
    /// The tables of the contract that it feeds.
    pub tables: Vec<super::model::Table>,
}

/// Makes a contract of what the sheets of the file called `file_name` hold; `None` where there are no lines.
/// `normalised`: whether things that lines repeat become tables of their own.
pub fn compose(
    sheets: &[Sheet],
    file_name: &str,
    wanted: Option<&str>,
    normalised: bool,
) -> Option<Model> {
    let (dataset, files) = dataset::of_file(file_name, wanted);
    let found: Vec<(&Sheet, Content)> =
        sheets.iter().filter_map(|sheet| Some((sheet, content(sheet)?))).collect();
    let several = found.len() > 1;
    let (mut names, mut tables) = (Names::default(), Names::default());
    let mut parts: Vec<Part> = Vec::new();
    for (sheet, content) in found {
        let own = sheet.name.as_deref().and_then(name).filter(|own| several || !is_plain(own));
        let source = names.give(own.as_deref().unwrap_or("lines"));
        let one = match &content {
            Content::Matrix(matrix) if matrix.same_things => singular(&dataset),
            _ if several => singular(&source),
            _ => singular(&dataset),
        };
        let mut source = Source {
            name: source,
            sheet: (sheets.len() > 1).then(|| sheet_reference(sheet)),
            place: sheet.name.clone(),
            layout: Layout::Headed,
            fields: Vec::new(),
            notes: sheet.doubts.clone(),
        };
        let made = match &content {
            Content::Table(table) => {
                fields::describe(&mut source, table, &sheet.rows);
                tables::tables(&mut source, table, &one, &mut tables, normalised)
            }
            Content::Matrix(matrix) => matrix::describe(&mut source, matrix, &one, &mut tables),
        };
        if sheet.cut {
            source.notes.push("only the first rows were looked at for this".to_owned());
        }
        parts.push(Part { source, content, tables: made });
    }
    if parts.is_empty() {
        return None;
    }
    let mut model = Model { name: dataset, files, ..Model::default() };
    model.rules = refer::refer(&mut parts);
    for part in parts {
        model.sources.push(part.source);
        model.tables.extend(part.tables);
    }
    Some(model)
}

fn content(sheet: &Sheet) -> Option<Content> {
    match super::matrix::find(&sheet.rows) {
        Some(matrix) => Some(Content::Matrix(Box::new(matrix))),
        None => Table::read(&sheet.rows).map(Content::Table),
    }
}

/// Whether a sheet is called as programs call new ones.
fn is_plain(name: &str) -> bool {
    const PLAIN: &[&str] = &["sheet", "hoja", "tabelle", "feuil", "foglio", "planilha", "data"];
    PLAIN.contains(&name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_'))
}

/// The sheet as a contract names it: by its name, unless that would be a pattern.
fn sheet_reference(sheet: &Sheet) -> String {
    match &sheet.name {
        Some(name) if !name.contains(['*', '?', '{', '}', '/']) && !name.is_empty() => {
            Text(name).to_string()
        }
        _ => sheet.number.to_string(),
    }
}
