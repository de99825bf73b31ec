//! Several futures at once, a few at a time.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::error::{Error, Result};

/// Runs `work` on every item, at most `limit` at once, and gives the results in the items' order. Of
/// several failures the one of the earliest item counts, as if they had been tried one after the other; what
/// comes after a failure is not started, and dropped where it has been.
pub(crate) async fn each<'a, I, T, F>(items: I, limit: usize, work: impl Fn(I::Item) -> F) -> Result<Vec<T>>
where
    I: IntoIterator,
    F: Future<Output = Result<T>> + 'a,
{
    let mut works: Vec<Running<'a, T>> = Vec::new();
    for item in items {
        works.push(Running { future: Some(Box::pin(work(item))), value: None });
    }
    drive(works.iter_mut().map(|work| work as &mut dyn Work).collect(), limit).await?;
    Ok(works.into_iter().filter_map(|work| work.value).collect())
}

/// A future under way, and the value that it gave.
struct Running<'a, T> {
    future: Option<Pin<Box<dyn Future<Output = Result<T>> + 'a>>>,
    value: Option<T>,
}

/// A [`Running`] whatever its value is, so that [`drive`] is compiled once.
trait Work {
    /// Goes on; `Ready` when nothing is left to do.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<()>>;

    /// Drops the future.
    fn stop(&mut self);
}

impl<T> Work for Running<'_, T> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<()>> {
        let Some(future) = &mut self.future else { return Poll::Ready(Ok(())) };
        let Poll::Ready(result) = future.as_mut().poll(context) else { return Poll::Pending };
        self.future = None;
        Poll::Ready(result.map(|value| self.value = Some(value)))
    }

    fn stop(&mut self) {
        self.future = None;
    }
}

async fn drive(mut works: Vec<&mut dyn Work>, limit: usize) -> Result<()> {
    let mut failure: Option<Error> = None;
    poll_fn(|context| {
        let mut under_way = 0;
        let mut failed = None;
        for (at, work) in works.iter_mut().enumerate() {
            match work.poll(context) {
                Poll::Pending => under_way += 1,
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) => {
                    failure = Some(error);
                    failed = Some(at);
                    break;
                }
            }
            if under_way == limit {
                break;
            }
        }
        if let Some(at) = failed {
            works.drain(at..).for_each(|work| work.stop());
        }
        if under_way > 0 { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    failure.map_or(Ok(()), Err)
}
