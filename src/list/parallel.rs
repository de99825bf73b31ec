//! Several futures at once, a few at a time.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use crate::error::{Error, Result};
use crate::limits::PARALLEL;

/// A future under way.
type Running<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + 'a>>;

/// Runs `work` on every item, at most [`PARALLEL`] at once, and gives the results in the items' order. Of
/// several failures the one of the earliest item counts, as if they had been tried one after the other; what
/// comes after a failure is not started, and dropped where it has been.
pub(super) async fn each<'a, I, T, F, W>(items: I, work: W) -> Result<Vec<T>>
where
    I: IntoIterator,
    F: Future<Output = Result<T>> + 'a,
    W: Fn(I::Item) -> F,
{
    let mut waiting = items.into_iter().enumerate();
    let mut running: Vec<(usize, Running<'a, T>)> = Vec::new();
    let mut done: Vec<(usize, T)> = Vec::new();
    let mut failure: Option<(usize, Error)> = None;
    poll_fn(|context| {
        loop {
            while failure.is_none() && running.len() < PARALLEL {
                match waiting.next() {
                    Some((at, item)) => running.push((at, Box::pin(work(item)))),
                    None => break,
                }
            }
            let mut progress = false;
            running.retain_mut(|(at, future)| {
                if failure.as_ref().is_some_and(|(first, _)| *first < *at) {
                    return false;
                }
                let Poll::Ready(result) = future.as_mut().poll(context) else { return true };
                progress = true;
                match result {
                    Ok(value) => done.push((*at, value)),
                    Err(error) => failure = Some((*at, error)),
                }
                false
            });
            if let Some((first, _)) = &failure {
                running.retain(|(at, _)| at < first);
            }
            match (running.is_empty(), progress) {
                (true, false) => return Poll::Ready(()),
                (false, false) => return Poll::Pending,
                (_, true) => {}
            }
        }
    })
    .await;
    if let Some((_, error)) = failure {
        return Err(error);
    }
    done.sort_unstable_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, value)| value).collect())
}
