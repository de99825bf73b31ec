//! Credentials of one registry. A secret is never part of an error or of a `Debug` text.
//!
//! Source: RFC 7617 for Basic, RFC 6749 for refresh tokens.

use std::fmt;

use crate::digest::{Algorithm, Digest};
use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::text::base64;

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
    /// Names and passwords are sent as base64, identity tokens in an escaped form: any text can be one. RFC 7617 forbids
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
    pub(crate) fn basic(&self) -> Option<String> {
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
    pub(crate) fn identity(&self) -> String {
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

/// Whether a header can carry the text: visible ASCII.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && (text.bytes().all(|byte| byte.is_ascii_graphic()) || !stands(Guard::TokenText))
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
