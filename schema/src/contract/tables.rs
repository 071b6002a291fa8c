//! Tables: from what a contract says to what it means.

use std::ops::Range;

use toml::Spanned;

use super::error::Problem;
use super::wire::{WireColumn, WireReference, WireTable, name};
use super::{Column, Content, Source, Table, former, sources};
use crate::name::Name;

/// What the contract says for every table that says nothing itself.
pub(super) struct Defaults {
    pub min_rows: Option<u64>,
    pub max_delete: f64,
}

/// Every field of the source that no table names.
const REST: &str = "*";

pub(super) fn share(share: &Spanned<f64>) -> Result<f64, Problem> {
    if (0.0..=1.0).contains(share.get_ref()) {
        Ok(*share.get_ref())
    } else {
        Err(Problem::new(share.span(), "a share lies between 0 and 1"))
    }
}

pub(super) fn validate(
    wire: Vec<Spanned<WireTable>>,
    sources: &[Source],
    defaults: &Defaults,
) -> Result<Vec<Table>, Problem> {
    let wire: Vec<(WireTable, Range<usize>)> = wire
        .into_iter()
        .map(|table| (table.get_ref().name.span(), table))
        .map(|(span, table)| (table.into_inner(), span))
        .collect();
    if wire.is_empty() {
        return Err(Problem::new(0..0, "a contract declares at least one table"));
    }
    let named: Vec<(&str, String)> =
        wire.iter().flat_map(|(table, _)| fields_named(table)).collect();
    let mut tables: Vec<Table> = Vec::new();
    for (table, span) in &wire {
        let table = self::table(table, span, sources, &tables, &named, defaults)?;
        if tables.iter().any(|other| other.name == table.name) {
            return Err(Problem::new(span.clone(), format!("a second table `{}`", table.name)));
        }
        tables.push(table);
        let names: Vec<_> = tables.iter().map(|table| (&table.name, table.was.as_ref())).collect();
        refuse(former::wrong(&names, "table"), span)?;
    }
    Ok(tables)
}

fn refuse(wrong: Option<String>, span: &Range<usize>) -> Result<(), Problem> {
    wrong.map_or(Ok(()), |message| Err(Problem::new(span.clone(), message)))
}

/// The source and the fields of it that a table names: these are not part of the rest.
fn fields_named(table: &WireTable) -> Vec<(&str, String)> {
    let from = table.from.get_ref().as_str();
    table
        .columns
        .iter()
        .flatten()
        .filter_map(|column| match column.get_ref() {
            WireColumn::Same(name) if name == REST => None,
            WireColumn::Same(name) => Some((from, name.clone())),
            WireColumn::Renamed(renamed) => Some((from, renamed.field.clone())),
        })
        .collect()
}

fn table(
    wire: &WireTable,
    span: &Range<usize>,
    sources: &[Source],
    parents: &[Table],
    named: &[(&str, String)],
    defaults: &Defaults,
) -> Result<Table, Problem> {
    let from = wire.from.get_ref();
    let source = sources.iter().position(|source| source.name == **from).ok_or_else(|| {
        Problem::new(wire.from.span(), format!("no source `{from}`"))
            .hint("declare it in a [[source]] above")
    })?;
    let mut columns = columns(wire, &sources[source], named)?;
    for (column, reference) in &wire.references {
        let parent = match reference.get_ref() {
            WireReference::Table(table) => table,
            WireReference::By(by) => &by.table,
        };
        let index = parents.iter().position(|other| other.name == **parent).ok_or_else(|| {
            Problem::new(reference.span(), format!("no table `{parent}` above this one"))
                .hint("declare parents before children; a table cannot refer to itself")
        })?;
        refer(&mut columns, column, reference, index, parents, sources, source)?;
    }
    let key = wire
        .key
        .get_ref()
        .iter()
        .map(|part| {
            columns.iter().position(|column| column.name == **part.get_ref()).ok_or_else(|| {
                Problem::new(
                    part.span(),
                    format!("`{}` is not a column of the table", part.get_ref()),
                )
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    if key.is_empty() {
        return Err(Problem::new(wire.key.span(), "a table needs a natural key"));
    }
    for part in &key {
        columns[*part].required = true;
    }
    let id = wire.id.as_ref().map(name).transpose()?;
    for (part, wired) in key.iter().zip(wire.key.get_ref()).filter(|_| id.is_none()) {
        let Content::Field(field) = &columns[*part].content else { continue };
        if sources[source].fields[*field].private {
            return Err(Problem::new(
                wired.span(),
                format!("`{}` is private and all that tells the rows apart", wired.get_ref()),
            )
            .hint("give the table an id: orders and pages go by it, and show it"));
        }
    }
    if let (Some(id), Some(wire_id)) = (&id, &wire.id)
        && columns.iter().any(|column| column.name == *id)
    {
        return Err(Problem::new(wire_id.span(), format!("`{id}` is already a column")));
    }
    for (at, column) in columns.iter().enumerate() {
        if columns[..at].iter().any(|other| other.name == column.name) {
            return Err(Problem::new(span.clone(), format!("a second column `{}`", column.name)));
        }
    }
    let names: Vec<_> = columns.iter().map(|column| (&column.name, column.was.as_ref())).collect();
    refuse(former::wrong(&names, "column"), span)?;
    Ok(Table {
        name: name(&wire.name)?,
        was: wire.was.as_ref().map(name).transpose()?,
        source,
        id,
        key,
        columns,
        on_duplicate: wire.on_duplicate,
        min_rows: wire.min_rows.or(defaults.min_rows),
        max_delete: wire.max_delete.as_ref().map_or(Ok(defaults.max_delete), share)?,
    })
}

fn columns(
    wire: &WireTable,
    source: &Source,
    named: &[(&str, String)],
) -> Result<Vec<Column>, Problem> {
    let column = |name: Name, was: Option<Name>, field: usize| Column {
        name,
        was,
        content: Content::Field(field),
        references: None,
        required: source.fields[field].constraints.required,
    };
    let rest = || {
        let is_named =
            |field: &str| named.iter().any(|(from, name)| *from == &*source.name && name == field);
        source
            .fields
            .iter()
            .enumerate()
            .filter(move |(_, field)| !is_named(&field.name))
            .map(|(index, field)| column(field.name.clone(), field.was.clone(), index))
            .collect::<Vec<_>>()
    };
    let Some(wired) = &wire.columns else {
        // A table of references alone has no columns of its own.
        return Ok(if wire.references.is_empty() { rest() } else { Vec::new() });
    };
    let mut columns = Vec::new();
    for wired in wired {
        let (name, field, was) = match wired.get_ref() {
            WireColumn::Same(name) if name == REST => {
                columns.extend(rest());
                continue;
            }
            WireColumn::Same(name) => (name, name, None),
            WireColumn::Renamed(renamed) => (&renamed.name, &renamed.field, renamed.was.as_ref()),
        };
        let index = sources::field(source, field, wired.span())?;
        let named = |text: &str| {
            Name::new(text).map_err(|error| Problem::new(wired.span(), error.to_string()))
        };
        let was = match was {
            Some(was) => Some(named(was)?),
            // A column that goes by the field's name was renamed with it.
            None if name == field => source.fields[index].was.clone(),
            None => None,
        };
        columns.push(column(named(name)?, was, index));
    }
    Ok(columns)
}

/// Makes `column` refer to table `parent`: a column that exists holds the parent's natural key, a new
/// one holds its surrogate key.
fn refer(
    columns: &mut Vec<Column>,
    column: &Spanned<String>,
    reference: &Spanned<WireReference>,
    parent: usize,
    parents: &[Table],
    sources: &[Source],
    source: usize,
) -> Result<(), Problem> {
    let table = &parents[parent];
    if let Some(existing) = columns.iter_mut().find(|known| known.name == **column.get_ref()) {
        if table.id.is_some() || table.key.len() != 1 {
            return Err(Problem::new(
                column.span(),
                format!(
                    "`{}` has a surrogate or composite key: a column of this table cannot hold it",
                    table.name
                ),
            )
            .hint("name a new column here, for example one that ends in _id"));
        }
        let own = existing.content.fields()[0];
        let theirs = table.columns[table.key[0]].content.fields()[0];
        let (own, theirs) = (&sources[source].fields[own], &sources[table.source].fields[theirs]);
        if std::mem::discriminant(&own.kind) != std::mem::discriminant(&theirs.kind) {
            return Err(Problem::new(
                reference.span(),
                format!("`{}` and the key of `{}` are of different types", own.name, table.name),
            ));
        }
        let elsewhere = table.source > source;
        if elsewhere
            || (table.source == source && table.columns[table.key[0]].content != existing.content)
        {
            return Err(unknown_yet(reference, table));
        }
        existing.references = Some(parent);
        return Ok(());
    }
    if table.id.is_none() {
        return Err(Problem::new(
            column.span(),
            format!(
                "`{}` is not a column, and `{}` has no surrogate key to put into a new one",
                column.get_ref(),
                table.name
            ),
        )
        .hint("add the column, or give the parent an id"));
    }
    let fields = match reference.get_ref() {
        WireReference::By(by) => by
            .by
            .iter()
            .map(|field| sources::field(&sources[source], field, reference.span()))
            .collect::<Result<Vec<_>, _>>()?,
        WireReference::Table(_) if table.source == source => table
            .key
            .iter()
            .flat_map(|part| table.columns[*part].content.fields())
            .copied()
            .collect(),
        WireReference::Table(_) => {
            return Err(Problem::new(
                reference.span(),
                format!(
                    "`{}` comes from another source: which fields here hold its key?",
                    table.name
                ),
            )
            .hint(format!("write {{ table = \"{}\", by = [\"…\"] }}", table.name)));
        }
    };
    let arity: usize =
        table.key.iter().map(|part| table.columns[*part].content.fields().len()).sum();
    if fields.len() != arity {
        return Err(Problem::new(
            reference.span(),
            format!("the key of `{}` has {arity} fields, {} are given", table.name, fields.len()),
        ));
    }
    let own_key: Vec<usize> =
        table.key.iter().flat_map(|part| table.columns[*part].content.fields()).copied().collect();
    if table.source > source || (table.source == source && own_key != fields) {
        return Err(unknown_yet(reference, table));
    }
    columns.push(Column {
        name: name(column)?,
        was: None,
        required: fields.iter().all(|field| sources[source].fields[*field].constraints.required),
        content: Content::ParentId(fields),
        references: Some(parent),
    });
    Ok(())
}

fn unknown_yet(reference: &Spanned<WireReference>, parent: &Table) -> Problem {
    Problem::new(
        reference.span(),
        format!("the rows of `{}` are not all known when this source is read", parent.name),
    )
    .hint("declare the same sheet as a second [[source]] below, and feed this table from it")
}
