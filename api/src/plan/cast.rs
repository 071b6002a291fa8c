//! `column::type`: a column shown as another type.

use tolva_schema::relation::{RelationColumn, SqlType};

use crate::problem::Problem;
use crate::query::kind;

/// A change of type that every value survives: what could fail for one row only would break an
/// answer in its middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cast {
    /// Anything as text.
    Text,
    /// A truth value as 1 or 0.
    Integer,
    /// A day as its first moment.
    Datetime,
    /// The day of a moment.
    Date,
    /// The time of day of a moment.
    Time,
}

/// The cast that is asked for; none where the type is the column's own.
pub fn read(column: &RelationColumn, text: &str) -> Result<Option<Cast>, Problem> {
    let wanted = match text.to_ascii_lowercase().as_str() {
        "text" | "varchar" | "character varying" => "text",
        "smallint" | "int2" | "integer" | "int" | "int4" | "bigint" | "int8" => "integer",
        "numeric" | "decimal" => "number",
        "boolean" | "bool" => "boolean",
        "date" => "date",
        "time" | "time without time zone" => "time",
        "timestamp" | "timestamp without time zone" => "datetime",
        "json" | "jsonb" => "json",
        _ => {
            return Err(Problem::NoType { name: text.to_owned() });
        }
    };
    Ok(match (column.kind, wanted) {
        (SqlType::Text { .. } | SqlType::Document, "text") => None,
        (_, "text") => Some(Cast::Text),
        (_, "json") => None,
        (SqlType::Integer | SqlType::Serial | SqlType::Small, "integer" | "number") => None,
        (SqlType::Number { .. }, "number") => None,
        (SqlType::Boolean, "boolean") => None,
        (SqlType::Boolean, "integer") => Some(Cast::Integer),
        (SqlType::Date, "date") | (SqlType::Time, "time") | (SqlType::Datetime, "datetime") => None,
        (SqlType::Date, "datetime") => Some(Cast::Datetime),
        (SqlType::Datetime, "date") => Some(Cast::Date),
        (SqlType::Datetime, "time") => Some(Cast::Time),
        (from, _) => {
            return Err(Problem::Cast {
                column: column.name.clone(),
                from: kind(from),
                to: text.to_owned(),
            });
        }
    })
}
