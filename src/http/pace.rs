//! How fast one origin is asked: how many requests at a time, how far apart, and not at all while it cools down.
//!
//! A registry that says 429 to one request means all of them. So the requests of a client to one origin share
//!
//! * a **cool-down**: nothing is sent before the latest moment that the origin has asked for;
//! * a **width**: 8 requests at a time to begin with, half of that after a 429 or 503, one more after 20 answers;
//! * a **gap**: after a 429, requests go one by one at the pace that worked before it, and a tenth faster after
//!   every 10 answers. Without it, all requests that waited for the cool-down would run into the next 429 at once;
//! * a **credit** of extra requests: a fifth of the requests made, and a few for a client that has made none, so
//!   that an origin that is down is not asked six times as often as one that is up.
//!
//! Nothing here waits or reads the clock: [`crate::registry::send::attempts`] does.

use std::task::Waker;

use crate::guard::{Guard, stands};
use crate::limits::{COOL_DOWN_CAP_MS, FORGET_MS, GAP_CAP_MS, SPARE_REQUESTS, WIDTH};

/// What one request costs in the unit of [`Pace::credit`]: five sent ones pay for an extra one.
const EXTRA: u32 = 5;

/// Requests that are further apart than this, in milliseconds, are not counted towards one pace.
const PAUSE_MS: u64 = 1_000;

/// Everything that the requests to one origin share. Times are milliseconds since 1970.
pub(crate) struct Pace {
    /// How many may be under way, and how many at most ever.
    width: u32,
    most: u32,
    /// How many are under way.
    open: u32,
    /// The requests that wait for a place, in order; and those that were given one and have not taken it yet.
    queue: Vec<(u64, Waker)>,
    given: Vec<u64>,
    tickets: u64,
    /// Nothing is sent before.
    until: u64,
    /// How far apart requests are sent; 0 for no gap. When the next one is due.
    gap: u64,
    due: u64,
    /// Answers since the pace was last learned, and since when.
    answers: u32,
    since: u64,
    /// Answers since the width last changed.
    steady: u32,
    /// Counts the times that the origin was too busy, so that one burst of refusals counts once.
    era: u32,
    credit: u32,
    last_extra: u64,
    /// The latest time that was seen here.
    now: u64,
}

impl Pace {
    /// A pace at which at most `most` requests are ever under way.
    pub(crate) fn new(most: u32) -> Pace {
        Pace {
            width: most.clamp(1, WIDTH),
            most: most.max(1),
            open: 0,
            queue: Vec::new(),
            given: Vec::new(),
            tickets: 0,
            until: 0,
            gap: 0,
            due: 0,
            answers: 0,
            since: 0,
            steady: 0,
            era: 0,
            credit: SPARE_REQUESTS * EXTRA,
            last_extra: 0,
            now: 0,
        }
    }

    /// Takes a place at once, if one is free.
    pub(crate) fn enter(&mut self) -> bool {
        let is_free = self.open < self.width;
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

    /// The holder of `ticket` no longer waits. Gives who is next, where that frees a place.
    pub(crate) fn quit(&mut self, ticket: u64) -> Option<Waker> {
        self.queue.retain(|(known, _)| *known != ticket);
        let at = self.given.iter().position(|given| *given == ticket)?;
        self.given.swap_remove(at);
        self.leave()
    }

    /// Frees a place. Gives who is next: the place is theirs.
    pub(crate) fn leave(&mut self) -> Option<Waker> {
        self.open = self.open.saturating_sub(1);
        self.let_next()
    }

    /// Gives a free place to the request that is next in the queue.
    fn let_next(&mut self) -> Option<Waker> {
        if self.open >= self.width {
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
            self.gap = 0;
        }
        if is_idle || (self.gap == 0 && now.saturating_sub(self.due) > PAUSE_MS) {
            // What came before says nothing about how much the origin takes at a time.
            (self.answers, self.since) = (0, now);
        }
        let slot = now.max(self.due).max(self.until);
        self.due = slot.saturating_add(self.gap);
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

    /// The count of busy times, for [`Pace::busy`].
    pub(crate) fn era(&self) -> u32 {
        self.era
    }

    /// An answer came that is no sign of trouble. Gives who may go now, where more may be under way now.
    pub(crate) fn answered(&mut self) -> Option<Waker> {
        self.answers = self.answers.saturating_add(1);
        self.steady += 1;
        if self.steady.is_multiple_of(10) {
            self.gap -= self.gap.div_ceil(10);
        }
        if self.steady < 20 {
            return None;
        }
        self.steady = 0;
        self.width = (self.width + 1).min(self.most);
        self.let_next()
    }

    /// The origin is too busy for what was sent in `era`: half as many requests from now on.
    pub(crate) fn busy(&mut self, era: u32) {
        if era == self.era {
            self.era += 1;
            self.steady = 0;
            self.width = (self.width / 2).max(1);
        }
    }

    /// The origin wants to be left alone for `wait` milliseconds, after a request that was sent in `era`.
    pub(crate) fn refused(&mut self, era: u32, now: u64, wait: u64) {
        self.see(now);
        if stands(Guard::CoolDown) {
            self.until = self.until.max(now.saturating_add(wait.min(COOL_DOWN_CAP_MS)));
        }
        self.due = self.due.max(self.until);
        if era != self.era {
            return;
        }
        self.busy(era);
        let span = self.until.saturating_sub(self.since);
        let learned = match self.answers {
            0 => wait / u64::from(self.width),
            answers => span.div_ceil(u64::from(answers)),
        };
        let slower = self.gap + self.gap.div_ceil(2);
        self.gap = learned.max(slower).clamp(1, GAP_CAP_MS);
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
        self.credit = (self.credit + 1).min(10 * SPARE_REQUESTS * EXTRA);
    }

    /// Pays for an extra request, if the credit is good for one.
    pub(crate) fn pay(&mut self, now: u64) -> bool {
        if now.saturating_sub(self.last_extra) > FORGET_MS {
            self.credit = self.credit.max(SPARE_REQUESTS * EXTRA);
        }
        let Some(left) = self.credit.checked_sub(EXTRA) else { return !stands(Guard::RetryCredit) };
        (self.credit, self.last_extra) = (left, now);
        true
    }

    /// A clock that was set back must not make a request wait for the hours in between.
    fn see(&mut self, now: u64) {
        let back = self.now.saturating_sub(now);
        for time in [&mut self.until, &mut self.due, &mut self.since, &mut self.last_extra] {
            *time = time.saturating_sub(back);
        }
        self.now = now;
    }
}
