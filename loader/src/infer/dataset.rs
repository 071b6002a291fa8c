//! What the dataset is called, and which files are its own.

use super::name::name;

/// Endings that say how a file is packed or written.
const ENDINGS: &[&str] = &["gz", "zst", "csv", "tsv", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods"];

/// The dataset's name and the patterns for its files, by the name of one of them.
pub fn of_file(file: &str, wanted: Option<&str>) -> (String, Vec<String>) {
    let mut stem = file;
    while let Some((rest, ending)) = stem.rsplit_once('.')
        && !rest.is_empty()
        && ENDINGS.contains(&ending.to_lowercase().as_str())
    {
        stem = rest;
    }
    let ending = &file[stem.len()..];
    let base = without_version(stem);
    let own = wanted.map(str::to_owned).or_else(|| name(base));
    let own = own.unwrap_or_else(|| "dataset".to_owned());
    // What a pattern would take for more than a character.
    let literal = |text: &str| text.replace(['*', '?', '{', '/'], "?");
    let mut files = vec![format!("{}*{}", literal(base), literal(ending))];
    if let Some(wanted) = wanted.filter(|wanted| *wanted != base.to_lowercase()) {
        files.insert(0, format!("{wanted}*{}", literal(ending)));
    }
    (own, files)
}

/// The name without what tells one version from the next: a date, a number, "(1)".
fn without_version(stem: &str) -> &str {
    let is_mark = |letter: char| letter.is_ascii_digit() || " _-.()".contains(letter);
    let shorter = stem.trim_end_matches(is_mark);
    // A number that is part of a word, as in `v1`, stays.
    let cut = &stem[shorter.len()..];
    let kept = match cut.find(|letter: char| !letter.is_ascii_digit()) {
        Some(at) => &stem[..shorter.len() + at],
        None => stem,
    };
    if kept.is_empty() { stem } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dataset_is_called_like_its_files() {
        let cases = [
            ("employees.csv", None, "employees", "employees*.csv"),
            ("Sales 2024-01-31.xlsx", None, "sales", "Sales*.xlsx"),
            ("stock_20240131.csv.gz", None, "stock", "stock*.csv.gz"),
            ("report (3).xls", None, "report", "report*.xls"),
            ("v1.csv", None, "v1", "v1*.csv"),
            ("2024.csv", None, "n_2024", "2024*.csv"),
            ("Año{x}.ods", None, "ano_x", "Año?x}*.ods"),
            ("no ending", None, "no_ending", "no ending*"),
            (".csv", None, "csv", ".csv*"),
            ("名前.csv", None, "dataset", "名前*.csv"),
            ("v1.csv", Some("employees"), "employees", "employees*.csv|v1*.csv"),
            ("Employees.csv", Some("employees"), "employees", "Employees*.csv"),
        ];
        for (file, wanted, name, patterns) in cases {
            let (found, files) = of_file(file, wanted);
            assert_eq!((found.as_str(), files.join("|").as_str()), (name, patterns), "{file}");
            let pattern = tolva_schema::pattern::FilePattern::new(&files[files.len() - 1]);
            assert!(pattern.expect("a pattern").matches(file), "{file}");
        }
    }
}
