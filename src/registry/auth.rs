//! Credentials, scopes and tokens.
//!
//! Source: distribution's token authentication (docs/spec/auth/token, jwt, scope) and RFC 7617 for Basic.
//! Nothing here sends: [`crate::registry::exchange`] does, to URLs that were vetted. A secret is never part of
//! an error or of a `Debug` text.

use crate::guard::{Guard, stands};
use std::fmt;

use crate::digest::{Algorithm, Digest};
use crate::error::{Code, Error, Result};
use crate::json;
use crate::limits::TOKEN_LIFETIME_MS;
use crate::manifest::base64;
use crate::registry::challenge::Challenge;
use crate::registry::url::Url;

/// Who asks. Belongs to one registry and is sent nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A user's name and password (or what stands for one), for Basic and for token services.
    Basic {
        /// The name; any text without a colon.
        username: String,
        /// The password; any text.
        password: String,
    },
    /// A token that the registry itself takes as Bearer.
    RegistryToken(String),
    /// A refresh token of the registry's token service (OAuth2): docker's identity token.
    IdentityToken {
        /// The token.
        token: String,
        /// A name and a password, for services that take no identity tokens.
        otherwise: Option<Box<Credentials>>,
    },
}

impl Credentials {
    /// Makes credentials of what a provider answered; all absent is none. A registry token wins over an identity
    /// token, and that over a password.
    ///
    /// Names and passwords travel as base64, identity tokens in an escaped form: any text can be one. RFC 7617 forbids
    /// control characters, which no server checks and Google's `_json_key`, a file of several lines, needs. Fails with
    /// `OPTION_INVALID` for a registry token that no header can carry, for a user name with a colon, behind which a
    /// server would find another password, and for half a pair.
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
        let (username, password) = (given(username), given(password));
        if let Some(token) = given(identity_token) {
            // docker keeps a name of its own beside an identity token, and no password.
            let otherwise = match password.is_some() {
                true => Credentials::from_parts(username, password, None, None)?.map(Box::new),
                false => None,
            };
            return Ok(Some(Credentials::IdentityToken { token, otherwise }));
        }
        match (username, password) {
            (None, None) => Ok(None),
            (Some(username), Some(password)) => {
                if username.contains(':') {
                    let message = "the user name of the credentials holds a colon, which cannot be sent";
                    return Err(Error::new(Code::OptionInvalid, message)
                        .with_hint("A server takes what follows the first colon for the password (RFC 7617).")
                        .with_detail("credentials", "username"));
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
            Credentials::IdentityToken { otherwise, .. } => otherwise.as_ref()?.basic(),
            Credentials::RegistryToken(_) => None,
        }
    }

    /// What tells these from others without holding a secret.
    fn identity(&self) -> String {
        let otherwise = match self {
            Credentials::IdentityToken { otherwise: Some(otherwise), .. } => otherwise.identity(),
            _ => String::new(),
        };
        let (kind, one, two) = match self {
            Credentials::Basic { username, password } => ("basic", username, password),
            Credentials::RegistryToken(token) => ("registry", token, &otherwise),
            Credentials::IdentityToken { token, .. } => ("identity", token, &otherwise),
        };
        // The lengths keep a part from passing for another.
        let text = format!("{kind} {} {one} {two}", one.len());
        Digest::of(Algorithm::Sha256, text.as_bytes()).encoded().to_owned()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Credentials::Basic { .. } => "Basic(redacted)",
            Credentials::RegistryToken(_) => "RegistryToken(redacted)",
            Credentials::IdentityToken { .. } => "IdentityToken(redacted)",
        })
    }
}

/// What a token is for. Two calls share a token only when all of it is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    /// The registry's domain.
    pub(super) registry: String,
    /// The repository's path; empty for the registry as a whole.
    pub(super) repository: String,
    /// `pull`, …
    pub(super) actions: &'static [&'static str],
    /// Further repositories that are read from.
    pub(super) sources: Vec<String>,
    /// Whose it is: a digest of the credentials; empty for what concerns everybody alike.
    pub(super) identity: String,
}

impl Scope {
    /// The same for who has these credentials. One client may serve many users.
    pub(super) fn of(&self, credentials: Option<&Credentials>) -> Scope {
        let known = credentials.filter(|_| stands(Guard::OwnToken));
        let identity = known.map_or_else(|| "nobody".to_owned(), Credentials::identity);
        Scope { identity, ..self.clone() }
    }

    /// The same without a repository: a password is good or bad for all of them.
    pub(super) fn of_registry(&self) -> Scope {
        Scope { repository: String::new(), actions: &[], sources: Vec::new(), ..self.clone() }
    }

    /// `repository:path:pull`.
    fn text(&self) -> String {
        format!("repository:{}:{}", self.repository, self.actions.join(","))
    }
}

/// The form that asks a token service for a token in exchange for a refresh token (OAuth2, RFC 6749 section 6).
pub(super) fn token_form(challenge: &Challenge, scope: &Scope, refresh: &str) -> String {
    let scopes = scopes(challenge.param("scope"), scope);
    let scope = scopes.join(" ");
    Url::query_of(&[
        ("grant_type", "refresh_token"),
        ("service", challenge.param("service").unwrap_or_default()),
        ("client_id", "multiarch"),
        ("scope", &scope),
        ("refresh_token", refresh),
    ])
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
        let least = match stands(Guard::LeastScope) {
            true => format!("repository:{name}:{}", scope.actions.join(",")),
            false => text.to_owned(),
        };
        if some && !name.is_empty() && !wanted.contains(&least) && wanted.len() < 4 {
            wanted.push(least);
        }
    }
    if wanted.is_empty() && !scope.repository.is_empty() {
        wanted.push(scope.text());
    }
    wanted.extend(scope.sources.iter().map(|source| format!("repository:{source}:pull")));
    wanted
}

/// A token and when it stops being used, in milliseconds since the epoch.
pub(super) struct Token {
    text: String,
    pub(super) until: u64,
    /// What replaces the refresh token that it was got for.
    pub(super) refresh: Option<String>,
}

impl Token {
    /// The `Authorization` value.
    pub(super) fn authorization(&self) -> String {
        format!("Bearer {}", self.text)
    }

    /// A token without an end of its own.
    pub(super) fn given(text: String, now: u64) -> Token {
        Token { text, until: now.saturating_add(TOKEN_LIFETIME_MS), refresh: None }
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
    let refresh = member("refresh_token").and_then(|value| value.string());
    let refresh = refresh.filter(|text| !text.is_empty());
    Ok(Token {
        text: text.into_owned(),
        until: sent.saturating_add(lifetime - lifetime.div_ceil(10)),
        refresh: refresh.map(std::borrow::Cow::into_owned),
    })
}

/// Whether a header can carry the text: visible ASCII.
fn is_token(text: &str) -> bool {
    !text.is_empty() && (text.bytes().all(|byte| byte.is_ascii_graphic()) || !stands(Guard::TokenText))
}
