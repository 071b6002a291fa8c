//! The fields of a table's source.

use std::collections::HashSet;

use crate::infer::kind::Kind;
use crate::infer::model::{Field, Layout, Source};
use crate::infer::table::{self, Place, Table};
use crate::organise::normalised;
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
    source.fields = (1..).zip(&table.fields).map(|(at, found)| field(found, table, at)).collect();
    source.stop = table.stop.clone();
    source.has_extra = table.left_out > 0;
    let lines = table.lines;
    let place = match &table.header[..] {
        [] => {
            source.layout = Layout::Headless;
            require_one(&mut source.fields, table);
            format!("{lines} lines without headers")
        }
        [row] => {
            if !is_detected(&source.fields, *row, rows) {
                source.layout = Layout::HeadedAt(vec![*row]);
            }
            format!("{lines} lines below the headers in row {row}")
        }
        many => {
            source.layout = Layout::HeadedAt(many.to_vec());
            format!("{lines} lines below headers of {} rows", many.len())
        }
    };
    source.notes.push(place);
    if table.ragged > 0 {
        let ragged = table.ragged;
        let note = format!("{ragged} lines hold more than there are headers for and are refused");
        source.notes.push(note);
    }
    if table.left_out > 0 {
        let note = format!("{} more columns are left out: no table holds so many", table.left_out);
        source.notes.push(note);
    }
}

/// Skips what stands above lines without headers, where it could be taken for one: a required field
/// that is no text keeps titles out by itself.
pub fn begin(source: &mut Source, table: &Table) {
    let keeps_out = |field: &Field| field.required && field.kind != Kind::Text;
    if table.header.is_empty() && !source.fields.iter().any(keeps_out) {
        source.skip_rows = table.above;
    }
}

/// Without headers, lines start where the required fields can be read: there must be one.
fn require_one(fields: &mut [Field], table: &Table) {
    let blanks = |at: &usize| table.fields[*at].column.blanks();
    if !fields.iter().any(|field| field.required)
        && let Some(fullest) = (0..fields.len()).min_by_key(blanks)
    {
        fields[fullest].required = true;
    }
}

fn field(found: &table::Field, table: &Table, at: u32) -> Field {
    let column = &found.column;
    let decision = &found.decision;
    let is_headed = !table.header.is_empty();
    let position = match found.place {
        Place::Position if is_headed => Some(column.position),
        // Without headers, positions count from the left of the table.
        Place::Position => Some(column.position - table.margin).filter(|position| *position != at),
        _ => None,
    };
    let header = match &found.place {
        Place::Header(header) if header.to_lowercase() != found.name => Some(header.clone()),
        _ => None,
    };
    let is_sheet = found.place == Place::Sheet;
    let mut notes = decision.notes.clone();
    notes.extend(evidence(found).filter(|_| !is_sheet));
    Field {
        name: found.name.clone(),
        header,
        position,
        is_sheet,
        required: column.blanks() == 0 && column.lines() >= MANY,
        max_length: None,
        missing: decision.missing.clone(),
        trim: decision.kind == Kind::Text && !is_sheet || column.spaced,
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
    rows.iter().take_while(|row| row.number < header).all(|row| {
        let texts: HashSet<String> =
            row.cells.iter().map(|(_, cell)| normalised(&cell.to_text())).collect();
        let is_found = |field: &Field| {
            field.position.is_some()
                || texts.contains(&normalised(field.header.as_ref().unwrap_or(&field.name)))
        };
        let mut required = fields.iter().filter(|field| field.required && !field.is_sheet);
        !fields.iter().any(is_found) || !required.all(is_found)
    })
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
