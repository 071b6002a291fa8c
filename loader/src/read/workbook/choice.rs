//! Which sheets of a workbook a source reads.

use calamine::{Sheet, SheetType, SheetVisible};
use tolva_schema::contract::{Hidden, SheetRef, Source};

use crate::read::ReadError;

/// The sheets that the first alternative means that means any, by their places.
pub fn choose(source: &Source, sheets: &[Sheet]) -> Result<Vec<usize>, ReadError> {
    let readable = |at: &usize| {
        let sheet = &sheets[*at];
        let shown = source.hidden == Hidden::Read || sheet.visible == SheetVisible::Visible;
        sheet.typ == SheetType::WorkSheet && shown
    };
    if source.sheets.is_empty()
        && let Some(first) = (0..sheets.len()).find(readable)
    {
        return Ok(vec![first]);
    }
    for alternative in &source.sheets {
        let found: Vec<usize> = match alternative {
            SheetRef::Index(index) => {
                Some(index - 1).filter(|at| *at < sheets.len()).iter().copied().collect()
            }
            SheetRef::Name(pattern) => {
                let matches = |at: &usize| pattern.matches(&sheets[*at].name);
                let all: Vec<usize> = (0..sheets.len()).filter(matches).collect();
                let exact = all.iter().find(|at| sheets[**at].name == pattern.as_str());
                match exact {
                    Some(exact) => vec![*exact],
                    None => all,
                }
            }
        };
        let found: Vec<usize> = found.into_iter().filter(readable).collect();
        if let (SheetRef::Name(pattern), [_, _, ..]) = (alternative, &found[..])
            && !pattern.as_str().contains(['*', '?', '{'])
        {
            let names: Vec<&str> = found.iter().map(|at| sheets[*at].name.as_str()).collect();
            return Err(ReadError::AmbiguousSheet { names: names.join(" and ") });
        }
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let wanted: Vec<String> = source
        .sheets
        .iter()
        .map(|sheet| match sheet {
            SheetRef::Index(index) => format!("number {index}"),
            SheetRef::Name(pattern) => format!("`{}`", pattern.as_str()),
        })
        .collect();
    let wanted = if wanted.is_empty() { "with cells".to_owned() } else { wanted.join(" or ") };
    let present: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    Err(ReadError::MissingSheet { wanted, present: present.join(", ") })
}
