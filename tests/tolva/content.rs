//! What the tables of a dataset hold, without the numbers that a database gives.

use crate::database::Db;

/// Everything that the contract of the employees keeps, one text per row.
pub fn employees(db: &Db) -> Vec<String> {
    sorted(
        db,
        &[
            "SELECT 'company', name FROM company",
            "SELECT 'department', name FROM department",
            "SELECT 'employee', e.email, e.first_name, e.last_name, e.address, e.city, e.state, \
             e.zip, e.phone1, e.phone2, c.name, e._origin \
             FROM employee e LEFT JOIN company c ON c.id = e.company_id",
            "SELECT 'works in', e.email, d.name FROM employee_department w \
             LEFT JOIN employee e ON e.id = w.employee_id \
             LEFT JOIN department d ON d.id = w.department_id",
        ],
    )
}

/// Everything that the contract of the relationships keeps, one text per row.
pub fn relationships(db: &Db) -> Vec<String> {
    sorted(
        db,
        &[
            "SELECT 'person', number, label, name FROM person",
            "SELECT 'related', from_number, to_number, \
             CASE WHEN related THEN 'yes' ELSE 'no' END FROM relationship",
        ],
    )
}

fn sorted(db: &Db, queries: &[&str]) -> Vec<String> {
    let mut rows: Vec<String> = queries.iter().flat_map(|sql| db.rows(sql)).collect();
    rows.sort();
    rows
}
