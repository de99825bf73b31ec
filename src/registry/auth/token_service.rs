//! Answers a 401: chooses a challenge, and gets a token from the service that it names.

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::message::Method;
use crate::http::url::Url;
use crate::limits::TOKEN_BYTES;
use crate::registry::answer::problem::Subject;
use crate::registry::challenge::{self, Challenge};
use crate::registry::client::{Client, Session};
use crate::registry::credentials::Credentials;
use crate::registry::host::Host;
use crate::registry::scope::Scope;
use crate::registry::send::call::{Answer, Payload, ROOT};
use crate::registry::send::outcome;
use crate::registry::send::redirects::{self, Original};
use crate::registry::token::{self, Token};
use crate::registry::trust::{Channel, Trust, is_trusted, vet_for};

/// The `Authorization` of a second request, and whose it is.
pub(crate) struct Grant {
    /// The value of the header.
    pub(crate) authorization: String,
    /// Whether no credentials were used.
    pub(crate) anonymous: bool,
    /// The origin of a token service that was not trusted with credentials that exist.
    pub(crate) distrusted: Option<String>,
}

/// A challenge that was read.
pub(crate) struct Challenged {
    /// The registry's base URL.
    pub(crate) base: Url,
    /// What the registry wants, one of them; at least one.
    pub(crate) challenges: Vec<Challenge>,
    /// The 401 as an error.
    pub(crate) refusal: Error,
    /// What the request carried that was answered so.
    pub(crate) refused: Option<String>,
}

impl Challenged {
    /// The first challenge of a scheme.
    fn offered(&self, scheme: &str) -> Option<&Challenge> {
        self.challenges.iter().find(|challenge| challenge.scheme == scheme)
    }

    /// Whether a user name and a password are wanted, and no token.
    pub(crate) fn is_basic(&self) -> bool {
        let has_realm = |one: &Challenge| one.scheme == "bearer" && one.param("realm").is_some();
        self.offered("basic").is_some() && !self.challenges.iter().any(has_realm)
    }

    /// The origin of the token service that the challenge leads to, where it gets no credentials.
    pub(crate) fn distrusted(&self, client: &Client) -> Option<String> {
        let realm = self.base.join(self.offered("bearer")?.param("realm")?).ok()?;
        let channel = Channel::Realm { trusted: &client.options.trusted_realms };
        let trust = vet_for(&client.options, channel, &self.base, &realm).ok()?;
        (trust == Trust::Anonymous).then(|| realm.origin())
    }
}

/// Asks the registry's root for the challenge that a 401 was without: Google's registries send it
/// there only.
pub(crate) async fn ping<H: Host>(session: Session<'_, H>, base: &Url) -> Result<Vec<Challenge>> {
    let answer = redirects::follow(session, base, Original::get(base.below(ROOT))).await?;
    if answer.response.status != 401 || !answer.is_from_registry() {
        return Ok(Vec::new());
    }
    challenge::parse(answer.response.headers.get("www-authenticate").unwrap_or_default())
}

/// Answers challenges: Bearer before Basic, each where the credentials suit it.
pub(crate) async fn authorize<H: Host>(
    session: Session<'_, H>,
    challenged: &Challenged,
    scope: &Scope,
    credentials: Option<Credentials>,
) -> Result<Grant> {
    let Challenged { base, challenges, refusal, .. } = challenged;
    let refusal = || refusal.clone();
    let basic = challenged.offered("basic");
    match (challenged.offered("bearer"), credentials) {
        (Some(_), Some(Credentials::RegistryToken(text))) => {
            let now = session.host.now();
            let token = Token::given(text, now);
            session.client.memory.tokens.keep(scope.clone(), &token, now);
            Ok(Grant { authorization: token.authorization(), anonymous: false, distrusted: None })
        }
        (Some(bearer), credentials) if basic.is_none() || bearer.param("realm").is_some() => {
            token(session, base, bearer, scope, credentials).await
        }
        (_, Some(credentials)) if basic.is_some() => match credentials.basic() {
            Some(authorization) => Ok(Grant { authorization, anonymous: false, distrusted: None }),
            None => Err(rejected(refusal()).with_hint("The registry takes a user name and a password only.")),
        },
        _ if basic.is_some() => Err(refusal().with_detail("credentials", "none")),
        _ => {
            let names = challenges.iter().map(|challenge| challenge.scheme.clone()).collect::<Vec<_>>();
            let message = format!(
                "{} asks for an authentication that is not known: {}",
                scope.registry,
                names.join(", ")
            );
            Err(Error::new(Code::ChallengeUnsupported, message)
                .with_status(401)
                .with_detail("schemes", names))
        }
    }
}

/// A new token in place of one that has ended, without asking the registry for its challenge again. None where
/// nothing is remembered, or where the service has changed its mind; the registry is asked then.
pub(crate) async fn renewed<H: Host>(
    session: Session<'_, H>,
    base: &Url,
    scope: &Scope,
    credentials: Option<Credentials>,
) -> Result<Option<String>> {
    let Some(bearer) = session.client.memory.tokens.recall(scope) else { return Ok(None) };
    if let Some(Credentials::RegistryToken(_)) = credentials {
        return Ok(None);
    }
    match token(session, base, &bearer, scope, credentials).await {
        Ok(grant) => Ok(Some(grant.authorization)),
        // Asking again with the same credentials would count as one more wrong password.
        Err(error) if matches!(error.code(), Code::Unauthorized | Code::Aborted) => Err(error),
        Err(_) => Ok(None),
    }
}

/// Gets a token from the realm of a Bearer challenge, after vetting it.
async fn token<H: Host>(
    session: Session<'_, H>,
    base: &Url,
    bearer: &Challenge,
    scope: &Scope,
    credentials: Option<Credentials>,
) -> Result<Grant> {
    let invalid = |reason: &str| {
        Error::new(Code::ChallengeInvalid, format!("{} asks for a token, but {reason}", scope.registry))
    };
    let realm = bearer.param("realm").ok_or_else(|| invalid("names no realm"))?;
    let realm = base.join(realm).map_err(|reason| {
        let message = format!("{} names a realm that cannot be asked: {reason}", scope.registry);
        Error::new(Code::RealmRefused, message)
    })?;
    let options = &session.client.options;
    let trust = vet_for(options, Channel::Realm { trusted: &options.trusted_realms }, base, &realm)?;
    let is_ours = base.same_origin(&realm) || is_trusted(&options.trusted_realms, &realm);
    let asked = Asked {
        bearer,
        scope,
        named_by: (!is_ours).then(|| base.machine().to_string()),
        on_behalf_of: (trust == Trust::Credentials).then(|| scope.registry.clone()),
        realm,
        is_known: credentials.is_some(),
    };
    let grant = match credentials.filter(|_| trust == Trust::Credentials) {
        Some(Credentials::IdentityToken { token, otherwise }) => {
            refreshed(session, &asked, &token, otherwise.as_deref()).await?
        }
        credentials => granted(session, &asked, credentials.as_ref()).await?,
    };
    session.client.memory.tokens.learn(scope, bearer);
    Ok(grant)
}

/// Gets a token by GET: with a name and a password, or without anything.
async fn granted<H: Host>(
    session: Session<'_, H>,
    asked: &Asked<'_>,
    credentials: Option<&Credentials>,
) -> Result<Grant> {
    let authorization = credentials.and_then(Credentials::basic);
    let anonymous = authorization.is_none();
    let original = Original {
        url: token::token_url(asked.realm.clone(), asked.bearer, asked.scope),
        authorization,
        ..asked.original()
    };
    let answer = redirects::follow(session, &asked.realm, original).await?;
    let distrusted = (anonymous && asked.is_known).then(|| asked.realm.origin());
    let token = token_of(session, asked, answer).await;
    let token = token.map_err(|error| match (error.code(), &distrusted) {
        (Code::Unauthorized, Some(origin)) => withheld(error, origin),
        _ => error,
    })?;
    Ok(Grant { authorization: token.authorization(), anonymous, distrusted })
}

/// Gets a token by POST, in exchange for an identity token. A service that knows no POST is asked by GET where
/// there is a password: an identity token never stands in a URL or in Basic.
async fn refreshed<H: Host>(
    session: Session<'_, H>,
    asked: &Asked<'_>,
    given: &str,
    otherwise: Option<&Credentials>,
) -> Result<Grant> {
    let (registry, service) = (&asked.scope.registry, asked.realm.origin());
    let current = session.client.memory.tokens.current(registry, &service, given);
    let form = token::token_form(asked.bearer, asked.scope, &current);
    let content = Payload { media_type: "application/x-www-form-urlencoded", bytes: form.as_bytes() };
    let original = Original { method: Method::Post, content: Some(content), ..asked.original() };
    let mut answer = redirects::follow(session, &asked.realm, original).await?;
    if matches!(answer.response.status, 404 | 405) && otherwise.is_some() {
        return granted(session, asked, otherwise).await;
    }
    // Not sent as such, but an echo of it is as much a secret.
    answer.authorization = Some(format!("Bearer {current}"));
    let token = token_of(session, asked, answer).await?;
    if let Some(next) = token.refresh.as_ref().filter(|next| **next != current) {
        session.client.memory.tokens.rotate(registry, &service, given, next.clone());
    }
    Ok(Grant { authorization: token.authorization(), anonymous: false, distrusted: None })
}

/// Reads the answer of a token service, and keeps the token.
async fn token_of<H: Host>(
    session: Session<'_, H>,
    asked: &Asked<'_>,
    answer: Answer<H::Body>,
) -> Result<Token> {
    let arrived = session.host.now();
    let status = answer.response.status;
    if status != 200 {
        let secret = answer.authorization.clone();
        let secret = secret.as_deref();
        let origin = asked.realm.origin();
        let subject = Subject { registry: &origin, what: "a token", missing: Code::TokenInvalid };
        let error = outcome::refusal(session, subject, answer).await?;
        let error = error.with_detail("tokenService", origin.as_str());
        return Err(match error.code() {
            Code::Unauthorized if secret.is_some() => rejected_by(&origin, error),
            Code::Denied if secret.is_none() => recode(error, Code::Unauthorized),
            // RFC 6749 section 5.2: a refresh token that is not good any more is a bad request.
            Code::RegistryError
                if status == 400 && secret.is_some_and(|secret| !secret.starts_with("Basic")) =>
            {
                rejected_by(&origin, recode(error, Code::Unauthorized))
            }
            Code::RegistryError | Code::NotARegistry => recode(error, Code::TokenInvalid),
            _ => error,
        });
    }
    let read = session.host.read(answer.response.body, TOKEN_BYTES).await?;
    if read.truncated && stands(Guard::TokenSize) {
        return Err(Error::new(Code::TokenInvalid, "the token service answered with more than a token"));
    }
    let token = token::parse_token(&read.bytes, arrived)?;
    session.client.memory.tokens.keep(asked.scope.clone(), &token, session.host.now());
    Ok(token)
}

/// What a token service is asked for.
struct Asked<'a> {
    bearer: &'a Challenge,
    scope: &'a Scope,
    realm: Url,
    /// See [`Original::named_by`].
    named_by: Option<String>,
    /// See [`Original::on_behalf_of`].
    on_behalf_of: Option<String>,
    /// Whether there are credentials, sent or not.
    is_known: bool,
}

impl Asked<'_> {
    /// A request to the service, without anything secret.
    fn original(&self) -> Original<'static> {
        Original {
            is_for_token: true,
            named_by: self.named_by.clone(),
            on_behalf_of: self.on_behalf_of.clone(),
            ..Original::get(self.realm.clone())
        }
    }
}

/// The refusal of credentials that were given.
pub(crate) fn rejected(refusal: Error) -> Error {
    rejected_by("The registry", refusal)
}

/// The refusal of credentials by a registry or its token service.
fn rejected_by(who: &str, refusal: Error) -> Error {
    refusal
        .with_hint(format!(
            "{who} did not accept these credentials: check them, and that they have not expired."
        ))
        .with_detail("credentials", "refused")
}

/// The refusal of an anonymous call, where credentials exist that were not sent to the token service at `origin`.
pub(crate) fn withheld(refusal: Error, origin: &str) -> Error {
    let message = format!(
        "{}; the credentials were not sent to {origin}, which is not known to belong to the registry",
        refusal.message()
    );
    refusal
        .recoded(Code::RealmRefused)
        .with_message(&message)
        .with_hint(format!("If you trust {origin}, name it in trustedRealms."))
        .with_detail("origin", origin)
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
