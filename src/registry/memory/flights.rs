//! Who goes first: calls that need the same permission do not all ask for it at once.
//!
//! Thirty images of one repository, asked for side by side by a client that knows no token yet, would be refused
//! thirty times and get thirty tokens; so would those that find their token refused at the same moment. So one
//! call with a scope goes alone until it has what lets it in, and no longer; the others wait for that.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::registry::client::{Client, State};
use crate::registry::host::Host;
use crate::registry::memory::bounded::Bounded;
use crate::registry::scope::Scope;
use crate::registry::send::attempts::or_ended;

/// What is known of scopes.
#[derive(Default)]
pub(crate) struct Turns {
    /// Scopes that have been asked for without a permission, and whether one was needed.
    known: Bounded<Scope, bool>,
    /// Scopes for which one call is asking.
    asking: Vec<Asking>,
}

/// One call that asks, and who waits for it.
struct Asking {
    scope: Scope,
    line: Vec<Waker>,
    verdict: Rc<RefCell<Option<Verdict>>>,
}

/// What came of a call that asked, for those who waited.
#[derive(Clone)]
enum Verdict {
    /// All of them are refused.
    Refused(Error),
    /// The registry cannot be reached: they find out side by side, not one by one.
    Unreachable,
}

impl Turns {
    /// Whether a permission is needed for this scope, once that is known.
    pub(crate) fn needs(&self, scope: &Scope) -> Option<bool> {
        self.known.get(scope).copied()
    }

    /// Remembers whether a permission is needed.
    pub(crate) fn learn(&mut self, scope: &Scope, needs: bool) {
        self.known.keep(scope.clone(), needs);
    }
}

/// How a call goes on.
pub(crate) enum Pass<'a> {
    /// With what is known: an `Authorization`, or none.
    Ready(Option<String>),
    /// Alone, until this is dropped.
    First(Turn<'a>),
}

/// The right to ask for a permission, until it is dropped.
pub(crate) struct Turn<'a> {
    client: &'a Client,
    scope: &'a Scope,
    verdict: Rc<RefCell<Option<Verdict>>>,
}

impl Turn<'_> {
    /// The credentials are not good: whoever waits has the same, and does not try them again. Services lock accounts
    /// for which they are tried too often.
    pub(crate) fn refuse(&self, error: &Error) {
        *self.verdict.borrow_mut() = Some(Verdict::Refused(error.clone()));
    }

    /// The call has failed. Where that was the network, whoever waits need not find out one after the other.
    pub(crate) fn fail(&self, error: &Error) {
        let is_network = matches!(
            error.code(),
            Code::Network | Code::Timeout | Code::ConnectionRefused | Code::HostNotFound | Code::ProxyRefused
        );
        if is_network {
            *self.verdict.borrow_mut() = Some(Verdict::Unreachable);
        }
    }
}

impl Client {
    /// Waits while another call asks for this scope's permission and `ready` knows none. Fails when the call ends
    /// meanwhile, and as the other call does when its credentials are refused. Ready with nothing where the other
    /// call did not reach the registry, and where the host lets no call wait for another one: it asks for itself then.
    pub(crate) async fn pass<'a, H: Host>(
        &'a self,
        host: &H,
        scope: &'a Scope,
        ready: &dyn Fn(&State) -> Option<Option<String>>,
    ) -> Result<Pass<'a>> {
        let mut awaited: Option<Rc<RefCell<Option<Verdict>>>> = None;
        let wait = poll_fn(|context| {
            let verdict = awaited.as_ref().and_then(|verdict| verdict.borrow().clone());
            if let Some(Verdict::Refused(error)) = verdict {
                return Poll::Ready(Err(error));
            }
            let state = &mut *self.state.borrow_mut();
            if let Some(known) = ready(state) {
                return Poll::Ready(Ok(Pass::Ready(known)));
            }
            if verdict.is_some() {
                return Poll::Ready(Ok(Pass::Ready(None)));
            }
            let asking = &mut state.turns.asking;
            let first = asking.iter_mut().find(|first| first.scope == *scope && stands(Guard::OneAsks));
            if let Some(first) = first {
                if host.waits_alone() {
                    return Poll::Ready(Ok(Pass::Ready(None)));
                }
                if !first.line.iter().any(|waker| waker.will_wake(context.waker())) {
                    first.line.push(context.waker().clone());
                }
                awaited = Some(Rc::clone(&first.verdict));
                return Poll::Pending;
            }
            let verdict = Rc::default();
            asking.push(Asking { scope: scope.clone(), line: Vec::new(), verdict: Rc::clone(&verdict) });
            Poll::Ready(Ok(Pass::First(Turn { client: self, scope, verdict })))
        });
        or_ended(host, wait).await?
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let line = {
            let asking = &mut self.client.state.borrow_mut().turns.asking;
            match asking.iter().position(|first| first.scope == *self.scope) {
                Some(at) => asking.swap_remove(at).line,
                None => Vec::new(),
            }
        };
        line.into_iter().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::REMEMBERED;

    #[test]
    fn what_is_known_of_scopes_does_not_grow_for_ever() {
        let scope = |number: usize| Scope {
            registry: "registry.example".to_owned(),
            repository: number.to_string(),
            actions: &["pull"],
            sources: Vec::new(),
            identity: String::new(),
        };
        let mut turns = Turns::default();
        for number in 0..3 * REMEMBERED {
            turns.learn(&scope(number), number % 2 == 0);
        }
        assert_eq!(turns.known.len(), REMEMBERED);
        let latest = 3 * REMEMBERED - 1;
        assert_eq!(turns.needs(&scope(latest)), Some(false));
        assert_eq!(turns.needs(&scope(latest - 1)), Some(true));
        turns.learn(&scope(latest), true);
        assert_eq!(turns.needs(&scope(latest)), Some(true));
        assert_eq!(turns.needs(&scope(0)), None);
    }
}
