//! The model check of the design's section 5: random histories (drops, edits, crashes, replays,
//! contract changes) played to a small reference model and to the loader, and everything compared
//! after every step, on SQLite, Postgres and MariaDB.
//!
//! The same histories are played each time, so that a change is judged by itself and not by chance.
//! `TOLVA_MODEL_HISTORIES` plays that many others on each database; `TOLVA_MODEL_SEED` plays the one
//! that a failure has named, and nothing else.

// Whole loads are awaited inside of whole histories.
#![recursion_limit = "256"]

mod compare;
mod crash;
mod file;
mod hand;
mod history;
mod load;
mod model;
mod seen;
mod setting;
#[allow(dead_code, unused_macros, unused_imports)]
#[path = "../suite/world.rs"]
mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use history::Log;
use world::{Backend, World};

/// Histories that share a world: it gets slower with every dataset that it has seen.
const A_WORLD: u64 = 8;
/// Worlds played in at once.
const WORLDS: usize = 3;
/// The seed of the first history, the others follow it.
const FIRST_SEED: u64 = 20_261_123;
/// No history is begun after this, so that a slow machine ends as well.
const LIMIT: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    check(Backend::Sqlite, 300).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    check(Backend::Postgres, 150).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql() {
    check(Backend::Mysql, 150).await;
}

fn variable(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}")))
}

async fn check(backend: Backend, usual: u64) {
    if let Some(seed) = variable("TOLVA_MODEL_SEED") {
        let world = Arc::new(World::new(backend).await);
        one(backend, &world, 0, seed).await;
        return leave(world).await;
    }
    let asked = variable("TOLVA_MODEL_HISTORIES");
    let (many, begun) = (asked.unwrap_or(usual), Instant::now());
    let first = if asked.is_some() { fastrand::u64(..1 << 48) } else { FIRST_SEED };
    let next = Arc::new(AtomicU64::new(0));
    let workers: Vec<_> = (0..WORLDS)
        .map(|_| {
            let next = Arc::clone(&next);
            tokio::spawn(async move {
                let mut played = 0;
                let mut world = Arc::new(World::new(backend).await);
                while asked.is_some() || begun.elapsed() < LIMIT {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= many {
                        break;
                    }
                    if played > 0 && played % A_WORLD == 0 {
                        let old =
                            std::mem::replace(&mut world, Arc::new(World::new(backend).await));
                        leave(old).await;
                    }
                    one(backend, &world, number, first + number).await;
                    played += 1;
                }
                leave(world).await;
                played
            })
        })
        .collect();
    let mut played = 0;
    for worker in workers {
        match worker.await {
            Ok(some) => played += some,
            Err(failure) => std::panic::resume_unwind(failure.into_panic()),
        }
    }
    #[expect(clippy::print_stderr, reason = "how much was tried is worth knowing")]
    {
        eprintln!("{backend:?}: {played} histories in {:?}", begun.elapsed());
    }
}

/// Drops a world where it may block: connections that were cut are closed by this runtime meanwhile.
async fn leave(world: Arc<World>) {
    drop(tokio::task::spawn_blocking(move || drop(world)).await);
}

/// Plays one history; a failure tells its seed and what had happened.
async fn one(backend: Backend, world: &Arc<World>, number: u64, seed: u64) {
    let log = Log::default();
    let (own, told) = (Arc::clone(world), Arc::clone(&log));
    let played = tokio::spawn(async move { history::play(&own, number, seed, told).await }).await;
    if let Err(failure) = played {
        let failure = failure.into_panic();
        let text = failure.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| failure.downcast_ref::<&str>().copied()).unwrap_or("a panic");
        let told = log.lock().map(|log| log.join("\n")).unwrap_or_default();
        panic!("{backend:?}: {text}\n\nTOLVA_MODEL_SEED={seed}, the history:\n{told}");
    }
}
