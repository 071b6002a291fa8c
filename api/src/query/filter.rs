//! `column=op.value`: what a row must satisfy.

use tolva_schema::relation::{RelationColumn, SqlType};
use tolva_schema::value::Value;

use super::pattern::Pattern;
use super::{kind, literal};
use crate::problem::Problem;

/// A condition on one column.
#[derive(Debug)]
pub struct Filter<'t> {
    /// The column.
    pub column: &'t RelationColumn,
    /// Whether it must not hold (`not.`). As in SQL, what is unknown then holds no more than before.
    pub negated: bool,
    /// What is asked of it.
    pub test: Test,
}

/// What is asked of a column.
#[derive(Debug, PartialEq)]
pub enum Test {
    /// A comparison with a value.
    Compare(Comparison, Value),
    /// It looks like a pattern.
    Like {
        /// The pattern.
        pattern: Pattern,
        /// Whether `A` and `a` differ.
        mind_case: bool,
    },
    /// It is one of these.
    In(Vec<Value>),
    /// It is unknown, known, true or false.
    Is(Truth),
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `eq`
    Equal,
    /// `neq`
    NotEqual,
    /// `gt`
    Greater,
    /// `gte`
    GreaterOrEqual,
    /// `lt`
    Less,
    /// `lte`
    LessOrEqual,
}

/// What `is` asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// `is.null`
    Null,
    /// `is.not_null`
    NotNull,
    /// `is.true`
    True,
    /// `is.false`
    False,
    /// `is.unknown`
    Unknown,
}

impl Test {
    /// The values that are bound.
    pub fn values(&self) -> usize {
        match self {
            Self::Compare(..) | Self::Like { .. } => 1,
            Self::In(values) => values.len(),
            Self::Is(_) => 0,
        }
    }
}

/// Reads the value of a filter.
pub fn read<'t>(column: &'t RelationColumn, text: &str) -> Result<Filter<'t>, Problem> {
    let (negated, rest) = match text.strip_prefix("not.") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let wrong = |details: String| Problem::Query {
        message: format!("failed to parse filter ({text})"),
        details,
        hint: Some(format!("{}=OPERATOR.VALUE, and the operators are {OPERATORS}", column.name)),
    };
    let (operator, operand) =
        rest.split_once('.').ok_or_else(|| wrong("it has no operator".to_owned()))?;
    let compare = |comparison| -> Result<Test, Problem> {
        Ok(Test::Compare(comparison, literal::read(column, operand)?))
    };
    let test = match operator {
        "eq" => compare(Comparison::Equal)?,
        "neq" => compare(Comparison::NotEqual)?,
        "gt" => compare(Comparison::Greater)?,
        "gte" => compare(Comparison::GreaterOrEqual)?,
        "lt" => compare(Comparison::Less)?,
        "lte" => compare(Comparison::LessOrEqual)?,
        "like" => like(column, "like", operand)?,
        "ilike" => like(column, "ilike", operand)?,
        "in" => Test::In(
            list(operand)
                .map_err(|details| wrong(details.to_owned()))?
                .iter()
                .map(|element| literal::read(column, element))
                .collect::<Result<_, _>>()?,
        ),
        "is" => Test::Is(truth(column, operand, &wrong)?),
        other => return Err(wrong(format!("there is no operator {other}"))),
    };
    Ok(Filter { column, negated, test })
}

const OPERATORS: &str =
    "eq, neq, gt, gte, lt, lte, like, ilike, in and is, each after `not.` if it must not hold";

fn like(column: &RelationColumn, operator: &'static str, text: &str) -> Result<Test, Problem> {
    if !matches!(column.kind, SqlType::Text { .. }) {
        return Err(Problem::Operator {
            operator,
            column: column.name.clone(),
            kind: kind(column.kind),
        });
    }
    // The bounds of a text are those of a pattern.
    literal::read(column, text)?;
    Ok(Test::Like { pattern: Pattern::read(text)?, mind_case: operator == "like" })
}

fn truth(
    column: &RelationColumn,
    text: &str,
    wrong: &dyn Fn(String) -> Problem,
) -> Result<Truth, Problem> {
    let (word, truth) = match text.trim().to_ascii_lowercase().as_str() {
        "null" => return Ok(Truth::Null),
        "not_null" => return Ok(Truth::NotNull),
        "true" => ("true", Truth::True),
        "false" => ("false", Truth::False),
        "unknown" => ("unknown", Truth::Unknown),
        _ => {
            return Err(wrong("is takes null, not_null, true, false or unknown".to_owned()));
        }
    };
    if column.kind == SqlType::Boolean {
        Ok(truth)
    } else {
        Err(Problem::NotBoolean { word, column: column.name.clone(), kind: kind(column.kind) })
    }
}

/// The elements of `(a,b,"c,d")`. An element in double quotes may hold commas, parentheses and,
/// behind a backslash, quotes and backslashes. `()` has none.
fn list(text: &str) -> Result<Vec<String>, &'static str> {
    let inner = text
        .trim()
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .ok_or("a list stands in parentheses: in.(a,b)")?;
    if inner.is_empty() {
        return Ok(Vec::new());
    }
    let mut elements = Vec::new();
    let mut rest = inner;
    loop {
        let (element, tail) = match quoted(rest) {
            Some(read) => read,
            None => {
                let end = rest.find([',', ')']).unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        elements.push(element);
        rest = match tail.strip_prefix(',') {
            Some(next) => next,
            None if tail.is_empty() => return Ok(elements),
            None => return Err("an element with a parenthesis stands in double quotes"),
        };
    }
}

/// An element in double quotes and what follows it. What stands between the closing quote and the
/// next comma makes it an element without quotes, as in PostgREST.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut element = String::new();
    let mut characters = text.strip_prefix('"')?.chars();
    loop {
        match characters.next()? {
            '"' => break,
            '\\' => element.push(characters.next()?),
            other => element.push(other),
        }
    }
    let tail = characters.as_str();
    (tail.is_empty() || tail.starts_with(',')).then_some((element, tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_quoted_as_in_postgrest() {
        let read = |text| list(text).expect("a list");
        assert_eq!(read("(a,b)"), ["a", "b"]);
        assert_eq!(read(r#"(a,"c,d","(e)")"#), ["a", "c,d", "(e)"]);
        assert_eq!(read(r#"("say \"hi\"","back\\slash")"#), [r#"say "hi""#, r"back\slash"]);
        assert_eq!(read(r#"(in"side,"a"b)"#), [r#"in"side"#, r#""a"b"#]);
        assert_eq!(read("( a, b )"), [" a", " b "]);
        assert_eq!(read("(,)"), ["", ""]);
        assert_eq!(read(r#"("")"#), [""]);
        assert!(read("()").is_empty());
        for wrong in ["a,b", "(a,b", "a)", "(a)b)", "(a),(b)", ""] {
            assert!(list(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_filter_is_an_operator_a_point_and_a_value() {
        let kind = SqlType::Text { max: None, indexed: false };
        let column = RelationColumn { name: "c".to_owned(), kind, nullable: true };
        let filter = read(&column, "not.eq.a.b").expect("a filter");
        assert!(filter.negated);
        assert_eq!(filter.test, Test::Compare(Comparison::Equal, Value::Text("a.b".to_owned())));
        for wrong in ["", "a", "eq", "EQ.a", "not.a", "not.not.eq.a", "is.nothing", "eq(any).{a}"] {
            assert!(matches!(read(&column, wrong), Err(Problem::Query { .. })), "{wrong}");
        }
    }
}
