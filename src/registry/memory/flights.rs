//! Single flight, as data: which work one call is doing for all, and which calls wait for it.
//!
//! The waiting itself is in [`crate::registry::auth::single_flight`].

use std::cell::RefCell;
use std::rc::Rc;
use std::task::Waker;

use crate::error::{Code, Error};
use crate::guard::{Guard, stands};

/// The work that is under way, by its key.
pub(crate) struct Flights<K>(RefCell<Vec<Flight<K>>>);

/// One piece of work, and the calls that wait for it.
struct Flight<K> {
    key: K,
    followers: Vec<Waker>,
    outcome: SharedOutcome,
}

/// Where the call that leads writes what came of it, for the calls that wait.
pub(crate) type SharedOutcome = Rc<RefCell<Option<Outcome>>>;

/// What came of the work of a call, where those that waited must not simply do it themselves, one after the other.
#[derive(Clone)]
pub(crate) enum Outcome {
    /// All of them are refused.
    Refused(Error),
    /// The registry cannot be reached: they find out side by side.
    Unreachable,
}

/// The part of a call in the work for a key.
pub(crate) enum Part<'a, K: PartialEq> {
    /// It does the work.
    Leads(Lead<'a, K>),
    /// Another call does it, and writes here what comes of it.
    Follows(SharedOutcome),
}

/// The work for a key, which other calls wait for until this is dropped.
pub(crate) struct Lead<'a, K: PartialEq> {
    flights: &'a Flights<K>,
    key: K,
    outcome: SharedOutcome,
}

impl<K> Default for Flights<K> {
    fn default() -> Flights<K> {
        Flights(RefCell::default())
    }
}

impl<K: PartialEq> Flights<K> {
    /// Takes part in the work for a key: leads where no other call does. With a `waker`, that is called when the other
    /// call is done.
    pub(crate) fn join<'a>(&'a self, key: &K, waker: Option<&Waker>) -> Part<'a, K>
    where
        K: Clone,
    {
        let flights = &mut *self.0.borrow_mut();
        let leader = flights.iter_mut().find(|flight| flight.key == *key && stands(Guard::OneAsks));
        if let Some(flight) = leader {
            if let Some(waker) = waker
                && !flight.followers.iter().any(|known| known.will_wake(waker))
            {
                flight.followers.push(waker.clone());
            }
            return Part::Follows(Rc::clone(&flight.outcome));
        }
        let outcome = SharedOutcome::default();
        flights.push(Flight { key: key.clone(), followers: Vec::new(), outcome: Rc::clone(&outcome) });
        Part::Leads(Lead { flights: self, key: key.clone(), outcome })
    }

    /// The work for a key is done. Gives the calls that wait for it.
    fn land(&self, key: &K) -> Vec<Waker> {
        let flights = &mut *self.0.borrow_mut();
        match flights.iter().position(|flight| flight.key == *key) {
            Some(at) => flights.swap_remove(at).followers,
            None => Vec::new(),
        }
    }
}

impl<K: PartialEq> Lead<'_, K> {
    /// The credentials are not good: the calls that wait have the same, and do not try them again. Services lock
    /// accounts for which they are tried too often.
    pub(crate) fn refuse(&self, error: &Error) {
        *self.outcome.borrow_mut() = Some(Outcome::Refused(error.clone()));
    }

    /// The call has failed. Where that was the network, the calls that wait need not find out one after the other.
    pub(crate) fn fail(&self, error: &Error) {
        let is_network = matches!(
            error.code(),
            Code::Network | Code::Timeout | Code::ConnectionRefused | Code::HostNotFound | Code::ProxyRefused
        );
        if is_network {
            *self.outcome.borrow_mut() = Some(Outcome::Unreachable);
        }
    }
}

impl<K: PartialEq> Drop for Lead<'_, K> {
    fn drop(&mut self) {
        self.flights.land(&self.key).into_iter().for_each(Waker::wake);
    }
}
