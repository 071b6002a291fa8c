//! From a cell to a typed value: transforms, then the type, then the constraints.

use std::borrow::Cow;
use std::cmp::Ordering;

use chrono::{Datelike, Timelike};
use rust_decimal::prelude::ToPrimitive;

use super::{Field, FieldType, NUMBER_PRECISION, Transform, parse};
use crate::cell::{Cell, fifteen_digits, number_to_text};
use crate::value::Value;

/// A rule that a cell breaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// The rule's stable name.
    pub rule: &'static str,
    /// What is wrong, and what to do about it.
    pub message: String,
}

impl Violation {
    /// A violation of `rule`.
    pub fn new(rule: &'static str, message: impl Into<String>) -> Self {
        Self { rule, message: message.into() }
    }
}

/// What a cell was read as.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The value, or the rule that forbids it.
    pub value: Result<Value, Violation>,
    /// A doubt about a value that is kept.
    pub doubt: Option<Violation>,
}

impl Field {
    /// Reads `cell` as this field.
    pub fn read(&self, cell: &Cell) -> Reading {
        let mut doubt = None;
        let value = self.value(cell, &mut doubt).and_then(|value| self.constrain(value));
        Reading { doubt: doubt.filter(|_| value.is_ok()), value }
    }

    fn value(&self, cell: &Cell, doubt: &mut Option<Violation>) -> Result<Value, Violation> {
        match cell {
            Cell::Blank => return Ok(Value::Null),
            Cell::Error(code) => {
                return Err(Violation::new(
                    "cell_error",
                    format!("the spreadsheet shows the error {code} here; correct its formula"),
                ));
            }
            Cell::Formula(_) => {
                return Err(Violation::new(
                    "formula",
                    "this formula has no calculated value; open the file in a spreadsheet program \
                     and save it",
                ));
            }
            _ => {}
        }
        let raw = cell.to_text();
        let text = self.transform(&raw);
        if self.missing.iter().any(|word| *word == *text) {
            return Ok(Value::Null);
        }
        if matches!(self.kind, FieldType::String) {
            return self.string(cell, &text, doubt);
        }
        match (&self.kind, cell) {
            (FieldType::Integer { .. }, Cell::Number(number)) => integer_of(*number),
            (FieldType::Number { scale, .. }, Cell::Number(number)) => {
                parse::number(&number_to_text(*number), '.', None, *scale)
            }
            (FieldType::Boolean { .. }, Cell::Boolean(truth)) => Ok(Value::Boolean(*truth)),
            (FieldType::Date { .. }, Cell::Moment(moment)) => {
                if moment.time() == chrono::NaiveTime::MIN {
                    Ok(Value::Date(moment.date()))
                } else {
                    Err(Violation::new("type", "a date is expected; this one has a time of day"))
                }
            }
            (FieldType::Datetime { .. }, Cell::Moment(moment)) => {
                Ok(Value::DateTime(parse::to_micros(*moment)))
            }
            (FieldType::Time { .. }, Cell::Time(time)) => Ok(Value::Time(*time)),
            _ => parse::text(&self.kind, text.trim()),
        }
        .and_then(in_calendar)
    }

    pub(super) fn string(
        &self,
        cell: &Cell,
        text: &str,
        doubt: &mut Option<Violation>,
    ) -> Result<Value, Violation> {
        if text.contains('\0') {
            return Err(Violation::new("nul", "a NUL character cannot be stored as text"));
        }
        let padded = self.padded(text);
        if !matches!(cell, Cell::Text(_)) && self.pad.is_none() {
            *doubt = Some(Violation::new(
                "number_in_text",
                "this text column holds a number here: zeros in front or other formatting may be \
                 lost; format the column as text, or declare `pad`",
            ));
        }
        Ok(Value::Text(padded.into_owned()))
    }

    /// Only digits are padded: what holds anything else did not lose zeros to a spreadsheet.
    fn padded<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.pad {
            Some(pad) if text.len() < pad.to && text.bytes().all(|b| b.is_ascii_digit()) => {
                let mut whole: String =
                    std::iter::repeat_n(pad.with, pad.to - text.len()).collect();
                whole.push_str(text);
                Cow::Owned(whole)
            }
            _ => Cow::Borrowed(text),
        }
    }

    pub(super) fn transform<'a>(&self, raw: &'a str) -> Cow<'a, str> {
        self.transforms.iter().fold(Cow::Borrowed(raw), |text, transform| match transform {
            Transform::Trim => match text {
                Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
                Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
            },
            Transform::Collapse => {
                Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "))
            }
            Transform::Upper => Cow::Owned(text.to_uppercase()),
            Transform::Lower => Cow::Owned(text.to_lowercase()),
        })
    }

    pub(super) fn constrain(&self, value: Value) -> Result<Value, Violation> {
        let rules = &self.constraints;
        if value.is_null() {
            return if rules.required {
                Err(Violation::new("required", format!("`{}` must not be blank", self.name)))
            } else {
                Ok(value)
            };
        }
        if let Value::Text(text) = &value {
            self.constrain_text(text)?;
        }
        if let Some(words) = &rules.one_of
            && !words.iter().any(|word| Some(word) == value.to_text().as_ref())
        {
            return Err(Violation::new("enum", format!("must be one of: {}", words.join(", "))));
        }
        if let Some(least) = &rules.minimum
            && compare(&value, least) == Some(Ordering::Less)
        {
            let least = least.to_text().unwrap_or_default();
            return Err(Violation::new("minimum", format!("must be at least {least}")));
        }
        if let Some(most) = &rules.maximum
            && compare(&value, most) == Some(Ordering::Greater)
        {
            let most = most.to_text().unwrap_or_default();
            return Err(Violation::new("maximum", format!("must be at most {most}")));
        }
        Ok(value)
    }

    fn constrain_text(&self, text: &str) -> Result<(), Violation> {
        let rules = &self.constraints;
        if let Some(pattern) = &rules.pattern
            && !pattern.0.is_match(text)
        {
            return Err(Violation::new(
                "pattern",
                format!("must match the pattern {}", pattern.0.as_str()),
            ));
        }
        if rules.min_length.is_none() && rules.max_length.is_none() {
            return Ok(());
        }
        let length = text.chars().count();
        if let Some(least) = rules.min_length.filter(|least| length < *least) {
            return Err(Violation::new(
                "minLength",
                format!("has {length} characters, at least {least} are required"),
            ));
        }
        if let Some(most) = rules.max_length.filter(|most| length > *most) {
            return Err(Violation::new(
                "maxLength",
                format!("has {length} characters, at most {most} are allowed"),
            ));
        }
        Ok(())
    }
}

/// Orders two values of one type; `None` for values that have no order among them.
pub(super) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::DateTime(a), Value::DateTime(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// From 2^53 on a spreadsheet's number no longer tells neighbouring integers apart.
fn integer_of(number: f64) -> Result<Value, Violation> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    // 0.1 × 30 is shown as 3 and meant as 3.
    let number = if number.fract() == 0.0 { number } else { fifteen_digits(number) };
    if number.fract() != 0.0 {
        return Err(Violation::new("type", "a whole number is expected"));
    }
    match number.to_i64().filter(|_| number.abs() < EXACT) {
        Some(whole) => Ok(Value::Integer(whole)),
        None => Err(Violation::new(
            "type",
            "this number is too large to be exact in a spreadsheet; keep it as text",
        )),
    }
}

/// The days and times that all three databases hold.
pub(super) fn in_calendar(value: Value) -> Result<Value, Violation> {
    let nanos = match &value {
        Value::Time(time) => time.nanosecond(),
        Value::DateTime(moment) => moment.nanosecond(),
        _ => 0,
    };
    // So chrono tells a leap second.
    if nanos >= 1_000_000_000 {
        return Err(Violation::new("type", "a leap second (:60) cannot be stored; write :59"));
    }
    let year = match &value {
        Value::Date(day) => day.year(),
        Value::DateTime(moment) => moment.year(),
        Value::Number(number)
            if number.mantissa().unsigned_abs() >= 10u128.pow(NUMBER_PRECISION) =>
        {
            return Err(Violation::new(
                "type",
                format!("a number has at most {NUMBER_PRECISION} digits"),
            ));
        }
        _ => return Ok(value),
    };
    if (1000..=9999).contains(&year) {
        Ok(value)
    } else {
        Err(Violation::new("type", "the year must lie between 1000 and 9999"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{Constraints, Locator, Pad};
    use crate::name::Name;

    fn field(kind: FieldType) -> Field {
        Field {
            name: Name::new("f").expect("a name"),
            was: None,
            locator: Locator::Position(1),
            kind,
            constraints: Constraints::default(),
            missing: vec![String::new()],
            transforms: Vec::new(),
            pad: None,
            private: false,
        }
    }

    #[test]
    fn zeros_lost_by_a_spreadsheet_are_put_back_only_where_declared() {
        let mut zip = field(FieldType::String);
        let doubt = zip.read(&Cell::Number(8014.0)).doubt.expect("a doubt");
        assert_eq!(doubt.rule, "number_in_text");
        zip.pad = Some(Pad { to: 5, with: '0' });
        for cell in [Cell::Number(8014.0), Cell::Text("8014".into())] {
            let reading = zip.read(&cell);
            assert_eq!(reading.value, Ok(Value::Text("08014".into())));
            assert_eq!(reading.doubt, None);
        }
        assert_eq!(zip.read(&Cell::Text("N1".into())).value, Ok(Value::Text("N1".into())));
    }

    #[test]
    fn blank_is_unknown_and_zero_is_zero() {
        let count = field(FieldType::Integer { group: None });
        assert_eq!(count.read(&Cell::Blank).value, Ok(Value::Null));
        assert_eq!(count.read(&Cell::Text(String::new())).value, Ok(Value::Null));
        assert_eq!(count.read(&Cell::Number(0.0)).value, Ok(Value::Integer(0)));
        assert_eq!(count.read(&Cell::Number(0.5)).value.expect_err("half").rule, "type");
    }

    #[test]
    fn error_cells_and_uncalculated_formulas_are_refused() {
        let text = field(FieldType::String);
        let rule = |cell| text.read(&cell).value.expect_err("refused").rule;
        assert_eq!(rule(Cell::Error("#N/A".into())), "cell_error");
        assert_eq!(rule(Cell::Formula("A1+1".into())), "formula");
    }
}
