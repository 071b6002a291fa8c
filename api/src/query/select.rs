//! `select=col,alias:col::type,other!hint!inner(col)`: what a client wants to see.

use super::scan::Scan;

/// How deep tables may be embedded in one another.
pub const MAX_DEPTH: usize = 4;
/// Longest name that a client gives to something: Postgres cuts longer ones off.
const MAX_ALIAS: usize = 63;
/// The functions that would put rows together.
const AGGREGATES: [&str; 5] = ["count", "sum", "avg", "min", "max"];

/// One item of a `select`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// `*`
    All,
    /// A column.
    Column {
        /// What it is called in the answer.
        alias: Option<String>,
        /// Its name.
        name: String,
        /// The type that it is shown as.
        cast: Option<String>,
    },
    /// Rows of another table.
    Embed(Embed),
}

/// Rows of another table, which refer to a row or are referred to by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embed {
    /// What it is called in the answer and in filters.
    pub alias: Option<String>,
    /// The table, or the reference.
    pub target: String,
    /// Which of several references is meant.
    pub hint: Option<String>,
    /// Whether rows without any are left out.
    pub inner: bool,
    /// Whether its columns are put among those of the row (`...`).
    pub spread: bool,
    /// What is wanted of it.
    pub items: Vec<Item>,
}

/// Why a `select` cannot be answered.
#[derive(Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It cannot be read.
    Syntax(String),
    /// It asks for an aggregate.
    Aggregate,
}

impl From<String> for Wrong {
    fn from(details: String) -> Self {
        Self::Syntax(details)
    }
}

/// Reads a `select`; an empty one wants nothing of each row.
pub fn read(text: &str) -> Result<Vec<Item>, Wrong> {
    let mut scan = Scan::new(text);
    let items = items(&mut scan, 0)?;
    if scan.is_end() { Ok(items) } else { Err(scan.here().into()) }
}

fn items(scan: &mut Scan<'_>, depth: usize) -> Result<Vec<Item>, Wrong> {
    let mut items = Vec::new();
    scan.skip_space();
    if matches!(scan.peek(), None | Some(')')) {
        return Ok(items);
    }
    loop {
        items.push(item(scan, depth)?);
        scan.skip_space();
        if !scan.eat(",") {
            return Ok(items);
        }
    }
}

fn item(scan: &mut Scan<'_>, depth: usize) -> Result<Item, Wrong> {
    scan.skip_space();
    if scan.eat("*") {
        scan.skip_space();
        return match scan.peek() {
            None | Some(',' | ')') => Ok(Item::All),
            Some(_) => Err(scan.here().into()),
        };
    }
    let spread = scan.eat("...");
    let mut name = scan
        .name()
        .ok_or_else(|| format!("{}, where a column or a table is expected", scan.here()))?;
    let mut alias = None;
    if !spread && !scan.rest().starts_with("::") && scan.eat(":") {
        let target = scan
            .name()
            .ok_or_else(|| format!("{}, where a column or a table is expected", scan.here()))?;
        alias = Some(checked(std::mem::replace(&mut name, target))?);
    }
    let (mut hint, mut inner, mut marked) = (None, false, false);
    while scan.eat("!") {
        marked = true;
        let word = scan.name().ok_or_else(|| {
            format!("{}, where a reference, inner or left is expected", scan.here())
        })?;
        match word.as_str() {
            "inner" => inner = true,
            "left" => inner = false,
            _ if hint.is_none() => hint = Some(word),
            _ => return Err(format!("{name} has two hints").into()),
        }
    }
    if scan.eat("(") {
        if name == "count" && scan.peek() == Some(')') && !marked && !spread {
            return Err(Wrong::Aggregate);
        }
        if depth == MAX_DEPTH {
            return Err(format!("tables are embedded {MAX_DEPTH} deep at most").into());
        }
        let items = items(scan, depth + 1)?;
        if !scan.eat(")") {
            return Err(format!("{}, where `)` ends what is embedded", scan.here()).into());
        }
        return Ok(Item::Embed(Embed { alias, target: name, hint, inner, spread, items }));
    }
    if marked || spread {
        return Err(format!("{}, where `(` begins what is wanted of {name}", scan.here()).into());
    }
    let cast = if scan.eat("::") {
        Some(scan.name().ok_or_else(|| format!("{}, where a type is expected", scan.here()))?)
    } else {
        None
    };
    if scan.eat(".") {
        let function = scan.name().unwrap_or_default();
        if AGGREGATES.contains(&function.as_str()) && scan.eat("()") {
            return Err(Wrong::Aggregate);
        }
        return Err(format!("{name}.{function} is no column").into());
    }
    Ok(Item::Column { alias, name, cast })
}

/// A name that a client gives; it becomes a key of JSON and, in quotes, a name in a statement.
fn checked(alias: String) -> Result<String, Wrong> {
    if alias.is_empty() || alias.len() > MAX_ALIAS || alias.chars().any(char::is_control) {
        return Err(format!(
            "an alias has 1 to {MAX_ALIAS} bytes, none of them a control character"
        )
        .into());
    }
    Ok(alias)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str) -> Item {
        Item::Column { alias: None, name: name.to_owned(), cast: None }
    }

    #[test]
    fn items_are_columns_and_tables() {
        let read = read("*, a:b::text ,x:c!hint!inner(d,...e(*)),f!left(),\"g,h\"").expect("items");
        let spread = Item::Embed(Embed {
            alias: None,
            target: "e".to_owned(),
            hint: None,
            inner: false,
            spread: true,
            items: vec![Item::All],
        });
        let c = Item::Embed(Embed {
            alias: Some("x".to_owned()),
            target: "c".to_owned(),
            hint: Some("hint".to_owned()),
            inner: true,
            spread: false,
            items: vec![column("d"), spread],
        });
        let f = Item::Embed(Embed {
            alias: None,
            target: "f".to_owned(),
            hint: None,
            inner: false,
            spread: false,
            items: Vec::new(),
        });
        let b = Item::Column {
            alias: Some("a".to_owned()),
            name: "b".to_owned(),
            cast: Some("text".to_owned()),
        };
        assert_eq!(read, [Item::All, b, c, f, column("g,h")]);
        assert_eq!(super::read(""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_item_is_refused() {
        for wrong in [
            "a,",
            ",a",
            "a b:",
            ":a",
            "a::",
            "a(",
            "a(b",
            "a)",
            "a!x",
            "a!(b)",
            "a!x!y(b)",
            "*!a",
            "...a",
            "x:...a(b)",
            "a->b",
            "a->>b",
            "a.b",
            "* a",
            "a:b:c",
        ] {
            assert!(matches!(read(wrong), Err(Wrong::Syntax(_))), "{wrong}");
        }
        let alias = "x".repeat(64);
        assert!(read(&format!("{alias}:a")).is_err());
        assert!(read("a(b(c(d(e))))").is_ok());
        assert!(read("a(b(c(d(e(f)))))").is_err());
        for aggregate in ["count()", "n:count()", "a.sum()", "x:a.max()", "a::text.min()"] {
            assert_eq!(read(aggregate), Err(Wrong::Aggregate), "{aggregate}");
        }
    }
}
