//! A worker that dies, and one that is held up.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tolva_ledger::Ledger;
use tolva_loader::{Loader, Progress, Targets};

use crate::world::World;

/// Refreshes a dataset as a process of its own that is killed after so many polls; gives whether it
/// had finished by then. Nothing of it lives on: a runtime of its own ends with its connections, which
/// are not told.
pub async fn refresh_and_die(world: &World, dataset: String, polls: usize) -> bool {
    let ((ledger, named), target) = (world.urls.clone(), world.target);
    let process = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let finished = runtime.block_on(async {
            let targets = Targets::new(&ledger, &named);
            let ledger = Ledger::open(&ledger).await.expect("the ledger opens");
            let (loader, progress) = (Loader::new(ledger, targets, "doomed"), Progress::default());
            stopped_after(loader.refresh(&dataset, target, &progress), polls).await.0.is_some()
        });
        runtime.shutdown_background();
        finished
    };
    tokio::task::spawn_blocking(process).await.expect("the process ends")
}

/// Runs `future` and drops it after so many polls; gives what came of it, and the polls it took.
pub async fn stopped_after<T>(future: impl Future<Output = T>, most: usize) -> (Option<T>, usize) {
    let mut future = pin!(future);
    let mut polls = 0;
    let outcome = std::future::poll_fn(|context| {
        polls += 1;
        match future.as_mut().poll(context) {
            Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
            Poll::Pending if polls >= most => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await;
    (outcome, polls)
}

/// Runs `future`, which rests after so many polls until `other` is done: unless that one waits for
/// a lock which the resting one holds.
pub async fn interrupted<T>(
    future: impl Future<Output = T>,
    polls: usize,
    other: impl Future<Output = ()>,
) -> T {
    const PATIENCE: Duration = Duration::from_millis(50);
    let (mut future, mut other) = (pin!(future), pin!(other));
    let early = stopped_after(future.as_mut(), polls).await.0;
    let done = tokio::time::timeout(PATIENCE, other.as_mut()).await.is_ok();
    match early {
        Some(outcome) => {
            if !done {
                other.await;
            }
            outcome
        }
        None if done => future.await,
        None => tokio::join!(future, other).0,
    }
}
