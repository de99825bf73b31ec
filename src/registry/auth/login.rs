//! Whether a registry takes the host's credentials, before they are kept: authentication with no scope.
//!
//! Source: distribution-spec "Determining Support": the root is what every registry answers about.

use crate::error::{Code, Error, Result};
use crate::reference::Reference;
use crate::registry::auth::authenticate;
use crate::registry::client::Session;
use crate::registry::host::Host;
use crate::registry::send::call::{Call, ROOT};
use crate::registry::send::outcome;

/// Asks a registry, by its domain, for its root, with the host's credentials and no scope. False when it
/// asked for no credentials, so that nothing is known of them.
///
/// Fails with `REFERENCE_INVALID` for what is no domain in a reference, with `UNAUTHORIZED` for credentials that are
/// absent or not taken, with `REALM_REFUSED` when they were kept from a token service that is not known to belong to the
/// registry, with `OPTION_INVALID` for a client that asks a proxy, and as [`crate::registry::head`] does.
pub async fn login<H: Host>(session: Session<'_, H>, registry: &str) -> Result<bool> {
    let reference = &root_of(registry)?;
    log_in(session, reference).await.map_err(|error| error.with_registry(reference.domain()))
}

async fn log_in<H: Host>(session: Session<'_, H>, reference: &Reference) -> Result<bool> {
    if session.client.options.via.is_some() {
        return Err(Error::new(Code::OptionInvalid, "a proxy gets no credentials: log in without `via`"));
    }
    let call = Call::new(reference, ROOT, Code::NotARegistry);
    let answer = authenticate::log_in(session, &call).await?;
    let is_authenticated = answer.authorization.is_some();
    outcome::succeed(session, &call, answer).await?;
    Ok(is_authenticated)
}

/// A reference into the registry: calls are about one. What follows the domain is never sent.
fn root_of(registry: &str) -> Result<Reference> {
    let invalid = || {
        Error::new(Code::ReferenceInvalid, format!("\"{registry}\" is not a registry's domain"))
            .with_hint("Write the domain as references have it, with its port: registry.example:5000.")
    };
    let reference = Reference::parse(&format!("{registry}/any")).map_err(|_| invalid())?;
    let is_domain =
        !registry.contains('/') && (reference.domain() == registry || registry == "index.docker.io");
    if is_domain { Ok(reference) } else { Err(invalid()) }
}
