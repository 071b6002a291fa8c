//! Natural keys: the columns by which lines are told apart, the likeliest first.

use super::column::Column;
use super::depend::{different, tell_apart};
use super::kind::{Kind, is_contact};
use super::name::words;
use super::table::Field;

/// Columns that are tried in pairs.
const PAIRED: usize = 40;
/// Longer texts are told, not looked up.
const LONGEST: usize = 200;
/// From so much weight on, a name says that a column is a key.
pub const SAYS_KEY: i32 = 35;
/// From so much weight on, a key that lines allow needs nobody's word.
const CLEAR: i32 = 10;

/// A key, and how it was found.
#[derive(Debug)]
pub struct Key {
    /// The fields, by their place.
    pub fields: Vec<usize>,
    /// Evidence.
    pub notes: Vec<String>,
}

const IDS: &[&str] = &["id", "key", "uuid", "guid"];
const NUMBERS: &[&str] = &[
    "code",
    "no",
    "nr",
    "num",
    "number",
    "numero",
    "nummer",
    "ref",
    "reference",
    "sku",
    "isbn",
    "ean",
    "iban",
    "dni",
    "nif",
    "ssn",
    "matricula",
    "codigo",
    "vat",
    "gtin",
    "upc",
];
const MAILS: &[&str] = &["email", "mail", "correo"];
const NAMES: &[&str] = &["name", "nombre", "title", "titulo", "label"];
const QUANTITIES: &[&str] = &[
    "amount",
    "price",
    "total",
    "quantity",
    "qty",
    "count",
    "sum",
    "salary",
    "cost",
    "importe",
    "precio",
    "cantidad",
    "address",
    "street",
    "comment",
    "comments",
    "note",
    "notes",
    "description",
];

/// How much a field looks like a key by its name and its type.
pub fn weight(field: &Field) -> i32 {
    let has = |list: &[&str]| words(&field.name).any(|word| list.contains(&word));
    let ends = |list: &[&str]| words(&field.name).last().is_some_and(|word| list.contains(&word));
    let by_type = match field.decision.kind {
        Kind::Integer { .. } | Kind::Text | Kind::Date(_) => 0,
        _ => -20,
    };
    let by_name = if is_contact(&field.name) || has(QUANTITIES) {
        -10
    } else if ends(IDS) {
        50
    } else if ends(NUMBERS) {
        40
    } else if has(MAILS) {
        SAYS_KEY
    } else if ends(NAMES) {
        10
    } else {
        0
    };
    by_type + by_name
}

fn may_be_key(field: &Field) -> bool {
    matches!(
        field.decision.kind,
        Kind::Integer { .. } | Kind::Text | Kind::Date(_) | Kind::Datetime(_)
    ) && field.column.longest() <= LONGEST
        && field.column.blanks() == 0
}

/// The key among these fields of a table, whatever it takes.
pub fn find(fields: &[Field], among: &[usize]) -> Key {
    let mut candidates: Vec<usize> =
        among.iter().copied().filter(|at| may_be_key(&fields[*at])).collect();
    // The sort is stable: of equals, the leftmost comes first.
    candidates.sort_by_key(|at| -weight(&fields[*at]));
    let lines = fields.first().map_or(0, |field| field.column.lines());
    let singles: Vec<usize> =
        candidates.iter().copied().filter(|at| fields[*at].column.is_unique()).collect();
    // A quantity that happens to differ everywhere is a key only if nothing else is.
    let (likely, unlikely): (Vec<usize>, Vec<usize>) =
        singles.into_iter().partition(|at| weight(&fields[*at]) >= 0);
    single(fields, &likely, lines)
        .or_else(|| pair(fields, &candidates, lines, !unlikely.is_empty()))
        .or_else(|| single(fields, &unlikely, lines))
        .unwrap_or_else(|| whole(fields, among, lines))
}

fn named(fields: &[Field], keys: &[usize]) -> String {
    keys.iter().map(|at| fields[*at].name.as_str()).collect::<Vec<_>>().join(", ")
}

/// The first of the columns that tell lines apart alone.
fn single(fields: &[Field], found: &[usize], lines: usize) -> Option<Key> {
    let (best, others) = found.split_first()?;
    let mut notes = vec![match lines {
        1 => "one line tells nothing of keys".to_owned(),
        _ => format!("{} differs on each of the {lines} lines", fields[*best].name),
    }];
    if !others.is_empty() && lines > 1 {
        notes[0].push_str("; so do ");
        notes[0].push_str(&named(fields, &others[..others.len().min(5)]));
    }
    let clear = weight(&fields[*best]) >= CLEAR || *best == 0 || others.is_empty();
    if lines < 2 || !clear || weight(&fields[*best]) < 0 {
        notes.insert(0, "NAME THE KEY: this one is a guess".to_owned());
    }
    Some(Key { fields: vec![*best], notes })
}

/// The best pair that tells lines apart; `likely`: only if its names say so.
fn pair(fields: &[Field], candidates: &[usize], lines: usize, likely: bool) -> Option<Key> {
    let weigh = |pair: &[usize]| pair.iter().map(|at| weight(&fields[*at])).sum::<i32>();
    let (best, others) = pairs(fields, candidates)?;
    let clear = weigh(&best) >= CLEAR;
    if likely && !clear {
        return None;
    }
    let mut notes =
        vec![format!("no column alone tells the {lines} lines apart, these two together do")];
    if !others.is_empty() {
        let others: Vec<String> =
            others.iter().map(|pair| format!("({})", named(fields, pair))).collect();
        notes.push(format!("so do {}", others.join(", ")));
        if !clear {
            notes.insert(0, "NAME THE KEY: this one is a guess".to_owned());
        }
    }
    Some(Key { fields: best, notes })
}

/// The best pair that tells lines apart, and some others.
fn pairs(fields: &[Field], candidates: &[usize]) -> Option<(Vec<usize>, Vec<Vec<usize>>)> {
    let mut found: Vec<(i32, Vec<usize>)> = Vec::new();
    let tried = &candidates[..candidates.len().min(PAIRED)];
    for (at, one) in tried.iter().enumerate() {
        for other in &tried[at + 1..] {
            let (left, right) = (&fields[*one], &fields[*other]);
            let most = left.column.distinct().saturating_mul(right.column.distinct());
            if most >= left.column.lines() && tell_apart(&[&left.column, &right.column]) {
                let mut pair = vec![*one, *other];
                pair.sort_unstable();
                found.push((weight(left) + weight(right), pair));
            }
        }
    }
    found.sort_by_key(|(weight, _)| -weight);
    let mut found = found.into_iter().map(|(_, pair)| pair);
    let best = found.next()?;
    Some((best, found.take(3).collect()))
}

/// As many columns as it takes to tell apart the lines that differ at all; the fewest blanks if every
/// column has some.
fn whole(fields: &[Field], among: &[usize], lines: usize) -> Key {
    let mut full: Vec<usize> =
        among.iter().copied().filter(|at| fields[*at].column.blanks() == 0).collect();
    full.sort_by_key(|at| std::cmp::Reverse(fields[*at].column.distinct()));
    if full.is_empty() {
        let least = among.iter().copied().min_by_key(|at| fields[*at].column.blanks());
        let fields = least.into_iter().collect();
        let notes = vec![
            "NAME THE KEY: every column has blanks, and a line without its key makes no row"
                .to_owned(),
        ];
        return Key { fields, notes };
    }
    let columns =
        |keys: &[usize]| keys.iter().map(|at| &fields[*at].column).collect::<Vec<&Column>>();
    let all = different(&columns(&full));
    let mut key: Vec<usize> = Vec::new();
    let mut told = 0;
    for at in full {
        key.push(at);
        match different(&columns(&key)) {
            more if more > told => told = more,
            _ => drop(key.pop()),
        }
        if told == all {
            break;
        }
    }
    key.sort_unstable();
    let mut notes = vec!["NAME THE KEY: no one or two columns tell the lines apart".to_owned()];
    if all < lines {
        notes.push(format!(
            "even all columns without blanks leave {} of {lines} lines that repeat another",
            lines - all
        ));
    }
    Key { fields: key, notes }
}
