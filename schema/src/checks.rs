//! The rules of a contract as checks: what a file is held against, one by one, each with a stable name.
//!
//! Schedulers show them beside the dataset. A finding belongs to exactly one check.

use serde::Serialize;

use crate::contract::{Content, Contract, Diagonal, Layout};
use crate::field::{Field, FieldType};
use crate::finding::Finding;

/// The check that a file is loaded at all: it can be read, and no guard keeps it back.
pub const ACCEPTED: &str = "accepted";
/// The check that takes the findings that no other one takes, such as those about the writing.
pub const OTHER: &str = "other";

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its name: letters, digits and `_`.
    pub name: String,
    /// The rule of the findings that belong to it; none for [`ACCEPTED`] and [`OTHER`].
    pub rule: Option<String>,
    /// Their field, where the rule is one field's.
    pub field: Option<String>,
    /// What is asked for.
    pub says: String,
}

impl Check {
    fn takes(&self, finding: &Finding) -> bool {
        self.rule.as_ref() == Some(&finding.rule)
            && (self.field.is_none() || self.field == finding.field)
    }
}

/// The check that a finding belongs to, by its place in `checks`.
pub fn of_finding(checks: &[Check], finding: &Finding) -> Option<usize> {
    checks
        .iter()
        .position(|check| check.takes(finding))
        .or_else(|| checks.iter().position(|check| check.name == OTHER))
}

impl Contract {
    /// The checks of the contract, in the order of the contract; [`ACCEPTED`] first, [`OTHER`] last.
    pub fn checks(&self) -> Vec<Check> {
        let mut list = List::default();
        list.add(ACCEPTED, None, None, "the file is loaded");
        for rule in &self.agreements {
            let name = rule.name.as_str();
            list.add(name, Some(name), None, "one key has one value, wherever it stands");
        }
        for source in &self.sources {
            for field in &source.fields {
                of_field(&mut list, field);
            }
            if let Layout::Matrix(matrix) = &source.layout {
                list.rule("axis", "every cell stands under and beside a heading that can be read");
                list.rule("axis_duplicate", "no two rows or columns have the same heading");
                if matrix.diagonal == Diagonal::Doubt {
                    list.rule("diagonal", "no cell relates a thing to itself");
                }
                if matrix.symmetric {
                    list.rule("symmetric", "what is related one way is related the other way");
                }
            }
        }
        list.rule("duplicate", "no two lines describe one key differently");
        let refers = |content: &Content| matches!(content, Content::Field(_));
        let columns = self.tables.iter().flat_map(|table| &table.columns);
        if columns.clone().any(|column| column.references.is_some() && refers(&column.content)) {
            list.rule("reference", "what a line refers to is there");
        }
        list.add(OTHER, None, None, "nothing else is wrong or in doubt");
        list.0
    }
}

fn of_field(list: &mut List, field: &Field) {
    let rules = &field.constraints;
    if field.kind != FieldType::String {
        list.field(field, "type", "the value can be read as the type of its field".to_owned());
    }
    if rules.required {
        list.field(field, "required", "a value is there".to_owned());
    }
    if rules.unique {
        list.field(field, "unique", "no value stands twice".to_owned());
    }
    if let Some(values) = &rules.one_of {
        list.field(field, "enum", format!("one of {}", values.join(", ")));
    }
    if let Some(pattern) = &rules.pattern {
        list.field(field, "pattern", format!("the text matches {}", pattern.0.as_str()));
    }
    if let Some(length) = rules.min_length {
        list.field(field, "minLength", format!("{length} characters or more"));
    }
    if let Some(length) = rules.max_length {
        list.field(field, "maxLength", format!("{length} characters or fewer"));
    }
    if let Some(bound) = rules.minimum.as_ref().and_then(|bound| bound.to_text()) {
        list.field(field, "minimum", format!("{bound} or more"));
    }
    if let Some(bound) = rules.maximum.as_ref().and_then(|bound| bound.to_text()) {
        list.field(field, "maximum", format!("{bound} or less"));
    }
}

#[derive(Default)]
struct List(Vec<Check>);

impl List {
    /// Two sources may have fields of one name: their checks are one.
    fn add(&mut self, name: &str, rule: Option<&str>, field: Option<&str>, says: &str) {
        if !self.0.iter().any(|check| check.name == name) {
            self.0.push(Check {
                name: name.to_owned(),
                rule: rule.map(str::to_owned),
                field: field.map(str::to_owned),
                says: says.to_owned(),
            });
        }
    }

    fn rule(&mut self, rule: &str, says: &str) {
        self.add(rule, Some(rule), None, says);
    }

    fn field(&mut self, field: &Field, rule: &str, says: String) {
        let name = field.name.as_str();
        self.add(&format!("{name}_{}", snake(rule)), Some(rule), Some(name), &says);
    }
}

/// `minLength` as `min_length`.
fn snake(rule: &str) -> String {
    let mut name = String::new();
    for letter in rule.chars() {
        if letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::{ACCEPTED, OTHER, of_finding};
    use crate::contract::Contract;
    use crate::finding::{Finding, Place, Severity};

    const TEXT: &str = r#"
version = 1
name = "staff"
files = ["staff*.csv"]
[[source]]
name = "lines"
fields = [
  { name = "state", required = true, maxLength = 2 },
  { name = "age", type = "integer" },
]
[[table]]
name = "staff"
from = "lines"
key = ["state"]
"#;

    fn finding(rule: &str, field: Option<&str>) -> Finding {
        Finding {
            severity: Severity::Error,
            rule: rule.to_owned(),
            place: Place::default(),
            field: field.map(str::to_owned),
            value: None,
            message: String::new(),
        }
    }

    #[test]
    fn every_finding_belongs_to_one_check() {
        let checks = Contract::parse("staff.toml", TEXT).expect("a contract").checks();
        let names: Vec<&str> = checks.iter().map(|check| check.name.as_str()).collect();
        let expected =
            [ACCEPTED, "state_required", "state_max_length", "age_type", "duplicate", OTHER];
        assert_eq!(names, expected);
        let check =
            |rule, field| names[of_finding(&checks, &finding(rule, field)).expect("a check")];
        assert_eq!(check("maxLength", Some("state")), "state_max_length");
        assert_eq!(check("duplicate", None), "duplicate");
        assert_eq!(check("required", Some("age")), OTHER);
        assert_eq!(check("ragged", None), OTHER);
    }
}
