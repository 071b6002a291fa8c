//! `select=col1,col2`: which columns.

use tolva_schema::relation::RelationColumn;

use super::identifier;
use crate::catalogue::Exposed;
use crate::problem::Problem;

/// Reads the list of columns; `*` is all of them, and each is given once.
pub fn read<'t>(table: &'t Exposed, text: &str) -> Result<Vec<&'t RelationColumn>, Problem> {
    let wrong = |details: &str| Problem::Query {
        message: format!("failed to parse select parameter ({text})"),
        details: details.to_owned(),
        hint: Some("select=column,column or select=*".to_owned()),
    };
    if text.contains(['(', ':', '>']) {
        return Err(wrong("only plain columns can be selected, under their own names"));
    }
    let mut columns: Vec<&RelationColumn> = Vec::new();
    for item in text.split(',').map(identifier) {
        if item.is_empty() {
            return Err(wrong("a column is missing"));
        }
        let chosen = match item.as_str() {
            "*" => table.columns.iter().collect(),
            name => vec![table.column(name)?],
        };
        for column in chosen {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
    }
    Ok(columns)
}
