//! Who goes first: calls that need the same permission do not all ask for it at once.
//!
//! Eight images of one repository, asked for side by side by a client that knows no token yet, would be
//! refused eight times and get eight tokens. So the first call with a scope goes alone; the others wait until
//! it has an answer, and then go together with what it learned.

use std::future::poll_fn;
use std::task::{Poll, Waker};

use crate::registry::auth::Scope;
use crate::registry::client::Client;

/// What is known of scopes.
#[derive(Default)]
pub(super) struct Turns {
    /// Scopes that have been answered.
    open: Vec<Scope>,
    /// Scopes whose first call is under way, and who waits for it.
    first: Vec<(Scope, Vec<Waker>)>,
}

/// The first call with a scope, until it is dropped.
pub(super) struct Turn<'a> {
    client: &'a Client,
    scope: &'a Scope,
    answered: bool,
}

impl Client {
    /// Waits while another call is the first with this scope; gives the turn of being first, or none when the
    /// scope has been answered before.
    pub(super) async fn turn<'a>(&'a self, scope: &'a Scope) -> Option<Turn<'a>> {
        poll_fn(|context| {
            let turns = &mut self.state.borrow_mut().turns;
            if turns.open.contains(scope) {
                return Poll::Ready(None);
            }
            if let Some((_, line)) = turns.first.iter_mut().find(|(known, _)| known == scope) {
                line.push(context.waker().clone());
                return Poll::Pending;
            }
            turns.first.push((scope.clone(), Vec::new()));
            Poll::Ready(Some(Turn { client: self, scope, answered: false }))
        })
        .await
    }
}

impl Turn<'_> {
    /// The registry has answered: from now on nobody waits.
    pub(super) fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let line = {
            let turns = &mut self.client.state.borrow_mut().turns;
            if self.answered {
                turns.open.push(self.scope.clone());
            }
            match turns.first.iter().position(|(known, _)| known == self.scope) {
                Some(at) => turns.first.swap_remove(at).1,
                None => Vec::new(),
            }
        };
        line.into_iter().for_each(Waker::wake);
    }
}
