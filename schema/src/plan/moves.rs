//! Columns that go from one table to another: the file fills them again where they are now.

use super::Plan;

impl Plan<'_> {
    /// The table to which a column of `table` moves when it is dropped there: one that gains a column
    /// of this name.
    pub(super) fn moves_to(&self, table: &str, column: &str) -> Option<&str> {
        let gains = |other: &str| self.live(other).is_none_or(|live| live.column(column).is_none());
        let mut others = self.desired.iter().filter(|other| other.name != table);
        others
            .find(|other| other.column(column).is_some() && gains(&other.name))
            .map(|other| other.name.as_str())
    }
}
