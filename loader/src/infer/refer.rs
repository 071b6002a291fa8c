//! References from one sheet to another: values that all stand in the key of a list.

use std::collections::{BTreeSet, HashSet};

use super::column::Column;
use super::compose::{Content, Part};
use super::kind::Kind;
use super::matrix::Matrix;
use super::model::{Layout, Reference, Rule};
use super::name::stem;

/// Labels of an axis and of a list mean the same if so many in a hundred do.
const AGREEING: usize = 80;

/// Finds references, puts what is referred to first, and gives the rules that follow.
pub fn refer(parts: &mut Vec<Part>) -> Vec<Rule> {
    let mut edges: Vec<(usize, usize)> = Vec::new();
    let mut rules = Vec::new();
    for child in 0..parts.len() {
        if matches!(&parts[child].content, Content::Matrix(matrix) if matrix.same_things) {
            rules.extend(of_matrix(parts, child, &mut edges));
        }
    }
    of_tables(parts, &mut edges);
    sort(parts, &edges);
    rules
}

fn texts(column: &Column) -> BTreeSet<&str> {
    let said = column.words.iter().filter(|word| word.count > 0);
    said.map(|word| word.text.as_str()).collect()
}

fn same_type(one: &Kind, other: &Kind) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

/// The list of what stands on the axes of a matrix.
fn of_matrix(parts: &mut [Part], child: usize, edges: &mut Vec<(usize, usize)>) -> Option<Rule> {
    let Content::Matrix(matrix) = &parts[child].content else { return None };
    let (parent, field) = (0..parts.len()).find_map(|at| list(&parts[at], matrix, at))?;
    let Content::Table(table) = &parts[parent].content else { return None };
    let label = label(table, field, matrix);
    if table.header.is_empty() {
        call(&mut parts[parent], field, label);
    }
    let Content::Table(table) = &parts[parent].content else { return None };
    let listed = &table.fields[field];
    let (list, key) = (parts[parent].source.name.clone(), listed.name.clone());
    let length = parts[parent].source.fields[field].max_length;
    let value = label.map(|at| table.fields[at].name.clone());

    // The list is known by what the axes name it by.
    let name = parts[parent].tables[0].name.clone();
    let referred = &mut parts[parent].tables[0];
    referred.key = vec![key.clone()];
    referred.key_notes = vec![format!("the axes of {} hold these", parts[child].source.name)];
    let axis_length = parts[child].source.fields[0].max_length;
    let listing = &mut parts[parent].source.fields[field];
    listing.required = true;
    let Layout::Matrix(layout) = parts[child].source.layout.clone() else { return None };
    if listing.kind == Kind::Text {
        listing.max_length = length.max(axis_length);
    }
    let relation = &mut parts[child].tables[0];
    for column in [&layout.row_headers[0], &layout.column_headers[0]] {
        relation.references.push(Reference { column: column.clone(), table: name.clone() });
    }
    edges.push((child, parent));
    // What the list says of them, the relation need not say again: it is compared.
    let (value, from, to) = (value?, layout.row_headers.get(1)?, layout.column_headers.get(1)?);
    relation.columns.retain(|(column, _)| column != from && column != to);
    let source = parts[child].source.name.clone();
    let (row_key, column_key) = (layout.row_headers[0].clone(), layout.column_headers[0].clone());
    Some(Rule {
        name: "labels_agree".to_owned(),
        members: vec![
            (list, key, value),
            (source.clone(), row_key, from.clone()),
            (source, column_key, to.clone()),
        ],
    })
}

/// Calls the columns of a list without headers what the matrix calls them.
fn call(part: &mut Part, key: usize, label: Option<usize>) {
    let Content::Table(table) = &mut part.content else { return };
    let key_name = if part.source.fields[key].kind == Kind::Text { "name" } else { "number" };
    for (at, name) in [(Some(key), key_name), (label, "label")] {
        let Some(at) = at else { continue };
        table.fields[at].name = name.to_owned();
        part.source.fields[at].name = name.to_owned();
    }
}

/// The column of a list that holds all that the axes name.
fn list(part: &Part, matrix: &Matrix, at: usize) -> Option<(usize, usize)> {
    let Content::Table(table) = &part.content else { return None };
    if part.tables.len() != 1 {
        return None;
    }
    let (down, across) = (texts(&matrix.rows[0]), texts(&matrix.columns[0]));
    let holds = |field: &super::table::Field| {
        let listed = texts(&field.column);
        field.column.is_unique()
            && same_type(&field.decision.kind, &matrix.axes[0][0].kind)
            && down.is_subset(&listed)
            && across.is_subset(&listed)
    };
    Some((at, table.fields.iter().position(holds)?))
}

/// The column of the list that holds most of the labels beside the axis.
fn label(table: &super::table::Table, key: usize, matrix: &Matrix) -> Option<usize> {
    let labels = texts(matrix.rows.get(1)?);
    let shared = |at: usize| texts(&table.fields[at].column).intersection(&labels).count();
    let others = (0..table.fields.len()).filter(|at| {
        *at != key && same_type(&table.fields[*at].decision.kind, &matrix.axes[0][1].kind)
    });
    let best = others.max_by_key(|at| shared(*at))?;
    (shared(best) * 100 >= labels.len() * AGREEING).then_some(best)
}

/// References between lists: the names say so, and the values do not contradict.
fn of_tables(parts: &mut [Part], edges: &mut Vec<(usize, usize)>) {
    for parent in 0..parts.len() {
        let Some((table, key)) = plain_key(&parts[parent]) else { continue };
        for child in 0..parts.len() {
            if child == parent || reaches(edges, parent, child) {
                continue;
            }
            let Some((field, column)) = referring(&parts[parent], table, key, &parts[child]) else {
                continue;
            };
            let (name, length) = (
                parts[parent].tables[table].name.clone(),
                parts[parent].source.fields[key].max_length,
            );
            let own = parts[child].tables.iter_mut().find(|table| holds(table, &column));
            let Some(own) = own else { continue };
            own.references.push(Reference { column, table: name });
            parts[child].source.fields[field].max_length = length;
            edges.push((child, parent));
        }
    }
}

fn holds(table: &super::model::Table, column: &str) -> bool {
    let is_free = table.references.iter().all(|reference| reference.column != column);
    is_free
        && (table.rest
            || table.columns.iter().any(|(name, field)| name == column && field == column))
}

/// The table of a part whose key is one field, without a surrogate, and that field.
fn plain_key(part: &Part) -> Option<(usize, usize)> {
    let Content::Table(content) = &part.content else { return None };
    let (at, table) =
        part.tables.iter().enumerate().next_back().filter(|(_, table)| table.id.is_none())?;
    let [key] = &table.key[..] else { return None };
    let renamed = table.columns.iter().find(|(name, _)| name == key);
    let field = renamed.map_or(key, |(_, field)| field);
    let at_field = content.fields.iter().position(|known| known.name == *field)?;
    content.fields[at_field].column.is_unique().then_some((at, at_field))
}

/// The field of `child` that refers to the key of a table of `parent`, with its column.
fn referring(parent: &Part, table: usize, key: usize, child: &Part) -> Option<(usize, String)> {
    let (Content::Table(list), Content::Table(lines)) = (&parent.content, &child.content) else {
        return None;
    };
    let listed = &list.fields[key];
    let known: HashSet<&str> = texts(&listed.column).into_iter().collect();
    let one = &parent.tables[table].name;
    let is_named = |name: &str| {
        let same = name == listed.name && (stem(name).is_some() || name != "id");
        same && name != "name" || stem(name) == Some(one) || name == one
    };
    let field = lines.fields.iter().position(|field| {
        let said = texts(&field.column);
        is_named(&field.name)
            && same_type(&field.decision.kind, &listed.decision.kind)
            && said.len() > 1
            && said.iter().all(|text| known.contains(text))
    })?;
    Some((field, lines.fields[field].name.clone()))
}

/// Whether `from` refers to `to`, directly or not.
fn reaches(edges: &[(usize, usize)], from: usize, to: usize) -> bool {
    edges
        .iter()
        .any(|(child, parent)| *child == from && (*parent == to || reaches(edges, *parent, to)))
}

/// Parents before children, and else in the order of the sheets.
fn sort(parts: &mut Vec<Part>, edges: &[(usize, usize)]) {
    let mut order: Vec<usize> = Vec::new();
    while order.len() < parts.len() {
        let is_ready = |at: &usize| {
            !order.contains(at)
                && edges.iter().all(|(child, parent)| child != at || order.contains(parent))
        };
        let Some(next) = (0..parts.len()).find(is_ready) else { break };
        order.push(next);
    }
    let mut old: Vec<Option<Part>> = parts.drain(..).map(Some).collect();
    parts.extend(order.into_iter().filter_map(|at| old[at].take()));
}
