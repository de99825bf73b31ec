//! One request, sent as often as the policy allows and not before its time.
//!
//! Everything that is sent goes through here: requests of the API, tokens, pings, what a redirect leads to. The
//! policy is in [`crate::http::retry`], the pace in [`crate::http::pace`]; this is where both wait.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Poll, Waker};

use crate::error::{Code, Detail, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::host::Retrying;
use crate::http::message::{Method, Request, Response};
use crate::http::pace::Lane;
use crate::http::retry::{Again, attempts, backoff, is_passing};
use crate::http::retry_after;
use crate::http::url::Url;
use crate::limits::{LEAST_WAIT_MS, REMEMBERED, WAITING_MS, WIDTH_LIMIT};
use crate::registry::client::Client;
use crate::registry::host::Host;
use crate::registry::send::call::Payload;

/// Under this name the headers of an answer say how often it was asked for, where that is more than once. No server
/// can send a name with a colon.
pub(crate) const ATTEMPTS: &str = ":attempts";

/// A request that is about to be sent, once or several times.
pub(crate) struct Outgoing<'a> {
    /// The verb.
    pub(crate) method: Method,
    /// Where to.
    pub(crate) url: &'a Url,
    /// Names in lower case.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// What is sent.
    pub(crate) content: Option<Payload<'a>>,
    /// Whether it may be sent again.
    pub(crate) again: Again,
    /// The registry that chose the URL, where that is not the registry's own.
    pub(crate) named_by: Option<String>,
    /// See [`Request::on_behalf_of`].
    pub(crate) on_behalf_of: Option<String>,
}

impl Outgoing<'_> {
    fn request(&self, attempt: u32) -> Request {
        Request {
            method: self.method,
            url: self.url.to_string(),
            headers: self.headers.clone(),
            body: self.content.map(|content| content.bytes.to_vec()),
            attempt,
            named_by: self.named_by.clone(),
            on_behalf_of: self.on_behalf_of.clone(),
        }
    }
}

/// A place in the lane of an origin, until it is dropped.
struct Place<'a> {
    client: &'a Client,
    lane: usize,
    /// The lane's count of busy times when the request was sent.
    era: u32,
}

/// A ticket for a place, until it is dropped.
struct Waiting<'a> {
    client: &'a Client,
    lane: usize,
    ticket: u64,
}

impl Client {
    /// Sends a request, again where the policy says so; gives the last answer, with `Retry-After` in seconds
    /// whatever its form was.
    ///
    /// Fails with the codes of the network, and with `TOO_MANY_REQUESTS` without sending anything while the
    /// origin wants to be left alone for longer than may be waited.
    pub(crate) async fn deliver<H: Host>(
        &self,
        host: &H,
        outgoing: &Outgoing<'_>,
    ) -> Result<Response<H::Body>> {
        let lane = self.lane(&outgoing.url.origin());
        self.in_lane(lane, Lane::count);
        let (mut attempt, mut waited) = (1, 0);
        loop {
            let place = self.place(host, lane, outgoing.url, attempt > 1).await?;
            let mut outcome = host.send(outgoing.request(attempt)).await;
            let now = host.now();
            let jitter = backoff(attempt, host.random());
            let (most, delay, reason) = match &mut outcome {
                Ok(response) => {
                    let (status, method) = (response.status, outgoing.method);
                    let asked = retry_after_of(response, now);
                    let is_passing = is_passing(outgoing.again, method, status);
                    let delay = place.answered(status, asked, jitter, now);
                    (if is_passing { self.options.retry.attempts } else { 1 }, delay, status.to_string())
                }
                Err(error) => {
                    let most = attempts(outgoing.again, error).min(self.options.retry.attempts);
                    (most, jitter, error.code().as_str().to_owned())
                }
            };
            drop(place);
            waited += delay;
            let is_over = (attempt >= most && (most == 1 || stands(Guard::RetryEnds)))
                || (delay > self.options.retry.max_delay_ms && stands(Guard::RetryLimit))
                || waited > WAITING_MS.max(self.options.retry.max_delay_ms)
                || !self.in_lane(lane, |lane| lane.pay(now));
            if is_over {
                return match outcome {
                    Err(error) => Err(tried(error, attempt)),
                    Ok(mut response) => {
                        if attempt > 1 {
                            response.headers.set(ATTEMPTS, &attempt.to_string());
                        }
                        Ok(response)
                    }
                };
            }
            drop(outcome);
            let (method, url) = (outgoing.method, outgoing.url);
            let retrying = Retrying { method, url, attempt, reason: &reason, delay_ms: delay };
            host.retrying(&retrying).await?;
            host.sleep(delay).await?;
            attempt += 1;
        }
    }

    /// Waits before a request whose answer broke off is sent again. Fails with `error` when it is not.
    pub(crate) async fn again<H: Host>(
        &self,
        host: &H,
        method: Method,
        url: &Url,
        attempt: u32,
        error: Error,
    ) -> Result<()> {
        let most = attempts(Again::of(method, ""), &error).min(self.options.retry.attempts);
        if attempt >= most {
            return Err(tried(error, attempt));
        }
        self.pause(host, method, url, attempt, error).await
    }

    /// Waits before something is sent again after `error`: as long as the origin has asked for, and no shorter than
    /// the back-off. Fails with `error` where that is too long, or where the origin was asked too much already.
    pub(crate) async fn pause<H: Host>(
        &self,
        host: &H,
        method: Method,
        url: &Url,
        attempt: u32,
        error: Error,
    ) -> Result<()> {
        let lane = self.lane(&url.origin());
        let asked = match error.detail("retryAfterMs") {
            Some(Detail::Number(asked)) => *asked,
            _ => 0,
        };
        let delay_ms = asked.max(backoff(attempt, host.random()));
        let is_over = delay_ms > self.options.retry.max_delay_ms;
        if is_over || !self.in_lane(lane, |lane| lane.pay(host.now())) {
            return Err(tried(error, attempt));
        }
        let retrying = Retrying { method, url, attempt, reason: error.code().as_str(), delay_ms };
        host.retrying(&retrying).await?;
        host.sleep(delay_ms).await
    }

    /// Waits for a place in the lane, and then until the lane's next request is due.
    async fn place<H: Host>(&self, host: &H, lane: usize, url: &Url, first: bool) -> Result<Place<'_>> {
        if host.waits_alone() {
            self.in_lane(lane, Lane::enter_beyond);
        } else if !self.in_lane(lane, |lane| !first && lane.enter()) {
            let ticket = self.in_lane(lane, Lane::ticket);
            let waiting = Waiting { client: self, lane, ticket };
            let turn = poll_fn(|context| {
                match self.in_lane(lane, |lane| lane.wait(ticket, first, context.waker())) {
                    true => Poll::Ready(()),
                    false => Poll::Pending,
                }
            });
            or_ended(host, turn).await?;
            drop(waiting);
        }
        let mut place = Place { client: self, lane, era: 0 };
        let mut booked = None;
        loop {
            let now = host.now();
            let cool_down = self.in_lane(lane, |lane| lane.cool_down(now));
            if cool_down > self.options.retry.max_delay_ms {
                return Err(too_many(url, cool_down));
            }
            let due = self.in_lane(lane, |lane| lane.book(booked, now));
            if due <= now {
                place.era = self.in_lane(lane, |lane| lane.era());
                return Ok(place);
            }
            booked = Some(due);
            host.sleep(due - now).await?;
        }
    }

    /// The lane of an origin.
    fn lane(&self, origin: &str) -> usize {
        let lanes = &mut self.state.borrow_mut().lanes;
        if let Some(at) = lanes.iter().position(|(known, _)| known == origin) {
            return at;
        }
        let lane = (origin.to_owned(), Lane::new(self.options.concurrency.unwrap_or(WIDTH_LIMIT)));
        // Who has a place or waits for one knows the lane by its number: only what is idle is given to another origin.
        let idle = lanes.iter().enumerate().filter(|(_, (_, lane))| lane.is_idle());
        let oldest = idle.min_by_key(|(_, (_, lane))| lane.last()).map(|(at, _)| at);
        match oldest.filter(|_| lanes.len() >= REMEMBERED).and_then(|at| Some((at, lanes.get_mut(at)?))) {
            Some((at, known)) => {
                *known = lane;
                at
            }
            None => {
                lanes.push(lane);
                lanes.len() - 1
            }
        }
    }

    fn in_lane<T: Default>(&self, lane: usize, work: impl FnOnce(&mut Lane) -> T) -> T {
        let lanes = &mut self.state.borrow_mut().lanes;
        lanes.get_mut(lane).map(|(_, lane)| work(lane)).unwrap_or_default()
    }
}

impl Place<'_> {
    /// Tells the lane what the origin answered. Gives how long is waited before the same request is sent again.
    fn answered(&self, status: u16, asked: Option<u64>, jitter: u64, now: u64) -> u64 {
        let (lane, era) = (self.lane, self.era);
        // Where nothing is said about how long, or that it is over already, an answer at once would be the same.
        let least = jitter / 2 + LEAST_WAIT_MS;
        let is_short = |wait: u64| wait < LEAST_WAIT_MS && stands(Guard::LeastWait);
        let asked = asked.map(|wait| if is_short(wait) { least } else { wait });
        match (status, asked) {
            (429, None) => {
                let wait = least;
                self.client.in_lane(lane, |lane| lane.refused(era, now, wait));
                wait
            }
            (429 | 503, Some(wait)) => {
                self.client.in_lane(lane, |lane| lane.refused(era, now, wait));
                wait
            }
            (503, None) => {
                self.client.in_lane(lane, |lane| lane.busy(era));
                jitter
            }
            (500.., asked) => asked.unwrap_or(0).max(jitter),
            _ => {
                wake(self.client.in_lane(lane, Lane::answered));
                asked.unwrap_or(0).max(jitter)
            }
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        wake(self.client.in_lane(self.lane, Lane::leave));
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        wake(self.client.in_lane(self.lane, |lane| lane.quit(self.ticket)));
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// What comes of `wait`, or the error of the call if that ends first.
pub(crate) async fn or_ended<H: Host, T>(host: &H, wait: impl Future<Output = T>) -> Result<T> {
    let (mut wait, mut ended) = (pin!(wait), pin!(host.ended()));
    poll_fn(|context| match wait.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Ok(done)),
        Poll::Pending => ended.as_mut().poll(context).map(Err),
    })
    .await
}

/// How long the origin asks to wait; the header is rewritten to seconds, which is all that its readers know.
fn retry_after_of<B>(response: &mut Response<B>, now: u64) -> Option<u64> {
    let wait = retry_after::parse(response.headers.get("retry-after")?, now);
    let wait = wait.filter(|_| stands(Guard::RetryAfter));
    let seconds = wait.map(|wait| wait.div_ceil(1000).to_string());
    response.headers.set("retry-after", seconds.as_deref().unwrap_or_default());
    wait
}

/// Says how often something was sent in vain.
fn tried(error: Error, attempt: u32) -> Error {
    if attempt > 1 { error.with_detail("attempts", u64::from(attempt)) } else { error }
}

fn too_many(url: &Url, wait: u64) -> Error {
    let seconds = wait.div_ceil(1000);
    let message = format!("{} wants to be left alone for another {seconds} seconds", url.machine());
    Error::new(Code::TooManyRequests, message).with_detail("retryAfterMs", wait)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Options;

    #[test]
    fn lanes_that_nobody_uses_are_given_to_other_origins() {
        let client = Client::new(Options::default());
        let busy = client.lane("https://busy.example");
        assert!(client.in_lane(busy, Lane::enter));
        for number in 0..3 * REMEMBERED {
            let lane = client.lane(&format!("https://r{number}.example"));
            client.in_lane(lane, |lane| lane.cool_down(number as u64));
        }
        assert_eq!(client.lane("https://busy.example"), busy);
        assert_eq!(client.state.borrow().lanes.len(), REMEMBERED);
        let latest = format!("https://r{}.example", 3 * REMEMBERED - 1);
        assert!(client.state.borrow().lanes.iter().any(|(origin, _)| *origin == latest));
    }
}
