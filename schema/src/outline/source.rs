//! Sources and fields, outlined.

use serde::Serialize;

use crate::contract::{Layout, Matrix, SheetRef, Source};
use crate::field::{Field, FieldType, Locator};

/// Where lines stand.
#[derive(Debug, Clone, Serialize)]
pub struct SourceOutline {
    /// Its name.
    pub name: String,
    /// Alternatives for the sheet: names or patterns, and numbers from 1 as texts. None: the first.
    pub sheets: Vec<String>,
    /// `table` or `matrix`.
    pub layout: &'static str,
    /// The axes of a matrix.
    pub matrix: Option<MatrixOutline>,
    /// Its fields.
    pub fields: Vec<FieldOutline>,
}

/// The axes of a matrix, by the names of its fields.
#[derive(Debug, Clone, Serialize)]
pub struct MatrixOutline {
    /// The leading columns of each row.
    pub row_headers: Vec<String>,
    /// The leading rows of each column.
    pub column_headers: Vec<String>,
    /// The cells.
    pub value: String,
}

/// A field of a source. Constraints have the names that Table Schema gives them.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldOutline {
    /// Its name.
    pub name: String,
    /// Its type, as in the contract.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Headers that it may stand under.
    pub headers: Vec<String>,
    /// Its column from 1, where it goes by position.
    pub position: Option<u32>,
    /// `sheet`, where the value is the sheet's name.
    pub from: Option<&'static str>,
    /// Unknown is refused.
    pub required: bool,
    /// No value twice.
    pub unique: bool,
    /// Shown only to who is allowed to see it.
    pub private: bool,
    /// The only values.
    #[serde(rename = "enum")]
    pub one_of: Option<Vec<String>>,
    /// A regular expression.
    pub pattern: Option<String>,
    /// Characters at least.
    pub min_length: Option<usize>,
    /// Characters at most.
    pub max_length: Option<usize>,
    /// At least this.
    pub minimum: Option<String>,
    /// At most this.
    pub maximum: Option<String>,
    /// Texts that mean unknown.
    pub missing_values: Vec<String>,
}

impl SourceOutline {
    pub(super) fn of(source: &Source) -> Self {
        let matrix = match &source.layout {
            Layout::Table { .. } => None,
            Layout::Matrix(matrix) => Some(MatrixOutline::of(source, matrix)),
        };
        Self {
            name: source.name.to_string(),
            sheets: source
                .sheets
                .iter()
                .map(|sheet| match sheet {
                    SheetRef::Index(index) => index.to_string(),
                    SheetRef::Name(name) => name.as_str().to_owned(),
                })
                .collect(),
            layout: if matrix.is_some() { "matrix" } else { "table" },
            matrix,
            fields: source.fields.iter().map(FieldOutline::of).collect(),
        }
    }
}

impl MatrixOutline {
    fn of(source: &Source, matrix: &Matrix) -> Self {
        let name = |field: &usize| source.fields[*field].name.to_string();
        Self {
            row_headers: matrix.row_headers.iter().map(name).collect(),
            column_headers: matrix.column_headers.iter().map(name).collect(),
            value: name(&matrix.value),
        }
    }
}

impl FieldOutline {
    fn of(field: &Field) -> Self {
        let rules = &field.constraints;
        let (headers, position) = match &field.locator {
            Locator::Headers(headers) => (headers.clone(), None),
            Locator::Position(position) => (Vec::new(), Some(*position)),
            _ => (Vec::new(), None),
        };
        Self {
            name: field.name.to_string(),
            kind: type_name(&field.kind),
            headers,
            position,
            from: (field.locator == Locator::Sheet).then_some("sheet"),
            required: rules.required,
            unique: rules.unique,
            private: field.private,
            one_of: rules.one_of.clone(),
            pattern: rules.pattern.as_ref().map(|pattern| pattern.0.as_str().to_owned()),
            min_length: rules.min_length,
            max_length: rules.max_length,
            minimum: rules.minimum.as_ref().and_then(|bound| bound.to_text()),
            maximum: rules.maximum.as_ref().and_then(|bound| bound.to_text()),
            missing_values: field.missing.clone(),
        }
    }
}

/// The type's name in a contract, and in Table Schema.
pub(crate) fn type_name(kind: &FieldType) -> &'static str {
    match kind {
        FieldType::String => "string",
        FieldType::Integer { .. } => "integer",
        FieldType::Number { .. } => "number",
        FieldType::Boolean { .. } => "boolean",
        FieldType::Date { .. } => "date",
        FieldType::Time { .. } => "time",
        FieldType::Datetime { .. } => "datetime",
    }
}
