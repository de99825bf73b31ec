//! Which URLs a registry may send us to, and what may go along.
//!
//! In 2026 registry clients were broken through URLs that the registry chooses: the realm of a challenge, a
//! redirect, the next page, an upload's location. One function decides for all of them; every rule names the
//! attack that it stops. A rule looks at names and literal addresses only: a name that resolves to a private
//! address is the host's to refuse, where the host can see addresses at all.

use super::{Machine, Scheme, Url};
use crate::error::{Code, Error, Result};
use crate::text::contains;

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
    /// The `Location` of an upload.
    Upload,
    /// The next page of a listing that is at `page`.
    Link {
        /// The URL of the listing, without its query.
        page: &'a Url,
    },
}

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
            if from.same_origin(target) {
                return Ok(Trust::Credentials);
            }
            Err(refused(
                Code::RedirectRefused,
                registry,
                target,
                "a token service may not redirect elsewhere",
            ))
        }
        Channel::Upload => {
            // Whoever may name the place of an upload may have a private image sent there, or reach into this
            // network with a body of its choice.
            if registry.same_origin(target) {
                return Ok(Trust::Credentials);
            }
            Err(refused(Code::LocationRefused, registry, target, "an upload stays with its registry"))
        }
        Channel::Link { page } => {
            // The next page of one repository at another origin is a blind request for somebody else
            // (GHSA-h7vf-4x9w-h99v); at another path, a listing that was not asked for.
            if page.same_origin(target) && page.path() == target.path() {
                return Ok(Trust::Credentials);
            }
            Err(refused(Code::LinkRefused, registry, target, "the next page belongs to another listing"))
        }
    }
}

fn vet_realm(trusted: &[String], registry: &Url, target: &Url) -> Result<Trust> {
    let refuse = |reason| Err(refused(Code::RealmRefused, registry, target, reason));
    if registry.same_origin(target) || trusted.iter().any(|entry| names(entry, target)) {
        return Ok(Trust::Credentials);
    }
    let same_machine = registry.machine() == target.machine();
    if target.scheme() == Scheme::Http {
        // A realm in the clear undoes the registry's TLS: whoever is on the path reads the password
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
        // 169.254.169.254 and its like answer with a cloud machine's own credentials; and nobody issues
        // tokens for a name from a bare address (CVE-2026-33540).
        (_, Machine::Literal(_)) => refuse("it is a literal address"),
        // A public registry has no business with names that mean something only inside this network.
        (from, to) if to.is_private() && !from.is_private() => refuse("it is a private name"),
        // A registry on the internet that names another company's service would collect that company's
        // passwords under this registry's name, or this registry's under the other's: only the same owner.
        (Machine::Name(from), Machine::Name(to)) if share_owner(from, to) => Ok(Trust::Credentials),
        _ => Ok(Trust::Anonymous),
    }
}

fn vet_redirect(registry: &Url, from: &Url, target: &Url) -> Result<Trust> {
    let refuse = |reason| Err(refused(Code::RedirectRefused, registry, target, reason));
    if from.scheme() == Scheme::Https && target.scheme() == Scheme::Http {
        // Content is verified, but who asks for what would be told to everyone on the path, and a digest
        // that was not asked for by name has nothing to be verified against.
        return refuse("it leads from https to http");
    }
    if target.machine().is_private() && !registry.machine().is_private() {
        // A registry on the internet must not reach into this network through us (SSRF).
        return refuse("it leads into a private network");
    }
    // GHSA-vh4v-2xq2-g5cg: another port or scheme of the same name is another origin.
    Ok(if registry.same_origin(target) { Trust::Credentials } else { Trust::Anonymous })
}

fn refused(code: Code, registry: &Url, target: &Url, reason: &str) -> Error {
    let what = match code {
        Code::RealmRefused => "asks to get a token from",
        Code::LinkRefused => "continues its listing at",
        Code::LocationRefused => "wants an upload at",
        _ => "redirects to",
    };
    Error::new(code, format!("{} {what} {}: {reason}", registry.machine(), target.origin()))
        .with_detail("origin", target.origin())
}

/// Whether a user's entry names the origin of `target`.
fn names(entry: &str, target: &Url) -> bool {
    let parsed =
        if contains(entry, "://") { Url::parse(entry) } else { Url::parse(&format!("https://{entry}")) };
    parsed.is_ok_and(|url| url.same_origin(target))
}

/// Token services that belong to a registry although their names do not show it: (registry's suffix, realm).
const KNOWN_REALMS: &[(&str, &str)] = &[("scw.cloud", "api.scaleway.com")];

/// Names below these belong to many owners: sharing one says nothing. Every customer of a cloud can have a
/// name there and would be trusted with the passwords of all others.
const SHARED_SUFFIXES: &[&str] = &[
    "aliyuncs.com",
    "amazonaws.com",
    "appdomain.cloud",
    "appspot.com",
    "azurecr.cn",
    "azurecr.io",
    "azurecr.us",
    "azureedge.net",
    "azurefd.net",
    "azurewebsites.net",
    "bitbucket.io",
    "blogspot.com",
    "cloudapp.net",
    "cloudfront.net",
    "cloudfunctions.net",
    "code.run",
    "csb.app",
    "ddns.net",
    "deno.dev",
    "deno.net",
    "duckdns.org",
    "dyndns.org",
    "edgecompute.app",
    "fastly.net",
    "firebaseapp.com",
    "fly.dev",
    "github.dev",
    "github.io",
    "githubusercontent.com",
    "gitlab.io",
    "gitpod.io",
    "glitch.me",
    "hf.space",
    "herokuapp.com",
    "jfrog.io",
    "lhr.life",
    "linodeobjects.com",
    "loca.lt",
    "lovable.app",
    "myhuaweicloud.com",
    "myqcloud.com",
    "netlify.app",
    "ngrok-free.app",
    "ngrok-free.dev",
    "ngrok.app",
    "ngrok.dev",
    "ngrok.io",
    "nip.io",
    "northflank.app",
    "ondigitalocean.app",
    "onrender.com",
    "openshiftapps.com",
    "oraclecloud.com",
    "ovh.net",
    "pages.dev",
    "pkg.dev",
    "r2.dev",
    "railway.app",
    "replit.app",
    "replit.dev",
    "run.app",
    "scw.cloud",
    "sslip.io",
    "stackblitz.io",
    "surge.sh",
    "tencentcr.com",
    "trafficmanager.net",
    "trycloudflare.com",
    "ts.net",
    "vercel.app",
    "vultr.com",
    "vultrcr.com",
    "web.app",
    "windows.net",
    "wordpress.com",
    "workers.dev",
    "xip.io",
    "amazonaws.com.cn",
    "cloudapp.azure.com",
];

/// Whether both names lie under one registrable domain. There is no public suffix list here (a quarter of a
/// megabyte); the guess errs towards "no", which costs credentials at a foreign realm, never a leak.
fn share_owner(one: &str, other: &str) -> bool {
    let known = KNOWN_REALMS.iter().any(|(suffix, realm)| *realm == other && is_below(one, suffix));
    known || registrable(one).is_some_and(|domain| registrable(other) == Some(domain))
}

/// The part of `name` that one owner registered, as far as the name shows it.
fn registrable(name: &str) -> Option<&str> {
    if SHARED_SUFFIXES.iter().any(|suffix| name == *suffix || is_below(name, suffix)) {
        return None;
    }
    let mut labels = name.rsplit('.');
    let (top, second) = (labels.next()?, labels.next()?);
    // Countries sell names under co.uk, com.au, or.jp, gv.at: a short second label below two letters.
    let wanted = if top.len() == 2 && (second.len() <= 3 || is_generic(second)) { 3 } else { 2 };
    let start = name.rmatch_indices('.').nth(wanted - 1).map(|(dot, _)| dot + 1);
    match start {
        Some(start) => name.get(start..),
        None => (name.split('.').count() == wanted).then_some(name),
    }
}

/// Longer second-level labels that are public below a country.
fn is_generic(label: &str) -> bool {
    ["asso", "coop", "firm", "gouv", "govt", "info", "mobi", "museum", "name", "school"].contains(&label)
}

fn is_below(name: &str, suffix: &str) -> bool {
    name.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'))
}
