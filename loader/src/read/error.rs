//! Why a file cannot be read: each with a stable code and what to do about it.

use crate::limits::Exceeded;

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
    /// A workbook with a password.
    #[error("the workbook is encrypted; save it without a password and drop it again")]
    Encrypted,
    /// A ZIP that is something else.
    #[error("this ZIP is no workbook; unpack it and drop what it holds")]
    NoWorkbook,
    /// HTML or XML: what many programs write under the name of a workbook.
    #[error(
        "{name} is a web page or an XML file under another name; open it in a spreadsheet program \
             and save it as .xlsx"
    )]
    Markup {
        /// The file's name.
        name: String,
    },
    /// Neither text nor a workbook.
    #[error("{name} is neither text nor a workbook; export it as .csv or .xlsx")]
    UnknownFormat {
        /// The file's name.
        name: String,
    },
    /// A packed file that cannot be unpacked.
    #[error("the packed file is damaged or incomplete ({0}); pack it again and drop it once more")]
    Packed(String),
    /// More than is allowed.
    #[error(transparent)]
    Limit(#[from] Exceeded),
    /// The reader of this format has a bug that the file hits.
    #[error(
        "the reader gave up on this file ({0}); open it in a spreadsheet program, save it as .xlsx or \
             .csv and drop it again"
    )]
    GaveUp(String),
    /// The contract asks for what this format's reader cannot tell.
    #[error("{what} cannot be told in this format; save the workbook as .xlsx")]
    Unsupported {
        /// What.
        what: &'static str,
    },
    /// An error value that the reader does not know.
    #[error("a cell shows the error {0}, at which reading ends; correct its formula")]
    CellError(String),
    /// Sheets whose names differ by case only.
    #[error("{names} differ by case only; rename one of them, or name it exactly in the contract")]
    AmbiguousSheet {
        /// The names.
        names: String,
    },
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
    /// A byte that its encoding does not have.
    #[error(
        "line {line}, column {column}, offset {offset} of the file: this is not {encoding}; save the \
             file as CSV UTF-8, or declare its `encoding`"
    )]
    Encoding {
        /// The line.
        line: u64,
        /// The field.
        column: u32,
        /// Bytes before it.
        offset: u64,
        /// What the file was taken for.
        encoding: &'static str,
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
            Self::Encrypted => "encrypted",
            Self::NoWorkbook => "no_workbook",
            Self::Markup { .. } => "markup",
            Self::UnknownFormat { .. } => "unknown_format",
            Self::Packed(_) => "damaged_packing",
            Self::Limit(exceeded) => exceeded.limit.setting(),
            Self::GaveUp(_) => "reader_gave_up",
            Self::Unsupported { .. } => "unsupported",
            Self::CellError(_) => "cell_error",
            Self::AmbiguousSheet { .. } => "ambiguous_sheet",
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
        format!("{name} is a workbook; give it the extension of one, such as .xlsx")
    } else {
        format!(
            "{name} is not a workbook, or its transfer was cut short; save it as .xlsx again, or name \
             it .csv if it is text"
        )
    }
}
