//! The fields of a table's source.

use std::collections::HashSet;

use crate::infer::kind::Kind;
use crate::infer::model::{Field, Layout, Source};
use crate::infer::table::{self, Table};
use crate::read::Row;

/// From so many lines on, a field that is never blank is taken to be required.
const MANY: usize = 20;
/// An enumeration is suggested for so few words, each on so many lines in the mean.
const FEW_WORDS: usize = 12;
const LINES_PER_WORD: usize = 8;
/// Characters that MySQL can index, in all columns of a key together.
const INDEXED: usize = tolva_schema::dialect::MYSQL_INDEXED_LENGTH;

/// Describes the fields of `table`, which stands in `rows`.
pub fn describe(source: &mut Source, table: &Table, rows: &[Row]) {
    let headed = table.header.is_some();
    source.fields = (1..).zip(&table.fields).map(|(at, found)| field(found, table, at)).collect();
    match table.header {
        None => source.layout = Layout::Headless,
        Some(row) => {
            if !is_detected(&source.fields, row, rows) {
                source.layout = Layout::HeadedAt(row);
            }
        }
    }
    let place = match table.header {
        Some(row) => format!("{} lines below the headers in row {row}", table.lines),
        None => format!("{} lines without headers", table.lines),
    };
    source.notes.push(place);
    if table.ragged > 0 {
        source.notes.push(format!(
            "{} lines hold more than there are headers for and are refused",
            table.ragged
        ));
    }
    if !headed && !source.fields.iter().any(|field| field.required) {
        // Lines start where the required fields can be read: there must be one.
        let blanks = |at: &usize| table.fields[*at].column.blanks();
        if let Some(fullest) = (0..source.fields.len()).min_by_key(blanks) {
            source.fields[fullest].required = true;
        }
    }
}

fn field(found: &table::Field, table: &Table, at: u32) -> Field {
    let column = &found.column;
    let decision = &found.decision;
    let by_position = found.header.is_none();
    let position = match table.header {
        Some(_) => by_position.then_some(column.position),
        // Without headers, positions count from the left of the table.
        None => Some(column.position - table.margin).filter(|position| *position != at),
    };
    let differs = |header: &&String| header.to_lowercase() != found.name;
    let mut notes = decision.notes.clone();
    notes.extend(evidence(found));
    Field {
        name: found.name.clone(),
        header: found.header.as_ref().filter(differs).cloned(),
        position,
        required: column.blanks() == 0 && column.lines() >= MANY,
        max_length: None,
        missing: decision.missing.clone(),
        trim: decision.kind == Kind::Text || column.spaced,
        pad: decision.pad,
        kind: decision.kind.clone(),
        notes,
    }
}

/// What the values of a text have in common: to be taken up by a person who knows that it stays so.
fn evidence(field: &table::Field) -> Option<String> {
    let column = &field.column;
    let words: Vec<&str> =
        column.words.iter().filter(|word| word.count > 0).map(|word| word.text.as_str()).collect();
    if field.decision.kind != Kind::Text || words.is_empty() || column.written() < MANY {
        return None;
    }
    if words.len() == 1 {
        return Some("the same wherever it is not blank".to_owned());
    }
    if words.len() <= FEW_WORDS && words.len() * LINES_PER_WORD <= column.written() {
        let mut words: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
        words.sort();
        return Some(format!("enum = [{}]?", words.join(", ")));
    }
    let lengths: HashSet<usize> = words.iter().map(|word| word.len()).collect();
    let all = |test: fn(&u8) -> bool| words.iter().all(|word| word.as_bytes().iter().all(test));
    let class = if all(u8::is_ascii_uppercase) {
        "A-Z"
    } else if all(u8::is_ascii_digit) {
        "0-9"
    } else {
        return None;
    };
    match (lengths.len(), lengths.iter().next()) {
        (1, Some(length)) => Some(format!("pattern = \"^[{class}]{{{length}}}$\"?")),
        _ => None,
    }
}

/// Whether a load finds the headers in row `header` without being told.
fn is_detected(fields: &[Field], header: u64, rows: &[Row]) -> bool {
    let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    for row in rows.iter().take_while(|row| row.number < header) {
        let texts: HashSet<String> =
            row.cells.iter().map(|(_, cell)| fold(&cell.to_text())).collect();
        let found = |field: &&Field| {
            field.position.is_some()
                || texts.contains(&fold(field.header.as_ref().unwrap_or(&field.name)))
        };
        if fields.iter().any(|field| found(&field))
            && fields.iter().filter(|field| field.required).all(|field| found(&field))
        {
            return false;
        }
    }
    true
}

/// Gives the fields of a key what it asks of them: to be known, and to be texts that a database can
/// index. There is head room: what comes tomorrow may be longer.
pub fn bound(source: &mut Source, fields: &[table::Field], key: &[usize]) {
    let texts = key.iter().filter(|at| fields[**at].decision.kind == Kind::Text).count();
    let most = INDEXED / texts.max(1);
    for at in key {
        let (field, column) = (&mut source.fields[*at], &fields[*at].column);
        field.required |= column.blanks() == 0;
        if field.kind != Kind::Text {
            continue;
        }
        match roomy(column.longest(), most) {
            Some(length) => {
                let least = field.max_length.unwrap_or(length);
                field.max_length = Some(length.min(least).max(column.longest()));
            }
            None => field.notes.push("too long for a key in MySQL".to_owned()),
        }
    }
}

/// A round length that leaves room, within what can be indexed.
pub fn roomy(longest: usize, most: usize) -> Option<usize> {
    const ROUND: &[usize] = &[20, 40, 60, 100, 150, 254, 384, 512, 768];
    let wanted = ROUND.iter().copied().find(|length| *length >= longest * 2).unwrap_or(INDEXED);
    (longest <= most).then_some(wanted.min(most))
}
