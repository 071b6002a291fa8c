//! Renames: `was` in a contract, found again in a database. They lose nothing.

use std::collections::BTreeMap;

use super::{Kind, LiveTable, Step};
use crate::control::{CHANGE, MEMBER, ROWS, SEQUENCE, TOMBSTONE};
use crate::ddl;
use crate::dialect::Dialect;
use crate::relation::Relation;

/// What is renamed: new names, each with the one in the live database.
#[derive(Debug, Default)]
pub struct Names {
    tables: BTreeMap<String, String>,
    /// By new table and new column.
    columns: BTreeMap<(String, String), String>,
    /// By new table: columns that the contract in force has too, with the names under which they
    /// began there.
    began: BTreeMap<String, Vec<(String, String)>>,
}

impl Names {
    /// The name that a table has before any step is taken.
    pub fn live_table<'a>(&'a self, table: &'a str) -> &'a str {
        self.tables.get(table).map_or(table, String::as_str)
    }

    /// The name that a column has before any step is taken.
    pub fn live_column<'a>(&'a self, table: &str, column: &'a str) -> &'a str {
        let key = (table.to_owned(), column.to_owned());
        self.columns.get(&key).map_or(column, String::as_str)
    }

    /// The columns of a table that the contract in force has too, with the names under which they began
    /// there.
    pub fn began(&self, table: &str) -> &[(String, String)] {
        self.began.get(table).map_or(&[], Vec::as_slice)
    }

    fn new_table<'a>(&'a self, live: &'a str) -> &'a str {
        let renamed = self.tables.iter().find(|(_, before)| *before == live);
        renamed.map_or(live, |(new, _)| new.as_str())
    }

    fn new_column<'a>(&'a self, table: &str, live: &'a str) -> &'a str {
        let mut own = self.columns.iter().filter(|((of, _), _)| of == table);
        own.find(|(_, before)| *before == live).map_or(live, |((_, new), _)| new.as_str())
    }

    /// The database once everything is renamed.
    pub fn applied(&self, live: &[LiveTable]) -> Vec<LiveTable> {
        let renamed = |table: &LiveTable| {
            let mut table = table.clone();
            table.name = self.new_table(&table.name).to_owned();
            for column in &mut table.columns {
                column.name = self.new_column(&table.name, &column.name).to_owned();
            }
            for (index, columns) in &mut table.indexes {
                let before = columns.clone();
                for column in &mut *columns {
                    *column = self.new_column(&table.name, column).to_owned();
                }
                if let ([before], [now]) = (&before[..], &columns[..])
                    && *index == ddl::index_name(self.live_table(&table.name), before)
                {
                    *index = ddl::index_name(&table.name, now);
                }
            }
            table
        };
        live.iter().map(renamed).collect()
    }

    /// The relations of the contract in force, under the names of the new one; also those whose
    /// rename was done already.
    pub fn translated(&self, former: &[Relation], desired: &[Relation]) -> Vec<Relation> {
        let table = |name: &str| {
            let first = first_table(former, name);
            let follows = |relation: &&Relation| {
                relation.was.as_ref() == Some(&first)
                    && !former.iter().any(|former| former.name == relation.name)
            };
            let renamed = desired.iter().find(follows);
            renamed.map_or(name, |relation| relation.name.as_str()).to_owned()
        };
        let column = |of: &str, name: &str| {
            let before = former.iter().find(|relation| relation.name == of);
            let now = desired.iter().find(|relation| relation.name == table(of));
            let (Some(before), Some(now)) = (before, now) else { return name.to_owned() };
            let first = first_column(before, name);
            let follows =
                |(new, was): &&(String, String)| *was == first && before.column(new).is_none();
            now.columns_were.iter().find(follows).map_or(name, |(new, _)| new).to_owned()
        };
        former
            .iter()
            .map(|relation| {
                let mut renamed = relation.clone();
                let own = |name: &String| column(&relation.name, name);
                renamed.name = table(&relation.name);
                for one in &mut renamed.columns {
                    one.name = own(&one.name);
                }
                renamed.primary_key = relation.primary_key.iter().map(own).collect();
                renamed.unique = relation.unique.as_ref().map(|key| key.iter().map(own).collect());
                renamed.indexes = relation.indexes.iter().map(own).collect();
                for key in &mut renamed.foreign_keys {
                    key.column = own(&key.column);
                    key.parent_column = column(&key.parent, &key.parent_column);
                    key.parent = table(&key.parent);
                }
                renamed
            })
            .collect()
    }
}

/// The name under which a table began; marked where another one began under its name.
fn first_table(relations: &[Relation], table: &str) -> String {
    let own = relations.iter().find(|relation| relation.name == table);
    match own.and_then(|relation| relation.was.clone()) {
        Some(was) => was,
        None if relations.iter().any(|other| other.was.as_deref() == Some(table)) => {
            format!("{table}'")
        }
        None => table.to_owned(),
    }
}

/// The name under which a column began; marked where another one began under its name.
pub fn first_column(relation: &Relation, column: &str) -> String {
    let renamed = relation.columns_were.iter().find(|(name, _)| name == column);
    match renamed {
        Some((_, was)) => was.clone(),
        None if relation.columns_were.iter().any(|(_, was)| was == column) => format!("{column}'"),
        None => column.to_owned(),
    }
}

/// What can be renamed, and the steps. A thing is renamed when it is not there under its new name but
/// under the one that it has in the contract in force, or the one with which it began.
pub fn renames(
    dialect: Dialect,
    live: &[LiveTable],
    former: &[Relation],
    desired: &[Relation],
) -> (Names, Vec<Step>) {
    let (mut names, mut steps) = (Names::default(), Vec::new());
    let mut present: Vec<&str> = live.iter().map(|table| table.name.as_str()).collect();
    let is_former = |name: &str| former.iter().any(|relation| relation.name == name);
    // A rename may make way for another.
    while let Some((now, before)) = desired.iter().find_map(|relation| {
        let was = relation.was.as_deref()?;
        let renamed = former.iter().filter(|former| former.was.as_deref() == Some(was));
        let mut before = renamed.map(|former| former.name.as_str()).chain([was]);
        // A table that the contract in force does not have is another dataset's, or nobody's.
        let before = before.find(|before| present.contains(before) && is_former(before))?;
        // The contract in force may know both, as two tables that stay.
        let goes = names.tables.values().any(|gone| *gone == relation.name);
        let two = is_former(&relation.name) && is_former(before) && !goes;
        (!two && !present.contains(&relation.name.as_str())).then_some((&relation.name, before))
    }) {
        present.retain(|table| *table != before);
        present.push(now);
        steps.push(rename_table(dialect, live, before, now));
        names.tables.insert(now.clone(), before.to_owned());
    }
    for relation in desired {
        let before = names.live_table(&relation.name);
        if let Some(table) = live.iter().find(|live| live.name == before) {
            let former = former.iter().find(|former| former.name == before);
            columns(dialect, table, former, relation, &mut names, &mut steps);
            if let Some(former) = former {
                let began = began(&names, former, relation);
                names.began.insert(relation.name.clone(), began);
            }
        }
    }
    (names, steps)
}

fn began(names: &Names, former: &Relation, relation: &Relation) -> Vec<(String, String)> {
    let stays = |name: &&String| {
        let before = names.live_column(&relation.name, name);
        // Another column may have taken its name.
        former.column(before).is_some() && names.new_column(&relation.name, before) == **name
    };
    let columns = relation.columns.iter().map(|column| &column.name).filter(stays);
    columns
        .map(|name| {
            let before = names.live_column(&relation.name, name);
            (name.clone(), first_column(former, before))
        })
        .collect()
}

fn columns(
    dialect: Dialect,
    live: &LiveTable,
    former: Option<&Relation>,
    relation: &Relation,
    names: &mut Names,
    steps: &mut Vec<Step>,
) {
    let mut present: Vec<&str> = live.columns.iter().map(|column| column.name.as_str()).collect();
    let is_former = |name: &str| former.is_some_and(|former| former.column(name).is_some());
    while let Some((now, before)) = relation.columns_were.iter().find_map(|(now, was)| {
        let renamed = former.into_iter().flat_map(|former| &former.columns_were);
        let renamed = renamed.filter(|(_, first)| first == was).map(|(name, _)| name.as_str());
        let before = renamed.chain([was.as_str()]).find(|before| present.contains(before))?;
        let goes = names.columns.iter().any(|((of, _), gone)| *of == relation.name && gone == now);
        let two = is_former(now) && is_former(before) && !goes;
        (!two && !present.contains(&now.as_str())).then_some((now, before))
    }) {
        present.retain(|column| *column != before);
        present.push(now);
        steps.push(rename_column(dialect, live, &relation.name, before, now));
        names.columns.insert((relation.name.clone(), now.clone()), before.to_owned());
    }
}

/// Renames a table; what is kept about its rows follows.
fn rename_table(dialect: Dialect, live: &[LiveTable], before: &str, now: &str) -> Step {
    let mut sql: Vec<String> = [CHANGE, TOMBSTONE, MEMBER]
        .iter()
        .map(|kept| format!("UPDATE {kept} SET table_name = '{now}' WHERE table_name = '{before}'"))
        .collect();
    // A table that was dropped long ago may have had the new name: its ids are not given again.
    sql.push(format!(
        "UPDATE {SEQUENCE} SET last_id = (SELECT MAX(s.last_id) FROM (SELECT last_id FROM {SEQUENCE} \
         WHERE table_name IN ('{before}', '{now}')) s) WHERE table_name = '{before}'"
    ));
    sql.push(format!(
        "DELETE FROM {SEQUENCE} WHERE table_name = '{now}' AND EXISTS (SELECT 1 FROM \
         (SELECT table_name FROM {SEQUENCE}) s WHERE s.table_name = '{before}')"
    ));
    sql.push(format!("UPDATE {SEQUENCE} SET table_name = '{now}' WHERE table_name = '{before}'"));
    // It is counted anew by the next load.
    sql.push(format!("DELETE FROM {ROWS} WHERE table_name IN ('{before}', '{now}')"));
    sql.push(format!("ALTER TABLE {} RENAME TO {}", dialect.quote(before), dialect.quote(now)));
    for (index, columns) in
        live.iter().filter(|table| table.name == before).flat_map(|table| &table.indexes)
    {
        if let [column] = &columns[..]
            && *index == ddl::index_name(before, column)
        {
            sql.extend(ddl::rename_index(
                dialect,
                now,
                column,
                index,
                &ddl::index_name(now, column),
            ));
        }
    }
    let what = format!("rename table {before} to {now}");
    Step::new(now, what, false, sql).kind(Kind::Rename)
}

fn rename_column(dialect: Dialect, live: &LiveTable, table: &str, before: &str, now: &str) -> Step {
    let mut sql = vec![format!(
        "ALTER TABLE {} RENAME COLUMN {} TO {}",
        dialect.quote(table),
        dialect.quote(before),
        dialect.quote(now)
    )];
    let index = ddl::index_name(&live.name, before);
    if live.indexes.iter().any(|(name, columns)| *name == index && columns.len() == 1) {
        let (old, new) = (ddl::index_name(table, before), ddl::index_name(table, now));
        sql.extend(ddl::rename_index(dialect, table, now, &old, &new));
    }
    let what = format!("rename column {table}.{before} to {now}");
    Step::new(table, what, false, sql).kind(Kind::Rename)
}
