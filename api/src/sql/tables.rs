//! Where rows come from: tables, conditions, orders, pages.

use tolva_schema::relation::SqlType;

use super::condition;
use super::text::Text;
use crate::plan::{Child, Condition, Link, Node, Order};

/// Appends `FROM … WHERE …` of the table that was asked for.
pub fn push_root(text: &mut Text, node: &Node) {
    push_from(text, node);
    let mut conditions = Conditions::new();
    push_conditions(text, node, &mut conditions);
}

/// Appends `FROM … WHERE …` of what is embedded in a row of `parent`.
pub fn push_child(text: &mut Text, parent: &Node, child: &Child) {
    push_from(text, &child.node);
    let mut conditions = Conditions::new();
    conditions.push_next(text);
    push_link(text, parent.number, child);
    push_conditions(text, &child.node, &mut conditions);
}

fn push_from(text: &mut Text, node: &Node) {
    text.push(" FROM ");
    text.push_name(&node.table.name);
    text.push(" AS ");
    text.push_table(node.number);
}

/// `WHERE` before the first condition, `AND` before the others.
struct Conditions {
    first: bool,
}

impl Conditions {
    fn new() -> Self {
        Self { first: true }
    }

    fn push_next(&mut self, text: &mut Text) {
        text.push(if self.first { " WHERE " } else { " AND " });
        self.first = false;
    }
}

fn push_conditions(text: &mut Text, node: &Node, conditions: &mut Conditions) {
    if !node.conditions.is_empty() {
        conditions.push_next(text);
        condition::push_group(text, node, false, &node.conditions);
    }
    for (at, child) in node.children.iter().enumerate() {
        if child.inner {
            conditions.push_next(text);
            condition::push(text, node, &Condition::Embedded(at));
        }
    }
}

fn push_link(text: &mut Text, parent: usize, child: &Child) {
    let number = child.node.number;
    match &child.reference.link {
        Link::Direct { here, there, .. } => {
            text.push_column(number, there);
            text.push(" = ");
            text.push_column(parent, here);
        }
        Link::Through { table, from, to, here, there } => {
            // IN, where EXISTS would make SQLite look at every row there.
            let push_between = |text: &mut Text, column: &str| {
                text.push(&format!("_j{number}."));
                text.push_name(column);
            };
            text.push_column(number, there);
            text.push(" IN (SELECT ");
            push_between(text, to);
            text.push(" FROM ");
            text.push_name(table);
            text.push(&format!(" AS _j{number} WHERE "));
            push_between(text, from);
            text.push(" = ");
            text.push_column(parent, here);
            text.push(")");
        }
    }
}

/// Appends `ORDER BY …`.
pub fn push_order(text: &mut Text, node: &Node) {
    for (at, order) in node.order.iter().enumerate() {
        text.push(if at == 0 { " ORDER BY " } else { ", " });
        push_ordered(text, node, order);
        text.push(if order.descending { " DESC" } else { " ASC" });
        text.push(if order.nulls_first { " NULLS FIRST" } else { " NULLS LAST" });
    }
}

fn push_ordered(text: &mut Text, node: &Node, order: &Order) {
    match order.child {
        None => text.push_column(node.number, &order.column.name),
        Some(at) => {
            let child = &node.children[at];
            text.push("(SELECT ");
            text.push_column(child.node.number, &order.column.name);
            push_child(text, node, child);
            text.push(")");
            // SQLite knows the order of a column, and of no expression.
            if text.is_sqlite() && matches!(order.column.kind, SqlType::Number { .. }) {
                text.push(" COLLATE decimal");
            }
        }
    }
}

/// Appends `LIMIT … OFFSET …`.
pub fn push_page(text: &mut Text, limit: Option<i64>, offset: Option<i64>) {
    let offset = offset.filter(|offset| *offset > 0);
    if let Some(limit) = limit {
        text.push(" LIMIT ");
        text.bind(limit);
    } else if offset.is_some() && text.is_sqlite() {
        // SQLite knows no offset without a limit; this one is none.
        text.push(" LIMIT -1");
    }
    if let Some(offset) = offset {
        text.push(" OFFSET ");
        text.bind(offset);
    }
}
