//! `and=(…)`, `or=(…)`: filters joined.

use super::filter::{self, Expression, Place};
use super::scan::Scan;

/// How deep groups nest: SQLite's expressions nest 1,000 deep at most.
const MAX_DEPTH: usize = 20;

/// A filter, or several joined.
#[derive(Debug, Clone, PartialEq)]
pub enum Logic {
    /// One filter.
    Test {
        /// The column, or what is embedded.
        name: String,
        /// What it must satisfy.
        expression: Expression,
    },
    /// Several.
    Group {
        /// Whether it must not hold.
        negated: bool,
        /// Whether one is enough; otherwise all must hold.
        any: bool,
        /// The members.
        members: Vec<Logic>,
    },
}

/// Reads the value of a parameter called `and` or `or`: `(a.eq.1,not.or(b.eq.2,c.is.null))`.
pub fn read(negated: bool, any: bool, text: &str) -> Result<Logic, String> {
    let mut scan = Scan::new(text);
    let members = members(&mut scan, 1)?;
    if scan.is_end() { Ok(Logic::Group { negated, any, members }) } else { Err(scan.here()) }
}

fn members(scan: &mut Scan<'_>, depth: usize) -> Result<Vec<Logic>, String> {
    if depth > MAX_DEPTH {
        return Err(format!("it is nested more than {MAX_DEPTH} deep"));
    }
    scan.skip_space();
    if !scan.eat("(") {
        return Err(format!("{}, where `(` begins a group", scan.here()));
    }
    let mut members = Vec::new();
    loop {
        scan.skip_space();
        members.push(member(scan, depth)?);
        scan.skip_space();
        if scan.eat(")") {
            scan.skip_space();
            return Ok(members);
        }
        if !scan.eat(",") {
            return Err(format!("{}, where `,` or `)` follows a condition", scan.here()));
        }
    }
}

fn member(scan: &mut Scan<'_>, depth: usize) -> Result<Logic, String> {
    let mut ahead = scan.clone();
    let negated = ahead.eat("not.");
    for (word, any) in [("and", false), ("or", true)] {
        let mut group = ahead.clone();
        if group.eat(word) {
            group.skip_space();
            if group.peek() == Some('(') {
                let members = members(&mut group, depth + 1)?;
                *scan = group;
                return Ok(Logic::Group { negated, any, members });
            }
        }
    }
    let name = scan.name().ok_or_else(|| {
        format!("{}, where a column, and(…), or(…) or their not. is expected", scan.here())
    })?;
    if !scan.eat(".") {
        return Err(format!("{}, where `.` follows a column", scan.here()));
    }
    Ok(Logic::Test { name, expression: filter::read(scan, Place::Among)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::filter::{Operation, Operator};

    fn test(name: &str, value: &str) -> Logic {
        let operation = Operation::One(Operator::Equal, value.to_owned());
        let expression = Expression { negated: false, operation };
        Logic::Test { name: name.to_owned(), expression }
    }

    #[test]
    fn groups_nest() {
        let read = read(false, true, "( a.eq.1 , not.and(b.eq.2,c.eq.3))").expect("a group");
        let inner = Logic::Group {
            negated: true,
            any: false,
            members: vec![test("b", "2"), test("c", "3")],
        };
        let members = vec![test("a", "1 "), inner];
        assert_eq!(read, Logic::Group { negated: false, any: true, members });
    }

    #[test]
    fn values_end_at_a_comma_unless_they_are_quoted() {
        let read = |text: &str| read(false, false, text).expect("a group");
        let Logic::Group { members, .. } = read(r#"(a.eq."x,)\"",b.eq."y"z,or.eq.1)"#) else {
            panic!("a group");
        };
        assert_eq!(members, [test("a", "x,)\""), test("b", "\"y\"z"), test("or", "1")]);
    }

    #[test]
    fn what_is_no_group_is_refused() {
        for wrong in [
            "",
            "()",
            "a.eq.1",
            "(a.eq.1",
            "(a.eq.1))",
            "(a.eq.1,)",
            "(a)",
            "(a.eq)",
            "(xor(a.eq.1))",
            "(a.in.1,2)",
            "(not.not.and(a.eq.1))",
        ] {
            assert!(read(false, false, wrong).is_err(), "{wrong}");
        }
        let deep = format!("{}a.eq.1{}", "(and".repeat(21), ")".repeat(21));
        assert!(read(false, false, &deep).is_err());
    }
}
