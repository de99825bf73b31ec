//! Sends a call by the route that its host has: to the registry itself, which may ask who sends it, or to a proxy.

use std::pin::Pin;

use crate::error::Result;
use crate::registry::auth::authenticate;
use crate::registry::auth::states::{HINT_PROXY, is_challenge};
use crate::registry::client::Session;
use crate::registry::host::Host;
use crate::registry::send::call::{Answer, Call};
use crate::registry::send::{outcome, scheme};
use crate::registry::trust::may_ask;

/// A call under way. A function that waits has the states of all that it may ever wait for; behind a pointer, the
/// linker leaves out those of the route that the host has not.
type Sending<'a, B> = Pin<Box<dyn Future<Output = Result<Answer<B>>> + 'a>>;

/// Sends a call. What comes back is any answer but 401; see [`outcome::succeed`].
///
/// Fails as [`authenticate::send`] does.
pub(crate) fn send<'a, H: Host>(session: Session<'a, H>, call: &'a Call<'a>) -> Sending<'a, H::Body> {
    match H::IS_PROXIED {
        true => Box::pin(by_proxy(session, call)),
        false => Box::pin(authenticate::send(session, call)),
    }
}

/// Sends a call through the proxy, which answers challenges and follows redirects itself.
async fn by_proxy<H: Host>(session: Session<'_, H>, call: &Call<'_>) -> Result<Answer<H::Body>> {
    may_ask(&session.client.options, session.host, call.repository.domain()).await?;
    let answer = scheme::open_proxied(session, call).await?;
    match is_challenge(&answer) {
        true => Err(outcome::refusal(session, call.subject(), answer).await?.with_hint(HINT_PROXY)),
        false => Ok(answer),
    }
}
