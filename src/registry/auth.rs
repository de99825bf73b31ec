//! Credentials, scopes and tokens.
//!
//! Source: distribution's token authentication (docs/spec/auth/token, jwt, scope) and RFC 7617 for Basic.
//! Nothing here sends: [`crate::registry::exchange`] does, to URLs that were vetted. A secret is never part of
//! an error or of a `Debug` text.

use crate::text::{contains, join};
use std::fmt;

use crate::error::{Code, Error, Result};
use crate::limits::TOKEN_LIFETIME_MS;
use crate::manifest::{base64, json};
use crate::registry::challenge::Challenge;
use crate::registry::url::Url;

/// Who asks. Belongs to one registry and is sent nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A user's name and password (or what stands for one), for Basic and for token services.
    Basic {
        /// The name; no colon in it.
        username: String,
        /// The password.
        password: String,
    },
    /// A token that the registry itself takes as Bearer.
    RegistryToken(String),
}

impl Credentials {
    /// Makes credentials of what a provider answered; all absent is none. A registry token wins over a
    /// password. Fails with `OPTION_INVALID` for a text that no header can carry, half a pair, and for an
    /// identity token, which needs a request that this crate does not make yet.
    pub fn from_parts(
        username: Option<String>,
        password: Option<String>,
        identity_token: Option<String>,
        registry_token: Option<String>,
    ) -> Result<Option<Credentials>> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let refuse = |reason: &str| Err(Error::new(Code::OptionInvalid, format!("the credentials {reason}")));
        if let Some(token) = given(registry_token) {
            return if is_token(&token) {
                Ok(Some(Credentials::RegistryToken(token)))
            } else {
                refuse("hold a registry token with characters that no header can carry")
            };
        }
        if given(identity_token).is_some() {
            return refuse(
                "hold an identity token, which is not supported yet: give a user name and a password",
            );
        }
        match (given(username), given(password)) {
            (None, None) => Ok(None),
            (Some(username), Some(password)) => {
                if contains(&username, ":") || username.chars().chain(password.chars()).any(char::is_control)
                {
                    return refuse("hold a user name with a colon, or control characters");
                }
                Ok(Some(Credentials::Basic { username, password }))
            }
            _ => refuse("need both a user name and a password"),
        }
    }

    /// The `Authorization` value for Basic, where these credentials have one.
    pub(super) fn basic(&self) -> Option<String> {
        match self {
            Credentials::Basic { username, password } => {
                let pair = format!("{username}:{password}");
                Some(format!("Basic {}", base64::encode(pair.as_bytes())))
            }
            Credentials::RegistryToken(_) => None,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Credentials::Basic { .. } => "Basic(redacted)",
            Credentials::RegistryToken(_) => "RegistryToken(redacted)",
        })
    }
}

/// What a token is for. Two calls share a token only when all of it is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    /// The registry's domain.
    pub(super) registry: String,
    /// The repository's path.
    pub(super) repository: String,
    /// `pull`, …
    pub(super) actions: &'static [&'static str],
    /// Further repositories that are read from.
    pub(super) sources: Vec<String>,
}

impl Scope {
    /// `repository:path:pull`.
    fn text(&self) -> String {
        format!("repository:{}:{}", self.repository, join(&mut self.actions.iter().copied(), ","))
    }
}

/// An `Authorization` value and when it stops being used.
#[derive(Clone)]
struct Kept {
    scope: Scope,
    authorization: String,
    until: u64,
}

/// Tokens in hand, and the registries that have asked for Basic.
#[derive(Default)]
pub(super) struct Wallet {
    tokens: Vec<Kept>,
    basic: Vec<String>,
}

impl Wallet {
    /// The token for exactly this scope, if it is still good at `now`.
    pub(super) fn token(&self, scope: &Scope, now: u64) -> Option<String> {
        self.tokens
            .iter()
            .find(|kept| kept.scope == *scope && now < kept.until)
            .map(|kept| kept.authorization.clone())
    }

    /// Keeps a token in place of an older one, and lets go of those that have ended.
    pub(super) fn keep(&mut self, scope: Scope, token: &Token, now: u64) {
        self.tokens.retain(|kept| kept.scope != scope && now < kept.until);
        if now < token.until {
            self.tokens.push(Kept { scope, authorization: token.authorization(), until: token.until });
        }
    }

    /// Drops a token that the registry did not take, and no newer one that another call got meanwhile.
    pub(super) fn forget(&mut self, scope: &Scope, authorization: Option<&str>) {
        self.tokens.retain(|kept| kept.scope != *scope || Some(kept.authorization.as_str()) != authorization);
    }

    /// Remembers that a registry asked for Basic: from now on the password goes along at once.
    pub(super) fn expect_basic(&mut self, registry: &str) {
        if !self.wants_basic(registry) {
            self.basic.push(registry.to_owned());
        }
    }

    /// Whether the registry has asked for Basic before.
    pub(super) fn wants_basic(&self, registry: &str) -> bool {
        self.basic.iter().any(|known| known == registry)
    }
}

/// The URL that asks `realm` for a token: its own query is kept, service and scopes are added.
pub(super) fn token_url(realm: Url, challenge: &Challenge, scope: &Scope) -> Url {
    let mut url = realm;
    if let Some(service) = challenge.param("service") {
        url.push_param("service", service);
    }
    for wanted in scopes(challenge.param("scope"), scope) {
        url.push_param("scope", &wanted);
    }
    url
}

/// The least that serves: the repositories that the challenge names (a registry may know ours under another
/// path), each with no action but those that this call needs. A registry that asks for more than a read
/// needs does not get it. Without any, the scope that the protocol defines.
fn scopes(asked: Option<&str>, scope: &Scope) -> Vec<String> {
    let mut wanted = Vec::new();
    for text in asked.unwrap_or_default().split(' ') {
        let Some((name, actions)) = text.strip_prefix("repository:").and_then(|rest| rest.rsplit_once(':'))
        else {
            continue;
        };
        let some =
            scope.actions.iter().any(|needed| actions.split(',').any(|one| one == *needed || one == "*"));
        if scope.sources.iter().any(|source| source == name) {
            continue;
        }
        let least = format!("repository:{name}:{}", join(&mut scope.actions.iter().copied(), ","));
        if some && !name.is_empty() && !wanted.contains(&least) && wanted.len() < 4 {
            wanted.push(least);
        }
    }
    if wanted.is_empty() {
        wanted.push(scope.text());
    }
    wanted.extend(scope.sources.iter().map(|source| format!("repository:{source}:pull")));
    wanted
}

/// A token and when it stops being used, in milliseconds since the epoch.
pub(super) struct Token {
    text: String,
    until: u64,
}

impl Token {
    /// The `Authorization` value.
    pub(super) fn authorization(&self) -> String {
        format!("Bearer {}", self.text)
    }

    /// A token without an end of its own.
    pub(super) fn given(text: String, now: u64) -> Token {
        Token { text, until: now.saturating_add(TOKEN_LIFETIME_MS) }
    }
}

/// Reads a token service's answer to a request that was sent at `sent`. Fails with `TOKEN_INVALID`; the
/// body is never quoted, it may hold half a token.
pub(super) fn parse_token(body: &[u8], sent: u64) -> Result<Token> {
    let invalid = |reason: &str| Error::new(Code::TokenInvalid, format!("the token service {reason}"));
    let answer = json::parse(body).map_err(|_| invalid("answered with something that is not JSON"))?;
    let member = |name: &str| answer.members().find(|(key, _)| key == name).map(|(_, value)| value);
    let text = ["token", "access_token"]
        .into_iter()
        .find_map(|name| member(name)?.string().filter(|text| !text.is_empty()))
        .ok_or_else(|| invalid("answered without a token"))?;
    if !is_token(&text) {
        return Err(invalid("answered with a token that no header can carry"));
    }
    // Absent means 60 seconds (distribution's specification). The last tenth is not used: clocks drift and
    // requests travel.
    let seconds = member("expires_in").and_then(|value| value.integer()).unwrap_or(60);
    let lifetime = seconds.saturating_mul(1000).min(TOKEN_LIFETIME_MS);
    Ok(Token { text: text.into_owned(), until: sent.saturating_add(lifetime - lifetime.div_ceil(10)) })
}

/// Whether a header can carry the text: visible ASCII.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
