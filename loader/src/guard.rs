//! The guards against accidents: asked before anything is changed.

use tolva_schema::contract::{Contract, OnError, Partition};

use crate::count::Totals;
use crate::organise::outcome::TableOutcome;

/// Tables with fewer rows than this may lose any share of them.
const SMALL: u64 = 20;

/// Why a file is not to be loaded before a person has looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The setting that refuses it.
    pub code: &'static str,
    /// Why, and what to do.
    pub message: String,
}

/// Refuses a file that would do more harm than good. A person who released it has decided.
pub fn refusal(contract: &Contract, tables: &[TableOutcome], totals: Totals) -> Option<Refusal> {
    let quarantine = |code, message| Some(Refusal { code, message });
    if contract.on_error == OnError::Quarantine && totals.rejected > 0 {
        let message = format!(
            "{} lines are wrong and the contract allows none (`on_error`); correct them and drop the \
             file again",
            totals.rejected
        );
        return quarantine("on_error", message);
    }
    if let Some(limit) = contract.max_rejected
        && limit.is_exceeded(totals.rejected, totals.read)
    {
        let message = format!(
            "{} of {} lines are wrong, more than `max_rejected` allows; correct them, or release the \
             arrival",
            totals.rejected, totals.read
        );
        return quarantine("max_rejected", message);
    }
    let partitioned = contract.partition != Partition::None;
    for state in tables {
        let name = &state.table.name;
        let good = state.good_rows();
        if let Some(least) = state.table.min_rows.filter(|least| good < *least) {
            let message = format!(
                "{name} would have {good} rows from this file, fewer than `min_rows` = {least}; release \
                 the arrival if that is right"
            );
            return quarantine("min_rows", message);
        }
        let rows = state.index.file_rows(partitioned);
        let most = state.table.max_delete * rows as f64;
        if rows >= SMALL && state.counts.deleted as f64 > most {
            let message = format!(
                "{} of {rows} rows of {name} would be deleted, more than `max_delete` = {} allows; \
                 release the arrival if that is right",
                state.counts.deleted, state.table.max_delete
            );
            return quarantine("max_delete", message);
        }
    }
    None
}
