//! Sends one request, as often as the policy allows and when the pace of its origin allows it.
//!
//! Everything that is sent goes through here: requests of the API, tokens, pings, what a redirect leads to. The
//! policy is in [`crate::http::retry`], the pace in [`crate::http::pace`]; this is where both wait.

use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::host::{Retrying, or_ended};
use crate::http::message::{Headers, Method, Request};
use crate::http::pace::CONCURRENCY_LIMIT;
use crate::http::retry::{Again, LEAST_WAIT_MS, WAITING_MS, attempts, backoff, is_passing};
use crate::http::retry_after;
use crate::http::url::Url;
use crate::registry::client::{Client, Session};
use crate::registry::host::Host;
use crate::registry::memory::paces::SharedPace;
use crate::registry::send::call::{Payload, Reply};
use crate::text::counted;

/// A request that is about to be sent, once or several times.
pub(crate) struct Outgoing<'a> {
    /// The verb.
    pub(crate) method: Method,
    /// Where to.
    pub(crate) url: &'a Url,
    /// Names in lower case.
    pub(crate) headers: Vec<(&'static str, &'a str)>,
    /// What is sent.
    pub(crate) content: Option<Payload<'a>>,
    /// Whether it may be sent again.
    pub(crate) again: Again,
    /// The registry that chose the URL, where that is not the registry's own.
    pub(crate) named_by: Option<String>,
    /// See [`Request::on_behalf_of`].
    pub(crate) on_behalf_of: Option<String>,
    /// See [`Request::public_only`].
    pub(crate) public_only: bool,
}

impl Outgoing<'_> {
    fn request(&self, attempt: u32) -> Request {
        Request {
            method: self.method,
            url: self.url.to_string(),
            headers: self.headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
            body: self.content.map(|content| content.bytes.to_vec()),
            attempt,
            named_by: self.named_by.clone(),
            on_behalf_of: self.on_behalf_of.clone(),
            public_only: self.public_only,
        }
    }
}

/// A place among the requests to an origin that are under way, until it is dropped.
struct Place {
    pace: SharedPace,
    /// How often the origin was too busy when the request was sent, for [`Pace::busy`](crate::http::pace::Pace::busy).
    busy_times: u32,
}

/// A ticket for a place, until it is dropped.
struct Waiting<'a> {
    pace: &'a SharedPace,
    ticket: u64,
}

/// Sends a request, again where the policy says so; gives the last response.
///
/// Fails with the codes of the network, and with `TOO_MANY_REQUESTS` without sending anything while the
/// origin asks to get no request for longer than may be waited, or more requests are due before.
pub(crate) async fn send<H: Host>(
    session: Session<'_, H>,
    outgoing: &Outgoing<'_>,
) -> Result<Reply<H::Body>> {
    let Session { client, host } = session;
    let retry = client.options.retry;
    let pace = pace_of(client, outgoing.url);
    pace.borrow_mut().count();
    let (mut attempt, mut waited) = (1, 0);
    loop {
        let place = place(session, &pace, outgoing.url, attempt > 1).await?;
        let outcome = host.send(outgoing.request(attempt)).await;
        let now = host.now();
        let jitter = backoff(attempt, host.random());
        let mut retry_after_ms = None;
        let (most, delay_ms) = match &outcome {
            Ok(response) => {
                let status = response.status;
                let asked = retry_after_of(&response.headers, now);
                retry_after_ms = asked.map(|wait| wait.div_ceil(1000).saturating_mul(1000));
                let most =
                    if is_passing(outgoing.again, outgoing.method, status) { retry.attempts } else { 1 };
                (most, place.answered(status, asked, jitter, now))
            }
            Err(error) => {
                let most = attempts(outgoing.again, error).min(retry.attempts);
                (most, jitter)
            }
        };
        drop(place);
        waited += delay_ms;
        let is_over = (attempt >= most && (most == 1 || stands(Guard::RetryEnds)))
            || (delay_ms > retry.max_delay_ms && stands(Guard::RetryLimit))
            || waited > WAITING_MS.max(retry.max_delay_ms)
            || !pace.borrow_mut().pay(now);
        if is_over {
            let response = outcome.map_err(|error| tried(error, attempt))?;
            return Ok(Reply { response, attempts: attempt, retry_after_ms });
        }
        let reason = match outcome {
            Ok(response) => response.status.to_string(),
            Err(error) => error.code().as_str().to_owned(),
        };
        let (method, url) = (outgoing.method, outgoing.url);
        host.retrying(&Retrying { method, url, attempt, reason: &reason, delay_ms }).await?;
        host.sleep(delay_ms).await?;
        attempt += 1;
    }
}

/// Waits for a place, and then until the origin's next request is due.
async fn place<H: Host>(session: Session<'_, H>, pace: &SharedPace, url: &Url, first: bool) -> Result<Place> {
    let Session { client, host } = session;
    if host.waits_alone() {
        pace.borrow_mut().enter_beyond();
    } else if first || !pace.borrow_mut().enter() {
        let ticket = pace.borrow_mut().ticket();
        let waiting = Waiting { pace, ticket };
        let given = poll_fn(|context| match pace.borrow_mut().wait(ticket, first, context.waker()) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        });
        or_ended(host, given).await?;
        drop(waiting);
    }
    let mut place = Place { pace: Rc::clone(pace), busy_times: 0 };
    let mut booked = None;
    loop {
        let now = host.now();
        let cool_down = pace.borrow_mut().cool_down(now);
        // One that books a time and gives up before that holds back all that come after it.
        let wait = if booked.is_none() { pace.borrow().wait_for_next(now) } else { 0 };
        if cool_down.max(wait) > client.options.retry.max_delay_ms {
            return Err(too_many(url, cool_down.max(wait)));
        }
        let due = pace.borrow_mut().book(booked, now);
        if due <= now {
            place.busy_times = pace.borrow().busy_times();
            return Ok(place);
        }
        booked = Some(due);
        host.sleep(due - now).await?;
    }
}

/// The pace of the origin of a URL.
pub(crate) fn pace_of(client: &Client, url: &Url) -> SharedPace {
    client.memory.paces.of(url.origin(), client.options.concurrency.unwrap_or(CONCURRENCY_LIMIT))
}

impl Place {
    /// Tells the pace what the origin answered. Gives how long is waited before the same request is sent again.
    fn answered(&self, status: u16, asked: Option<u64>, jitter: u64, now: u64) -> u64 {
        // Where nothing is said about how long, or that it is over already, an answer at once would be the same.
        let least = jitter / 2 + LEAST_WAIT_MS;
        let is_short = |wait: u64| wait < LEAST_WAIT_MS && stands(Guard::LeastWait);
        let asked = asked.map(|wait| if is_short(wait) { least } else { wait });
        match (status, asked) {
            (429, None) => {
                self.pace.borrow_mut().refused(self.busy_times, now, least);
                least
            }
            (429 | 503, Some(wait)) => {
                self.pace.borrow_mut().refused(self.busy_times, now, wait);
                wait
            }
            (503, None) => {
                self.pace.borrow_mut().busy(self.busy_times);
                jitter
            }
            (500.., asked) => asked.unwrap_or(0).max(jitter),
            _ => {
                let next = self.pace.borrow_mut().answered();
                next.into_iter().for_each(Waker::wake);
                asked.unwrap_or(0).max(jitter)
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let next = self.pace.borrow_mut().leave();
        next.into_iter().for_each(Waker::wake);
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let next = self.pace.borrow_mut().quit(self.ticket);
        next.into_iter().for_each(Waker::wake);
    }
}

/// How long the origin asks to wait, in milliseconds.
fn retry_after_of(headers: &Headers, now: u64) -> Option<u64> {
    let wait = retry_after::parse(headers.get("retry-after")?, now);
    wait.filter(|_| stands(Guard::RetryAfter))
}

/// Adds to an error how often the request was sent.
pub(crate) fn tried(error: Error, attempt: u32) -> Error {
    if attempt > 1 { error.with_detail("attempts", u64::from(attempt)) } else { error }
}

fn too_many(url: &Url, wait: u64) -> Error {
    let seconds = counted(wait.div_ceil(1000), "second");
    let message = format!("{} wants to be left alone for another {seconds}", url.machine());
    Error::new(Code::TooManyRequests, message).with_detail("retryAfterMs", wait)
}
