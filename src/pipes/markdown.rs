//! Tables and code in Markdown.

/// Characters of a cell that are shown.
const WIDTH: usize = 120;

/// A table; what is unknown is shown as an empty cell.
pub fn table<'a, R>(header: &[&str], rows: impl IntoIterator<Item = R>) -> String
where
    R: IntoIterator<Item = Option<&'a str>>,
{
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(header.iter().map(|name| cell(name)).collect());
    text.push_str(&line(header.iter().map(|_| "---".to_owned()).collect()));
    for row in rows {
        let mut cells: Vec<String> = row.into_iter().map(|one| cell(one.unwrap_or(""))).collect();
        cells.resize(header.len(), String::new());
        text.push_str(&line(cells));
    }
    text
}

/// Statements.
pub fn sql(statements: impl IntoIterator<Item = String>) -> String {
    let list: Vec<String> = statements.into_iter().collect();
    format!("```sql\n{}\n```\n", list.join(";\n\n"))
}

fn cell(text: &str) -> String {
    let mut short: String = text.chars().take(WIDTH).collect();
    if text.chars().nth(WIDTH).is_some() {
        short.push('…');
    }
    short.replace('\\', "\\\\").replace('|', "\\|").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn a_cell_stays_in_its_place_whatever_it_holds() {
        let text = table(&["a", "b"], [[Some("x|y\nz"), None]]);
        assert_eq!(text, "| a | b |\n| --- | --- |\n| x\\|y z |  |\n");
    }
}
