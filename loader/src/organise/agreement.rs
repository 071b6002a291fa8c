//! The rule that whoever has the same key has the same value, across sources.

use std::collections::HashMap;

use tolva_schema::contract::Agreement;
use tolva_schema::finding::{Finding, Place, Severity};
use tolva_schema::value::Value;

/// What was stated so far under one rule.
pub struct Agreed<'a> {
    rule: &'a Agreement,
    stated: HashMap<String, (String, Place)>,
}

impl<'a> Agreed<'a> {
    /// Nothing was stated yet.
    pub fn new(rule: &'a Agreement) -> Self {
        Self { rule, stated: HashMap::new() }
    }

    /// Compares what a line or a heading of `source` states with what was stated before. `value_of`
    /// gives the value of a field and where it stands, for the fields that are stated.
    pub fn compare(
        &mut self,
        source: usize,
        value_of: &dyn Fn(usize) -> Option<(Value, Place)>,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (member, key, value) in &self.rule.members {
            if *member != source {
                continue;
            }
            let (Some((key, _)), Some((value, place))) = (value_of(*key), value_of(*value)) else {
                continue;
            };
            let (Some(key), Some(value)) = (key.to_text(), value.to_text()) else { continue };
            match self.stated.get(&key) {
                None => {
                    self.stated.insert(key, (value, place));
                }
                Some((stated, _)) if *stated == value => {}
                Some((stated, first)) => findings.push(Finding {
                    severity: Severity::Warning,
                    rule: self.rule.name.to_string(),
                    message: format!("{key} is `{stated}` at {first} and `{value}` here"),
                    place,
                    field: None,
                    value: Some(value),
                }),
            }
        }
        findings
    }
}
