//! `order=col.desc.nullslast,col2`: in which order.

use tolva_schema::relation::RelationColumn;

use super::identifier;
use crate::catalogue::Exposed;
use crate::problem::Problem;

/// One column of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order<'t> {
    /// The column.
    pub column: &'t RelationColumn,
    /// The largest first.
    pub descending: bool,
    /// What is unknown comes first.
    pub nulls_first: bool,
}

/// Reads an order; empty is none. The primary key follows, so that rows which are equal so far have
/// one order too. A column counts where it is named first.
pub fn read<'t>(table: &'t Exposed, text: &str) -> Result<Vec<Order<'t>>, Problem> {
    let mut orders: Vec<Order<'t>> = Vec::new();
    let mut add = |order: Order<'t>| {
        if orders.iter().all(|known| known.column.name != order.column.name) {
            orders.push(order);
        }
    };
    if !text.trim().is_empty() {
        for term in text.split(',') {
            add(read_term(table, text, term)?);
        }
    }
    for name in &table.primary_key {
        add(Order { column: table.column(name)?, descending: false, nulls_first: false });
    }
    Ok(orders)
}

fn read_term<'t>(table: &'t Exposed, text: &str, term: &str) -> Result<Order<'t>, Problem> {
    let wrong = |details: String| Problem::Query {
        message: format!("failed to parse order ({text})"),
        details,
        hint: Some("order=column.desc.nullslast,column".to_owned()),
    };
    let mut words = term.trim().split('.');
    let name = identifier(words.next().unwrap_or_default());
    if name.is_empty() {
        return Err(wrong("a column is missing".to_owned()));
    }
    let column = table.column(&name)?;
    let mut word = words.next();
    let descending = match word {
        Some("asc") => {
            word = words.next();
            false
        }
        Some("desc") => {
            word = words.next();
            true
        }
        _ => false,
    };
    let nulls_first = match word {
        Some("nullsfirst") => true,
        Some("nullslast") => false,
        // As in Postgres: what is unknown is larger than everything else.
        None => descending,
        Some(other) => {
            return Err(wrong(format!("{other} is none of asc, desc, nullsfirst and nullslast")));
        }
    };
    match words.next() {
        Some(more) => Err(wrong(format!("{more} is too much"))),
        None => Ok(Order { column, descending, nulls_first }),
    }
}
