//! Requests and responses as plain data.

/// The verb of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The verb as it is written in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }

    /// Whether the same request may be sent again elsewhere without doing anything there.
    pub fn is_safe(self) -> bool {
        matches!(self, Method::Get | Method::Head)
    }
}

/// A request, ready to be sent as it is. Every URL was built or vetted by [`crate::http::url`].
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The verb.
    pub method: Method,
    /// An absolute http or https URL in printable ASCII, without userinfo or fragment.
    pub url: String,
    /// Names in lower case, each at most once; `authorization` holds a secret.
    pub headers: Vec<(&'static str, String)>,
    /// The body, where the verb has one.
    pub body: Option<Vec<u8>>,
    /// 1 for the first time that it is sent.
    pub attempt: u32,
    /// The domain of the registry that chose the URL, where it is neither the registry's own nor one that the
    /// user trusts: it must not lead into a private network, unless the registry itself is in one. A host that
    /// sees addresses refuses with `ADDRESS_REFUSED`.
    pub named_by: Option<String>,
    /// The domain of the registry whose token service this is, where it gets the registry's credentials: what the user
    /// says of the registry's certificate holds for it too.
    pub on_behalf_of: Option<String>,
    /// Whether the URL's name may lead to public addresses only. A host that sees addresses refuses others with
    /// `ADDRESS_REFUSED`.
    pub public_only: bool,
}

impl std::fmt::Debug for Request {
    /// Names the headers but never shows a value: one of them is the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &self.headers.iter().map(|(name, _)| *name).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// The response headers that this crate reads. A host that must ask for headers by name needs no others.
pub const RESPONSE_HEADERS: &[&str] = &[
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "docker-content-digest",
    "docker-distribution-api-version",
    "link",
    "location",
    "oci-chunk-min-length",
    "oci-filters-applied",
    "oci-subject",
    "oci-tag",
    "range",
    "ratelimit-limit",
    "ratelimit-remaining",
    "docker-ratelimit-source",
    "retry-after",
    "www-authenticate",
];

/// Response headers: names compare without case, values of one name are joined by `", "` as fetch does it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// No headers.
    pub fn new() -> Headers {
        Headers::default()
    }

    /// Adds a value; a second one under the same name is joined to the first.
    pub fn append(&mut self, name: &str, value: &str) {
        let name = name.to_ascii_lowercase();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, joined)) => {
                joined.push_str(", ");
                joined.push_str(value);
            }
            None => self.0.push((name, value.to_owned())),
        }
    }

    /// The joined value of `name`, in any case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Headers {
        let mut headers = Headers::new();
        for (name, value) in pairs {
            headers.append(name.as_ref(), value.as_ref());
        }
        headers
    }
}

/// An answer whose body has not been read yet.
#[derive(Clone, Debug)]
pub struct Response<B> {
    /// The HTTP status, 100 to 599.
    pub status: u16,
    /// The headers; at least those of [`RESPONSE_HEADERS`] that the host lets through.
    pub headers: Headers,
    /// A handle on the body.
    pub body: B,
}

/// What was read of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// At most as many decoded bytes as were asked for.
    pub bytes: Vec<u8>,
    /// Whether there was more. The rest was cancelled, not awaited.
    pub truncated: bool,
}
