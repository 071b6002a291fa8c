//! Why a sample file could not be made.

/// Why a sample file could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The workbook could not be written: no space, no right, or more columns than a sheet has.
    #[error("cannot write the workbook {path}: {source}")]
    Workbook {
        /// The file that was asked for.
        path: String,
        /// What the writer said.
        source: rust_xlsxwriter::XlsxError,
    },
    /// The CSV file could not be written.
    #[error("cannot write the CSV file {path}: {source}")]
    Csv {
        /// The file that was asked for.
        path: String,
        /// What the writer said.
        source: csv::Error,
    },
    /// A folder could not be made.
    #[error("cannot make the folder {path}: {source}")]
    Folder {
        /// The folder that was asked for.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file that was asked for.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}
