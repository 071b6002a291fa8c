//! The source and the table of a matrix.

use super::fields::roomy;
use crate::infer::column::Column;
use crate::infer::kind::{Decision, Kind};
use crate::infer::matrix::Matrix;
use crate::infer::model::{self, Field, Layout, Source, Table as Made};
use crate::infer::name::Names;

/// Labels that stand in a key are indexed.
const INDEXED: usize = tolva_schema::dialect::MYSQL_INDEXED_LENGTH / 2;

/// Describes a matrix; `one` is what one of its cells would be called.
pub fn describe(source: &mut Source, matrix: &Matrix, one: &str, names: &mut Names) -> Vec<Made> {
    let (down, across) = if matrix.same_things { ("from", "to") } else { ("row", "column") };
    let is_boolean = matches!(matrix.value.kind, Kind::Boolean { .. });
    let value = if matrix.same_things && is_boolean { "related" } else { "value" };
    let mut taken = Names::default();
    let mut axis = |prefix: &str, columns: &[Column], decisions: &[Decision]| -> Vec<String> {
        let named = columns.iter().zip(decisions).enumerate().map(|(at, (column, decision))| {
            let aspect = match decision.kind {
                Kind::Text if at == 0 => "name",
                Kind::Text => "label",
                Kind::Date(_) | Kind::Datetime(_) => "date",
                _ => "number",
            };
            let name = taken.give(&format!("{prefix}_{aspect}"));
            source.fields.push(field(&name, decision, column, at == 0));
            name
        });
        named.collect()
    };
    let row_headers = axis(down, &matrix.rows, &matrix.axes[0]);
    let column_headers = axis(across, &matrix.columns, &matrix.axes[1]);
    let mut cell = field(value, &matrix.value, &Column::default(), true);
    cell.max_length = None;
    source.fields.push(cell);
    let (pairs, contradicting) = matrix.both_ways;
    let (own, denied) = matrix.diagonal;
    let symmetric = is_boolean && pairs > 0 && contradicting * 5 <= pairs;
    let doubt_diagonal = is_boolean && own > 1 && denied * 10 >= own * 8;
    source.notes.push(format!(
        "a matrix of {} rows and {} columns",
        matrix.rows[0].lines(),
        matrix.columns[0].lines()
    ));
    if matrix.same_things {
        source.notes.push(format!(
            "both axes hold the same things; of {pairs} pairs written both ways, {contradicting} \
             contradict; of {own} cells on the diagonal, {denied} say no"
        ));
    }
    source.skip_rows = matrix.skip_rows;
    source.layout = Layout::Matrix(model::Matrix {
        symmetric,
        doubt_diagonal,
        skip_columns: matrix.skip_columns,
        value: value.to_owned(),
        row_headers: row_headers.clone(),
        column_headers: column_headers.clone(),
    });
    let columns = source.fields.iter().map(|field| (field.name.clone(), field.name.clone()));
    vec![Made {
        name: names.give(one),
        from: source.name.clone(),
        key: vec![row_headers[0].clone(), column_headers[0].clone()],
        columns: columns.collect(),
        ..Made::default()
    }]
}

fn field(name: &str, decision: &Decision, column: &Column, in_key: bool) -> Field {
    let is_text = decision.kind == Kind::Text;
    Field {
        name: name.to_owned(),
        header: None,
        position: None,
        is_sheet: false,
        kind: decision.kind.clone(),
        required: in_key,
        max_length: roomy(column.longest(), INDEXED).filter(|_| in_key && is_text),
        missing: decision.missing.clone(),
        trim: is_text || column.spaced,
        pad: decision.pad,
        notes: decision.notes.clone(),
    }
}
