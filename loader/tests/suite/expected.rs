//! What the sample files say, read by other means than the loader's.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use calamine::{Data, Reader as _, Xlsx};

use crate::look::Row;

/// Rows by key.
pub type Image = BTreeMap<Row, Row>;

/// What a file offers to one table.
#[derive(Default, Clone)]
pub struct Offer {
    /// Rows of good lines.
    pub rows: Image,
    /// Keys of refused lines.
    pub refused: BTreeSet<Row>,
}

impl Offer {
    /// The table once the file is loaded: its rows, and what a refused line names stays as it was.
    pub fn over(&self, before: &Image) -> Image {
        let held = self.refused.iter().filter_map(|key| before.get_key_value(key));
        let mut after: Image = held.map(|(key, row)| (key.clone(), row.clone())).collect();
        after.extend(self.rows.clone());
        after
    }
}

fn some(text: impl ToString) -> Option<String> {
    Some(text.to_string())
}

/// The tables `person` (number; label, name) and `relationship` (from, to; related).
pub fn relationships(path: &Path) -> (Offer, Offer) {
    let mut book: Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let matrix = book.worksheet_range("Matriz de adyacencia").expect("the matrix");
    let list = book.worksheet_range("Personas").expect("the list");
    let (mut people, mut relations) = (Offer::default(), Offer::default());
    for row in list.rows() {
        if let [Data::String(label), Data::Float(number), Data::String(name)] = row {
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            let row = vec![some(label.trim()), some(name)];
            people.rows.entry(vec![some(number)]).or_insert(row);
        }
    }
    let end = matrix.end().expect("a matrix that is not empty");
    let number = |row, column| match matrix.get_value((row, column)) {
        Some(Data::Float(number)) => some(number),
        other => panic!("no number at {row}, {column}: {other:?}"),
    };
    for row in 2..=end.0 {
        for column in 2..=end.1 {
            let related = match matrix.get_value((row, column)) {
                None | Some(Data::Empty) => continue,
                Some(Data::Float(number)) => some(number),
                Some(Data::String(_)) => None,
                other => panic!("at {row}, {column}: {other:?}"),
            };
            let (from, to) = (number(row, 0), number(0, column));
            if from == to && related.as_deref() == Some("0") {
                continue;
            }
            let known = |number: &Option<String>| people.rows.contains_key(&vec![number.clone()]);
            let good = related.is_some() && known(&from) && known(&to);
            let key = vec![from, to];
            if good {
                relations.rows.insert(key, vec![related]);
            } else {
                relations.refused.insert(key);
            }
        }
    }
    (people, relations)
}

/// The tables of employees: company (name), department (name), employee (e-mail; its columns and the
/// company's name), and who works where (e-mail, department).
pub struct Employees {
    pub company: Offer,
    pub department: Offer,
    pub employee: Offer,
    pub works: Offer,
}

/// The columns of `employee` as [`employees`] gives them, without the company.
pub const EMPLOYEE: &[&str] =
    &["email", "first_name", "last_name", "address", "city", "state", "zip", "phone1", "phone2"];

/// Reads a file of employees.
pub fn employees(path: &Path) -> Employees {
    let mut reader = csv::Reader::from_path(path).expect("a file");
    let headers = reader.headers().expect("headers").clone();
    let mut all = Employees {
        company: Offer::default(),
        department: Offer::default(),
        employee: Offer::default(),
        works: Offer::default(),
    };
    for record in reader.records() {
        let record = record.expect("a line");
        let field = |name: &str| {
            let at = headers.iter().position(|header| header == name).expect("a column");
            let text = record[at].trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let mut person: Row = EMPLOYEE.iter().map(|name| field(name)).collect();
        let zip = person[6].as_deref().map(|zip| format!("{zip:0>5}"));
        person[6] = zip;
        person.push(field("company_name"));
        let content = person.split_off(1);
        let keys = [
            vec![field("company_name")],
            vec![field("department")],
            person.clone(),
            vec![person[0].clone(), field("department")],
        ];
        let good = field("state").is_some_and(|state| {
            state.len() == 2 && state.bytes().all(|b| b.is_ascii_alphabetic())
        });
        let offers = [&mut all.company, &mut all.department, &mut all.employee, &mut all.works];
        for (at, (key, offer)) in keys.into_iter().zip(offers).enumerate() {
            if good {
                let row = if at == 2 { content.clone() } else { Vec::new() };
                offer.rows.entry(key).or_insert(row);
            } else {
                offer.refused.insert(key);
            }
        }
    }
    all
}
