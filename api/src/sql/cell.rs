//! What is shown of a row, value by value.

use tolva_schema::relation::{RelationColumn, SqlType};

use crate::plan::{Cast, Child, Node, Output};

/// One value of a row.
pub enum Cell<'n> {
    /// A column of the node, shown as it is or as another type.
    Column(&'n RelationColumn, Option<Cast>),
    /// The row of what is embedded, or nothing.
    One(&'n Child),
    /// The rows of what is embedded.
    Many(&'n Child),
    /// A value of what is embedded, put among those of the row: one, or one of each of its rows.
    Spread(&'n Child, Box<Cell<'n>>),
}

/// The values of a node's rows, with their names.
pub fn cells(node: &Node) -> Vec<(&str, Cell<'_>)> {
    let mut all = Vec::new();
    for output in &node.outputs {
        match output {
            Output::Column { key, column, cast } => {
                all.push((key.as_str(), Cell::Column(column, *cast)));
            }
            Output::Child(at) => {
                let child = &node.children[*at];
                if child.spread {
                    let inner = cells(&child.node).into_iter();
                    all.extend(inner.map(|(key, cell)| (key, Cell::Spread(child, Box::new(cell)))));
                } else if child.reference.to_one {
                    all.push((child.name.as_str(), Cell::One(child)));
                } else {
                    all.push((child.name.as_str(), Cell::Many(child)));
                }
            }
        }
    }
    all
}

impl Cell<'_> {
    /// Whether the value is a text that somebody wrote.
    pub fn is_text(&self) -> bool {
        match self {
            Self::Column(column, None) => {
                matches!(column.kind, SqlType::Text { .. } | SqlType::Document)
            }
            Self::Column(..) => false,
            Self::One(_) | Self::Many(_) => false,
            Self::Spread(child, cell) => child.reference.to_one && cell.is_text(),
        }
    }
}
