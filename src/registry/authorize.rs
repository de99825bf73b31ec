//! Answering a 401: which challenge, with what, and the token service behind it.

use crate::error::{Code, Error, Result};
use crate::limits::TOKEN_BYTES;
use crate::registry::auth::{self, Credentials, Scope, Token};
use crate::registry::challenge::{self, Challenge};
use crate::registry::client::Client;
use crate::registry::problem::Subject;
use crate::registry::transport::{Host, Method};
use crate::registry::travel::Trip;
use crate::registry::url::{Channel, Trust, Url, vet};
use crate::text::join;

/// The `Authorization` of a second request, and whether anybody stands behind it.
pub(super) struct Permit {
    /// The value of the header.
    pub(super) authorization: String,
    /// Whether no credentials were used.
    pub(super) anonymous: bool,
    /// The origin of a token service that was not trusted with credentials that exist.
    pub(super) distrusted: Option<String>,
}

impl Client {
    /// Asks the registry's root for the challenge that a 401 did not bring: Google's registries send it
    /// there only.
    pub(super) async fn ping<H: Host>(&self, host: &H, base: &Url) -> Result<Vec<Challenge>> {
        let trip = Trip {
            method: Method::Get,
            start: base.below("v2/"),
            accept: None,
            authorization: None,
            content: None,
            is_for_token: false,
        };
        let (response, url) = self.travel(host, base, trip).await?;
        if response.status != 401 || !base.same_origin(&url) {
            return Ok(Vec::new());
        }
        challenge::parse(response.headers.get("www-authenticate").unwrap_or_default())
    }

    /// Answers challenges: Bearer before Basic, each where the credentials suit it.
    pub(super) async fn authorize<H: Host>(
        &self,
        host: &H,
        base: &Url,
        challenges: &[Challenge],
        scope: &Scope,
        refusal: Error,
    ) -> Result<Permit> {
        let offered = |scheme: &str| challenges.iter().find(|challenge| challenge.scheme == scheme);
        let credentials = credentials(host, scope).await?;
        let basic = offered("basic");
        match (offered("bearer"), credentials) {
            (Some(_), Some(Credentials::RegistryToken(text))) => {
                let now = host.now();
                let token = Token::given(text, now);
                self.state.borrow_mut().wallet.keep(scope.clone(), &token, now);
                Ok(Permit { authorization: token.authorization(), anonymous: false, distrusted: None })
            }
            (Some(bearer), credentials) if basic.is_none() || bearer.param("realm").is_some() => {
                self.token(host, base, bearer, scope, credentials).await
            }
            (_, Some(credentials)) if basic.is_some() => match credentials.basic() {
                Some(authorization) => {
                    self.state.borrow_mut().wallet.expect_basic(&scope.registry);
                    Ok(Permit { authorization, anonymous: false, distrusted: None })
                }
                None => {
                    Err(rejected(refusal).with_hint("The registry takes a user name and a password only."))
                }
            },
            _ if basic.is_some() => Err(refusal.with_detail("credentials", "none")),
            _ => {
                let names = challenges.iter().map(|challenge| challenge.scheme.clone()).collect::<Vec<_>>();
                let message = format!(
                    "{} asks for an authentication that is not known: {}",
                    scope.registry,
                    join(&mut names.iter().map(String::as_str), ", ")
                );
                Err(Error::new(Code::ChallengeUnsupported, message)
                    .with_status(401)
                    .with_detail("schemes", names))
            }
        }
    }

    /// Gets a token from the realm of a Bearer challenge, after vetting it.
    async fn token<H: Host>(
        &self,
        host: &H,
        base: &Url,
        bearer: &Challenge,
        scope: &Scope,
        credentials: Option<Credentials>,
    ) -> Result<Permit> {
        let invalid = |reason: &str| {
            Error::new(Code::ChallengeInvalid, format!("{} asks for a token, but {reason}", scope.registry))
        };
        let realm = bearer.param("realm").ok_or_else(|| invalid("names no realm"))?;
        let realm = base.join(realm).map_err(|reason| {
            let message = format!("{} names a realm that cannot be asked: {reason}", scope.registry);
            Error::new(Code::RealmRefused, message)
        })?;
        let trust = vet(Channel::Realm { trusted: &self.options.trusted_realms }, base, &realm)?;
        let sent_credentials = credentials.as_ref().filter(|_| trust == Trust::Credentials);
        let authorization = sent_credentials.and_then(Credentials::basic);
        let anonymous = authorization.is_none();
        let distrusted = (anonymous && credentials.is_some()).then(|| realm.origin());
        let sent = host.now();
        let start = auth::token_url(realm.clone(), bearer, scope);
        let secret = authorization.clone();
        let trip = Trip {
            method: Method::Get,
            start,
            accept: None,
            authorization,
            content: None,
            is_for_token: true,
        };
        let (response, _) = self.travel(host, &realm, trip).await?;
        if response.status != 200 {
            let origin = realm.origin();
            let subject = Subject { registry: &origin, what: "a token", missing: Code::TokenInvalid };
            let (code, error) = self.problem(host, subject, secret.as_deref(), response).await?;
            let error = error.with_detail("tokenService", origin.as_str());
            return Err(match code {
                Code::Unauthorized if !anonymous => rejected(error),
                Code::Denied if anonymous => recode(error, Code::Unauthorized),
                Code::RegistryError | Code::NotARegistry => recode(error, Code::TokenInvalid),
                _ => error,
            });
        }
        let read = host.read(response.body, TOKEN_BYTES).await?;
        if read.truncated {
            return Err(Error::new(Code::TokenInvalid, "the token service answered with more than a token"));
        }
        let token = auth::parse_token(&read.bytes, sent)?;
        self.state.borrow_mut().wallet.keep(scope.clone(), &token, host.now());
        Ok(Permit { authorization: token.authorization(), anonymous, distrusted })
    }
}

/// What the host has for the registry.
pub(super) async fn credentials<H: Host>(host: &H, scope: &Scope) -> Result<Option<Credentials>> {
    host.credentials(&scope.registry, Some(&scope.repository), scope.actions).await
}

/// The refusal of credentials that were given.
pub(super) fn rejected(refusal: Error) -> Error {
    refusal.with_hint(
        "The registry did not accept these credentials: check them, and that they have not expired.",
    )
}

/// The same error under the code that it has for the caller.
fn recode(error: Error, code: Code) -> Error {
    let mut recoded = Error::new(code, error.message());
    if let Some(status) = error.status() {
        recoded = recoded.with_status(status);
    }
    for (name, detail) in error.details() {
        recoded = recoded.with_detail(name, detail.clone());
    }
    recoded
}
