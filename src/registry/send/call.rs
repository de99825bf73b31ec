//! One call of the registry API as data: what is asked for, what is sent, and the answer.

use crate::error::Code;
use crate::http::message::{Method, Response};
use crate::http::retry::Again;
use crate::http::url::Url;
use crate::reference::Reference;
use crate::registry::answer::problem::Subject;

/// The tail of a call about the registry as a whole, in place of what follows a repository's path.
pub(crate) const ROOT: &str = "v2/";

/// What a call sends.
#[derive(Clone, Copy)]
pub(crate) struct Payload<'a> {
    /// Its type; empty for none.
    pub(crate) media_type: &'a str,
    /// The content.
    pub(crate) bytes: &'a [u8],
}

/// What a call asks for.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    /// The repository that it is about.
    pub(crate) repository: &'a Reference,
    /// The verb.
    pub(crate) method: Method,
    /// What follows the repository's path: `manifests/latest`.
    pub(crate) tail: &'a str,
    /// A query that was vetted before.
    pub(crate) query: Option<&'a str>,
    /// The media types that may come.
    pub(crate) accept: Option<&'static str>,
    /// What a 404 means.
    pub(crate) missing: Code,
    /// Of a call that belongs to a push: the repositories that blobs are taken from.
    pub(crate) sources: Option<&'a [String]>,
    /// What is sent.
    pub(crate) content: Option<Payload<'a>>,
    /// A vetted URL of the registry in place of the one that the tail stands for.
    pub(crate) at: Option<&'a Url>,
    /// Further headers.
    pub(crate) headers: &'a [(&'static str, String)],
    /// Whether the call removes something.
    pub(crate) removes: bool,
}

impl<'a> Call<'a> {
    /// A GET without anything special about it.
    pub(crate) fn new(repository: &'a Reference, tail: &'a str, missing: Code) -> Call<'a> {
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

    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject { registry: self.repository.domain(), what: self.tail, missing: self.missing }
    }

    /// Whether the call may be sent again as it is.
    pub(crate) fn again(&self) -> Again {
        match self.headers.iter().any(|(name, _)| name.starts_with("if-")) {
            // After the first one has done its work, a second one with the same condition fails.
            true => Again::Refused,
            false => Again::of(self.method, self.tail),
        }
    }

    /// The same for an answer of another place than the registry, given by its origin.
    pub(crate) fn subject_at<'s>(&'s self, elsewhere: &'s Option<String>) -> Subject<'s> {
        Subject { registry: elsewhere.as_deref().unwrap_or(self.repository.domain()), ..self.subject() }
    }

    pub(crate) fn url(&self, base: &Url) -> Url {
        if let Some(url) = self.at {
            return url.clone();
        }
        if self.tail == ROOT {
            return base.below(ROOT);
        }
        let url = base.below(&[ROOT, self.repository.path(), "/", self.tail].concat());
        match self.query {
            Some(query) => url.with_query(query),
            None => url,
        }
    }
}

/// A response, and what it took to get it.
pub(crate) struct Reply<B> {
    /// The last response.
    pub(crate) response: Response<B>,
    /// How often the request was sent.
    pub(crate) attempts: u32,
    /// How long the server asks to get no request, in milliseconds; whole seconds.
    pub(crate) retry_after_ms: Option<u64>,
}

/// A reply that is not a redirect, and where it came from.
pub(crate) struct Answer<B> {
    /// The response.
    pub(crate) response: Response<B>,
    /// See [`Reply::attempts`].
    pub(crate) attempts: u32,
    /// See [`Reply::retry_after_ms`].
    pub(crate) retry_after_ms: Option<u64>,
    /// The URL that gave it.
    pub(crate) url: Url,
    /// The registry's own base URL.
    pub(crate) base: Url,
    /// The secret that was sent, so that an echo of it can be taken out of an error.
    pub(crate) authorization: Option<String>,
}

impl<B> Answer<B> {
    /// The registry's own base URL.
    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// The origin of another place than the registry that has given the answer.
    pub(crate) fn whose(&self) -> Option<String> {
        (!self.is_from_registry()).then(|| self.url.origin())
    }

    pub(crate) fn is_from_registry(&self) -> bool {
        self.base.same_origin(&self.url)
    }
}
