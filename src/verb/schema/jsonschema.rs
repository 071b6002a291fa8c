//! `tolva schema jsonschema`: the contract format, for editors.

use tolva_schema::contract::Contract;

use crate::exit::Exit;

/// Runs the verb.
pub fn run() -> Exit {
    print!("{}", Contract::json_schema());
    Exit::Done
}
