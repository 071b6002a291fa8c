//! Sheets of one shape: one source reads them all.

use crate::infer::lines::Lines;
use crate::infer::sheets::Sheet;
use crate::organise::normalised;
use tolva_schema::pattern::FilePattern;

/// Sheets that hold the same table, by their places among `found`, with the pattern that names them
/// and no other sheet of the workbook.
pub fn groups(found: &[(&Sheet, Lines<'_>)], all: &[Sheet]) -> Vec<(Vec<usize>, String)> {
    let mut groups: Vec<(Vec<usize>, String)> = Vec::new();
    for at in 0..found.len() {
        if groups.iter().any(|(group, _)| group.contains(&at)) {
            continue;
        }
        let alike: Vec<usize> =
            (at..found.len()).filter(|other| is_alike(&found[at].1, &found[*other].1)).collect();
        let names: Vec<&str> = alike.iter().filter_map(|at| found[*at].0.name.as_deref()).collect();
        if names.len() > 1
            && let Some(pattern) = pattern(&names, all)
        {
            groups.push((alike, pattern));
        }
    }
    groups
}

/// Whether two sheets have the same headers in the same places, and more than one.
fn is_alike(one: &Lines<'_>, other: &Lines<'_>) -> bool {
    let rows = |lines: &Lines<'_>| lines.head.iter().map(|row| row.number).collect::<Vec<_>>();
    let texts = |lines: &Lines<'_>| -> Vec<(u32, String)> {
        lines.headers.iter().map(|(at, text)| (*at, normalised(text))).collect()
    };
    one.headers.len() > 1 && rows(one) == rows(other) && texts(one) == texts(other)
}

/// The pattern for these sheets: what their names begin with, up to the part that counts them.
fn pattern(names: &[&str], all: &[Sheet]) -> Option<String> {
    let first = names[0];
    let shared = first
        .char_indices()
        .map(|(at, letter)| at + letter.len_utf8())
        .take_while(|end| names.iter().all(|name| name.starts_with(&first[..*end])))
        .last()
        .unwrap_or(0);
    let prefix = first[..shared].trim_end_matches(|c: char| c.is_ascii_digit());
    let counted =
        names.iter().all(|name| name[prefix.len()..].starts_with(|c: char| c.is_ascii_digit()));
    let whole = prefix
        .rfind(|c: char| !c.is_alphanumeric())
        .map_or(0, |at| at + prefix[at..].chars().next().map_or(0, char::len_utf8));
    let prefix = if counted { prefix } else { &prefix[..whole] };
    if prefix.contains(['*', '?', '{', '/']) {
        return None;
    }
    let pattern = format!("{prefix}*");
    let matcher = FilePattern::new(&pattern).ok()?;
    let matched =
        all.iter().filter_map(|sheet| sheet.name.as_deref()).filter(|name| matcher.matches(name));
    (matched.count() == names.len()).then_some(pattern)
}
