//! The codes with which a file is quarantined: nothing was changed, and a person decides.

use super::Advice;

/// Every code with which a file is refused, by name.
pub const REFUSALS: &[Advice] = &[
    Advice::new(
        "ambiguous_sheet",
        "the names of two sheets differ by case only, and both are meant",
        "rename one of them, or name it exactly in the contract",
    ),
    Advice::new(
        "cell_error",
        "a cell shows an error that the reader of this format does not know",
        "correct the cell and save the workbook as .xlsx",
    ),
    Advice::new(
        "damaged_packing",
        "a packed file (`.gz`, `.zst`) cannot be unpacked",
        "pack it again and drop it once more",
    ),
    Advice::new(
        "damaged_workbook",
        "the workbook is broken or was transferred incompletely",
        "open it in a spreadsheet program, save it and drop it again",
    ),
    Advice::new(
        "duplicate_header",
        "two columns have the header of one field",
        "rename or remove one of the columns",
    ),
    Advice::new("empty_file", "the file holds no bytes", "save it again and drop it once more"),
    Advice::new(
        "encoding",
        "a byte is not of the encoding in which the file is read",
        "save the file as CSV UTF-8, or declare its `encoding`",
    ),
    Advice::new(
        "encrypted",
        "the workbook has a password",
        "save it without one and drop it again",
    ),
    Advice::new(
        "extra_column",
        "a column is not in the contract, and the contract refuses such columns",
        "take the column out, add a field for it, or declare `extra = \"warn\"`",
    ),
    Advice::new(
        "limits.cell_length",
        "a cell or a value is longer than the setting allows",
        "look for a quote that is never closed; else raise the setting",
    ),
    Advice::new(
        "limits.cells",
        "the file has more cells than the setting allows",
        "split the file, or raise the setting",
    ),
    Advice::new(
        "limits.columns",
        "the file has more columns than the setting allows",
        "split the file, or raise the setting",
    ),
    Advice::new(
        "limits.expanded_size",
        "a packed file or a workbook unpacks to more bytes than the setting allows",
        "split the file, or raise the setting",
    ),
    Advice::new(
        "limits.file_size",
        "the file has more bytes than the setting allows",
        "split the file, or raise the setting",
    ),
    Advice::new(
        "limits.memory",
        "what the format makes Tolva hold at once is more than the setting allows",
        "save the file as .xlsx or .csv, which are read row by row, or raise the setting",
    ),
    Advice::new(
        "limits.ratio",
        "a packed file becomes more times larger than the setting allows",
        "look whether it is what it says it is; else raise the setting",
    ),
    Advice::new(
        "limits.seconds",
        "reading the file takes longer than the setting allows",
        "split the file, or raise the setting",
    ),
    Advice::new(
        "markup",
        "a web page or an XML file has the name of a workbook",
        "open it in a spreadsheet program and save it as .xlsx",
    ),
    Advice::new(
        "max_delete",
        "the file would delete a larger share of a table than `max_delete` allows",
        "drop a complete file, or `tolva release` the arrival if so much is really gone",
    ),
    Advice::new(
        "max_rejected",
        "more lines are wrong than `max_rejected` allows",
        "correct them and drop the file again, or `tolva release` the arrival",
    ),
    Advice::new(
        "min_rows",
        "a table would have fewer rows from the file than `min_rows`",
        "drop a complete file, or `tolva release` the arrival if there are no more",
    ),
    Advice::new(
        "missing_column",
        "no row names the headers of all required fields",
        "add the column, or name its header in the contract",
    ),
    Advice::new(
        "missing_sheet",
        "the workbook has no sheet of the name that the contract gives",
        "rename the sheet, or adapt `sheet` in the contract",
    ),
    Advice::new(
        "no_lines",
        "the file holds headers at most; a file without lines is never loaded",
        "drop the complete file",
    ),
    Advice::new(
        "no_workbook",
        "a ZIP holds something else than a workbook",
        "unpack it and drop what it holds",
    ),
    Advice::new(
        "on_error",
        "a line is wrong, and the contract allows none",
        "correct the lines and drop the file again, or declare `on_error = \"reject_row\"`",
    ),
    Advice::new(
        "reader_gave_up",
        "the reader of this format could not cope with the file",
        "open it in a spreadsheet program, save it as .xlsx or .csv and drop it again",
    ),
    Advice::new(
        "unknown_format",
        "the file is neither text nor a workbook",
        "export it as .csv or .xlsx",
    ),
    Advice::new(
        "unsupported",
        "the contract asks for what this format's reader cannot tell",
        "save the workbook as .xlsx",
    ),
    Advice::new(
        "unterminated_quote",
        "a quote opens and is never closed: the rest of the file would be one value",
        "close it, or double a quote that is part of the text",
    ),
    Advice::new(
        "wrong_extension",
        "the file's name and its bytes tell of different formats",
        "give it the extension of what it is, or save it again",
    ),
];
