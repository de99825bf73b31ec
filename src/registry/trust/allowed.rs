//! Which registries a client may ask at all, and whether it may reach private networks: the rules of its user, for
//! references that strangers write.

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::url::Url;
use crate::http::url::private::is_below;
use crate::reference::{DOCKER_HUB, Reference};
use crate::registry::host::Host;
use crate::registry::options::{Options, PrivateAddresses};
use crate::registry::trust::vet::{Channel, Trust, is_trusted, refused, vet};
use crate::text::printable::printable;

const HINT_REGISTRIES: &str = "Name the registry in `registries` if it may be asked.";
const HINT_PRIVATE: &str = "If private networks may be asked, set `privateAddresses`.";

/// Checks an entry of a list of registries: a domain as references have it, or `*.` and a domain for every name below
/// it. Gives it as domains are compared. Fails with `OPTION_INVALID`.
pub fn registry_entry(entry: &str) -> Result<String> {
    let domain = entry.to_ascii_lowercase();
    // What stands for the star can be any part of a name.
    let example = domain.strip_prefix("*.").map_or(domain.clone(), |below| format!("any.{below}"));
    match Reference::parse(&format!("{example}/any")) {
        Ok(_) if domain == "index.docker.io" => Ok(DOCKER_HUB.to_owned()),
        Ok(named) if named.domain() == example => Ok(domain),
        _ => {
            let message = format!(
                "\"{}\" in registries is not a registry's domain, as references have it",
                printable(entry)
            );
            Err(Error::new(Code::OptionInvalid, message)
                .with_hint("Write ghcr.io, localhost:5000, or *.example.com for all names below one.")
                .with_detail("option", "registries"))
        }
    }
}

/// Checks that the registry of `domain` may be asked. Fails with `REGISTRY_REFUSED`, and as the host's own function does.
pub(crate) async fn may_ask<H: Host>(options: &Options, host: &H, domain: &str) -> Result<()> {
    let domain = domain.to_ascii_lowercase();
    let entries = options.registries.as_deref();
    let is_named = || entries.is_some_and(|entries| entries.contains(&domain));
    let is_covered =
        |entry: &String| entry.strip_prefix("*.").is_some_and(|suffix| is_below(&domain, suffix));
    if entries.is_some_and(|entries| !is_named() && !entries.iter().any(is_covered))
        && stands(Guard::RegistryListed)
    {
        return Err(unlisted(&domain));
    }
    let is_meant = options.private == PrivateAddresses::Listed && is_named();
    if options.private != PrivateAddresses::Any && !is_meant && stands(Guard::RegistryPrivate) {
        // A name that cannot be read as a machine has no network that could be known.
        let url = Url::parse(&format!("https://{domain}/"));
        if url.map_or(true, |url| url.machine().is_private()) {
            return Err(private(&domain, "is in a private network, which may not be asked"));
        }
    }
    match host.allows(&domain).await? {
        true => Ok(()),
        false => Err(unlisted(&domain)),
    }
}

/// [`vet`] under the rules of the client's user: where private networks may not be reached, nothing leads there, unless
/// it is the registry's own machine or, where listed ones may be, a realm that the user has named.
pub(crate) fn vet_for(
    options: &Options,
    channel: Channel<'_>,
    registry: &Url,
    target: &Url,
) -> Result<Trust> {
    let trust = vet(channel, registry, target)?;
    let is_meant = match (channel, options.private) {
        (_, PrivateAddresses::Any) => true,
        (Channel::Realm { trusted }, PrivateAddresses::Listed) => is_trusted(trusted, target),
        _ => false,
    };
    let is_inside = target.machine().is_private() && target.machine() != registry.machine();
    if is_meant || !is_inside || !stands(Guard::LeadsPrivate) {
        return Ok(trust);
    }
    let code = match channel {
        Channel::Realm { .. } => Code::RealmRefused,
        Channel::Upload { .. } => Code::LocationRefused,
        Channel::Link { .. } => Code::LinkRefused,
        Channel::Redirect { .. } | Channel::TokenRedirect { .. } => Code::RedirectRefused,
    };
    Err(refused(code, registry, target, "it is in a private network, which may not be asked")
        .with_hint(HINT_PRIVATE))
}

/// Whether a request may be sent to public addresses only, which a host sees where it looks names up. What is in a
/// private network by its name has been allowed before, and a proxy is the user's own.
pub(crate) fn is_public_only(options: &Options, url: &Url) -> bool {
    options.private != PrivateAddresses::Any && options.via.is_none() && !url.machine().is_private()
}

/// The failure of a request to the registry itself, whose name leads into a private network.
pub(crate) fn reworded(options: &Options, error: Error, url: &Url, is_elsewhere: bool) -> Error {
    match error.code() == Code::AddressRefused && is_public_only(options, url) {
        true if is_elsewhere => error.with_hint(HINT_PRIVATE),
        true => private(&url.authority(), "has an address of a private network, which may not be asked"),
        false => error,
    }
}

fn unlisted(domain: &str) -> Error {
    Error::new(Code::RegistryRefused, format!("{domain} is none of the registries that may be asked"))
        .with_hint(HINT_REGISTRIES)
        .with_registry(domain)
        .with_detail("option", "registries")
}

fn private(domain: &str, what: &str) -> Error {
    Error::new(Code::RegistryRefused, format!("{domain} {what}"))
        .with_hint(HINT_PRIVATE)
        .with_registry(domain)
        .with_detail("option", "privateAddresses")
}
