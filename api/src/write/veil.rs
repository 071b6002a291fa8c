//! What is told of refused rows to who does not see every column.

use super::subject::Subject;
use crate::database::Trouble;
use crate::problem::Problem;

/// What is told of a rule about a column that is kept from the client.
const KEPT_BACK: &str = "a column that is kept from you says so";

/// Takes columns out of a refusal that are kept from the client, with what they hold.
pub fn cover(trouble: Trouble, subject: &Subject<'_>) -> Trouble {
    let columns = 0..subject.table().columns.len();
    let hidden: Vec<&str> =
        columns.filter(|at| subject.is_hidden(*at)).map(|at| subject.column(at)).collect();
    let Trouble::Problem(problem) = trouble else { return trouble };
    // A rule about a key names all of its columns.
    let seen = |names: &str| {
        let seen: Vec<&str> = names.split(", ").filter(|name| !hidden.contains(name)).collect();
        seen.join(", ")
    };
    Trouble::Problem(match problem {
        Problem::Rules { class, count, mut broken } => {
            for one in &mut broken {
                let field = seen(&one.field);
                if field != one.field {
                    one.field = field;
                    one.message = KEPT_BACK.to_owned();
                    one.value = None;
                }
            }
            Problem::Rules { class, count, broken }
        }
        Problem::PutFilters { key } => Problem::PutFilters { key: seen(&key) },
        Problem::NoConflict { columns, key } => Problem::NoConflict { columns, key: seen(&key) },
        other => other,
    })
}
