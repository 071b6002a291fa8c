//! A query checked against the contracts: which tables, which columns, which values.

pub mod after;
mod cast;
mod condition;
mod keys;
mod reference;
mod regex;

use std::sync::Arc;

use tolva_schema::relation::RelationColumn;

use crate::catalogue::{Catalogue, Exposed};
use crate::problem::Problem;
use crate::query::select::{Embed, Item};
use crate::query::{Path, Query, order};
pub use cast::Cast;
pub use condition::{Comparison, Condition, Test};
pub use keys::Keys;
pub use reference::{Link, Reference};

/// Tables embedded in one request.
const MAX_EMBEDS: usize = 50;

/// Rows of a table, and what is embedded in them.
#[derive(Debug)]
pub struct Node {
    /// Tells it from the others of its request.
    pub number: usize,
    /// The table.
    pub table: Arc<Exposed>,
    /// What is shown of a row, in this order.
    pub outputs: Vec<Output>,
    /// All of these hold.
    pub conditions: Vec<Condition>,
    /// The order; ends with the primary key, so that it is the same every time.
    pub order: Vec<Order>,
    /// Rows at most.
    pub limit: Option<i64>,
    /// Rows left out at the start.
    pub offset: Option<i64>,
    /// What is embedded.
    pub children: Vec<Child>,
}

/// Something that is shown of a row.
#[derive(Debug)]
pub enum Output {
    /// A column.
    Column {
        /// What it is called.
        key: String,
        /// The column.
        column: RelationColumn,
        /// How it is shown, if not as it is.
        cast: Option<Cast>,
    },
    /// What is embedded.
    Child(usize),
}

/// Rows of another table that belong to a row.
#[derive(Debug)]
pub struct Child {
    /// What it is called, in the answer and in filters.
    pub name: String,
    /// The table's name where an alias hides it.
    hidden: Option<String>,
    /// How its rows are found.
    pub reference: Reference,
    /// Whether rows without any are left out.
    pub inner: bool,
    /// Whether its columns are put among those of the row.
    pub spread: bool,
    /// Its rows.
    pub node: Node,
}

/// One term of an order.
#[derive(Debug)]
pub struct Order {
    /// What is embedded whose column it is.
    pub child: Option<usize>,
    /// The column.
    pub column: RelationColumn,
    /// The largest first.
    pub descending: bool,
    /// What is unknown comes first.
    pub nulls_first: bool,
}

/// Checks a query of a table.
pub fn build(catalogue: &Catalogue, table: Arc<Exposed>, query: &Query) -> Result<Node, Problem> {
    let mut builder = Builder { catalogue, count: 0 };
    let mut root = builder.node(table, &query.select)?;
    for (path, limit) in &query.limits {
        at(&mut root, path)?.limit = Some(*limit);
    }
    for (path, offset) in &query.offsets {
        at(&mut root, path)?.offset = Some(*offset);
    }
    for (path, terms) in &query.orders {
        let node = at(&mut root, path)?;
        node.order = ordered(node, terms)?;
    }
    for (path, logic) in &query.logic {
        let node = at(&mut root, path)?;
        let condition = condition::resolve(&node.table, &node.children, logic)?;
        node.conditions.push(condition);
    }
    Ok(root)
}

struct Builder<'c> {
    catalogue: &'c Catalogue,
    count: usize,
}

impl Builder<'_> {
    fn node(&mut self, table: Arc<Exposed>, items: &[Item]) -> Result<Node, Problem> {
        let number = self.count;
        self.count += 1;
        if self.count > MAX_EMBEDS {
            return Err(unreadable(format!("{MAX_EMBEDS} tables are embedded at most")));
        }
        let mut node = Node {
            number,
            outputs: Vec::new(),
            conditions: Vec::new(),
            order: Vec::new(),
            limit: None,
            offset: None,
            children: Vec::new(),
            table,
        };
        for item in items {
            match item {
                Item::All => {
                    for column in &node.table.columns {
                        show(&mut node.outputs, column.name.clone(), column.clone(), None);
                    }
                }
                Item::Column { alias, name, cast } => {
                    let column = node.table.column(name)?.clone();
                    let key = alias.as_ref().unwrap_or(&column.name).clone();
                    let cast = match cast {
                        Some(text) => cast::read(&column, text)?,
                        None => None,
                    };
                    show(&mut node.outputs, key, column, cast);
                }
                Item::Embed(embed) => {
                    let child = self.child(&node.table, embed)?;
                    // What shows nothing is there to be asked of only.
                    if !child.node.outputs.is_empty() {
                        node.outputs.push(Output::Child(node.children.len()));
                    }
                    node.children.push(child);
                }
            }
        }
        node.order = ordered(&node, &[])?;
        told_apart(&node)?;
        Ok(node)
    }

    fn child(&mut self, origin: &Exposed, embed: &Embed) -> Result<Child, Problem> {
        let reference =
            reference::find(self.catalogue, origin, &embed.target, embed.hint.as_deref())?;
        let node = self.node(Arc::clone(&reference.target), &embed.items)?;
        let hidden = embed.alias.is_some().then(|| embed.target.clone());
        Ok(Child {
            name: embed.alias.as_ref().unwrap_or(&embed.target).clone(),
            hidden,
            reference,
            inner: embed.inner,
            spread: embed.spread,
            node,
        })
    }
}

/// A column is shown once under a name.
fn show(outputs: &mut Vec<Output>, key: String, column: RelationColumn, cast: Option<Cast>) {
    let known = outputs.iter().any(|output| match output {
        Output::Column { key: known, column: other, cast: as_ } => {
            *known == key && *other == column && *as_ == cast
        }
        Output::Child(_) => false,
    });
    if !known {
        outputs.push(Output::Column { key, column, cast });
    }
}

fn unreadable(details: String) -> Problem {
    Problem::Query { message: "failed to parse select parameter".to_owned(), details, hint: None }
}

/// Everything that is shown has a name of its own.
fn told_apart(node: &Node) -> Result<(), Problem> {
    let mut keys = node.keys();
    keys.sort_unstable();
    match keys.windows(2).find(|pair| pair[0] == pair[1]) {
        None => Ok(()),
        Some(pair) => Err(Problem::Query {
            message: "failed to parse select parameter".to_owned(),
            details: format!("two things would be called {}", pair[0]),
            hint: Some(format!("give one of them another name: alias:{}", pair[0])),
        }),
    }
}

/// Checks an order. The primary key follows, so that rows which are equal so far have one order too.
/// A column counts where it is named first.
fn ordered(node: &Node, terms: &[order::Term]) -> Result<Vec<Order>, Problem> {
    let mut orders: Vec<Order> = Vec::new();
    let mut add = |order: Order| {
        let known =
            |known: &Order| known.child == order.child && known.column.name == order.column.name;
        if !orders.iter().any(known) {
            orders.push(order);
        }
    };
    for term in terms {
        let order::Term { descending, nulls_first, .. } = *term;
        let (child, column) = match &term.of {
            None => (None, node.table.column(&term.column)?.clone()),
            Some(name) => {
                let at = node.embedded(name)?;
                let child = &node.children[at];
                if !child.reference.to_one {
                    return Err(Problem::RelatedOrder {
                        origin: node.table.name.clone(),
                        target: child.name.clone(),
                    });
                }
                (Some(at), child.node.table.column(&term.column)?.clone())
            }
        };
        add(Order { child, column, descending, nulls_first });
    }
    for name in &node.table.primary_key {
        let column = node.table.column(name)?.clone();
        add(Order { child: None, column, descending: false, nulls_first: false });
    }
    Ok(orders)
}

/// What a path leads to.
fn at<'n>(node: &'n mut Node, path: &Path) -> Result<&'n mut Node, Problem> {
    let mut node = node;
    for name in path {
        let at = node.embedded(name)?;
        node = &mut node.children[at].node;
    }
    Ok(node)
}

impl Node {
    /// What is embedded under a name.
    fn embedded(&self, name: &str) -> Result<usize, Problem> {
        if let Some(at) = self.children.iter().position(|child| child.name == name) {
            return Ok(at);
        }
        let hidden = self.children.iter().find(|child| child.hidden.as_deref() == Some(name));
        Err(Problem::NotEmbedded {
            name: name.to_owned(),
            alias: hidden.map(|child| child.name.clone()),
        })
    }

    /// Leaves so many rows of it at most, and of what is embedded in each.
    pub fn cut(&mut self, most: i64) {
        self.limit = Some(self.limit.map_or(most, |limit| limit.min(most)));
        self.children.iter_mut().for_each(|child| child.node.cut(most));
    }

    /// Whether all rows of the table are asked for.
    pub fn is_whole(&self) -> bool {
        self.conditions.is_empty() && !self.children.iter().any(|child| child.inner)
    }

    /// What is shown of a row, by name.
    pub fn keys(&self) -> Vec<&str> {
        let mut keys = Vec::new();
        for output in &self.outputs {
            match output {
                Output::Column { key, .. } => keys.push(key.as_str()),
                Output::Child(at) if self.children[*at].spread => {
                    keys.extend(self.children[*at].node.keys());
                }
                Output::Child(at) => keys.push(&self.children[*at].name),
            }
        }
        keys
    }
}
