//! Filters, checked against the columns that they are about.

use tolva_schema::relation::{RelationColumn, SqlType};
use tolva_schema::value::Value;

use super::regex;
use super::{Child, Keys};
use crate::catalogue::Exposed;
use crate::problem::Problem;
use crate::query::filter::{self, Expression, Operation, Operator, Quantifier, Truth};
use crate::query::logic::Logic;
use crate::query::pattern::Pattern;
use crate::query::{kind, literal};

/// What a row must satisfy.
#[derive(Debug)]
pub enum Condition {
    /// Something about one column.
    Test {
        /// The column.
        column: RelationColumn,
        /// What is asked of it.
        test: Test,
    },
    /// Several conditions; of none, `any` is false and its opposite true.
    Group {
        /// Whether one is enough.
        any: bool,
        /// The members.
        members: Vec<Condition>,
    },
    /// The opposite; what is unknown holds no more than before.
    Not(Box<Condition>),
    /// There are rows of what is embedded there.
    Embedded(usize),
    /// Its key is one of these.
    Keys(Keys),
    /// Neither true nor false.
    Unknown,
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
    /// A regular expression is found in it.
    Match {
        /// The expression.
        pattern: String,
        /// Whether `A` and `a` differ.
        mind_case: bool,
    },
    /// It is one of these.
    In(Vec<Value>),
    /// It is unknown, known, true or false.
    Is(Truth),
}

/// How a column compares with a value.
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
    /// `isdistinct`
    Distinct,
}

/// Checks a condition of a table in which `children` are embedded.
pub fn resolve(table: &Exposed, children: &[Child], logic: &Logic) -> Result<Condition, Problem> {
    match logic {
        Logic::Group { negated, any, members } => {
            let members = members
                .iter()
                .map(|member| resolve(table, children, member))
                .collect::<Result<_, _>>()?;
            Ok(not_if(*negated, Condition::Group { any: *any, members }))
        }
        Logic::Test { name, expression } => match embedded(table, children, name, expression)? {
            Some(condition) => Ok(condition),
            None => of_column(table.column(name)?, expression),
        },
    }
}

fn not_if(negated: bool, condition: Condition) -> Condition {
    if negated { Condition::Not(Box::new(condition)) } else { condition }
}

/// `embedded=is.null`: whether there are rows of it.
fn embedded(
    table: &Exposed,
    children: &[Child],
    name: &str,
    expression: &Expression,
) -> Result<Option<Condition>, Problem> {
    let Some(at) = children.iter().position(|child| child.name == name) else {
        return Ok(None);
    };
    let absent = match expression.operation {
        Operation::Is(Truth::Null) => !expression.negated,
        Operation::Is(Truth::NotNull) => expression.negated,
        _ if table.column(name).is_ok() => return Ok(None),
        _ => return Err(Problem::EmbeddedFilter { name: name.to_owned() }),
    };
    Ok(Some(not_if(absent, Condition::Embedded(at))))
}

fn of_column(column: &RelationColumn, expression: &Expression) -> Result<Condition, Problem> {
    let test = |test| Condition::Test { column: column.clone(), test };
    let condition = match &expression.operation {
        Operation::One(operator, text) => test(one(column, *operator, text)?),
        Operation::Each(operator, quantifier, text) => {
            let elements = filter::array(text).ok_or_else(|| Problem::Value {
                kind: "array",
                value: text.clone(),
                hint: "several values are written {a,\"b,c\"}",
            })?;
            let members = elements
                .iter()
                .map(|element| match element {
                    Some(text) => one(column, *operator, text).map(test),
                    None => Ok(Condition::Unknown),
                })
                .collect::<Result<_, _>>()?;
            Condition::Group { any: *quantifier == Quantifier::Any, members }
        }
        Operation::In(elements) => test(Test::In(
            elements.iter().map(|text| literal::read(column, text)).collect::<Result<_, _>>()?,
        )),
        Operation::Is(truth) => test(Test::Is(fitting(column, *truth)?)),
    };
    Ok(not_if(expression.negated, condition))
}

fn one(column: &RelationColumn, operator: Operator, text: &str) -> Result<Test, Problem> {
    let compare = |comparison| Ok(Test::Compare(comparison, literal::read(column, text)?));
    match operator {
        Operator::Equal => compare(Comparison::Equal),
        Operator::NotEqual => compare(Comparison::NotEqual),
        Operator::Greater => compare(Comparison::Greater),
        Operator::GreaterOrEqual => compare(Comparison::GreaterOrEqual),
        Operator::Less => compare(Comparison::Less),
        Operator::LessOrEqual => compare(Comparison::LessOrEqual),
        Operator::Distinct => compare(Comparison::Distinct),
        Operator::Like | Operator::ILike => {
            let word = if operator == Operator::Like { "like" } else { "ilike" };
            is_text(column, word, text)?;
            let pattern = Pattern::read(text)?;
            Ok(Test::Like { pattern, mind_case: operator == Operator::Like })
        }
        Operator::Match | Operator::IMatch => {
            let word = if operator == Operator::Match { "match" } else { "imatch" };
            is_text(column, word, text)?;
            regex::check(text)?;
            Ok(Test::Match { pattern: text.to_owned(), mind_case: operator == Operator::Match })
        }
    }
}

fn is_text(column: &RelationColumn, operator: &'static str, text: &str) -> Result<(), Problem> {
    if !matches!(column.kind, SqlType::Text { .. }) {
        return Err(Problem::Operator {
            operator,
            column: column.name.clone(),
            kind: kind(column.kind),
        });
    }
    // The bounds of a text are those of a pattern.
    literal::read(column, text).map(drop)
}

fn fitting(column: &RelationColumn, truth: Truth) -> Result<Truth, Problem> {
    let word = match truth {
        Truth::Null | Truth::NotNull => return Ok(truth),
        Truth::True => "true",
        Truth::False => "false",
        Truth::Unknown => "unknown",
    };
    if column.kind == SqlType::Boolean {
        Ok(truth)
    } else {
        Err(Problem::NotBoolean { word, column: column.name.clone(), kind: kind(column.kind) })
    }
}
