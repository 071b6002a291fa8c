//! Which row is meant: by the key in the URL, or by the columns that tell whether it is there already.

use super::asked::Asked;
use super::body::Written;
use super::broken::refuse;
use super::subject::Subject;
use super::values::{Place, Rows, place, value};
use crate::problem::Problem;

/// Sees to it that the URL of a `PUT` tells one row by its whole key, and that the row which comes with
/// it has that key; whether it is the surrogate one.
///
/// # Errors
/// [`Problem::PutFilters`] and [`Problem::PutKey`] when it is otherwise.
pub fn check(subject: &Subject<'_>, asked: &Asked, rows: &mut Rows) -> Result<bool, Problem> {
    let filters = || Problem::PutFilters { key: subject.key_names().join(", ") };
    let equals = asked.equals().ok_or_else(filters)?;
    let names: Vec<&str> = equals.iter().map(|(name, _)| *name).collect();
    let by_id = subject.id().is_some_and(|id| names == [id]);
    if !by_id && !same(&names, &subject.key_names()) {
        return Err(filters());
    }
    only_one(rows)?;
    for (name, text) in equals {
        let place = place(subject, name)?;
        let wanted = value(subject, place, 0, &Written::Text(text.to_owned()));
        let wanted = match wanted {
            Ok(wanted) => wanted,
            Err(rule) => return refuse(vec![rule]).map(|()| by_id),
        };
        match rows.places.iter().position(|known| *known == place) {
            Some(at) if rows.rows[0][at].as_ref().is_some_and(|given| *given != wanted) => {
                return Err(Problem::PutKey);
            }
            // It is the same, or it could not be read, which is told with the rest.
            Some(_) => {}
            None => {
                rows.places.push(place);
                rows.rows[0].push(Some(wanted));
            }
        }
    }
    Ok(by_id)
}

/// Sees to it that there is one row, of a request that is about the values of one.
pub fn only_one(rows: &Rows) -> Result<(), Problem> {
    if rows.rows.len() == 1 {
        return Ok(());
    }
    Err(Problem::Body {
        message: "Empty or invalid body".to_owned(),
        details: format!("one row is expected, and there are {}", rows.rows.len()),
    })
}

/// Whether the surrogate key tells if a row is there already, rather than the natural one: when the
/// request says so, or when it gives that one only.
///
/// # Errors
/// [`Problem::NoConflict`] where rows are not told by the columns that the request names.
pub fn conflict(subject: &Subject<'_>, asked: &Asked, rows: &Rows) -> Result<bool, Problem> {
    let Some(columns) = &asked.on_conflict else {
        let key_is_given = subject.table().key.iter().all(|at| rows.place_of(*at).is_some());
        return Ok(rows.places.contains(&Place::Id) && !key_is_given);
    };
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    for name in &names {
        place(subject, name)?;
    }
    if subject.id().is_some_and(|id| names == [id]) {
        return Ok(true);
    }
    if same(&names, &subject.key_names()) {
        return Ok(false);
    }
    Err(Problem::NoConflict { columns: names.join(", "), key: subject.key_names().join(", ") })
}

/// Whether both have the same names, in whatever order.
fn same(left: &[&str], right: &[&str]) -> bool {
    left.len() == right.len() && right.iter().all(|name| left.contains(name))
}
