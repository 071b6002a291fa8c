//! What becomes of an offered row: the table of the design's section 5 as a pure function.

use tolva_schema::contract::Refresh;
use tolva_schema::state::Origin;

/// The row in the table, as an offered row with the same key finds it. `same`: its file content has
/// the same hash as the one offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// There is none.
    None,
    /// It came from somewhere and is there.
    Row {
        /// From where.
        origin: Origin,
        /// Whether the content is the same.
        same: bool,
    },
    /// It came from a file and was deleted through the API.
    Tombstone {
        /// Whether the content is the same.
        same: bool,
    },
}

/// What happens to the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It comes in.
    Insert,
    /// It comes in again although somebody had deleted it: the file's content changed.
    InsertAgain,
    /// It takes the file's content.
    Update,
    /// It takes the file's content and loses an edit.
    OverwriteEdit,
    /// Nothing; it stays as it is, an edit included.
    Keep,
    /// Its content stays; from now on a file owns it.
    Adopt,
    /// It takes the file's content; from now on a file owns it.
    AdoptUpdate,
    /// It stays deleted.
    StayDeleted,
    /// It stays as it is and the line is refused: an append never changes what is there.
    RefuseChange,
}

/// Decides.
pub fn decide(refresh: Refresh, existing: Existing) -> Deed {
    let append = refresh == Refresh::Append;
    match existing {
        Existing::None => Deed::Insert,
        Existing::Tombstone { same: true } => Deed::StayDeleted,
        Existing::Tombstone { same: false } => Deed::InsertAgain,
        Existing::Row { same: false, .. } if append => Deed::RefuseChange,
        Existing::Row { origin: Origin::File | Origin::Edited, same: true } => Deed::Keep,
        Existing::Row { origin: Origin::File, same: false } => Deed::Update,
        Existing::Row { origin: Origin::Edited, same: false } => Deed::OverwriteEdit,
        Existing::Row { origin: Origin::Api, same: true } => Deed::Adopt,
        Existing::Row { origin: Origin::Api, same: false } => Deed::AdoptUpdate,
    }
}

/// What becomes of a row that no line offers and no refused line names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// It goes.
    Delete,
    /// It goes, and an edit with it.
    DeleteEdited,
    /// It stays.
    Keep,
}

/// Decides for a row of this origin; `owned`: this file's partition offered it, and no other does.
pub fn absent(refresh: Refresh, origin: Origin, owned: bool) -> Absent {
    match origin {
        _ if !refresh.is_snapshot() || !owned => Absent::Keep,
        Origin::Api => Absent::Keep,
        Origin::File => Absent::Delete,
        Origin::Edited => Absent::DeleteEdited,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of the table in the design, in its words.
    #[test]
    fn every_cell_of_the_designs_table_of_rows() {
        use Existing::{None, Row, Tombstone};
        let row = |origin, same| Row { origin, same };
        for (existing, deed) in [
            (row(Origin::File, true), Deed::Keep),
            (row(Origin::File, false), Deed::Update),
            (row(Origin::Edited, true), Deed::Keep),
            (row(Origin::Edited, false), Deed::OverwriteEdit),
            (Tombstone { same: true }, Deed::StayDeleted),
            (Tombstone { same: false }, Deed::InsertAgain),
            (row(Origin::Api, true), Deed::Adopt),
            (row(Origin::Api, false), Deed::AdoptUpdate),
            (None, Deed::Insert),
        ] {
            assert_eq!(decide(Refresh::Snapshot, existing), deed, "{existing:?}");
        }
        assert_eq!(absent(Refresh::Snapshot, Origin::File, true), Absent::Delete);
        assert_eq!(absent(Refresh::Snapshot, Origin::Edited, true), Absent::DeleteEdited);
        assert_eq!(absent(Refresh::Snapshot, Origin::Api, true), Absent::Keep);
        assert_eq!(absent(Refresh::Snapshot, Origin::File, false), Absent::Keep);
        assert_eq!(absent(Refresh::Upsert, Origin::File, true), Absent::Keep);
        assert_eq!(decide(Refresh::Append, row(Origin::File, false)), Deed::RefuseChange);
    }
}
