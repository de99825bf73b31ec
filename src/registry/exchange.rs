//! One call from its first request to its answer: which scheme, and where redirects lead. Who is let in:
//! [`crate::registry::admit`].

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::limits::REMEMBERED;
use crate::reference::Reference;
use crate::registry::client::Client;
use crate::registry::problem::{self, Subject};
use crate::registry::retry::Again;
use crate::registry::transport::{Host, Method, Response};
use crate::registry::travel::Trip;
use crate::registry::url::{Scheme, Url};

/// The tail of a call about the registry as a whole, in place of what follows a repository's path.
pub(super) const ROOT: &str = "v2/";

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
    /// Further headers.
    pub(super) headers: &'a [(&'static str, String)],
    /// Whether the call removes something.
    pub(super) removes: bool,
}

impl<'a> Call<'a> {
    /// A GET without anything special about it.
    pub(super) fn new(repository: &'a Reference, tail: &'a str, missing: Code) -> Call<'a> {
        Call {
            repository,
            method: Method::Get,
            tail,
            query: None,
            accept: None,
            missing,
            sources: None,
            content: None,
            at: None,
            headers: &[],
            removes: false,
        }
    }

    pub(super) fn subject(&self) -> Subject<'_> {
        Subject { registry: self.repository.domain(), what: self.tail, missing: self.missing }
    }

    pub(super) fn url(&self, base: &Url) -> Url {
        if let Some(url) = self.at {
            return url.clone();
        }
        if self.tail == ROOT {
            return base.below(ROOT);
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
    /// An answer from where a registry has sent us, without any secret.
    pub(super) fn elsewhere(response: Response<B>, url: Url, base: &Url) -> Answer<B> {
        Answer { response, url, base: base.clone(), authorization: None }
    }

    /// The registry's own base URL.
    pub(super) fn base(&self) -> &Url {
        &self.base
    }

    pub(super) fn is_from_registry(&self) -> bool {
        self.base.same_origin(&self.url)
    }
}

impl Client {
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
        let body = self.refusal(host, response.body).await?;
        let error = problem::error(subject, authorization, response.status, &response.headers, &body);
        Ok((error.code(), error))
    }

    /// The first request: finds out which scheme the registry speaks, once.
    pub(super) async fn open<H: Host>(
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
                    if let (Method::Head, Some(second)) = (call.method, second) {
                        // A refusal without words: whoever speaks TLS there says so by answering.
                        if let Ok(answer) = self.follow(host, call, second, authorization.clone()).await {
                            self.remember(domain, Scheme::Https);
                            return Ok(answer);
                        }
                    }
                    // A TLS server's words to who speaks http to it: read them before believing in http.
                    let body = self.refusal(host, answer.response.body).await?;
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
            // A TLS server that is broken keeps its caller out; one that is not there, or speaks http, does not.
            Err(error)
                if matches!(error.code(), Code::PlainHttp | Code::ConnectionRefused)
                    && first.scheme() == Scheme::Https =>
            {
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
    pub(super) fn bases(&self, domain: &str) -> Result<Vec<Url>> {
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
            None if self.options.insecure.covers(domain) || !stands(Guard::PlainHttp) => vec![https, http],
            None => vec![https],
        })
    }

    fn remember(&self, domain: &str, scheme: Scheme) {
        let schemes = &mut self.state.borrow_mut().schemes;
        if !schemes.iter().any(|(known, _)| known == domain) {
            schemes.truncate(REMEMBERED);
            schemes.insert(0, (domain.to_owned(), scheme));
        }
    }

    /// Sends one request and follows where it leads.
    pub(super) async fn follow<H: Host>(
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
            headers: call.headers,
            is_for_token: false,
            again: match call.headers.iter().any(|(name, _)| name.starts_with("if-")) {
                // After the first one has done its work, a second one with the same condition fails.
                true => Again::Refused,
                false => Again::of(call.method, call.tail),
            },
            named_by: None,
        };
        let (response, url) = self.travel(host, base, trip).await?;
        Ok(Answer { response, url, base: base.clone(), authorization })
    }
}

/// Whether a 400 is a TLS server's way of saying that it was spoken to in http: Go's and nginx's words.
fn is_tls_server(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    text.contains("http request to an https server")
        || text.contains("plain http request was sent to https port")
}
