//! Which arrival a target needs next: a pure decision over what the ledger holds.

use std::collections::BTreeMap;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use tolva_schema::contract::Refresh;
use tolva_schema::state::ArrivalState;

use crate::entity::arrival_target::{self, Column, Entity};
use crate::{Ledger, LedgerError, StoredContract, progress};

/// Partitions that are looked at again because their last load failed in passing.
const TRIED: u64 = 100;

/// An arrival as the decision sees it, for one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The arrival.
    pub id: i64,
    /// Its partition.
    pub part: String,
    /// Its place.
    pub sequence: i64,
    /// How far it is.
    pub state: ArrivalState,
    /// The contract by which it got there.
    pub digest: Option<String>,
    /// Not to be tried before, milliseconds since 1970.
    pub not_before: i64,
    /// Whether a later arrival takes its place.
    pub replaced: bool,
}

/// What a target needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing: it holds what it should.
    Nothing,
    /// This arrival.
    Load(i64),
    /// Nothing before this time (milliseconds since 1970): the last try failed in passing.
    Wait(i64),
    /// A person: this arrival was refused and those behind it depend on it.
    Blocked(i64),
}

/// Decides. `candidates` may come in any order.
///
/// - *snapshot*: per partition the newest arrival that was not refused; it is loaded again when the
///   contract has changed since.
/// - *upsert*, *append*: every arrival in sequence; a refused one stops the rest until a person
///   releases, replays or discards it.
pub fn next(refresh: Refresh, digest: &str, candidates: &[Candidate], now: i64) -> Next {
    if refresh.is_snapshot() {
        snapshot(digest, candidates, now)
    } else {
        sequence(digest, candidates, now)
    }
}

fn snapshot(digest: &str, candidates: &[Candidate], now: i64) -> Next {
    let mut newest: BTreeMap<&str, &Candidate> = BTreeMap::new();
    for candidate in candidates {
        if candidate.state.blocks() || candidate.state == ArrivalState::Discarded {
            continue;
        }
        let best = newest.entry(&candidate.part).or_insert(candidate);
        if candidate.sequence > best.sequence {
            *best = candidate;
        }
    }
    let mut due: Vec<&Candidate> =
        newest.into_values().filter(|candidate| needs_load(candidate, digest)).collect();
    due.sort_by_key(|candidate| candidate.sequence);
    first(&due, now)
}

fn sequence(digest: &str, candidates: &[Candidate], now: i64) -> Next {
    let mut ordered: Vec<&Candidate> = candidates.iter().collect();
    ordered.sort_by_key(|candidate| candidate.sequence);
    for candidate in &ordered {
        if candidate.state.blocks() && !candidate.replaced {
            return Next::Blocked(candidate.id);
        }
        if candidate.state.is_open() {
            return first(&[candidate], now);
        }
    }
    let newest = ordered.into_iter().rev().find(|candidate| candidate.state.is_applied());
    match newest {
        Some(newest) if needs_load(newest, digest) => first(&[newest], now),
        _ => Next::Nothing,
    }
}

fn needs_load(candidate: &Candidate, digest: &str) -> bool {
    candidate.state.is_open()
        || candidate.state.is_applied() && candidate.digest.as_deref() != Some(digest)
}

fn first(due: &[&Candidate], now: i64) -> Next {
    match due.iter().find(|candidate| candidate.not_before <= now) {
        Some(candidate) => Next::Load(candidate.id),
        None => match due.iter().map(|candidate| candidate.not_before).min() {
            Some(time) => Next::Wait(time),
            None => Next::Nothing,
        },
    }
}

impl Ledger {
    /// What the ledger holds for the decision, as far as it matters: with these [`next`] decides as
    /// it would with all arrivals, but for which of two partitions comes first after loads failed in
    /// passing.
    pub async fn candidates(
        &self,
        stored: &StoredContract,
        target: &str,
    ) -> Result<Vec<Candidate>, LedgerError> {
        let dataset = stored.contract.name.as_str();
        self.enroll_new(dataset, target).await?;
        let rows =
            Entity::find().filter(Column::Dataset.eq(dataset)).filter(Column::Target.eq(target));
        let found = if stored.contract.refresh.is_snapshot() {
            self.heads(rows, &stored.digest).await?
        } else {
            self.first_and_last(rows).await?
        };
        found.into_iter().map(candidate_of).collect()
    }

    /// The first partition that was never tried, those that were, and of those that were loaded by
    /// other contracts the first by each.
    async fn heads(
        &self,
        rows: Select<Entity>,
        digest: &str,
    ) -> Result<Vec<arrival_target::Model>, LedgerError> {
        let open = rows.clone().filter(Expr::cust(progress::OPEN_HEAD));
        let tried = open.clone().filter(Column::NotBefore.gt(0)).order_by_asc(Column::NotBefore);
        let mut found = tried.limit(TRIED).all(&self.db).await?;
        let untried = open.filter(Column::NotBefore.eq(0)).order_by_asc(Column::Sequence);
        found.extend(untried.one(&self.db).await?);
        let applied = rows
            .filter(Expr::cust(progress::APPLIED_HEAD))
            .order_by_asc(Column::Digest)
            .order_by_asc(Column::Sequence);
        let below = applied.clone().filter(Column::Digest.lt(digest));
        for range in [below, applied.filter(Column::Digest.gt(digest))] {
            let mut last = String::new();
            loop {
                let row = range.clone().filter(Column::Digest.gt(last)).one(&self.db).await?;
                let Some(row) = row else { break };
                last = row.digest.clone().unwrap_or_default();
                found.push(row);
            }
        }
        Ok(found)
    }

    /// The first that is open, the first that stops the rest, the newest that was loaded.
    async fn first_and_last(
        &self,
        rows: Select<Entity>,
    ) -> Result<Vec<arrival_target::Model>, LedgerError> {
        let replaced = "NOT EXISTS (SELECT 1 FROM tolva_arrival newer \
                        WHERE newer.replaces = tolva_arrival_target.arrival_id)";
        let mut found = Vec::new();
        for state in ArrivalState::ALL {
            let rows = rows.clone().filter(Column::State.eq(state.as_str()));
            let row = if state.is_open() {
                rows.order_by_asc(Column::Sequence)
            } else if state.blocks() {
                rows.order_by_asc(Column::Sequence).filter(Expr::cust(replaced))
            } else if state.is_applied() {
                rows.order_by_desc(Column::Sequence)
            } else {
                continue;
            };
            found.extend(row.one(&self.db).await?);
        }
        Ok(found)
    }
}

fn candidate_of(row: arrival_target::Model) -> Result<Candidate, LedgerError> {
    Ok(Candidate {
        id: row.arrival_id,
        part: row.part,
        sequence: row.sequence,
        state: row.state.parse().map_err(LedgerError::Corrupt)?,
        digest: row.digest,
        not_before: row.not_before,
        replaced: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(id: i64, state: ArrivalState) -> Candidate {
        Candidate {
            id,
            part: String::new(),
            sequence: id,
            state,
            digest: Some("d".into()),
            not_before: 0,
            replaced: false,
        }
    }

    #[test]
    fn a_snapshot_takes_the_newest_arrival_that_was_not_refused() {
        use ArrivalState::*;
        let next = |states: &[ArrivalState]| {
            let list: Vec<Candidate> = states
                .iter()
                .enumerate()
                .map(|(at, state)| candidate(at as i64 + 1, *state))
                .collect();
            next(Refresh::Snapshot, "d", &list, 0)
        };
        assert_eq!(next(&[Landed, Landed]), Next::Load(2));
        assert_eq!(next(&[Landed, Quarantined]), Next::Load(1));
        assert_eq!(next(&[Superseded, Loaded, Failed]), Next::Nothing);
        assert_eq!(next(&[Loaded, Loading]), Next::Load(2));
        assert_eq!(next(&[]), Next::Nothing);
    }

    #[test]
    fn a_changed_contract_reloads_the_newest_good_arrival() {
        let list = [candidate(1, ArrivalState::Loaded), candidate(2, ArrivalState::Loaded)];
        assert_eq!(next(Refresh::Snapshot, "other", &list, 0), Next::Load(2));
        assert_eq!(next(Refresh::Upsert, "other", &list, 0), Next::Load(2));
    }

    #[test]
    fn an_upsert_stops_behind_a_refused_arrival_until_it_is_replaced() {
        let mut list = vec![
            candidate(1, ArrivalState::Loaded),
            candidate(2, ArrivalState::Quarantined),
            candidate(3, ArrivalState::Landed),
        ];
        assert_eq!(next(Refresh::Upsert, "d", &list, 0), Next::Blocked(2));
        list[1].replaced = true;
        assert_eq!(next(Refresh::Upsert, "d", &list, 0), Next::Load(3));
        list[1].state = ArrivalState::Discarded;
        list[2].not_before = 10;
        assert_eq!(next(Refresh::Append, "d", &list, 0), Next::Wait(10));
    }
}
