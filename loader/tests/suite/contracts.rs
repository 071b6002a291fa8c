//! Contracts of the tests, as small as can be.

/// Items with a code, a name and an amount; `head` holds what the contract says at its top.
pub fn items(head: &str) -> String {
    items_with(head, "", "")
}

/// The same, with more words for its source and its table.
pub fn items_with(head: &str, source: &str, table: &str) -> String {
    format!(
        r#"version = 1
name    = "items"
files   = ["items*.csv", "items*.xlsx"]
{head}

[[source]]
name = "lines"
{source}
fields = [
  {{ name = "code",   required = true, maxLength = 40 }},
  {{ name = "name",   maxLength = 100 }},
  {{ name = "amount", type = "integer" }},
]

[[table]]
name = "item"
from = "lines"
key  = ["code"]
{table}
"#
    )
}

/// A file of items: a line for each of `lines`.
pub fn file(lines: &[&str]) -> Vec<u8> {
    format!("code,name,amount\n{}\n", lines.join("\n")).into_bytes()
}

/// A file of `count` items whose names are `name`.
pub fn many(count: usize, name: &str) -> Vec<u8> {
    let lines: Vec<String> = (1..=count).map(|at| format!("c{at:03},{name},{at}")).collect();
    file(&crate::look::texts(&lines))
}

/// What to look at in a table of items.
pub const ITEM: &[&str] = &["code", "name", "amount"];

/// Members of teams; both tables come from the same lines.
pub fn members(head: &str) -> String {
    format!(
        r#"version = 1
name    = "members"
files   = ["members*.csv"]
{head}

[[source]]
name = "lines"
fields = [
  {{ name = "team",   required = true, maxLength = 40 }},
  {{ name = "member", required = true, maxLength = 40 }},
  {{ name = "role" }},
]

[[table]]
name    = "team"
from    = "lines"
id      = "id"
key     = ["name"]
columns = [{{ name = "name", field = "team" }}]

[[table]]
name       = "member"
from       = "lines"
id         = "id"
key        = ["name"]
columns    = [{{ name = "name", field = "member" }}, "role"]
references = {{ team_id = "team" }}
"#
    )
}
