//! The query part of a URL as names and values, in order.

use crate::problem::Problem;

/// Splits at `&` and `=`; `+` is a space, as in a form.
pub fn pairs(text: &str) -> Result<Vec<(String, String)>, Problem> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name)?, decode(value)?))
        })
        .collect()
}

fn decode(text: &str) -> Result<String, Problem> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        bytes.push(match (first, tail) {
            (b'%', [high, low, tail @ ..]) => match hex(*high, *low) {
                Some(byte) => {
                    rest = tail;
                    byte
                }
                None => b'%',
            },
            (b'+', _) => b' ',
            _ => *first,
        });
    }
    String::from_utf8(bytes).map_err(|_| Problem::Query {
        message: format!("failed to parse the query ({text})"),
        details: "it is not UTF-8".to_owned(),
        hint: None,
    })
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_like_a_form() {
        let read = pairs("a=1&b=x%20y+z&&c&a=%C3%91%&d==%3d%zz").expect("UTF-8");
        let expected = [("a", "1"), ("b", "x y z"), ("c", ""), ("a", "Ñ%"), ("d", "==%zz")];
        assert!(read.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(expected));
        assert!(pairs("a=%ff").is_err());
    }
}
