//! How fast one origin is asked: how many requests at a time, how far apart, and not at all while it cools down.
//!
//! A registry that says 429 to one request means all of them. So the requests of a client to one origin share
//!
//! * a **cool-down**: nothing is sent before the latest moment that the origin has asked for;
//! * a **concurrency**: 8 requests at a time to begin with, and one more after every answer; a 429 or 503 halves it, and
//!   from then on one more takes 20 answers. So TCP finds what a network takes: fast at first, then with care;
//! * an **interval**: after a 429, requests are sent one by one as far apart as worked before it, and a tenth closer
//!   after every 10 answers. Without it, all requests that waited for the cool-down would get the next 429 at once;
//! * a **retry budget**: a fifth of the requests made, and ten for a client that has made none, so that an origin
//!   that is down is not asked six times as often as one that is up.
//!
//! Nothing here waits or reads the clock: [`crate::registry::send::attempts`] does.

use std::task::Waker;

use crate::guard::{Guard, stands};

/// How many requests to one origin are under way to begin with.
const CONCURRENCY: u32 = 8;

/// How many requests to one origin are under way at most, where no option says otherwise: half of what Go's clients
/// allow for one registry.
pub(crate) const CONCURRENCY_LIMIT: u32 = 16;

/// How many requests may be sent again to an origin that was not asked before.
const SPARE_RETRIES: u32 = 10;

/// What one retry costs in the unit of [`Pace::budget`]: five requests that are sent for the first time pay for it.
const RETRY_COST: u32 = 5;

/// After how long without trouble an origin is asked as if there had been none, in milliseconds: one minute.
const FORGET_MS: u64 = 60_000;

/// How far apart requests are sent at most, in milliseconds. ECR Public allows one a second.
const INTERVAL_CAP_MS: u64 = 2_000;

/// The longest that a `Retry-After` is remembered, in milliseconds: one day. Docker Hub's longest window is six hours.
const COOL_DOWN_CAP_MS: u64 = 86_400_000;

/// Requests that are further apart than this, in milliseconds, are not counted towards one pace.
const PAUSE_MS: u64 = 1_000;

/// How many answers allow one more request at a time, once the origin has been too busy.
const STEADY: u32 = 20;

/// Everything that the requests to one origin share. Times are milliseconds since 1970.
pub(crate) struct Pace {
    /// How many may be under way, and how many at most ever.
    concurrency: u32,
    most: u32,
    /// How many are under way.
    open: u32,
    /// The requests that wait for a place, in order; and those that were given one and have not taken it yet.
    queue: Vec<(u64, Waker)>,
    given: Vec<u64>,
    tickets: u64,
    /// Nothing is sent before.
    until: u64,
    /// How far apart requests are sent, 0 for no interval; and when the next one is due.
    interval: u64,
    due: u64,
    /// Answers since the pace was last learned, and since when.
    answers: u32,
    since: u64,
    /// Answers since the concurrency last changed.
    steady: u32,
    /// How often the origin was too busy. Requests of one burst were sent at one count, so their refusals count once.
    busy_times: u32,
    /// What is left for retries.
    budget: u32,
    last_retry: u64,
    /// The latest time that was seen here.
    now: u64,
}

impl Pace {
    /// A pace at which at most `most` requests are ever under way.
    pub(crate) fn new(most: u32) -> Pace {
        Pace {
            concurrency: most.clamp(1, CONCURRENCY),
            most: most.max(1),
            open: 0,
            queue: Vec::new(),
            given: Vec::new(),
            tickets: 0,
            until: 0,
            interval: 0,
            due: 0,
            answers: 0,
            since: 0,
            steady: 0,
            busy_times: 0,
            budget: SPARE_RETRIES * RETRY_COST,
            last_retry: 0,
            now: 0,
        }
    }

    /// Takes a place at once, if one is free.
    pub(crate) fn enter(&mut self) -> bool {
        let is_free = self.open < self.concurrency;
        self.open += u32::from(is_free);
        is_free
    }

    /// Takes a place although none may be free: the host lets no call wait for another one to leave.
    pub(crate) fn enter_beyond(&mut self) {
        self.open += 1;
    }

    /// A new ticket for the queue.
    pub(crate) fn ticket(&mut self) -> u64 {
        self.tickets += 1;
        self.tickets
    }

    /// Whether the holder of `ticket` has been given a place; if not, it stands in the queue with `waker`. A request
    /// that was sent before goes `first`.
    pub(crate) fn wait(&mut self, ticket: u64, first: bool, waker: &Waker) -> bool {
        if let Some(at) = self.given.iter().position(|given| *given == ticket) {
            self.given.swap_remove(at);
            return true;
        }
        if let Some((_, known)) = self.queue.iter_mut().find(|(known, _)| *known == ticket) {
            known.clone_from(waker);
            return false;
        }
        if self.enter() {
            return true;
        }
        let waiting = (ticket, waker.clone());
        let at = if first { 0 } else { self.queue.len() };
        self.queue.insert(at, waiting);
        false
    }

    /// The holder of `ticket` no longer waits. Returns the waker of the next request, where that frees a place for it.
    pub(crate) fn quit(&mut self, ticket: u64) -> Option<Waker> {
        self.queue.retain(|(known, _)| *known != ticket);
        let at = self.given.iter().position(|given| *given == ticket)?;
        self.given.swap_remove(at);
        self.leave()
    }

    /// Frees a place. Returns the waker of the next request, which has the place now.
    pub(crate) fn leave(&mut self) -> Option<Waker> {
        self.open = self.open.saturating_sub(1);
        self.let_next()
    }

    /// Gives a free place to the request that is next in the queue.
    fn let_next(&mut self) -> Option<Waker> {
        if self.open >= self.concurrency {
            return None;
        }
        if self.queue.is_empty() {
            return None;
        }
        let (ticket, waker) = self.queue.remove(0);
        self.open += 1;
        self.given.push(ticket);
        Some(waker)
    }

    /// When a request that has a place may be sent. `booked` is what this gave before: it holds unless a
    /// cool-down has begun since.
    pub(crate) fn book(&mut self, booked: Option<u64>, now: u64) -> u64 {
        self.see(now);
        if let Some(booked) = booked.filter(|booked| *booked >= self.until) {
            return booked;
        }
        let is_idle = now.saturating_sub(self.due.max(self.until)) > FORGET_MS;
        if is_idle {
            self.interval = 0;
        }
        if is_idle || (self.interval == 0 && now.saturating_sub(self.due) > PAUSE_MS) {
            // What came before says nothing about how much the origin takes at a time.
            (self.answers, self.since) = (0, now);
        }
        let slot = now.max(self.due).max(self.until);
        self.due = slot.saturating_add(self.interval);
        slot
    }

    /// How long a request waits that books now.
    pub(crate) fn wait_for_next(&self, now: u64) -> u64 {
        self.due.max(self.until).saturating_sub(now)
    }

    /// Whether no request has a place or waits for one.
    pub(crate) fn is_idle(&self) -> bool {
        self.open == 0 && self.queue.is_empty() && self.given.is_empty()
    }

    /// When the pace was last in use.
    pub(crate) fn last(&self) -> u64 {
        self.now.max(self.until)
    }

    /// How often the origin was too busy so far, for [`Pace::busy`].
    pub(crate) fn busy_times(&self) -> u32 {
        self.busy_times
    }

    /// An answer came that is no sign of trouble. Returns the waker of a request that may be sent now, if there is one.
    pub(crate) fn answered(&mut self) -> Option<Waker> {
        self.answers = self.answers.saturating_add(1);
        self.steady += 1;
        if self.steady.is_multiple_of(10) {
            self.interval -= self.interval.div_ceil(10);
        }
        if self.busy_times > 0 && self.steady < STEADY {
            return None;
        }
        self.steady = 0;
        self.concurrency = (self.concurrency + 1).min(self.most);
        self.let_next()
    }

    /// The origin is too busy for what was sent at this count of busy times: half as many requests from now on.
    pub(crate) fn busy(&mut self, busy_times: u32) {
        if busy_times == self.busy_times {
            self.busy_times += 1;
            self.steady = 0;
            self.concurrency = (self.concurrency / 2).max(1);
        }
    }

    /// The origin asks for no request within `wait` milliseconds, after one that was sent at this count of busy times.
    pub(crate) fn refused(&mut self, busy_times: u32, now: u64, wait: u64) {
        self.see(now);
        if stands(Guard::CoolDown) {
            self.until = self.until.max(now.saturating_add(wait.min(COOL_DOWN_CAP_MS)));
        }
        self.due = self.due.max(self.until);
        if busy_times != self.busy_times {
            return;
        }
        self.busy(busy_times);
        let span = self.until.saturating_sub(self.since);
        let learned = match self.answers {
            0 => wait / u64::from(self.concurrency),
            answers => span.div_ceil(u64::from(answers)),
        };
        let slower = self.interval + self.interval.div_ceil(2);
        self.interval = learned.max(slower).clamp(1, INTERVAL_CAP_MS);
        self.due = self.until;
        (self.answers, self.since) = (0, self.until);
    }

    /// How long the cool-down lasts from `now` on.
    pub(crate) fn cool_down(&mut self, now: u64) -> u64 {
        self.see(now);
        self.until.saturating_sub(now)
    }

    /// Counts a request that is sent for the first time.
    pub(crate) fn count(&mut self) {
        self.budget = (self.budget + 1).min(10 * SPARE_RETRIES * RETRY_COST);
    }

    /// Pays for a retry, if the budget allows one.
    pub(crate) fn pay(&mut self, now: u64) -> bool {
        if now.saturating_sub(self.last_retry) > FORGET_MS {
            self.budget = self.budget.max(SPARE_RETRIES * RETRY_COST);
        }
        let Some(left) = self.budget.checked_sub(RETRY_COST) else { return !stands(Guard::RetryBudget) };
        (self.budget, self.last_retry) = (left, now);
        true
    }

    /// A clock that was set back must not make a request wait for the hours in between.
    fn see(&mut self, now: u64) {
        let back = self.now.saturating_sub(now);
        for time in [&mut self.until, &mut self.due, &mut self.since, &mut self.last_retry] {
            *time = time.saturating_sub(back);
        }
        self.now = now;
    }
}
