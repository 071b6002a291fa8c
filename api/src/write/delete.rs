//! Rows that go: nothing may refer to them.

use std::collections::HashMap;

use tolva_ledger::stored;
use tolva_schema::contract::Content;
use tolva_schema::value::Value;

use super::broken::{Broken, refuse};
use super::deed::{Deed, Outcome};
use super::subject::{Stored, Subject};
use super::transaction::Writing;
use crate::database::Trouble;
use crate::plan::Keys;

/// Says that rows go, if nothing refers to them.
///
/// # Errors
/// [`crate::Problem::Rules`] with every row that another one refers to.
pub async fn plan(
    writing: &Writing,
    subject: &Subject<'_>,
    there: Vec<Stored>,
) -> Result<Outcome, Trouble> {
    let mut broken = Vec::new();
    for (child, column) in subject.contract().children_of(subject.at) {
        let child = &subject.contract().tables[child];
        let own = match column.content {
            Content::ParentId(_) => None,
            Content::Field(_) => subject.table().key.first().copied(),
        };
        let referred = |stored: &Stored| match own {
            None => Value::Integer(stored.row.id),
            Some(at) => stored.row.values[at].clone(),
        };
        let Some(kind) = subject.contract().relation(child).column(&column.name).cloned() else {
            continue;
        };
        let numbers: HashMap<String, usize> = there
            .iter()
            .enumerate()
            .filter_map(|(number, stored)| Some((referred(stored).to_text()?, number)))
            .collect();
        if numbers.is_empty() {
            continue;
        }
        let mut text = writing.text();
        text.push("SELECT DISTINCT ");
        text.push_column(0, &kind.name);
        text.push(" FROM ");
        text.push_name(&child.name);
        text.push(" AS ");
        text.push_table(0);
        text.push(" WHERE ");
        text.push_keys(0, &Keys::spelled(kind.clone(), numbers.keys().cloned()));
        for row in writing.rows(text.finish()?).await? {
            let value = stored::value(writing.dialect(), kind.kind, &row, 0)?;
            let number = value.to_text().and_then(|text| numbers.get(&text).copied());
            let Some(number) = number else { continue };
            let key: Vec<String> =
                subject.key_of(&there[number].row).iter().filter_map(Value::to_text).collect();
            let message = format!("a {} refers to it; delete that first", child.name);
            let names = subject.key_names().join(", ");
            broken.push(
                Broken::new(number, &names, "referenced", message).with(Some(key.join(", "))),
            );
        }
    }
    refuse(broken)?;
    let rows = there.iter().map(|stored| subject.primary_key_of(&stored.row)).collect();
    let deeds = there.into_iter().map(Deed::Delete).collect();
    Ok(Outcome { deeds, rows, inserted: 0 })
}
