//! Names for what a file calls otherwise: small letters, digits and `_`.

use std::collections::HashSet;

use tolva_schema::dialect::Dialect;
use tolva_schema::name::{MAX_LENGTH, Name};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The name that `text` is nearest to; `None` where no letter or digit is left of it.
pub fn name(text: &str) -> Option<String> {
    let mut name = String::new();
    for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(plain) {
        if letter.is_ascii_alphanumeric() {
            name.push(letter);
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    let trimmed = name.trim_end_matches('_');
    if trimmed.is_empty() {
        return None;
    }
    let short = |text: &str| text[..text.len().min(MAX_LENGTH)].trim_end_matches('_').to_owned();
    // A letter first, and no name that belongs to the control tables or to a database.
    let own = short(trimmed);
    let is_kept = |dialect: &Dialect| dialect.reserved_columns().contains(&own.as_str());
    match Name::new(&own) {
        Ok(_) if !Dialect::ALL.iter().any(is_kept) => Some(own),
        _ => Some(short(&format!("n_{trimmed}"))),
    }
}

/// Letters that no decomposition makes plain.
fn plain(letter: char) -> impl Iterator<Item = char> {
    let spelled = match letter {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'ł' | 'Ł' => "l",
        'þ' | 'Þ' => "th",
        'ı' => "i",
        // A currency or a share is often all that a header says.
        '€' => " eur ",
        '$' => " usd ",
        '%' => " percent ",
        '#' => " number ",
        // Joins what it stands in: O'Hara, Int'l.
        '\'' | '’' => "",
        _ => return One(Some(letter.to_ascii_lowercase()), "".chars()),
    };
    One(None, spelled.chars())
}

struct One(Option<char>, std::str::Chars<'static>);

impl Iterator for One {
    type Item = char;
    fn next(&mut self) -> Option<char> {
        self.0.take().or_else(|| self.1.next())
    }
}

/// Names that are given already: a second one is numbered.
#[derive(Debug, Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// `wanted`, or the first of `wanted_2`, `wanted_3`, … that is free.
    pub fn give(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        let mut number = 1;
        while !self.0.insert(name.clone()) {
            number += 1;
            let end = format!("_{number}");
            let stem: String = wanted.chars().take(MAX_LENGTH - end.len()).collect();
            name = format!("{}{end}", stem.trim_end_matches('_'));
        }
        name
    }

    /// Whether it is given already.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

/// The last parts of a name that say what it is rather than whose it is.
const ASPECTS: &[&str] =
    &["id", "code", "key", "no", "nr", "num", "number", "name", "title", "ref"];

/// What a column such as `customer_id` belongs to: `customer`.
pub fn stem(name: &str) -> Option<&str> {
    let (stem, last) = name.rsplit_once('_')?;
    ASPECTS.contains(&last).then_some(stem)
}

/// One of many: `employees` is `employee`.
pub fn singular(name: &str) -> String {
    let ends = [
        ("iones", "ion"),
        ("dades", "dad"),
        ("ies", "y"),
        ("sses", "ss"),
        ("xes", "x"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("ss", "ss"),
        ("us", "us"),
        ("is", "is"),
        ("s", ""),
    ];
    let found = ends.iter().find(|(many, _)| name.len() > many.len() + 1 && name.ends_with(many));
    match found {
        Some((many, one)) => format!("{}{one}", &name[..name.len() - many.len()]),
        None => name.to_owned(),
    }
}

/// The parts of a name, without the numbers that count them (`phone2` is a phone).
pub fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split('_').map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_become_names() {
        let long = "x".repeat(80);
        let cases = [
            ("First Name", "first_name"),
            ("  E-Mail (private) ", "e_mail_private"),
            ("Año", "ano"),
            ("ÑANDÚ", "nandu"),
            ("Straße Nr.", "strasse_nr"),
            ("Łódź/Œuvre", "lodz_oeuvre"),
            ("2024", "n_2024"),
            ("Tolva rows", "n_tolva_rows"),
            ("sqlite_sequence", "n_sqlite_sequence"),
            ("XMin", "n_xmin"),
            ("Preis €", "preis_eur"),
            ("Rate %", "rate_percent"),
            ("Int'l", "intl"),
            ("ﬁnal①", "final1"),
            ("line\nbreak", "line_break"),
            (&long, &long[..48]),
        ];
        for (header, expected) in cases {
            assert_eq!(name(header).as_deref(), Some(expected), "{header}");
            assert!(Name::new(expected).is_ok(), "{expected}");
        }
        for nothing in ["", "  ", "---", "名前", "¿?"] {
            assert_eq!(name(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_second_name_is_numbered_and_not_too_long() {
        let mut names = Names::default();
        let given: Vec<String> = ["a", "a", "a_2", "a"].map(|name| names.give(name)).into();
        assert_eq!(given, ["a", "a_2", "a_2_2", "a_3"]);
        let long = "x".repeat(48);
        assert_eq!(names.give(&long), long);
        assert_eq!(names.give(&long), format!("{}_2", "x".repeat(46)));
    }

    #[test]
    fn one_of_many_and_what_a_column_belongs_to() {
        let cases = [
            ("employees", "employee"),
            ("companies", "company"),
            ("relaciones", "relacion"),
            ("ciudades", "ciudad"),
            ("boxes", "box"),
            ("address", "address"),
            ("status", "status"),
            ("analysis", "analysis"),
            ("data", "data"),
            ("s", "s"),
        ];
        for (many, one) in cases {
            assert_eq!(singular(many), one);
        }
        assert_eq!(stem("customer_id"), Some("customer"));
        assert_eq!(stem("sales_order_no"), Some("sales_order"));
        assert_eq!(stem("first_visit"), None);
        assert_eq!(words("cell_phone2").collect::<Vec<_>>(), ["cell", "phone"]);
    }
}
