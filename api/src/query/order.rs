//! `order=col.desc.nullslast,other(col)`: in which order.

use super::scan::Scan;

/// One term of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The embedded table that the column belongs to.
    pub of: Option<String>,
    /// The column.
    pub column: String,
    /// The largest first.
    pub descending: bool,
    /// What is unknown comes first. As in Postgres it is larger than everything else unless it is
    /// told otherwise.
    pub nulls_first: bool,
}

/// Reads an order; empty is none.
pub fn read(text: &str) -> Result<Vec<Term>, String> {
    let mut terms = Vec::new();
    if text.trim().is_empty() {
        return Ok(terms);
    }
    let mut scan = Scan::new(text);
    loop {
        terms.push(term(&mut scan)?);
        scan.skip_space();
        if scan.is_end() {
            return Ok(terms);
        }
        if !scan.eat(",") {
            return Err(scan.here());
        }
    }
}

fn term(scan: &mut Scan<'_>) -> Result<Term, String> {
    let mut column =
        scan.name().ok_or_else(|| format!("{}, where a column is expected", scan.here()))?;
    let mut of = None;
    if scan.eat("(") {
        let inner =
            scan.name().ok_or_else(|| format!("{}, where a column is expected", scan.here()))?;
        of = Some(std::mem::replace(&mut column, inner));
        if !scan.eat(")") {
            return Err(format!("{}, where `)` follows a column", scan.here()));
        }
    }
    let mut words = Vec::new();
    while scan.eat(".") {
        words.push(scan.until(&['.', ',']).trim());
    }
    let mut rest = words.as_slice();
    let descending = match rest {
        ["asc", tail @ ..] => {
            rest = tail;
            false
        }
        ["desc", tail @ ..] => {
            rest = tail;
            true
        }
        _ => false,
    };
    let nulls_first = match rest {
        [] => descending,
        ["nullsfirst"] => true,
        ["nullslast"] => false,
        ["nullsfirst" | "nullslast", more, ..] => return Err(format!("{more} is too much")),
        [other, ..] => {
            return Err(format!("{other} is none of asc, desc, nullsfirst and nullslast"));
        }
    };
    Ok(Term { of, column, descending, nulls_first })
}
