//! Tokens: the request for one, and the answer of a token service.
//!
//! Source: distribution's token authentication (docs/spec/auth/token, jwt) and RFC 6749 for refresh tokens.
//! Nothing here sends: `auth/token_service` does, to URLs that were vetted.

use crate::error::{Code, Error, Result};
use crate::http::url::Url;
use crate::json;
use crate::limits::TOKEN_LIFETIME_MS;
use crate::registry::challenge::Challenge;
use crate::registry::credentials::is_token;
use crate::registry::scope::{Scope, scopes};

/// The form that asks a token service for a token in exchange for a refresh token (OAuth2, RFC 6749 section 6).
pub(crate) fn token_form(challenge: &Challenge, scope: &Scope, refresh: &str) -> String {
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
pub(crate) fn token_url(realm: Url, challenge: &Challenge, scope: &Scope) -> Url {
    let mut url = realm;
    if let Some(service) = challenge.param("service") {
        url.push_param("service", service);
    }
    for wanted in scopes(challenge.param("scope"), scope) {
        url.push_param("scope", &wanted);
    }
    url
}

/// A token and when it stops being used, in milliseconds since the epoch.
pub(crate) struct Token {
    text: String,
    pub(crate) until: u64,
    /// What replaces the refresh token that it was got for.
    pub(crate) refresh: Option<String>,
}

impl Token {
    /// The `Authorization` value.
    pub(crate) fn authorization(&self) -> String {
        format!("Bearer {}", self.text)
    }

    /// A token without an end of its own.
    pub(crate) fn given(text: String, now: u64) -> Token {
        Token { text, until: now.saturating_add(TOKEN_LIFETIME_MS), refresh: None }
    }
}

/// Reads a token service's answer to a request that was sent at `sent`. Fails with `TOKEN_INVALID`; the
/// body is never quoted, it may hold half a token.
pub(crate) fn parse_token(body: &[u8], sent: u64) -> Result<Token> {
    let invalid = |reason: &str| Error::new(Code::TokenInvalid, format!("the token service {reason}"));
    let answer = json::parse(body).map_err(|_| invalid("answered with something that is not JSON"))?;
    let text = ["token", "access_token"]
        .into_iter()
        .find_map(|name| answer.member(name)?.string().filter(|text| !text.is_empty()))
        .ok_or_else(|| invalid("answered without a token"))?;
    if !is_token(&text) {
        return Err(invalid("answered with a token that no header can carry"));
    }
    // Absent means 60 seconds (distribution's specification). The last tenth is not used: clocks drift and
    // requests take time.
    let seconds = answer.member("expires_in").and_then(|value| value.integer()).unwrap_or(60);
    let lifetime = seconds.saturating_mul(1000).min(TOKEN_LIFETIME_MS);
    let refresh = answer.member("refresh_token").and_then(|value| value.string());
    let refresh = refresh.filter(|text| !text.is_empty());
    Ok(Token {
        text: text.into_owned(),
        until: sent.saturating_add(lifetime - lifetime.div_ceil(10)),
        refresh: refresh.map(std::borrow::Cow::into_owned),
    })
}
