//! Filters spelled in SQL.

use tolva_schema::dialect::Dialect;

use super::text::Text;
use crate::query::{Comparison, Filter, Pattern, Test, Truth};

/// Appends a filter.
pub fn push(text: &mut Text, filter: &Filter<'_>) {
    text.push(if filter.negated { "NOT (" } else { "(" });
    match &filter.test {
        Test::Compare(comparison, value) => {
            text.push_column(filter.column);
            text.push(operator(*comparison));
            text.bind_value(value);
        }
        Test::Like { pattern, mind_case } => {
            text.push_column(filter.column);
            push_like(text, pattern, *mind_case);
        }
        // Nothing is one of none, not even what is unknown.
        Test::In(values) if values.is_empty() => text.push("1 = 0"),
        Test::In(values) => {
            text.push_column(filter.column);
            for (at, value) in values.iter().enumerate() {
                text.push(if at == 0 { " IN (" } else { ", " });
                text.bind_value(value);
            }
            text.push(")");
        }
        Test::Is(truth) => {
            text.push_column(filter.column);
            text.push(match truth {
                Truth::Null | Truth::Unknown => " IS NULL",
                Truth::NotNull => " IS NOT NULL",
                Truth::True => " IS TRUE",
                Truth::False => " IS FALSE",
            });
        }
    }
    text.push(")");
}

fn operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => " = ",
        Comparison::NotEqual => " <> ",
        Comparison::Greater => " > ",
        Comparison::GreaterOrEqual => " >= ",
        Comparison::Less => " < ",
        Comparison::LessOrEqual => " <= ",
    }
}

fn push_like(text: &mut Text, pattern: &Pattern, mind_case: bool) {
    if text.dialect() == Dialect::Sqlite {
        text.push(" GLOB ");
        text.bind(pattern.glob(mind_case));
    } else {
        text.push(if mind_case { " LIKE " } else { " ILIKE " });
        text.bind(pattern.like());
    }
}
