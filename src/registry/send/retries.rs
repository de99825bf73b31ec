//! Waits between requests that belong together: before work of several requests is begun again, and before what was
//! written is looked for again.
//!
//! What is begun again, how often, and after which waits is said in [`crate::http::retry`] alone.

use crate::error::{Detail, Error, Result};
use crate::http::host::Retrying;
use crate::http::message::Method;
use crate::http::retry::{VISIBLE_MS, Work, backoff};
use crate::http::url::Url;
use crate::registry::client::Session;
use crate::registry::host::Host;
use crate::registry::send::attempts::{pace_of, tried};

/// How often a piece of work has failed.
pub(crate) struct Retries<'a, H> {
    session: Session<'a, H>,
    work: Work,
    method: Method,
    failures: u32,
}

impl<'a, H: Host> Retries<'a, H> {
    /// For work whose failing request has this verb.
    pub(crate) fn of(session: Session<'a, H>, work: Work, method: Method) -> Retries<'a, H> {
        Retries { session, work, method, failures: 0 }
    }

    /// Says that the work is this by now.
    pub(crate) fn go_on(&mut self, work: Work) {
        self.work = work;
    }

    /// Whether the work has failed before.
    pub(crate) fn has_failed(&self) -> bool {
        self.failures > 0
    }

    /// Counts a failure and waits before the work is begun again. Fails with `error` where it is not.
    pub(crate) async fn again(&mut self, url: &Url, error: Error) -> Result<()> {
        let error = self.count(error)?;
        self.wait(url, error).await
    }

    /// Counts a failure, and gives it back for [`Retries::wait`]. Fails with it where the work is not begun again.
    pub(crate) fn count(&mut self, error: Error) -> Result<Error> {
        self.failures += 1;
        match self.failures < self.work.most(&error, self.session.client.options.retry.attempts) {
            true => Ok(error),
            // A body that breaks off is a request that failed, and says so.
            false if self.work == Work::Body => Err(tried(error, self.failures)),
            false => Err(error),
        }
    }

    /// Waits after `error`: as long as the origin of `url` has asked for, and no shorter than the back-off.
    ///
    /// Fails with `error` where that is too long, or where the origin was asked too much already.
    pub(crate) async fn wait(&self, url: &Url, error: Error) -> Result<()> {
        let Session { client, host } = self.session;
        let (method, attempt) = (self.method, self.failures);
        let asked = match error.detail("retryAfterMs") {
            Some(Detail::Number(asked)) => *asked,
            _ => 0,
        };
        let delay_ms = asked.max(backoff(attempt, host.random()));
        let is_over = delay_ms > client.options.retry.max_delay_ms;
        if is_over || !pace_of(client, url).borrow_mut().pay(host.now()) {
            return Err(tried(error, attempt));
        }
        let reason = error.code().as_str();
        host.retrying(&Retrying { method, url, attempt, reason, delay_ms }).await?;
        host.sleep(delay_ms).await
    }
}

/// The waits between looks for something that was just written.
pub(crate) struct Looks<'a, H> {
    session: Session<'a, H>,
    waits: std::slice::Iter<'static, u64>,
}

impl<'a, H: Host> Looks<'a, H> {
    /// Before the first look.
    pub(crate) fn new(session: Session<'a, H>) -> Looks<'a, H> {
        Looks { session, waits: VISIBLE_MS.iter() }
    }

    /// Whether the look that follows is the last one.
    pub(crate) fn are_over(&self) -> bool {
        self.waits.len() == 0
    }

    /// Waits before the next look; false, at once, where there is no further one.
    pub(crate) async fn again(&mut self) -> Result<bool> {
        match self.waits.next() {
            Some(ms) => self.session.host.sleep(*ms).await.map(|()| true),
            None => Ok(false),
        }
    }
}
