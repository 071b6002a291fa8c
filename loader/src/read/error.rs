//! Why a file cannot be read: each with a stable code and what to do about it.

/// A file that cannot be read as its contract says.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No bytes.
    #[error("the file is empty; save it again and drop it once more")]
    EmptyFile,
    /// Headers at most.
    #[error("{place} holds no lines of data; a file without lines is never loaded")]
    NoLines {
        /// The sheet or the file.
        place: String,
    },
    /// Bytes and name tell different things.
    #[error("{}", wrong_extension(name, *is_workbook))]
    WrongExtension {
        /// The file's name.
        name: String,
        /// What it really is.
        is_workbook: bool,
    },
    /// A workbook of Excel 97 to 2003.
    #[error("this is a workbook in the old format (.xls); save it as .xlsx")]
    OldWorkbook,
    /// Broken ZIP or XML.
    #[error(
        "the workbook is damaged or incomplete ({0}); open it in a spreadsheet program, save it \
             and drop it again"
    )]
    Damaged(String),
    /// No such sheet.
    #[error(
        "no sheet {wanted}; the workbook has {present}: rename the sheet or adapt the contract"
    )]
    MissingSheet {
        /// What the contract asks for.
        wanted: String,
        /// What is there.
        present: String,
    },
    /// Headers of required fields are missing.
    #[error(
        "{place}: no column {missing}; the headers found are {found}: add the column or name \
             its header in the contract"
    )]
    MissingColumn {
        /// The row that came closest, or the sheet.
        place: String,
        /// The fields without a header.
        missing: String,
        /// What was found.
        found: String,
    },
    /// Two columns for one field.
    #[error("{place}: the header {header} stands twice; rename or remove one of the columns")]
    DuplicateHeader {
        /// The second one.
        place: String,
        /// The header.
        header: String,
    },
    /// A column that the contract does not know and does not allow.
    #[error("{place}: the column {header} is not in the contract, which refuses extra columns")]
    ExtraColumn {
        /// Where.
        place: String,
        /// The header.
        header: String,
    },
    /// A quote that never ends.
    #[error(
        "the quote that opens on line {line} is never closed; close it, or double a quote that \
             is part of the text"
    )]
    UnterminatedQuote {
        /// Where it opens.
        line: u64,
    },
    /// Not UTF-8.
    #[error("line {line}, column {column}: this is not UTF-8; save the file as CSV UTF-8")]
    Encoding {
        /// The line.
        line: u64,
        /// The field.
        column: u32,
    },
    /// Reading failed.
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
}

impl ReadError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptyFile => "empty_file",
            Self::NoLines { .. } => "no_lines",
            Self::WrongExtension { .. } => "wrong_extension",
            Self::OldWorkbook => "old_workbook",
            Self::Damaged(_) => "damaged_workbook",
            Self::MissingSheet { .. } => "missing_sheet",
            Self::MissingColumn { .. } => "missing_column",
            Self::DuplicateHeader { .. } => "duplicate_header",
            Self::ExtraColumn { .. } => "extra_column",
            Self::UnterminatedQuote { .. } => "unterminated_quote",
            Self::Encoding { .. } => "encoding",
            Self::Io(_) => "io",
        }
    }
}

fn wrong_extension(name: &str, is_workbook: bool) -> String {
    if is_workbook {
        format!("{name} is a workbook; give it the extension .xlsx")
    } else {
        format!("{name} is not a workbook, or its transfer was cut short; save it as .xlsx again")
    }
}
