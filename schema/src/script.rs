//! Whole SQL scripts: what an administrator runs by hand, or reads.

use crate::contract::Contract;
use crate::dialect::Dialect;
use crate::{control, ddl, grants};

/// The statements that make database and users, the control tables and the tables of `contracts`.
pub fn write(dialect: Dialect, contracts: &[&Contract]) -> String {
    let mut script = format!(
        "-- {dialect}: databases, users and tables of Tolva, least privilege.\n\
         -- Written by `tolva schema sql --dialect {dialect}`; running it is optional where `tolva` may \
         create tables itself.\n\n{}",
        grants::setup(dialect)
    );
    script.push_str("\n-- Control tables, beside the data of every target.\n");
    for relation in control::relations() {
        push(&mut script, ddl::create(dialect, &relation));
    }
    for contract in contracts {
        script.push_str(&format!("\n-- Dataset {}.\n", contract.name));
        for relation in contract.relations() {
            push(&mut script, ddl::create(dialect, &relation));
        }
        script.push_str(&grants::dataset(dialect, contract));
    }
    let ledger = grants::ledger(dialect);
    if !ledger.is_empty() {
        script.push_str("\n-- Once `tolva schema apply` has made the ledger's tables.\n");
        script.push_str(&ledger);
    }
    script
}

fn push(script: &mut String, statements: Vec<String>) {
    for statement in statements {
        script.push_str(&statement);
        script.push_str(";\n");
    }
}
