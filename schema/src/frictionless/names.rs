//! Names for what a package calls otherwise.

use unicode_normalization::UnicodeNormalization;

use crate::name::{MAX_LENGTH, Name};

/// The name that `text` is nearest to: without accents, with `_` for whatever is neither letter nor
/// digit.
pub fn nearest(text: &str) -> String {
    let mut name = String::new();
    for letter in
        text.nfkd().filter(|letter| !unicode_normalization::char::is_combining_mark(*letter))
    {
        if letter.is_ascii_alphanumeric() {
            name.push(letter.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    name.truncate(MAX_LENGTH - 2);
    let name = name.trim_end_matches('_');
    match name {
        "" => "unnamed".to_owned(),
        name if Name::new(name).is_err() => format!("n_{name}"),
        name => name.to_owned(),
    }
}

/// The name nearest to `text` that is not taken.
pub fn free<'a>(text: &str, taken: impl Iterator<Item = &'a str> + Clone) -> String {
    let wanted = nearest(text);
    let mut name = wanted.clone();
    let mut number = 1;
    while taken.clone().any(|other| other == name) {
        number += 1;
        let end = format!("_{number}");
        name = format!("{}{end}", &wanted[..wanted.len().min(MAX_LENGTH - end.len())]);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::{free, nearest};

    #[test]
    fn any_text_has_a_nearest_name() {
        for (text, name) in [
            ("First Name", "first_name"),
            ("Año (2024)", "ano_2024"),
            ("state-codes", "state_codes"),
            ("2nd", "n_2nd"),
            ("tolva_load", "n_tolva_load"),
            ("日本", "unnamed"),
        ] {
            assert_eq!(nearest(text), name);
        }
        assert!(crate::name::Name::new(&nearest(&"1x".repeat(40))).is_ok());
        assert_eq!(free("A b", ["a_b", "a_b_2"].into_iter()), "a_b_3");
    }
}
