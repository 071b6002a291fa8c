//! What a program writes for a field, rather than a file: held to the same rules.

use super::read::in_calendar;
use super::{Field, FieldType, Violation, parse};
use crate::cell::Cell;
use crate::value::Value;

impl Field {
    /// Reads what a client of the API has written for this field; `None` is unknown.
    ///
    /// Text goes the way of a file's: transforms, words for what is missing, zeros in front. Anything
    /// else is read by `plain`, as the API spells it: what was read can be written back. Words for true
    /// and false, and days and times, may be those of the contract's files too, since these cannot be
    /// taken for something else. Numbers may not: `1.234` is one in a contract whose files mean 1234 by
    /// it. Then the constraints hold as they do for a file.
    ///
    /// # Errors
    /// The rule that forbids it, under the name that it has in findings.
    pub fn written(
        &self,
        written: Option<&str>,
        plain: impl FnOnce(&str) -> Option<Value>,
    ) -> Result<Value, Violation> {
        let value = match written.map(|text| self.transform(text)) {
            None => Ok(Value::Null),
            Some(text) if self.missing.iter().any(|word| *word == *text) => Ok(Value::Null),
            Some(text) if matches!(self.kind, FieldType::String) => {
                self.string(&Cell::Text(String::new()), &text, &mut None)
            }
            Some(text) => self.plain(text.trim(), plain).and_then(in_calendar),
        };
        self.constrain(value?)
    }

    fn plain(
        &self,
        text: &str,
        plain: impl FnOnce(&str) -> Option<Value>,
    ) -> Result<Value, Violation> {
        match (&self.kind, plain(text)) {
            (FieldType::Number { scale, .. }, Some(Value::Number(number))) => {
                parse::number(&number.normalize().to_string(), '.', None, *scale)
            }
            (_, Some(value)) => Ok(value),
            (FieldType::Number { .. }, None) => {
                Err(Violation::new("type", "a number such as -1.5 is expected"))
            }
            (FieldType::Integer { .. }, None) => {
                Err(Violation::new("type", "a whole number such as 42 is expected"))
            }
            (kind, None) => parse::text(kind, text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;

    fn field(definition: &str) -> Field {
        let text = format!(
            "version = 1\nname = \"a\"\nfiles = [\"a.csv\"]\n[[source]]\nname = \"lines\"\n\
             fields = [{{ name = \"f\", {definition} }}]\n[[table]]\nname = \"t\"\nfrom = \"lines\"\n\
             key = [\"f\"]\n"
        );
        let contract = Contract::parse("a.toml", &text).expect("a contract");
        contract.sources[0].fields[0].clone()
    }

    fn written(field: &Field, text: &str) -> Result<Option<String>, &'static str> {
        let plain = |text: &str| match text {
            "true" => Some(Value::Boolean(true)),
            text => text.parse().ok().map(Value::Number),
        };
        match field.written(Some(text), plain) {
            Ok(value) => Ok(value.to_text()),
            Err(violation) => Err(violation.rule),
        }
    }

    #[test]
    fn text_goes_the_way_of_a_files() {
        let zip = field(
            "type = \"string\", transforms = [\"trim\", \"upper\"], pad = { to = 5 }, maxLength = 5, \
             missingValues = [\"\", \"-\"]",
        );
        let zip = |text| written(&zip, text);
        assert_eq!(zip(" 8014 "), Ok(Some("08014".to_owned())));
        assert_eq!(zip("ab"), Ok(Some("AB".to_owned())));
        assert_eq!((zip(""), zip(" - ")), (Ok(None), Ok(None)));
        assert_eq!((zip("abcdef"), zip("a\0")), (Err("maxLength"), Err("nul")));
    }

    #[test]
    fn numbers_are_spelled_as_the_api_spells_them() {
        let price = field(r#"type = "number", decimalChar = ",", groupChar = ".", scale = 3"#);
        assert_eq!(written(&price, "1.234"), Ok(Some("1.234".to_owned())));
        assert_eq!(written(&price, "1.50"), Ok(Some("1.5".to_owned())));
        assert_eq!(written(&price, "1,5"), Err("type"));
        assert_eq!(written(&price, "0.0001"), Err("scale"));
    }

    #[test]
    fn words_and_days_may_be_those_of_files_too() {
        let good = field(r#"type = "boolean", trueValues = ["sí"], falseValues = ["no"]"#);
        assert_eq!(written(&good, "true"), Ok(Some("1".to_owned())));
        assert_eq!(written(&good, "NO"), Ok(Some("0".to_owned())));
        assert_eq!(written(&good, "perhaps"), Err("type"));
        let day = field(r#"type = "date", format = "%d/%m/%Y""#);
        assert_eq!(written(&day, "31/01/2024"), Ok(Some("2024-01-31".to_owned())));
        assert_eq!(written(&day, "31/01/0999"), Err("type"));
    }
}
