//! Which URLs a registry may send us to, and what may be sent there.
//!
//! In 2026 registry clients were broken through URLs that the registry chooses: the realm of a challenge, a
//! redirect, the next page, an upload's location. One function decides for all of them; every rule names the
//! attack that it stops. A rule looks at names and literal addresses only: a name that resolves to a private
//! address is the host's to refuse, where the host can see addresses at all.

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::url::{Machine, Scheme, Url};
use crate::registry::trust::owner::share_owner;
use crate::text::printable::printable;

/// How a URL from a registry came to us.
#[derive(Clone, Copy, Debug)]
pub enum Channel<'a> {
    /// The realm of a Bearer challenge. `trusted` are the user's own realms: `domain`, `domain:port` (https),
    /// or an origin with its scheme.
    Realm {
        /// What the user named.
        trusted: &'a [String],
    },
    /// The `Location` of a redirect that answered a request to `from`.
    Redirect {
        /// The URL that redirected.
        from: &'a Url,
    },
    /// The `Location` of a redirect that the token service at `from` sent.
    TokenRedirect {
        /// The URL that redirected.
        from: &'a Url,
    },
    /// The `Location` of an upload. `allowed` are the origins that the user lets it go to, written as realms
    /// are.
    Upload {
        /// What the user named.
        allowed: &'a [String],
    },
    /// The next page of a listing that is at `page`.
    Link {
        /// The URL of the listing, without its query.
        page: &'a Url,
    },
}

/// Why an upload may not go to a place that the user could name, and has not.
pub const UNNAMED: &str = "an upload stays with its registry";

/// What may be sent to a URL that passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Credentials of this registry.
    Credentials,
    /// Nothing secret.
    Anonymous,
}

/// Decides whether `target`, which `registry` (its base URL) gave us through `channel`, may be asked, and with
/// what. Fails with `REALM_REFUSED`, `REDIRECT_REFUSED`, `LOCATION_REFUSED` or `LINK_REFUSED`.
pub fn vet(channel: Channel<'_>, registry: &Url, target: &Url) -> Result<Trust> {
    match channel {
        Channel::Realm { trusted } => vet_realm(trusted, registry, target),
        Channel::Redirect { from } => vet_redirect(registry, from, target),
        Channel::TokenRedirect { from } => {
            // A token service that redirects elsewhere would hand the password on (go-containerregistry #2258);
            // hosts that follow by themselves do that even with bodies.
            if from.same_origin(target) || !stands(Guard::TokenRedirect) {
                return Ok(Trust::Credentials);
            }
            Err(refused(
                Code::RedirectRefused,
                registry,
                target,
                "a token service may not redirect elsewhere",
            ))
        }
        Channel::Upload { allowed } => {
            if registry.same_origin(target) {
                return Ok(Trust::Credentials);
            }
            let refuse = |reason| Err(refused(Code::LocationRefused, registry, target, reason));
            // A registry that may name the place of an upload may reach into this network with a body of its choice
            // (SSRF), and have what it stored there answer for the registry. Naming it does not help.
            if leads_inside(registry, target) && stands(Guard::UploadPrivate) {
                return refuse("it is in a private network");
            }
            let leaves_tls = target.scheme() == Scheme::Http && registry.scheme() == Scheme::Https;
            if leaves_tls && stands(Guard::UploadHttp) {
                return refuse("it is not https");
            }
            // It may also have a private image sent to whom it likes, so it takes the user's word; and even
            // then the registry's secret is none of that place's business (CVE-2026-50151).
            if allowed.iter().any(|entry| names(entry, target)) || !stands(Guard::UploadOrigin) {
                return Ok(Trust::Anonymous);
            }
            refuse(UNNAMED)
        }
        Channel::Link { page } => {
            // A next page is asked for at the URL of the listing; of the link nothing but its query is used. What
            // proxies change of a link is no difference then: its scheme, its port, and what stands before its path.
            // Another host would be a blind request for another party (GHSA-h7vf-4x9w-h99v) if it were followed, and
            // another path leads to a listing that was not asked for: neither query means anything here.
            if page.machine() != target.machine() && stands(Guard::LinkOrigin) {
                return Err(refused(Code::LinkRefused, registry, target, "that is another host"));
            }
            if !is_same_listing(page.path(), target.path()) && stands(Guard::LinkPath) {
                let path: String = target.path().chars().take(200).collect();
                let reason = format!("the path {path} is not the listing's");
                return Err(refused(Code::LinkRefused, registry, target, &reason));
            }
            Ok(Trust::Credentials)
        }
    }
}

/// Whether two paths are of one listing: the same one but for a slash at the end and for what a proxy has put before
/// one of them.
fn is_same_listing(one: &str, other: &str) -> bool {
    let tail = |path: &str| {
        let path = path.trim_end_matches('/');
        path.strip_prefix("/v2").unwrap_or(path).to_owned()
    };
    let (one, other) = (tail(one), tail(other));
    !one.is_empty() && !other.is_empty() && (one.ends_with(&other) || other.ends_with(&one))
}

fn vet_realm(trusted: &[String], registry: &Url, target: &Url) -> Result<Trust> {
    let refuse = |reason| Err(refused(Code::RealmRefused, registry, target, reason));
    if registry.same_origin(target) || is_trusted(trusted, target) {
        return Ok(Trust::Credentials);
    }
    let same_machine = registry.machine() == target.machine();
    if target.scheme() == Scheme::Http && stands(Guard::RealmHttp) {
        // A realm in the clear undoes the registry's TLS: an attacker on the path reads the password
        // (CVE-2026-48978). A registry that is itself in the clear has nothing to undo on its own machine.
        return if same_machine && registry.scheme() == Scheme::Http {
            Ok(Trust::Credentials)
        } else {
            refuse("it is not https")
        };
    }
    if same_machine {
        return Ok(Trust::Credentials);
    }
    match (registry.machine(), target.machine()) {
        // 169.254.169.254 and its like answer with a cloud machine's own credentials; and no authority issues
        // tokens for a name from a bare address (CVE-2026-33540).
        (_, Machine::Literal(_)) if stands(Guard::RealmLiteral) => refuse("it is a literal address"),
        // A public registry must not name hosts that mean something only inside this network.
        _ if leads_inside(registry, target) && stands(Guard::RealmPrivate) => refuse("it is a private name"),
        // A registry on the internet that names another company's service would collect that company's
        // passwords under this registry's name, or this registry's under the other's: only the same owner.
        (Machine::Name(from), Machine::Name(to)) if share_owner(from, to) || !stands(Guard::RealmOwner) => {
            Ok(Trust::Credentials)
        }
        _ => Ok(Trust::Anonymous),
    }
}

fn vet_redirect(registry: &Url, from: &Url, target: &Url) -> Result<Trust> {
    let refuse = |reason| Err(refused(Code::RedirectRefused, registry, target, reason));
    let leaves_tls = from.scheme() == Scheme::Https && target.scheme() == Scheme::Http;
    if leaves_tls && stands(Guard::RedirectHttp) {
        // Content is verified, but an observer on the path would see who asks for what, and a digest
        // that was not asked for by name has nothing to be verified against.
        return refuse("it leads from https to http");
    }
    if leads_inside(registry, target) && stands(Guard::RedirectPrivate) {
        // A registry on the internet must not reach into this network through us (SSRF).
        return refuse("it leads into a private network");
    }
    // GHSA-vh4v-2xq2-g5cg: another port or scheme of the same name is another origin.
    let keeps = registry.same_origin(target) || !stands(Guard::RedirectOrigin);
    Ok(if keeps { Trust::Credentials } else { Trust::Anonymous })
}

/// Whether a registry leads where it is not itself: a public one into a private network, and any one to where a cloud
/// machine finds its own credentials.
fn leads_inside(registry: &Url, target: &Url) -> bool {
    let (from, to) = (registry.machine(), target.machine());
    let is_metadata = to.is_metadata() && from != to && stands(Guard::Metadata);
    is_metadata || (to.is_private() && !from.is_private())
}

pub(super) fn refused(code: Code, registry: &Url, target: &Url, reason: &str) -> Error {
    let what = match code {
        Code::RealmRefused => "asks to get a token from",
        Code::LinkRefused => "continues its listing at",
        Code::LocationRefused => "wants an upload at",
        _ => "redirects to",
    };
    let origin = target.origin();
    let error = Error::new(code, format!("{} {what} {origin}: {reason}", registry.machine()));
    let error = match code {
        Code::RealmRefused if target.machine().is_metadata() => {
            error.with_hint("Machines in a cloud find their own credentials there; no token service is.")
        }
        Code::RealmRefused => error.with_hint(format!("If you trust {origin}, name it in trustedRealms.")),
        _ => error,
    };
    error.with_detail("origin", origin)
}

/// Whether one of the user's own realms is the origin of `target`.
pub fn is_trusted(trusted: &[String], target: &Url) -> bool {
    trusted.iter().any(|entry| names(entry, target))
}

/// Whether a user's entry names the origin of `target`.
fn names(entry: &str, target: &Url) -> bool {
    named(entry).is_ok_and(|url| url.same_origin(target))
}

/// Checks that a user's entry names an origin: `domain`, `domain:port` (https), or an origin with its scheme. Fails
/// with `OPTION_INVALID`: a pattern would match nothing, silently.
pub fn check_origin(entry: &str) -> Result<()> {
    match named(entry) {
        Ok(_) => Ok(()),
        Err(reason) => {
            let entry = printable(entry);
            Err(Error::new(Code::OptionInvalid, format!("\"{entry}\" does not name an origin: {reason}")))
        }
    }
}

fn named(entry: &str) -> std::result::Result<Url, &'static str> {
    if entry.contains("://") { Url::parse(entry) } else { Url::parse(&format!("https://{entry}")) }
}
