//! Whether a registry takes the host's credentials, before anybody keeps them.

use crate::error::{Code, Error, Result};
use crate::reference::Reference;
use crate::registry::auth::token_service;
use crate::registry::auth::token_service::{credentials, rejected};
use crate::registry::challenge;
use crate::registry::host::Host;
use crate::registry::scope::Scope;
use crate::registry::send::call::{Call, ROOT};
use crate::registry::send::outcome;
use crate::registry::send::scheme;
use crate::registry::session::Session;

/// Asks a registry, by its domain, for its root, with the host's credentials and no scope. False when it
/// asked for no credentials, so that nothing is known of them.
///
/// Fails with `REFERENCE_INVALID` for what is no domain in a reference, with `UNAUTHORIZED` for credentials that are absent or not taken, with `REALM_REFUSED` when they
/// were kept from a token service that is not known to belong to the registry, with `OPTION_INVALID` for
/// a client that asks a proxy, and as [`head`] does.
pub async fn login<H: Host>(session: Session<'_, H>, registry: &str) -> Result<bool> {
    let reference = &root_of(registry)?;
    log_in(session, reference).await.map_err(|error| error.with_registry(reference.domain()))
}

async fn log_in<H: Host>(session: Session<'_, H>, reference: &Reference) -> Result<bool> {
    if session.client.options.via.is_some() {
        return Err(Error::new(Code::OptionInvalid, "a proxy gets no credentials: log in without `via`"));
    }
    let call = Call::new(reference, ROOT, Code::NotARegistry);
    let scope = Scope {
        registry: reference.domain().to_owned(),
        repository: String::new(),
        actions: &[],
        sources: Vec::new(),
        identity: String::new(),
    };
    let answer = scheme::open(session, &call, None).await?;
    if answer.response.status != 401 || !answer.is_from_registry() {
        outcome::succeed(session, &call, answer).await?;
        return Ok(false);
    }
    let base = answer.base().clone();
    let challenges = challenge::parse(answer.response.headers.get("www-authenticate").unwrap_or_default())?;
    let (_, refusal) = outcome::refusal(session, call.subject(), None, answer.response).await?;
    if challenges.is_empty() {
        return Err(refusal);
    }
    let credentials = credentials(session.host, &scope).await?;
    let permit =
        token_service::authorize(session, &base, &challenges, &scope, credentials, refusal.clone()).await?;
    if let Some(origin) = permit.distrusted {
        let message = format!(
            "{} wants the credentials sent to {origin}, which is not known to belong to it",
            reference.domain()
        );
        return Err(Error::new(Code::RealmRefused, message));
    }
    if permit.anonymous {
        return Err(refusal);
    }
    let answer = scheme::send(session, &call, &base, Some(permit.authorization)).await?;
    let refused = answer.response.status == 401 && answer.is_from_registry();
    match outcome::succeed(session, &call, answer).await {
        Ok(_) => Ok(true),
        Err(error) if refused => Err(rejected(error)),
        Err(error) => Err(error),
    }
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
