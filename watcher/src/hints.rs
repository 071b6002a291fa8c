//! From what the system tells to hints where to look.
//!
//! The system's events come in on a thread of their own, which must not wait. They go through a
//! channel to the one who looks. When that is full, the event is not kept but a rescan is asked for:
//! no file is overlooked, it is only found in another way.

use std::path::PathBuf;
use std::sync::Arc;

use notify::event::{AccessKind, AccessMode, CreateKind, Event, EventKind, ModifyKind, RenameMode};
use tokio::sync::{Notify, mpsc};

use crate::writing::Writing;

/// Hints that may wait.
pub(crate) const CAPACITY: usize = 8192;

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hint {
    /// A file was closed by its writer, or moved here (or a folder was).
    Complete(PathBuf),
    /// A file or a folder was made; nothing says that it is complete.
    Appeared(PathBuf),
    /// It is gone.
    Gone(PathBuf),
}

/// Where hints come out.
#[derive(Debug)]
pub(crate) struct Hints {
    /// What was seen, in order.
    pub queue: mpsc::Receiver<Hint>,
    /// Something was missed, or may have been.
    pub rescan: Arc<Notify>,
    /// Which files are being written.
    pub writing: Arc<Writing>,
    /// Keeps the queue open while no one watches.
    _open: mpsc::Sender<Hint>,
}

/// Where events go in.
#[derive(Debug, Clone)]
pub(crate) struct Inlet {
    queue: mpsc::Sender<Hint>,
    rescan: Arc<Notify>,
    writing: Arc<Writing>,
    /// The last file moved away: the event's cookie, and whether the file was being written.
    moved: Option<(usize, bool)>,
}

/// Both ends; so many hints may wait.
pub(crate) fn channel(capacity: usize) -> (Inlet, Hints) {
    let (sender, queue) = mpsc::channel(capacity);
    let (rescan, writing) = (Arc::new(Notify::new()), Arc::new(Writing::default()));
    let inlet = Inlet {
        queue: sender.clone(),
        rescan: rescan.clone(),
        writing: writing.clone(),
        moved: None,
    };
    (inlet, Hints { queue, rescan, writing, _open: sender })
}

impl notify::EventHandler for Inlet {
    fn handle_event(&mut self, event: notify::Result<Event>) {
        match event {
            Ok(event) => self.take(event),
            Err(error) => {
                tracing::warn!(%error, "watching the inbox failed; it is scanned instead");
                self.missed();
            }
        }
    }
}

impl Inlet {
    fn take(&mut self, event: Event) {
        if event.need_rescan() {
            self.missed();
        }
        let tracker = event.tracker();
        // Of two paths, the second is where a file was moved to.
        let Some(path) = event.paths.into_iter().next_back() else {
            return;
        };
        match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => {
                self.writing.ended(&path);
                self.send(Hint::Complete(path));
            }
            EventKind::Modify(ModifyKind::Name(RenameMode::From)) => {
                let writing = self.writing.ended(&path);
                if let Some(tracker) = tracker {
                    self.moved = Some((tracker, writing));
                }
                self.send(Hint::Gone(path));
            }
            EventKind::Modify(ModifyKind::Name(RenameMode::To)) => {
                // A file that is moved while it is open for writing is not complete yet.
                self.writing.ended(&path);
                if self.moved.take().is_some_and(|(from, open)| open && Some(from) == tracker) {
                    self.writing.wrote(path.clone());
                }
                self.send(Hint::Complete(path));
            }
            EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => {
                self.send(Hint::Complete(path));
            }
            EventKind::Modify(ModifyKind::Data(_)) => self.writing.wrote(path),
            EventKind::Create(CreateKind::File | CreateKind::Folder | CreateKind::Any) => {
                self.send(Hint::Appeared(path));
            }
            EventKind::Remove(_) => {
                self.writing.ended(&path);
                self.send(Hint::Gone(path));
            }
            _ => {}
        }
    }

    /// Whatever was not told is found by looking everywhere.
    fn missed(&self) {
        self.writing.forget_all();
        self.rescan.notify_one();
    }

    fn send(&self, hint: Hint) {
        // A closed channel: the watcher has stopped.
        if let Err(mpsc::error::TrySendError::Full(_)) = self.queue.try_send(hint) {
            self.rescan.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use notify::EventHandler as _;
    use notify::event::{
        AccessKind, AccessMode, CreateKind, DataChange, Event, EventKind, Flag, ModifyKind,
        RenameMode,
    };

    use super::{Hint, Hints, Inlet, channel};

    const CLOSED: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));
    const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));

    fn tell(inlet: &mut Inlet, kind: EventKind, path: &str) {
        inlet.handle_event(Ok(Event::new(kind).add_path(PathBuf::from(path)).set_tracker(7)));
    }

    fn heard(hints: &mut Hints) -> Vec<Hint> {
        std::iter::from_fn(|| hints.queue.try_recv().ok()).collect()
    }

    async fn rescan_is_asked_for(hints: &Hints) -> bool {
        tokio::time::timeout(Duration::ZERO, hints.rescan.notified()).await.is_ok()
    }

    #[tokio::test]
    async fn only_closing_and_moving_in_complete_a_file() {
        let (mut inlet, mut hints) = channel(10);
        for kind in [
            WRITTEN,
            EventKind::Access(AccessKind::Open(AccessMode::Any)),
            EventKind::Access(AccessKind::Close(AccessMode::Read)),
        ] {
            tell(&mut inlet, kind, "/in/a");
        }
        assert_eq!(heard(&mut hints), []);
        tell(&mut inlet, EventKind::Create(CreateKind::File), "/in/a");
        tell(&mut inlet, CLOSED, "/in/a");
        tell(&mut inlet, EventKind::Modify(ModifyKind::Name(RenameMode::To)), "/in/b");
        assert_eq!(
            heard(&mut hints),
            [
                Hint::Appeared("/in/a".into()),
                Hint::Complete("/in/a".into()),
                Hint::Complete("/in/b".into())
            ]
        );
        assert!(!rescan_is_asked_for(&hints).await);
    }

    #[tokio::test]
    async fn a_full_channel_asks_for_a_rescan() {
        let (mut inlet, mut hints) = channel(1);
        tell(&mut inlet, CLOSED, "/in/a");
        assert!(!rescan_is_asked_for(&hints).await);
        tell(&mut inlet, CLOSED, "/in/b");
        assert!(rescan_is_asked_for(&hints).await);
        assert_eq!(heard(&mut hints), [Hint::Complete("/in/a".into())]);
    }

    #[tokio::test]
    async fn an_overflow_asks_for_a_rescan_whatever_event_says_so() {
        for kind in [EventKind::Other, WRITTEN] {
            let (mut inlet, hints) = channel(1);
            inlet.writing.wrote("/in/a".into());
            inlet.handle_event(Ok(Event::new(kind).set_flag(Flag::Rescan)));
            assert!(rescan_is_asked_for(&hints).await);
            assert!(!hints.writing.holds(Path::new("/in/a")));
        }
        let (mut inlet, hints) = channel(1);
        inlet.handle_event(Err(notify::Error::generic("broken")));
        assert!(rescan_is_asked_for(&hints).await);
    }

    #[tokio::test]
    async fn a_file_is_being_written_until_it_is_closed_under_whatever_name() {
        let (mut inlet, hints) = channel(10);
        let held = |path: &str| hints.writing.holds(Path::new(path));
        tell(&mut inlet, WRITTEN, "/in/a.part");
        tell(&mut inlet, EventKind::Modify(ModifyKind::Name(RenameMode::From)), "/in/a.part");
        tell(&mut inlet, EventKind::Modify(ModifyKind::Name(RenameMode::To)), "/in/a");
        assert!(held("/in/a") && !held("/in/a.part"));
        tell(&mut inlet, CLOSED, "/in/a");
        assert!(!held("/in/a"));
    }
}
