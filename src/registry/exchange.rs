//! One call from its first request to its answer: which scheme, where redirects lead, and a 401 answered once.

use crate::error::{Code, Error, Result};
use crate::limits::ERROR_BYTES;
use crate::reference::Reference;
use crate::registry::auth::Scope;
use crate::registry::authorize::{credentials, rejected};
use crate::registry::challenge;
use crate::registry::client::Client;
use crate::registry::problem::{self, Subject};
use crate::registry::transport::{Host, Method, Response};
use crate::registry::travel::Trip;
use crate::registry::url::{Scheme, Url};
use crate::text::contains;

/// What a call sends.
#[derive(Clone, Copy)]
pub(super) struct Content<'a> {
    /// Its type; empty for none.
    pub(super) media_type: &'a str,
    /// The content.
    pub(super) bytes: &'a [u8],
}

/// What a call asks for.
pub(super) struct Call<'a> {
    /// The repository that it is about.
    pub(super) repository: &'a Reference,
    /// The verb.
    pub(super) method: Method,
    /// What follows the repository's path: `manifests/latest`.
    pub(super) tail: &'a str,
    /// A query that was vetted before.
    pub(super) query: Option<&'a str>,
    /// The media types that may come.
    pub(super) accept: Option<&'static str>,
    /// What a 404 means.
    pub(super) missing: Code,
    /// Of a call that belongs to a push: the repositories that blobs are taken from.
    pub(super) sources: Option<&'a [String]>,
    /// What is sent.
    pub(super) content: Option<Content<'a>>,
    /// A vetted URL of the registry in place of the one that the tail stands for.
    pub(super) at: Option<&'a Url>,
}

impl Call<'_> {
    pub(super) fn subject(&self) -> Subject<'_> {
        Subject { registry: self.repository.domain(), what: self.tail, missing: self.missing }
    }

    fn url(&self, base: &Url) -> Url {
        if let Some(url) = self.at {
            return url.clone();
        }
        let url = base.below(&format!("v2/{}/{}", self.repository.path(), self.tail));
        match self.query {
            Some(query) => url.with_query(query),
            None => url,
        }
    }
}

/// An answer that is not a redirect, and where it came from.
pub(super) struct Answer<B> {
    /// The answer.
    pub(super) response: Response<B>,
    /// The URL that gave it.
    pub(super) url: Url,
    /// The registry's own base URL.
    base: Url,
    /// The secret that went along, so that an echo of it can be taken out of an error.
    pub(super) authorization: Option<String>,
}

impl<B> Answer<B> {
    /// The registry's own base URL.
    pub(super) fn base(&self) -> &Url {
        &self.base
    }

    fn is_from_registry(&self) -> bool {
        self.base.same_origin(&self.url)
    }
}

impl Client {
    /// Sends a call and answers a 401 once. What comes back is any answer but 401; see [`Client::succeed`].
    pub(super) async fn exchange<H: Host>(&self, host: &H, call: &Call<'_>) -> Result<Answer<H::Body>> {
        let scope = Scope {
            registry: call.repository.domain().to_owned(),
            repository: call.repository.path().to_owned(),
            actions: if call.sources.is_some() { &["pull", "push"] } else { &["pull"] },
            sources: call.sources.unwrap_or_default().to_vec(),
        };
        let turn = self.turn(&scope).await;
        let answer = self.permitted(host, call, &scope).await?;
        if let Some(turn) = turn {
            turn.answered();
        }
        Ok(answer)
    }

    async fn permitted<H: Host>(&self, host: &H, call: &Call<'_>, scope: &Scope) -> Result<Answer<H::Body>> {
        let known = self.known_authorization(host, scope).await?;
        let answer = self.open(host, call, known).await?;
        if answer.response.status != 401 || !answer.is_from_registry() {
            // A 401 from wherever the registry sent us is that place's answer, not a challenge: answering it
            // would hand credentials to whoever the registry names (CVE-2020-15157).
            return Ok(answer);
        }
        self.state.borrow_mut().wallet.forget(scope, answer.authorization.as_deref());
        let base = answer.base.clone();
        let challenges =
            challenge::parse(answer.response.headers.get("www-authenticate").unwrap_or_default())?;
        let (_, refusal) =
            self.problem(host, call.subject(), answer.authorization.as_deref(), answer.response).await?;
        if self.options.via.is_some() {
            return Err(
                refusal.with_hint("The proxy has no access to this repository, or it does not exist.")
            );
        }
        let challenges = match challenges.is_empty() {
            true => self.ping(host, &base).await?,
            false => challenges,
        };
        if challenges.is_empty() {
            return Err(refusal);
        }
        let permit = self.authorize(host, &base, &challenges, scope, refusal).await?;
        let answer = self.follow(host, call, &base, Some(permit.authorization)).await?;
        if answer.response.status != 401 || !answer.is_from_registry() {
            return Ok(answer);
        }
        self.state.borrow_mut().wallet.forget(scope, answer.authorization.as_deref());
        let (_, refusal) =
            self.problem(host, call.subject(), answer.authorization.as_deref(), answer.response).await?;
        Err(match (permit.anonymous, permit.distrusted) {
            (true, Some(origin)) => refusal.with_hint(format!(
                "The credentials were not sent to {origin}, which is not known to belong to this registry; if \
                 you trust it, name it in trustedRealms."
            )),
            (true, None) => refusal,
            (false, _) => rejected(refusal),
        })
    }

    /// Turns an answer that is no 200 into its error.
    pub(super) async fn succeed<H: Host>(
        &self,
        host: &H,
        call: &Call<'_>,
        answer: Answer<H::Body>,
    ) -> Result<(Response<H::Body>, Url)> {
        let status = answer.response.status;
        if status == 200 {
            if problem::is_page(&answer.response.headers, &[]) {
                return Err(problem::page(call.subject(), status));
            }
            return Ok((answer.response, answer.url));
        }
        let elsewhere = !answer.is_from_registry();
        let origin = answer.url.origin();
        let (code, error) =
            self.problem(host, call.subject(), answer.authorization.as_deref(), answer.response).await?;
        if elsewhere && matches!(code, Code::Unauthorized | Code::Denied) {
            let message =
                format!("{} redirected to {origin}, which answered {status}", call.repository.domain());
            return Err(Error::new(Code::RegistryError, message).with_status(status));
        }
        if (200..400).contains(&status) {
            let message =
                format!("{} answered {status} when asked for {}", call.repository.domain(), call.tail);
            return Err(Error::new(Code::ResponseInvalid, message).with_status(status));
        }
        Err(error)
    }

    /// Reads a refusal: its code and its error.
    pub(super) async fn problem<H: Host>(
        &self,
        host: &H,
        subject: Subject<'_>,
        authorization: Option<&str>,
        response: Response<H::Body>,
    ) -> Result<(Code, Error)> {
        let body = host.read(response.body, ERROR_BYTES).await?.bytes;
        let error = problem::error(subject, authorization, response.status, &response.headers, &body);
        Ok((error.code(), error))
    }

    /// What can be sent at once: a token in hand, or Basic where the registry asked for it before.
    async fn known_authorization<H: Host>(&self, host: &H, scope: &Scope) -> Result<Option<String>> {
        if self.options.via.is_some() {
            return Ok(None);
        }
        let now = host.now();
        let (token, basic) = {
            let state = self.state.borrow();
            (state.wallet.token(scope, now), state.wallet.wants_basic(&scope.registry))
        };
        if token.is_some() || !basic {
            return Ok(token);
        }
        Ok(credentials(host, scope).await?.and_then(|credentials| credentials.basic()))
    }

    /// The first request: finds out which scheme the registry speaks, once.
    async fn open<H: Host>(
        &self,
        host: &H,
        call: &Call<'_>,
        authorization: Option<String>,
    ) -> Result<Answer<H::Body>> {
        let domain = call.repository.domain();
        let bases = self.bases(domain)?;
        let Some((first, second)) = bases.split_first() else {
            return Err(Error::new(Code::Internal, "no scheme"));
        };
        let second = second.first();
        match self.follow(host, call, first, authorization.clone()).await {
            Ok(answer) => {
                if answer.response.status == 400 && first.scheme() == Scheme::Http && second.is_some() {
                    // A TLS server's words to who speaks http to it: read them before believing in http.
                    let body = host.read(answer.response.body, ERROR_BYTES).await?.bytes;
                    if let (true, Some(second)) = (is_tls_server(&body), second) {
                        self.remember(domain, Scheme::Https);
                        return self.follow(host, call, second, authorization).await;
                    }
                    return Err(problem::error(
                        call.subject(),
                        answer.authorization.as_deref(),
                        400,
                        &answer.response.headers,
                        &body,
                    ));
                }
                self.remember(domain, first.scheme());
                Ok(answer)
            }
            Err(error) if error.code() == Code::PlainHttp && first.scheme() == Scheme::Https => {
                match second {
                    Some(second) => {
                        let answer = self.follow(host, call, second, authorization).await?;
                        self.remember(domain, Scheme::Http);
                        Ok(answer)
                    }
                    None => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// The registry's base URLs in the order of trying. Only loopback starts with http, only `insecure` may
    /// end with it: a TLS failure never turns into http by itself.
    fn bases(&self, domain: &str) -> Result<Vec<Url>> {
        let invalid =
            |what: &str, reason: &str| Err(Error::new(Code::OptionInvalid, format!("{what}: {reason}")));
        if let Some(via) = &self.options.via {
            return match Url::parse(via) {
                Ok(url) => Ok(vec![url.below(domain)]),
                Err(reason) => invalid("`via` is not a usable URL", reason),
            };
        }
        // Docker Hub answers under another name than the one references carry.
        let machine = if domain == "docker.io" { "registry-1.docker.io" } else { domain };
        let https = match Url::parse(&format!("https://{machine}/")) {
            Ok(url) => url,
            Err(reason) => return invalid("the reference's domain cannot be asked", reason),
        };
        let known =
            self.state.borrow().schemes.iter().find(|(known, _)| known == domain).map(|(_, scheme)| *scheme);
        let http = Url::parse(&format!("http://{machine}/")).unwrap_or_else(|_| https.clone());
        Ok(match known {
            Some(Scheme::Http) => vec![http],
            Some(Scheme::Https) => vec![https],
            None if https.machine().is_loopback() => vec![http, https],
            None if self.options.insecure.covers(domain) => vec![https, http],
            None => vec![https],
        })
    }

    fn remember(&self, domain: &str, scheme: Scheme) {
        let schemes = &mut self.state.borrow_mut().schemes;
        if !schemes.iter().any(|(known, _)| known == domain) {
            schemes.push((domain.to_owned(), scheme));
        }
    }

    /// Sends one request and follows where it leads.
    async fn follow<H: Host>(
        &self,
        host: &H,
        call: &Call<'_>,
        base: &Url,
        authorization: Option<String>,
    ) -> Result<Answer<H::Body>> {
        let trip = Trip {
            method: call.method,
            start: call.url(base),
            accept: call.accept,
            authorization: authorization.clone(),
            content: call.content,
            is_for_token: false,
        };
        let (response, url) = self.travel(host, base, trip).await?;
        Ok(Answer { response, url, base: base.clone(), authorization })
    }
}

/// Whether a 400 is a TLS server's way of saying that it was spoken to in http: Go's and nginx's words.
fn is_tls_server(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    contains(&text, "http request to an https server")
        || contains(&text, "plain http request was sent to https port")
}
