//! Findings by rule: how many there are, a few of them, and what to do.

use crate::advice::{self, Advice};
use crate::finding::{Finding, Severity};

/// The findings of one rule and severity.
#[derive(Debug, Clone)]
pub struct Group<'a> {
    /// The rule.
    pub rule: &'a str,
    /// Errors or warnings.
    pub severity: Severity,
    /// How many there are.
    pub count: usize,
    /// What the rule means and what to do.
    pub advice: &'static Advice,
    /// The first of them, in the order of the file.
    pub examples: Vec<&'a Finding>,
}

/// Groups findings by rule, with at most `most` examples each: errors before warnings, and then the
/// most frequent first.
pub fn by_rule(findings: &[Finding], most: usize) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for finding in findings {
        let known = groups
            .iter_mut()
            .find(|group| group.rule == finding.rule && group.severity == finding.severity);
        let group = match known {
            Some(group) => group,
            None => {
                groups.push(Group {
                    rule: &finding.rule,
                    severity: finding.severity,
                    count: 0,
                    advice: advice::of_finding(&finding.rule),
                    examples: Vec::new(),
                });
                let last = groups.len() - 1;
                &mut groups[last]
            }
        };
        group.count += 1;
        if group.examples.len() < most {
            group.examples.push(finding);
        }
    }
    groups
        .sort_by_key(|group| (group.severity == Severity::Warning, std::cmp::Reverse(group.count)));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Place;

    fn finding(rule: &str, severity: Severity) -> Finding {
        let place = Place::default();
        let (rule, message) = (rule.to_owned(), String::new());
        Finding { severity, rule, place, field: None, value: None, message }
    }

    #[test]
    fn errors_come_first_and_then_what_is_frequent() {
        let found = [
            finding("heading", Severity::Warning),
            finding("type", Severity::Error),
            finding("heading", Severity::Warning),
            finding("pattern", Severity::Error),
            finding("pattern", Severity::Error),
            finding("labels_agree", Severity::Warning),
        ];
        let groups = by_rule(&found, 1);
        let told: Vec<_> = groups.iter().map(|group| (group.rule, group.count)).collect();
        assert_eq!(told, [("pattern", 2), ("type", 1), ("heading", 2), ("labels_agree", 1)]);
        assert!(groups.iter().all(|group| group.examples.len() == 1));
        assert_eq!(groups[3].advice.code, "agree");
    }
}
