//! From what is written to values: held to the rules of the contract's fields.

use tolva_schema::value::Value;

use super::body::{Given, Written};
use super::broken::{Broken, refuse};
use super::subject::Subject;
use crate::problem::Problem;
use crate::query::literal;

/// Broken rules after which rows are looked at no longer.
const ENOUGH: usize = 10_000;

/// Where a column of a request leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The surrogate key.
    Id,
    /// A column of the contract's table.
    Column(usize),
}

/// The rows of a request. What could not be read is none.
#[derive(Debug, Default)]
pub struct Rows {
    /// The columns that are given.
    pub places: Vec<Place>,
    /// The rows, each by these columns.
    pub rows: Vec<Vec<Option<Value>>>,
}

impl Rows {
    /// The columns of the contract's table that are given, each with its place in a row.
    pub fn columns(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.places.iter().enumerate().filter_map(|(at, place)| match place {
            Place::Column(column) => Some((at, *column)),
            Place::Id => None,
        })
    }

    /// Where a column of the contract's table stands in a row, if it is given.
    pub fn place_of(&self, column: usize) -> Option<usize> {
        self.places.iter().position(|place| *place == Place::Column(column))
    }

    /// Where the surrogate key stands in a row, if it is given.
    pub fn place_of_id(&self) -> Option<usize> {
        self.places.iter().position(|place| *place == Place::Id)
    }
}

/// Reads the values of a request; rules that they break by themselves go to `broken`.
///
/// # Errors
/// [`Problem::NoColumn`] where the table has no such column.
pub fn read(
    subject: &Subject<'_>,
    given: Given,
    broken: &mut Vec<Broken>,
) -> Result<Rows, Problem> {
    let places =
        given.columns.iter().map(|name| place(subject, name)).collect::<Result<Vec<_>, _>>()?;
    if let Some(at) = (1..places.len()).find(|at| places[..*at].contains(&places[*at])) {
        return Err(Problem::Body {
            message: "Empty or invalid body".to_owned(),
            details: format!("column {} is given twice", given.columns[at]),
        });
    }
    let mut rows = Vec::with_capacity(given.rows.len());
    for (number, row) in given.rows.into_iter().enumerate() {
        // Who has sent so much that is wrong is told of this, and not of all.
        if broken.len() > ENOUGH {
            refuse(std::mem::take(broken))?;
        }
        let values = places.iter().zip(row).map(|(place, written)| {
            value(subject, *place, number, &written).map_err(|rule| broken.push(rule)).ok()
        });
        rows.push(values.collect());
    }
    Ok(Rows { places, rows })
}

/// Where a column leads.
pub fn place(subject: &Subject<'_>, name: &str) -> Result<Place, Problem> {
    if subject.id() == Some(name) {
        return Ok(Place::Id);
    }
    let at = subject.table().columns.iter().position(|column| *column.name == *name);
    let visible = at.filter(|at| !subject.is_hidden(*at));
    visible.map(Place::Column).ok_or_else(|| Problem::NoColumn {
        table: subject.name().to_owned(),
        column: name.to_owned(),
        known: subject.known(),
    })
}

/// What a column is when a row does not give it.
pub fn absent(subject: &Subject<'_>, column: usize, row: usize) -> Result<Value, Broken> {
    value(subject, Place::Column(column), row, &Written::Null)
}

/// What a column of a row is.
pub fn value(
    subject: &Subject<'_>,
    place: Place,
    row: usize,
    written: &Written,
) -> Result<Value, Broken> {
    let name = match place {
        Place::Id => subject.id().unwrap_or_default(),
        Place::Column(at) => subject.column(at),
    };
    let text = match written {
        Written::Null => None,
        Written::Text(text) => Some(text.as_str()),
        Written::Structure(raw) => {
            let message = "one value is expected, and neither an array nor an object";
            return Err(Broken::new(row, name, "type", message).with(Some(raw.as_str())));
        }
    };
    let Place::Column(at) = place else {
        return whole_number(text)
            .map_err(|message| Broken::new(row, name, "type", message).with(text));
    };
    let column = subject.relation_column(at);
    let value = match subject.field(at) {
        Some(field) => field
            .written(text, |text| literal::read(column, text).ok())
            .map_err(|violation| Broken::by(row, name, violation, text))?,
        None => whole_number(text)
            .map_err(|message| Broken::new(row, name, "type", message).with(text))?,
    };
    if value.is_null() && subject.table().in_key(at) {
        let message = format!("`{name}` is part of the key of {} and is blank", subject.name());
        return Err(Broken::new(row, name, "key", message));
    }
    if value.is_null() && subject.table().columns[at].required {
        return Err(Broken::new(row, name, "required", format!("`{name}` must not be blank")));
    }
    Ok(value)
}

/// A surrogate key, of the row itself or of one that it refers to.
fn whole_number(text: Option<&str>) -> Result<Value, &'static str> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let Some(text) = text else { return Ok(Value::Null) };
    text.parse().map(Value::Integer).map_err(|_| "a whole number such as 42 is expected")
}
