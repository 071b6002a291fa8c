//! Conditions spelled in SQL.

use super::tables;
use super::text::Text;
use crate::plan::{Comparison, Condition, Node, Test};
use crate::query::filter::Truth;
use crate::query::pattern::Pattern;
use tolva_schema::relation::RelationColumn;

/// Appends a condition of a node's rows.
pub fn push(text: &mut Text, node: &Node, condition: &Condition) {
    match condition {
        Condition::Test { column, test } => {
            text.push("(");
            push_test(text, node.number, column, test);
            text.push(")");
        }
        Condition::Not(inner) => {
            text.push("(NOT ");
            push(text, node, inner);
            text.push(")");
        }
        Condition::Group { any, members } => push_group(text, node, *any, members),
        Condition::Embedded(at) => {
            let child = &node.children[*at];
            text.push("EXISTS (SELECT 1");
            tables::push_child(text, node, child);
            text.push(")");
        }
        Condition::Keys(keys) => text.push_keys(node.number, keys),
        Condition::Unknown => text.push("CAST(NULL AS BOOLEAN)"),
    }
}

/// Appends conditions joined by `OR` or `AND`. Halves the list again and again: SQLite's expressions
/// nest 1,000 deep at most.
pub fn push_group(text: &mut Text, node: &Node, any: bool, members: &[Condition]) {
    match members {
        [] => text.push(if any { "(1 = 0)" } else { "(1 = 1)" }),
        [only] => push(text, node, only),
        _ => {
            let (left, right) = members.split_at(members.len() / 2);
            text.push("(");
            push_group(text, node, any, left);
            text.push(if any { " OR " } else { " AND " });
            push_group(text, node, any, right);
            text.push(")");
        }
    }
}

fn push_test(text: &mut Text, table: usize, column: &RelationColumn, test: &Test) {
    match test {
        Test::Compare(comparison, value) => {
            text.push_column(table, &column.name);
            text.push(operator(*comparison, text.is_sqlite()));
            text.bind_value(value);
        }
        Test::Like { pattern, mind_case } => {
            text.push_column(table, &column.name);
            push_like(text, pattern, *mind_case);
        }
        Test::Match { pattern, mind_case } => {
            text.push_column(table, &column.name);
            push_match(text, pattern, *mind_case);
        }
        // Nothing is one of none, not even what is unknown.
        Test::In(values) if values.is_empty() => text.push("1 = 0"),
        Test::In(values) => {
            text.push_column(table, &column.name);
            for (at, value) in values.iter().enumerate() {
                text.push(if at == 0 { " IN (" } else { ", " });
                text.bind_value(value);
            }
            text.push(")");
        }
        Test::Is(truth) => {
            text.push_column(table, &column.name);
            text.push(match truth {
                Truth::Null | Truth::Unknown => " IS NULL",
                Truth::NotNull => " IS NOT NULL",
                Truth::True => " IS TRUE",
                Truth::False => " IS FALSE",
            });
        }
    }
}

fn operator(comparison: Comparison, sqlite: bool) -> &'static str {
    match comparison {
        Comparison::Equal => " = ",
        Comparison::NotEqual => " <> ",
        Comparison::Greater => " > ",
        Comparison::GreaterOrEqual => " >= ",
        Comparison::Less => " < ",
        Comparison::LessOrEqual => " <= ",
        Comparison::Distinct if sqlite => " IS NOT ",
        Comparison::Distinct => " IS DISTINCT FROM ",
    }
}

fn push_like(text: &mut Text, pattern: &Pattern, mind_case: bool) {
    if text.is_sqlite() {
        text.push(" GLOB ");
        text.bind(pattern.glob(mind_case));
    } else {
        text.push(if mind_case { " LIKE " } else { " ILIKE " });
        text.bind(pattern.like());
    }
}

/// In Postgres a point is any character, a new line too.
fn push_match(text: &mut Text, pattern: &str, mind_case: bool) {
    if text.is_sqlite() {
        text.push(" REGEXP ");
        text.bind(format!("(?{}:{pattern})", if mind_case { "s" } else { "si" }));
    } else {
        text.push(if mind_case { " ~ " } else { " ~* " });
        text.bind(pattern);
    }
}
