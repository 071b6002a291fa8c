//! Tables and rules as they are written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::json;
use crate::contract::OnDuplicate;

/// A table that is made of the lines of a source.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WireTable {
    /// Its name in the database and in the API.
    #[schemars(with = "json::NameText", example = &"employee")]
    pub name: Spanned<String>,
    /// The name with which it began, if it was renamed: the table keeps its rows.
    #[schemars(with = "Option<json::NameText>")]
    pub was: Option<Spanned<String>>,
    /// The source that feeds it.
    #[schemars(with = "json::NameText", example = &"lines")]
    pub from: Spanned<String>,
    /// The name of a surrogate key, if the table is to have one; it lives as long as its row.
    #[schemars(with = "Option<json::NameText>", example = &"id")]
    pub id: Option<Spanned<String>>,
    /// The natural key: columns, those that refer to other tables included.
    #[schemars(with = "Vec<json::NameText>", extend("minItems" = 1), example = ["email"])]
    pub key: Spanned<Vec<Spanned<String>>>,
    /// The columns: fields of the source. `"*"` is every field that no table names.
    #[schemars(with = "Option<Vec<WireColumn>>", extend("default" = ["*"]))]
    pub columns: Option<Vec<Spanned<WireColumn>>>,
    /// What its columns refer to: an existing column holds the parent's key, a new one its surrogate
    /// key.
    #[serde(default)]
    #[schemars(
        with = "BTreeMap<String, WireReference>",
        extend("examples" = [{ "company_id": "company" }])
    )]
    pub references: BTreeMap<Spanned<String>, Spanned<WireReference>>,
    /// What happens when two lines with one key differ; always with a warning.
    #[serde(default = "first")]
    pub on_duplicate: OnDuplicate,
    /// Fewer rows than this refuse the file.
    pub min_rows: Option<u64>,
    /// Deleting a larger share of the rows refuses the file.
    #[schemars(with = "Option<json::Share>")]
    pub max_delete: Option<Spanned<f64>>,
}

fn first() -> OnDuplicate {
    OnDuplicate::First
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum WireColumn {
    /// The field that has the same name, or `"*"`.
    Same(String),
    Renamed(WireRenamed),
}

/// A column with another name than its field.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WireRenamed {
    /// The column's name.
    #[schemars(with = "json::NameText")]
    pub name: String,
    /// The field that fills it.
    #[schemars(with = "json::NameText")]
    pub field: String,
    /// The name with which it began, if it was renamed: the column keeps its values.
    // Its place is that of the whole: within alternatives, serde forgets places.
    #[schemars(with = "Option<json::NameText>")]
    pub was: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum WireReference {
    /// The table that is referred to.
    Table(String),
    By(WireReferenceBy),
}

/// A table that is fed by another source.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WireReferenceBy {
    /// The table that is referred to.
    #[schemars(with = "json::NameText")]
    pub table: String,
    /// The fields here that hold its key.
    #[schemars(with = "Vec<json::NameText>")]
    pub by: Vec<String>,
}

/// Whoever has the same key has the same value; a disagreement is a warning.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WireRule {
    /// The rule's name in findings.
    #[schemars(with = "json::NameText")]
    pub name: Spanned<String>,
    /// What is compared; the first speaks with most weight.
    #[schemars(with = "Vec<WireMember>", extend("minItems" = 2))]
    pub agree: Vec<Spanned<WireMember>>,
}

/// Keys and values of one source.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WireMember {
    /// The source.
    #[schemars(with = "json::NameText")]
    pub source: String,
    /// The field of its keys.
    #[schemars(with = "json::NameText")]
    pub key: String,
    /// The field of its values.
    #[schemars(with = "json::NameText")]
    pub value: String,
}
