//! A worker that dies: its future is dropped where it waits.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

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
