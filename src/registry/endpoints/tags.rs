//! Tags: a repository's, a page at a time.
//!
//! Source: distribution-spec "Listing Tags".

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::url::Url;
use crate::json::{self, Type};
use crate::limits::{TAG_CHARS, TAGS_BYTES};
use crate::reference::Reference;
use crate::registry::answer::pages::Page;
use crate::registry::answer::problem::{self, about};
use crate::registry::client::Client;
use crate::registry::client::Session;
use crate::registry::endpoints::fetched;
use crate::registry::endpoints::read::read_body;
use crate::registry::host::Host;
use crate::registry::send::call::Call;

/// One page of a tag listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagPage {
    /// The tags in the registry's order, without what cannot be a tag.
    pub tags: Vec<String>,
    /// What to give [`tags`] for the next page; opaque.
    pub next: Option<String>,
}

/// A page of a repository's tags; `page` is what the page before said under `next`. The page size is the
/// registry's choice: some refuse a number they find too large.
///
/// Fails as [`head`](crate::registry::head) does, with `LINK_REFUSED` or `PAGE_LIMIT` for a next page that leads astray,
/// and with `RESPONSE_INVALID` or `RESPONSE_TOO_LARGE`.
pub async fn tags<H: Host>(
    session: Session<'_, H>,
    repository: &Reference,
    page: Option<&str>,
) -> Result<TagPage> {
    tag_page(session, repository, page).await.map_err(|error| about(repository, error))
}

async fn tag_page<H: Host>(
    session: Session<'_, H>,
    repository: &Reference,
    page: Option<&str>,
) -> Result<TagPage> {
    let page = Page::parse(page)?;
    let call = Call {
        query: page.query,
        accept: Some("application/json"),
        ..Call::new(repository, "tags/list", Code::NameUnknown)
    };
    let (headers, url, read) = read_body(session, &call, TAGS_BYTES).await?;
    if read.truncated {
        return Err(Error::new(
            Code::ResponseTooLarge,
            format!("a page of tags is larger than {TAGS_BYTES} bytes"),
        ));
    }
    if problem::is_page(&headers, &read.bytes) {
        return Err(fetched::page(repository, "tags/list"));
    }
    let listings = listings(session.client, repository, "tags/list", &url);
    Ok(TagPage { tags: parse_tags(&read.bytes)?, next: page.next(headers.get("link"), &url, &listings)? })
}

/// The URLs at which a listing may go on. A registry behind a proxy knows nothing of the proxy's paths
/// and names its own.
pub(crate) fn listings(client: &Client, repository: &Reference, tail: &str, url: &Url) -> Vec<Url> {
    let mut listings = vec![url.clone()];
    if client.options.via.is_some() {
        let own = format!("/v2/{}/{tail}", repository.path());
        let registry = Url::parse(&format!("https://{}{own}", repository.domain()));
        listings.extend(url.join(&own).into_iter().chain(registry));
    }
    listings
}

/// The `tags` of a listing. Registries put `null`, empty texts and digests among them.
fn parse_tags(body: &[u8]) -> Result<Vec<String>> {
    let invalid = |reason: &str| Error::new(Code::ResponseInvalid, format!("the tag listing {reason}"));
    let root = json::parse(body).map_err(|error| invalid(&format!("cannot be read: {error}")))?;
    let Some(tags) = root.member("tags") else {
        return Err(invalid("has no member `tags`"));
    };
    if !matches!(tags.kind(), Type::Array | Type::Null) {
        return Err(invalid("has `tags` that are not a list"));
    }
    Ok(tags
        .elements()
        .filter_map(|tag| tag.string())
        .filter(|tag| is_tag(tag) || !stands(Guard::TagText))
        .map(|tag| tag.into_owned())
        .collect())
}

/// distribution-spec's grammar for a tag, without Artifactory's digests in disguise.
fn is_tag(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_digest = text.strip_prefix("sha256__").is_some_and(|rest| rest.len() == 64);
    text.len() <= TAG_CHARS
        && text.bytes().next().is_some_and(word)
        && text.bytes().all(|byte| word(byte) || byte == b'.' || byte == b'-')
        && !is_digest
}
