//! `after=`: the rows that come behind one, told by its values in the order.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tolva_schema::hash::Hash128;
use tolva_schema::relation::RelationColumn;
use tolva_schema::value::Value;

use super::{Comparison, Condition, Node, Order, Test};
use crate::problem::Problem;
use crate::query::filter::Truth;
use crate::query::literal;

/// Where a page ended. A client gets it and sends it back; what is in it is nothing to it.
pub fn write(node: &Node, values: &[Option<String>]) -> String {
    let text = serde_json::json!([mark(node), values]).to_string();
    URL_SAFE_NO_PAD.encode(text)
}

/// Leaves the rows that come behind the place where a page ended.
pub fn apply(node: &mut Node, cursor: &str) -> Result<(), Problem> {
    let wrong = |details: &str| Problem::Query {
        message: format!("failed to parse after ({cursor})"),
        details: details.to_owned(),
        hint: Some(
            "take it from the header Link of the page before, with the same order".to_owned(),
        ),
    };
    if !possible(node) {
        return Err(wrong("the order goes by what is embedded"));
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| wrong("it is no cursor"))?;
    let (mark_then, texts): (String, Vec<Option<String>>) =
        serde_json::from_slice(&bytes).map_err(|_| wrong("it is no cursor"))?;
    if mark_then != mark(node) || texts.len() != node.order.len() {
        return Err(wrong("it belongs to another table or order"));
    }
    let mut values = Vec::new();
    for (order, text) in node.order.iter().zip(&texts) {
        values.push(match text {
            Some(text) => Some(literal::read(&order.column, text)?),
            None => None,
        });
    }
    let behind = behind(&node.order, &values);
    // An index leads to where the page begins, which it cannot for one of several ways.
    if let (Some(first), Some(Some(value))) = (node.order.first(), values.first())
        && !first.column.nullable
    {
        let comparison =
            if first.descending { Comparison::LessOrEqual } else { Comparison::GreaterOrEqual };
        let bound = test(&first.column, Test::Compare(comparison, value.clone()));
        node.conditions.push(bound);
    }
    node.conditions.push(behind);
    Ok(())
}

/// Whether the order tells where a page ended.
pub fn possible(node: &Node) -> bool {
    node.order.iter().all(|order| order.child.is_none())
}

/// What a cursor belongs to.
fn mark(node: &Node) -> String {
    let mut text = node.table.name.clone();
    for order in &node.order {
        let Order { column, descending, nulls_first, .. } = order;
        text.push_str(&format!("/{}/{descending}/{nulls_first}", column.name));
    }
    Hash128::of(text.as_bytes()).to_hex()[..8].to_owned()
}

fn test(column: &RelationColumn, test: Test) -> Condition {
    Condition::Test { column: column.clone(), test }
}

/// Behind in the first column, or equal there and behind in the second one, and so on.
fn behind(order: &[Order], values: &[Option<Value>]) -> Condition {
    let Some((first, rest)) = order.split_first() else {
        return Condition::Group { any: true, members: Vec::new() };
    };
    let column = &first.column;
    let value = &values[0];
    let mut ways = Vec::new();
    match value {
        None if first.nulls_first => ways.push(test(column, Test::Is(Truth::NotNull))),
        None => {}
        Some(value) => {
            let comparison = if first.descending { Comparison::Less } else { Comparison::Greater };
            ways.push(test(column, Test::Compare(comparison, value.clone())));
            if column.nullable && !first.nulls_first {
                ways.push(test(column, Test::Is(Truth::Null)));
            }
        }
    }
    if !rest.is_empty() {
        let equal = match value {
            None => Test::Is(Truth::Null),
            Some(value) => Test::Compare(Comparison::Equal, value.clone()),
        };
        let members = vec![test(column, equal), behind(rest, &values[1..])];
        ways.push(Condition::Group { any: false, members });
    }
    Condition::Group { any: true, members: ways }
}
