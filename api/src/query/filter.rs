//! `column=op.value`: what a row must satisfy, as it is written.

use super::scan::Scan;

/// A condition on something that has a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// Whether it must not hold (`not.`). As in SQL, what is unknown then holds no more than before.
    pub negated: bool,
    /// What is asked.
    pub operation: Operation,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// A comparison with one value.
    One(Operator, String),
    /// A comparison with any or all of the elements of an array (`{a,b}`).
    Each(Operator, Quantifier, String),
    /// It is one of these.
    In(Vec<String>),
    /// It is unknown, known, true or false.
    Is(Truth),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
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
    /// `isdistinct`: not equal, where the unknown is a value like others.
    Distinct,
    /// `like`
    Like,
    /// `ilike`
    ILike,
    /// `match`
    Match,
    /// `imatch`
    IMatch,
}

/// Whether one of several comparisons must hold, or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// `any`
    Any,
    /// `all`
    All,
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

/// The operators, for hints.
pub const OPERATORS: &str = "eq, neq, gt, gte, lt, lte, like, ilike, match, imatch, in, is and \
    isdistinct, each after `not.` if it must not hold; several values: eq(any).{a,b} or like(all).{a*,*b}";

/// Where an expression stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a parameter of its own: the value is all that follows.
    Alone,
    /// In `and=(…)`: a comma or a parenthesis ends the value, unless it is quoted.
    Among,
}

impl Operator {
    fn named(word: &str) -> Option<Self> {
        Some(match word {
            "eq" => Self::Equal,
            "neq" => Self::NotEqual,
            "gt" => Self::Greater,
            "gte" => Self::GreaterOrEqual,
            "lt" => Self::Less,
            "lte" => Self::LessOrEqual,
            "isdistinct" => Self::Distinct,
            "like" => Self::Like,
            "ilike" => Self::ILike,
            "match" => Self::Match,
            "imatch" => Self::IMatch,
            _ => return None,
        })
    }
}

/// Reads an expression; the error says what is wrong.
pub fn read(scan: &mut Scan<'_>, place: Place) -> Result<Expression, String> {
    let negated = scan.eat("not.");
    let word = scan.until(&['.', '(', ',', ')']);
    let quantifier = if scan.eat("(any)") {
        Some(Quantifier::Any)
    } else if scan.eat("(all)") {
        Some(Quantifier::All)
    } else {
        None
    };
    if !scan.eat(".") {
        return Err(if word.is_empty() || scan.is_end() {
            "it has no operator".to_owned()
        } else {
            format!("{}, where `.` follows an operator", scan.here())
        });
    }
    let operation = match (word, quantifier) {
        ("in", None) => Operation::In(list(scan)?),
        ("is", None) => Operation::Is(truth(value(scan, place))?),
        _ => {
            let operator =
                Operator::named(word).ok_or_else(|| format!("there is no operator {word}"))?;
            match quantifier {
                None => Operation::One(operator, value(scan, place)),
                Some(_) if matches!(operator, Operator::NotEqual | Operator::Distinct) => {
                    return Err(format!("{word} takes neither any nor all"));
                }
                Some(quantifier) => Operation::Each(operator, quantifier, value(scan, place)),
            }
        }
    };
    if place == Place::Alone && !scan.is_end() {
        return Err(scan.here());
    }
    Ok(Expression { negated, operation })
}

fn value(scan: &mut Scan<'_>, place: Place) -> String {
    if place == Place::Alone {
        return scan.all().to_owned();
    }
    if let Some(quoted) = element_in_quotes(scan) {
        return quoted;
    }
    let mut ahead = scan.clone();
    if ahead.eat("{") {
        let inner = ahead.until(&['{', '}']);
        if ahead.eat("}") {
            *scan = ahead;
            return format!("{{{inner}}}");
        }
    }
    scan.until(&[',', ')']).to_owned()
}

/// A value in double quotes. What stands between the closing quote and the next comma makes it a
/// value without quotes, as in PostgREST.
fn element_in_quotes(scan: &mut Scan<'_>) -> Option<String> {
    let mut ahead = scan.clone();
    let text = ahead.quoted()?;
    if !matches!(ahead.peek(), None | Some(',' | ')')) {
        return None;
    }
    *scan = ahead;
    Some(text)
}

fn truth(text: String) -> Result<Truth, String> {
    Ok(match text.trim().to_ascii_lowercase().as_str() {
        "null" => Truth::Null,
        "not_null" => Truth::NotNull,
        "true" => Truth::True,
        "false" => Truth::False,
        "unknown" => Truth::Unknown,
        _ => return Err("is takes null, not_null, true, false or unknown".to_owned()),
    })
}

/// The elements of `(a,b,"c,d")`. `()` has none.
fn list(scan: &mut Scan<'_>) -> Result<Vec<String>, String> {
    scan.skip_space();
    if !scan.eat("(") {
        return Err("a list stands in parentheses: in.(a,b)".to_owned());
    }
    let mut elements = Vec::new();
    if scan.eat(")") {
        return Ok(elements);
    }
    loop {
        elements.push(match element_in_quotes(scan) {
            Some(quoted) => quoted,
            None => scan.until(&[',', ')']).to_owned(),
        });
        if scan.eat(")") {
            scan.skip_space();
            return Ok(elements);
        }
        if !scan.eat(",") {
            return Err("a list stands in parentheses: in.(a,b)".to_owned());
        }
    }
}

/// The elements of a Postgres array, `{a,"b,c",NULL}`; nothing if it is none.
pub fn array(text: &str) -> Option<Vec<Option<String>>> {
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let mut elements = Vec::new();
    if inner.trim().is_empty() {
        return Some(elements);
    }
    let mut scan = Scan::new(inner);
    loop {
        scan.skip_space();
        let element = if scan.peek() == Some('"') {
            let quoted = scan.quoted()?;
            scan.skip_space();
            Some(quoted)
        } else {
            let mut plain = String::new();
            while let Some(one) = scan.peek().filter(|one| *one != ',') {
                scan.next();
                match one {
                    '"' | '{' | '}' => return None,
                    '\\' => plain.push(scan.next()?),
                    other => plain.push(other),
                }
            }
            let plain = plain.trim();
            if plain.is_empty() {
                return None;
            }
            (!plain.eq_ignore_ascii_case("null")).then(|| plain.to_owned())
        };
        elements.push(element);
        if scan.is_end() {
            return Some(elements);
        }
        if !scan.eat(",") {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(text: &str) -> Result<Expression, String> {
        read(&mut Scan::new(text), Place::Alone)
    }

    fn elements(text: &str) -> Vec<String> {
        match alone(&format!("in.{text}")).expect("a list").operation {
            Operation::In(elements) => elements,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lists_are_quoted_as_in_postgrest() {
        assert_eq!(elements("(a,b)"), ["a", "b"]);
        assert_eq!(elements(r#"(a,"c,d","(e)")"#), ["a", "c,d", "(e)"]);
        assert_eq!(elements(r#"("say \"hi\"","back\\slash")"#), [r#"say "hi""#, r"back\slash"]);
        assert_eq!(elements(r#"(in"side,"a"b)"#), [r#"in"side"#, r#""a"b"#]);
        assert_eq!(elements("( a, b )"), [" a", " b "]);
        assert_eq!(elements("(,)"), ["", ""]);
        assert_eq!(elements(r#"("")"#), [""]);
        assert!(elements("()").is_empty());
        for wrong in ["a,b", "(a,b", "a)", "(a)b)", "(a),(b)", ""] {
            assert!(alone(&format!("in.{wrong}")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_filter_is_an_operator_a_point_and_a_value() {
        let expected = Operation::One(Operator::Equal, "a.b".to_owned());
        let read = alone("not.eq.a.b");
        assert_eq!(read, Ok(Expression { negated: true, operation: expected }));
        let any = Operation::Each(Operator::Like, Quantifier::Any, "{a*,b}".to_owned());
        assert_eq!(alone("like(any).{a*,b}").map(|one| one.operation), Ok(any));
        for wrong in ["", "a", "eq", "EQ.a", "not.a", "not.not.eq.a", "is.nothing", "eq().a"] {
            assert!(alone(wrong).is_err(), "{wrong}");
        }
        for wrong in ["eq(some).{a}", "in(any).(a)", "is(all).null", "neq(any).{a}", "fts.a"] {
            assert!(alone(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn arrays_are_those_of_postgres() {
        let read = |text: &str| array(text).expect("an array");
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read("{a, b c ,NULL}"), [some("a"), some("b c"), None]);
        assert_eq!(read(r#"{"a,b","NULL","q\"\\"}"#), [some("a,b"), some("NULL"), some("q\"\\")]);
        assert_eq!(read(r"{a\,b,c\\}"), [some("a,b"), some(r"c\")]);
        assert!(read("{}").is_empty() && read(" { } ").is_empty());
        for wrong in ["", "a", "{a", "a}", "{a,}", "{,}", "{{a}}", "{a\"b}", "{\"a\"b}", "{\"a}"] {
            assert!(array(wrong).is_none(), "{wrong}");
        }
    }
}
