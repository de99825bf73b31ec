//! Single flight: calls that need the same token do not all ask for it at once.
//!
//! Thirty images of one repository, asked for side by side by a client that knows no token yet, would be refused
//! thirty times and get thirty tokens; so would those that find their token refused at the same moment. So one
//! call with a scope goes alone until it has a token, and no longer; the others wait for that.

use std::future::poll_fn;
use std::task::Poll;

use crate::error::Result;
use crate::http::host::or_ended;
use crate::registry::client::Session;
use crate::registry::host::Host;
use crate::registry::memory::flights::{Flights, Lead, Outcome, Part, SharedOutcome};

/// How a call goes on.
pub(crate) enum Joined<'a, K: PartialEq> {
    /// With the `Authorization` that is known by now, or without one where that is known.
    Known(Option<String>),
    /// For itself: the call that it waited for did not reach the registry, or the host lets no call wait for another.
    Alone,
    /// As the one that finds out; the others wait until this is dropped.
    Leads(Lead<'a, K>),
}

/// Waits while another call does the work for `key` and `known` gives nothing; see [`Joined::Known`].
///
/// Fails when the call ends meanwhile, and as the other call does when its credentials are refused.
pub(crate) async fn join<'a, H: Host, K: Clone + PartialEq>(
    session: Session<'a, H>,
    flights: &'a Flights<K>,
    key: K,
    known: &dyn Fn() -> Option<Option<String>>,
) -> Result<Joined<'a, K>> {
    let mut awaited: Option<SharedOutcome> = None;
    let wait = poll_fn(|context| {
        let outcome = awaited.as_ref().and_then(|outcome| outcome.borrow().clone());
        if let Some(Outcome::Refused(error)) = outcome {
            return Poll::Ready(Err(error));
        }
        if let Some(known) = known() {
            return Poll::Ready(Ok(Joined::Known(known)));
        }
        if outcome.is_some() {
            return Poll::Ready(Ok(Joined::Alone));
        }
        let may_wait = !session.host.waits_alone();
        match flights.join(&key, Some(context.waker()).filter(|_| may_wait)) {
            Part::Leads(lead) => Poll::Ready(Ok(Joined::Leads(lead))),
            Part::Follows(_) if !may_wait => Poll::Ready(Ok(Joined::Alone)),
            Part::Follows(outcome) => {
                awaited = Some(outcome);
                Poll::Pending
            }
        }
    });
    or_ended(session.host, wait).await?
}

/// A lock by its name among the calls of this client, until it is dropped. None where the host lets no call wait for
/// another one.
pub(crate) async fn lock<'a, H: Host>(
    session: Session<'a, H>,
    name: String,
) -> Result<Option<Lead<'a, String>>> {
    match join(session, &session.client.memory.locks, name, &|| None).await? {
        Joined::Leads(lock) => Ok(Some(lock)),
        Joined::Known(_) | Joined::Alone => Ok(None),
    }
}
