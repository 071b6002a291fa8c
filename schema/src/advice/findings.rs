//! The rules of findings: what is wrong, or doubtful, about a line or a cell.

use super::Advice;

/// The rules that contracts name themselves.
pub const AGREE: Advice = Advice::new(
    "agree",
    "one key has different values in two places (a `[[rule]]` of the contract, by its name)",
    "correct the place that is wrong; what the first source of the rule says counts for more",
);

/// Every rule by which a cell, a line or a row is refused or doubted, by name.
pub const FINDINGS: &[Advice] = &[
    Advice::new(
        "append",
        "a row is there already with other content, and the dataset only appends",
        "take the line out, or declare `refresh = \"upsert\"` if lines may correct earlier ones",
    ),
    Advice::new(
        "axis",
        "a cell stands under or beside a heading that is missing or cannot be read",
        "write or correct the heading of its row or column",
    ),
    Advice::new(
        "axis_duplicate",
        "two rows or two columns of a matrix have the same heading",
        "keep one of them, or correct the heading of the other",
    ),
    Advice::new(
        "cell_error",
        "the spreadsheet shows an error such as `#N/A` or `#REF!` here",
        "repair the formula, or put a value in its place",
    ),
    Advice::new(
        "diagonal",
        "a cell of the matrix relates a thing to itself",
        "take it out unless it is meant; `diagonal = \"keep\"` in the contract allows it",
    ),
    Advice::new(
        "duplicate",
        "two lines have one key and describe it differently",
        "keep one of the lines; `on_duplicate` in the contract says which one is taken",
    ),
    Advice::new(
        "edit_deleted",
        "a row that was edited through the API is no longer in the file, and was deleted",
        "put it back into the file if it is still wanted; its content stands in the changes",
    ),
    Advice::new(
        "edit_overwritten",
        "a row was edited through the API, and the file has new content for it, which was taken",
        "make the same correction in the file if the edit was right; it stands in the changes",
    ),
    Advice::new(
        "encoding_guessed",
        "the text is not UTF-8, and its encoding was guessed",
        "save it as CSV UTF-8, or declare the `encoding` that the message names",
    ),
    Advice::new(
        "enum",
        "the value is none of those that the contract lists",
        "write one of them, or add the new one to `enum`",
    ),
    Advice::new(
        "extra_column",
        "a column is not in the contract and is not loaded",
        "add a field for it, or declare `extra = \"ignore\"`",
    ),
    Advice::new(
        "formula",
        "a formula was never calculated: the file holds no value for it",
        "open the file in a spreadsheet program and save it",
    ),
    Advice::new(
        "heading",
        "a row was taken for a heading because the required fields cannot be read from it",
        "if it is a line, correct its cells; if not, nothing is to be done",
    ),
    Advice::new(
        "inserted_again",
        "a row was deleted through the API, and the file has new content for it: it is there again",
        "take it out of the file if it is to stay away",
    ),
    Advice::new(
        "key",
        "a part of a key is blank where the rest of it is not",
        "fill it in, or leave the whole key blank if the line has no such row",
    ),
    Advice::new(
        "maxLength",
        "the text is longer than the contract allows",
        "shorten it, or raise `maxLength`",
    ),
    Advice::new(
        "maximum",
        "the value is greater than the contract allows",
        "correct it, or raise `maximum`",
    ),
    Advice::new(
        "minLength",
        "the text is shorter than the contract allows",
        "complete it, or lower `minLength`",
    ),
    Advice::new(
        "minimum",
        "the value is less than the contract allows",
        "correct it, or lower `minimum`",
    ),
    Advice::new(
        "missing_column",
        "the file has no column for a field that is not required; it is taken as unknown",
        "add the column, or name its header in the contract",
    ),
    Advice::new(
        "nul",
        "the text holds a NUL character, which databases cannot store",
        "take the character out; it often comes from a broken export",
    ),
    Advice::new(
        "number_in_text",
        "a cell of a text column holds a number: zeros in front may be lost",
        "format the column as text and write the values anew, or declare `pad`",
    ),
    Advice::new(
        "pattern",
        "the text does not match the pattern of its field",
        "correct it, or widen `pattern`",
    ),
    Advice::new(
        "ragged",
        "a line has more or fewer columns than there are headers",
        "put a separator that belongs to a value between quotes, and complete short lines",
    ),
    Advice::new(
        "reference",
        "a line refers to something that is not there",
        "add what it refers to, or correct the reference",
    ),
    Advice::new(
        "repeated_header",
        "the headers stand once more among the lines; the row is passed over",
        "nothing, or take the row out",
    ),
    Advice::new("required", "the cell is blank and must not be", "fill it in"),
    Advice::new(
        "scale",
        "the number has more decimals than are stored; it is refused rather than rounded",
        "round it in the file, or raise `scale`",
    ),
    Advice::new(
        "shared_row",
        "another file of the dataset describes this row differently; the newer file counts",
        "let only one of the files hold the row, or make them agree",
    ),
    Advice::new(
        "still_referenced",
        "a row is no longer in the file, but another row refers to it: it is kept",
        "delete or change what refers to it, which was made through the API",
    ),
    Advice::new(
        "stray_quote",
        "text follows a closing quote; the quotes were taken away",
        "double a quote that is part of the text",
    ),
    Advice::new(
        "symmetric",
        "two things are related one way and not the other",
        "correct the cell that is wrong, or take `symmetric` out of the contract",
    ),
    Advice::new(
        "type",
        "the value cannot be read as the type of its field",
        "correct it, or declare how it is written (`format`, `decimalChar`, `trueValues`, …)",
    ),
    Advice::new(
        "unique",
        "another line or row has the same value, which must be unique",
        "correct the one that is wrong, or take `unique` out of the contract",
    ),
];
