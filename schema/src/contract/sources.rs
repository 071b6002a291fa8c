//! Sources and fields: from what a contract says to what it means.

use std::ops::Range;

use toml::Spanned;

use super::error::Problem;
use super::wire::{
    OneOrMany, WireField, WireFrom, WireHeader, WireLayout, WireSheet, WireSource, WireType,
};
use super::{
    Delimited, Diagonal, Extra, Header, Hidden, Layout, Matrix, Merged, SheetRef, Skip, Source,
    Stop,
};
use crate::cell::Cell;
use crate::field::{
    Constraints, DEFAULT_SCALE, Field, FieldType, Locator, NUMBER_PRECISION, Pattern,
};
use crate::pattern::FilePattern;
use crate::value::Value;

const TRUTHS: &[&str] = &["1", "true", "yes", "y", "sí", "si", "verdadero", "x"];
const FALSEHOODS: &[&str] = &["0", "false", "no", "n", "falso"];

pub(super) fn validate(wire: Vec<Spanned<WireSource>>) -> Result<Vec<Source>, Problem> {
    let mut sources: Vec<Source> = Vec::new();
    for source in wire {
        let span = source.span();
        let source = source.into_inner();
        let name_span = source.name.span();
        let source = self::source(source, span)?;
        if sources.iter().any(|other| other.name == source.name) {
            return Err(Problem::new(name_span, format!("a second source `{}`", source.name)));
        }
        sources.push(source);
    }
    Ok(sources)
}

/// The index of the field `name`.
pub(super) fn field(source: &Source, name: &str, span: Range<usize>) -> Result<usize, Problem> {
    source.fields.iter().position(|field| field.name == *name).ok_or_else(|| {
        let known: Vec<&str> = source.fields.iter().map(|field| field.name.as_str()).collect();
        Problem::new(span, format!("source `{}` has no field `{name}`", source.name))
            .hint(format!("its fields are {}", known.join(", ")))
    })
}

fn source(wire: WireSource, span: Range<usize>) -> Result<Source, Problem> {
    let matrix = wire.layout == WireLayout::Matrix;
    let by_position = match &wire.header {
        Some(header) => matches!(header.get_ref(), WireHeader::Word(word) if word == "none"),
        None => false,
    };
    let mut fields: Vec<Field> = Vec::new();
    let mut next_column = 0;
    for wire_field in &wire.fields {
        next_column += u32::from(wire_field.get_ref().from.is_none());
        let default = if matrix {
            Locator::Layout
        } else if by_position {
            Locator::Position(next_column)
        } else {
            Locator::Headers(own_headers(wire_field.get_ref(), &wire.fields))
        };
        let separators = (wire.decimal_char, wire.group_char);
        let field = read_field(wire_field.get_ref(), wire_field.span(), default, separators)?;
        if fields.iter().any(|other| other.name == field.name) {
            let again = wire_field.get_ref().name.span();
            return Err(Problem::new(again, format!("a second field `{}`", field.name)));
        }
        if let Some((header, other)) = shared_header(&fields, &field) {
            let message = format!("`{other}` and `{}` both have the header {header}", field.name);
            let hint = "upper and lower case and white space make no difference";
            return Err(Problem::new(wire_field.span(), message).hint(hint));
        }
        fields.push(field);
    }
    let mut source = Source {
        name: super::wire::name(&wire.name)?,
        text: delimited(&wire)?,
        merged: wire.merged.unwrap_or(Merged::First),
        hidden: wire.hidden.unwrap_or(Hidden::Read),
        stop: wire.stop.as_ref().map_or(Ok(Vec::new()), stops)?,
        skip_rows: wire.skip_rows.unwrap_or(Skip::Leading(0)),
        skip_columns: wire.skip_columns.unwrap_or(Skip::Leading(0)),
        layout: Layout::Table { header: Header::Detect, extra: wire.extra.unwrap_or(Extra::Warn) },
        sheets: wire.sheet.map_or(Ok(Vec::new()), sheets)?,
        fields,
    };
    let axes_given = wire.row_headers.is_some() || wire.column_headers.is_some();
    source.layout = if matrix {
        if wire.header.is_some() || wire.extra.is_some() {
            return Err(Problem::new(span, "a matrix has neither `header` nor `extra`")
                .hint("name its axes by row_headers and column_headers"));
        }
        let axis = |names: Option<Vec<Spanned<String>>>| -> Result<Vec<usize>, Problem> {
            let names = names.filter(|names| (1..=2).contains(&names.len()));
            let names = names.ok_or_else(|| {
                Problem::new(span.clone(), "a matrix needs row_headers and column_headers")
                    .hint("one or two fields each, for example row_headers = [\"from\", \"label\"]")
            })?;
            names.iter().map(|name| field(&source, name.get_ref(), name.span())).collect()
        };
        let row_headers = axis(wire.row_headers)?;
        let column_headers = axis(wire.column_headers)?;
        let value = wire.value.ok_or_else(|| {
            Problem::new(span.clone(), "a matrix needs `value`: the field that its cells fill")
        })?;
        let span = value.span();
        let value = field(&source, value.get_ref(), span.clone())?;
        let boolean = matches!(source.fields[value].kind, FieldType::Boolean { .. });
        let symmetric = wire.symmetric.unwrap_or(false);
        let diagonal = wire.diagonal.unwrap_or(Diagonal::Keep);
        if !boolean && (symmetric || diagonal == Diagonal::Doubt) {
            return Err(Problem::new(span, "`symmetric` and `diagonal` go with a boolean value"));
        }
        Layout::Matrix(Matrix { row_headers, column_headers, value, symmetric, diagonal })
    } else {
        let matrix_only = axes_given || wire.value.is_some() || wire.symmetric.is_some();
        if matrix_only || wire.diagonal.is_some() {
            return Err(Problem::new(span, "only a matrix has axes, a value and a diagonal")
                .hint("write layout = \"matrix\""));
        }
        let header = wire.header.map_or(Ok(Header::Detect), |header| self::header(&header))?;
        if header == Header::None && !source.fields.iter().any(|field| field.constraints.required) {
            return Err(Problem::new(span, "without headers, at least one field must be required")
                .hint("lines start where the required fields can be read"));
        }
        Layout::Table { header, extra: wire.extra.unwrap_or(Extra::Warn) }
    };
    Ok(source)
}

/// A header of `field` that one of `fields` has too, as headers are compared, with that field.
fn shared_header<'a>(fields: &'a [Field], field: &'a Field) -> Option<(&'a str, &'a str)> {
    let headers = |field: &'a Field| match &field.locator {
        Locator::Headers(headers) => headers.as_slice(),
        _ => &[],
    };
    let compared =
        |header: &str| header.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    headers(field).iter().find_map(|header| {
        let same = |other: &String| compared(other) == compared(header);
        let other = fields.iter().find(|other| headers(other).iter().any(same))?;
        Some((header.as_str(), other.name.as_str()))
    })
}

/// The headers of a field that names none: its name, and the one before as long as no other field has
/// it, so that files from before a rename can still be read.
fn own_headers(field: &WireField, all: &[Spanned<WireField>]) -> Vec<String> {
    let is_other = |was: &str| {
        all.iter().any(|other| {
            let headers = other.get_ref().header.iter().flat_map(|headers| match headers {
                OneOrMany::One(one) => std::slice::from_ref(one),
                OneOrMany::Many(many) => many,
            });
            let own = [other.get_ref().name.get_ref()];
            headers.chain(own).any(|header| header.trim().to_lowercase() == was)
        })
    };
    let was = field.was.iter().map(|was| was.get_ref().clone()).filter(|was| !is_other(was));
    std::iter::once(field.name.get_ref().clone()).chain(was).collect()
}

fn sheets(wire: Spanned<OneOrMany<WireSheet>>) -> Result<Vec<SheetRef>, Problem> {
    let span = wire.span();
    let sheet = |sheet| match sheet {
        WireSheet::Index(0) => Err(Problem::new(span.clone(), "sheets are counted from 1")),
        WireSheet::Index(index) => Ok(SheetRef::Index(index)),
        WireSheet::Name(name) => FilePattern::for_text(&name)
            .map(SheetRef::Name)
            .map_err(|error| Problem::new(span.clone(), error)),
    };
    wire.into_inner().into_vec().into_iter().map(sheet).collect()
}

fn delimited(wire: &WireSource) -> Result<Delimited, Problem> {
    let character = |text: &Option<Spanned<String>>, unless: &str| match text {
        None => Ok(None),
        Some(text) if text.get_ref() == unless => Ok(None),
        Some(text) => match text.get_ref().as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') => Ok(Some(*byte)),
            _ => Err(Problem::new(text.span(), "this is one ASCII character")
                .hint(format!("or \"{unless}\""))),
        },
    };
    let encoding = match &wire.encoding {
        Some(label) if label.get_ref() != "detect" => {
            let known = encoding_rs::Encoding::for_label(label.get_ref().as_bytes());
            let known = known.ok_or_else(|| {
                Problem::new(label.span(), "no encoding has this name")
                    .hint("for example utf-8, windows-1252, utf-16le, shift_jis; or \"detect\"")
            })?;
            Some(known.name().to_owned())
        }
        _ => None,
    };
    let quote = if wire.quote.is_some() { character(&wire.quote, "none")? } else { Some(b'"') };
    Ok(Delimited {
        delimiter: character(&wire.delimiter, "detect")?,
        quote,
        escape: character(&wire.escape, "none")?,
        comment: character(&wire.comment, "none")?,
        encoding,
    })
}

fn stops(wire: &Spanned<OneOrMany<String>>) -> Result<Vec<Stop>, Problem> {
    let texts = match wire.get_ref() {
        OneOrMany::One(one) => std::slice::from_ref(one),
        OneOrMany::Many(many) => many,
    };
    let stop = |text: &String| match text.trim() {
        "" => Ok(Stop::Blank),
        text => FilePattern::for_text(text)
            .map(Stop::Matches)
            .map_err(|error| Problem::new(wire.span(), error)),
    };
    texts.iter().map(stop).collect()
}

fn header(header: &Spanned<WireHeader>) -> Result<Header, Problem> {
    match header.get_ref() {
        WireHeader::Row(row) if *row > 0 => Ok(Header::Rows(vec![*row])),
        WireHeader::Rows(rows)
            if rows.first().is_some_and(|first| *first > 0)
                && rows.windows(2).all(|pair| pair[0] < pair[1]) =>
        {
            Ok(Header::Rows(rows.clone()))
        }
        WireHeader::Word(word) if word == "detect" => Ok(Header::Detect),
        WireHeader::Word(word) if word == "none" => Ok(Header::None),
        _ => Err(Problem::new(header.span(), "not a place for headers").hint(
            "write a row number from 1, a list of them from the top, \"detect\" or \"none\"",
        )),
    }
}

/// Decimal and group characters that a source declares for its fields.
type Separators = (Option<char>, Option<char>);

fn read_field(
    wire: &WireField,
    span: Range<usize>,
    default: Locator,
    separators: Separators,
) -> Result<Field, Problem> {
    let locator = match (&wire.header, &wire.position, default) {
        (None, None, _) if matches!(wire.from, Some(WireFrom::Sheet)) => Locator::Sheet,
        _ if wire.from.is_some() => {
            return Err(Problem::new(span, "`from` goes without `header` and `position`"));
        }
        (None, None, default) => default,
        (Some(headers), None, Locator::Headers(_)) => Locator::Headers(match headers {
            OneOrMany::One(one) => vec![one.clone()],
            OneOrMany::Many(many) => many.clone(),
        }),
        (None, Some(position), Locator::Position(_) | Locator::Headers(_)) => {
            if *position.get_ref() == 0 {
                return Err(Problem::new(position.span(), "columns are counted from 1"));
            }
            Locator::Position(*position.get_ref())
        }
        _ => {
            return Err(Problem::new(span, "this field cannot be found where it says").hint(
                "`header` goes with a header row, `position` with or without, neither with \
                       a matrix",
            ));
        }
    };
    let mut field = Field {
        name: super::wire::name(&wire.name)?,
        was: wire.was.as_ref().map(super::wire::name).transpose()?,
        locator,
        kind: kind(wire, &span, separators)?,
        constraints: Constraints {
            required: wire.required,
            unique: wire.unique,
            pattern: wire.pattern.as_ref().map(pattern).transpose()?,
            one_of: wire.one_of.clone(),
            min_length: wire.min_length,
            max_length: wire.max_length,
            minimum: None,
            maximum: None,
        },
        missing: wire.missing_values.clone().unwrap_or_else(|| vec![String::new()]),
        transforms: wire.transforms.clone(),
        pad: wire.pad,
        private: wire.private,
    };
    let textual = matches!(field.kind, FieldType::String);
    let has_text_rules =
        wire.pattern.is_some() || wire.min_length.is_some() || wire.max_length.is_some();
    if !textual && (has_text_rules || wire.pad.is_some()) {
        return Err(Problem::new(span, "pattern, minLength, maxLength and pad go with strings"));
    }
    let bound = |bound: &Option<Spanned<toml::Value>>| {
        bound.as_ref().map(|value| self::bound(&field, value)).transpose()
    };
    let (minimum, maximum) = (bound(&wire.minimum)?, bound(&wire.maximum)?);
    field.constraints.minimum = minimum;
    field.constraints.maximum = maximum;
    Ok(field)
}

fn kind(
    wire: &WireField,
    span: &Range<usize>,
    (decimal_char, group_char): Separators,
) -> Result<FieldType, Problem> {
    let formats = |default: &str| match &wire.format {
        None => vec![default.to_owned()],
        Some(formats) => match formats.get_ref() {
            OneOrMany::One(one) => vec![one.clone()],
            OneOrMany::Many(many) => many.clone(),
        },
    };
    let words = |given: &Option<Vec<String>>, default: &[&str]| match given {
        Some(words) => words.iter().map(|word| word.to_lowercase()).collect(),
        None => default.iter().map(|word| (*word).to_owned()).collect(),
    };
    let (mut separators, mut wording, mut format) = (true, true, true);
    let kind = match wire.kind {
        WireType::String => FieldType::String,
        WireType::Integer => {
            separators = wire.decimal_char.is_some() || wire.scale.is_some();
            FieldType::Integer { group: wire.group_char.or(group_char) }
        }
        WireType::Number => {
            separators = false;
            let scale = wire.scale.as_ref().map_or(DEFAULT_SCALE, |scale| *scale.get_ref());
            if scale > NUMBER_PRECISION {
                return Err(Problem::new(span.clone(), "scale is at most 28"));
            }
            let decimal = wire.decimal_char.or(decimal_char).unwrap_or('.');
            let group = wire.group_char.or(group_char);
            if group == Some(decimal) {
                return Err(Problem::new(span.clone(), "decimalChar and groupChar are the same"));
            }
            FieldType::Number { decimal, group, scale }
        }
        WireType::Boolean => {
            wording = false;
            FieldType::Boolean {
                truths: words(&wire.true_values, TRUTHS),
                falsehoods: words(&wire.false_values, FALSEHOODS),
            }
        }
        WireType::Date => {
            format = false;
            FieldType::Date { formats: formats("%Y-%m-%d") }
        }
        WireType::Time => {
            format = false;
            FieldType::Time { formats: formats("%H:%M:%S") }
        }
        WireType::Datetime => {
            format = false;
            FieldType::Datetime { formats: formats("%Y-%m-%dT%H:%M:%S") }
        }
    };
    let has_separators =
        wire.decimal_char.is_some() || wire.scale.is_some() || wire.group_char.is_some();
    let useless = [
        (separators && has_separators, "decimalChar, groupChar and scale go with numbers"),
        (
            wording && (wire.true_values.is_some() || wire.false_values.is_some()),
            "trueValues and falseValues go with booleans",
        ),
        (format && wire.format.is_some(), "format goes with dates and times"),
    ];
    match useless.iter().find(|(wrong, _)| *wrong) {
        Some((_, message)) => Err(Problem::new(span.clone(), *message)),
        None => Ok(kind),
    }
}

fn pattern(text: &Spanned<String>) -> Result<Pattern, Problem> {
    regex::Regex::new(text.get_ref()).map(Pattern).map_err(|error| {
        Problem::new(text.span(), "not a regular expression").hint(error.to_string())
    })
}

/// A bound is written like a value of the field, so it is read like one.
fn bound(field: &Field, value: &Spanned<toml::Value>) -> Result<Value, Problem> {
    let text = match value.get_ref() {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let plain = match &field.kind {
        FieldType::Number { scale, .. } => Field {
            kind: FieldType::Number { decimal: '.', group: None, scale: *scale },
            ..field.clone()
        },
        FieldType::String | FieldType::Boolean { .. } => {
            return Err(Problem::new(value.span(), "only numbers, dates and times have bounds"));
        }
        _ => field.clone(),
    };
    plain
        .read(&Cell::Text(text))
        .value
        .map_err(|violation| Problem::new(value.span(), violation.message))
}
