//! Contracts for the files that `sheetjs.mjs` makes: workbooks in the binary formats.

use super::Folder;
use super::contract::{Contract, items, types};

pub fn files() -> Folder {
    let mut folder = Folder::new("binary");
    let mut add = |name: &str, contract: Contract| {
        folder.file(&format!("{name}.toml"), contract.text());
    };
    let last = |line: &str| types().only(1).field(line);
    add("types", types());
    add("types_of_texts", types());
    add("dates_since_1904", last(r#"name = "day", type = "date""#));
    add("formats_of_wrong_numbers", last(r#"name = "day", type = "date""#));
    add("booleans", last(r#"name = "flag", type = "boolean""#));
    add("merged_filled", items().source("merged = \"fill\""));
    add("hidden_sheet_skipped", items().source("hidden = \"skip\""));
    add("hidden_sheet_not_skipped", items().source("hidden = \"skip\""));
    add(
        "sheets_by_pattern",
        items().source("sheet = \"2024-*\"").field("name = \"month\", from = \"sheet\""),
    );
    add("sheet_by_name", items().source("sheet = \"datos\""));
    add(
        "last_column",
        items().field("name = \"last\", type = \"integer\"").source("extra = \"ignore\""),
    );
    folder
}
