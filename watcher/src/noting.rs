//! From hints to files that are to be looked at.

use std::path::Path;
use std::time::Duration;

use tolva_schema::contract::Ready;

use crate::hints::Hint;
use crate::intake::contract_of;
use crate::listing::list_folder;
use crate::look::{Seen, look};
use crate::looks::Candidate;
use crate::names;
use crate::place::{Place, may_be_folder};
use crate::rounds::Rounds;

/// Most files that appear are soon closed, which is worth more than a look.
const SOON: Duration = Duration::from_millis(250);

impl Rounds<'_> {
    /// Takes note of the hints that are there.
    pub async fn note_all(&mut self) {
        for _ in 0..self.watcher.capacity {
            let Ok(hint) = self.hints.queue.try_recv() else {
                return;
            };
            self.note(hint).await;
        }
    }

    /// Takes note of a hint. The ledger is not asked: hints are noted also while it is away.
    pub async fn note(&mut self, hint: Hint) {
        let inbox = &self.watcher.inbox;
        let (path, announced) = match hint {
            Hint::Complete(path) => (path, true),
            Hint::Appeared(path) => (path, false),
            Hint::Gone(path) => {
                if let Some(place) = Place::of(inbox, &path) {
                    self.gone.insert(place.key, path);
                }
                return;
            }
        };
        match look(&path).await {
            Ok(Seen::Plain(stamp)) => match Place::of(inbox, &path) {
                Some(place) => {
                    let mut candidate = Candidate::new(place, stamp, announced);
                    if !announced {
                        candidate.due += SOON;
                    }
                    self.looks.add(candidate);
                }
                None => self.note_marker(&path).await,
            },
            Ok(Seen::Folder) if may_be_folder(inbox, &path) => {
                match list_folder(inbox, path, self.watches.clone()).await {
                    // What could not be listed is told by a scan.
                    Ok(listing) if listing.unreadable.is_empty() => self.add_all(listing),
                    _ => self.scan_soon(),
                }
            }
            Ok(_) => {}
            Err(_) => self.scan_soon(),
        }
    }

    /// A marker announces the file that it stands beside.
    async fn note_marker(&mut self, marker: &Path) {
        let Some(file) = names::marked_by(marker) else {
            return;
        };
        let Some(place) = Place::of(&self.watcher.inbox, &file) else {
            return;
        };
        let asked_for = contract_of(self.contracts(), &place)
            .is_some_and(|contract| contract.ready == Ready::Marker);
        if asked_for && let Ok(Seen::Plain(stamp)) = look(&file).await {
            self.looks.add(Candidate::new(place, stamp, true));
        }
    }
}
