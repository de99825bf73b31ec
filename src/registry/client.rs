//! The calls: a tag's descriptor, a document, a config, a blob, a page of tags.

use std::cell::RefCell;

use crate::descriptor::Descriptor;
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::message::{Headers, Response};
use crate::http::pace::Lane;
use crate::http::url::{Scheme, Url};
use crate::json::{self, Type};
use crate::limits::{CONFIG_BYTES, TAG_CHARS, TAGS_BYTES};
use crate::manifest::{Document, ImageConfig};
use crate::media_type::Family;
use crate::reference::Reference;
use crate::registry::Options;
use crate::registry::answer::pages::Page;
use crate::registry::answer::problem;
use crate::registry::endpoints::fetched::judge;
use crate::registry::endpoints::head::{Told, descriptor_of};
use crate::registry::host::Host;
use crate::registry::memory::bounded::Bounded;
use crate::registry::memory::flights::Turns;
use crate::registry::memory::tokens::Wallet;
use crate::registry::send::call::Call;
use crate::selection::Wanted;

/// All four types, always: a registry that is not told about indexes picks a platform on its own, or says
/// that the manifest is unknown. [`crate::media_type`] is where the names come from.
pub(crate) const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.docker.distribution.manifest.v2+json";

/// A client of any number of registries. It keeps tokens and what it learned about each registry; calls may
/// run side by side.
#[derive(Default)]
pub struct Client {
    pub(crate) options: Options,
    pub(crate) state: RefCell<State>,
}

/// What a client learns. Borrowed for a moment, never across an await.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) wallet: Wallet,
    pub(crate) turns: Turns,
    /// The scheme that each registry turned out to speak.
    pub(crate) schemes: Bounded<String, Scheme>,
    /// How fast each origin is asked.
    pub(crate) lanes: Vec<(String, Lane)>,
    /// What was learned of each registry's ways with writes.
    pub(crate) habits: Bounded<(String, Habit), ()>,
}

/// A registry's way that is worth remembering: it saves a request that is bound to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Habit {
    /// It takes no blob in one piece.
    Chunked,
    /// It does not answer to `?tag=`.
    OneTag,
    /// It refuses HEAD for a manifest that it gives to a GET.
    NoHead,
}

/// One page of a tag listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagPage {
    /// The tags in the registry's order, without what cannot be a tag.
    pub tags: Vec<String>,
    /// What to give [`Client::tags`] for the next page; opaque.
    pub next: Option<String>,
}

impl Client {
    /// A client that knows nothing yet.
    pub fn new(options: Options) -> Client {
        Client { options, state: RefCell::default() }
    }

    /// The descriptor of what a reference points at (`latest` where it says nothing): media type, digest and
    /// size. One HEAD; a GET where the answer to HEAD does not say it all or cannot be believed.
    ///
    /// Fails with the codes of the registry, the network and the rules for URLs, each with `registry` and
    /// `reference`; see [`Code`].
    pub async fn head<H: Host>(&self, host: &H, reference: &Reference) -> Result<Descriptor> {
        let reference = &reference.with_default_tag();
        let ask = async {
            let tail = manifest_tail(reference)?;
            let call = manifest_call(reference, &tail);
            let described = |headers: &Headers| {
                descriptor_of(headers)
                    .filter(|told| reference.digest().is_none_or(|digest| *digest == told.digest))
            };
            match self.told(host, &call, |headers| described(headers).is_some()).await? {
                Told::Document(response) => {
                    self.told_document(host, &call, reference, response).await.map(|it| it.descriptor())
                }
                Told::Headers(headers) => described(&headers)
                    .ok_or_else(|| Error::new(Code::Internal, "a HEAD without a descriptor")),
            }
        };
        ask.await.map_err(|error| about(reference, error))
    }

    /// The document that a reference points at, verified; with `wanted`, the manifest for that platform.
    /// One GET for the document itself, one more for each step below it.
    ///
    /// Fails as [`Client::head`] does, with the codes of [`Document::parse`], and with `PLATFORM_NOT_FOUND`.
    pub async fn manifest<H: Host>(
        &self,
        host: &H,
        reference: &Reference,
        wanted: Option<&Wanted>,
    ) -> Result<Document> {
        let reference = &reference.with_default_tag();
        let root = self.document(host, reference).await?;
        let Some(wanted) = wanted else { return Ok(root) };
        let found =
            self.walk(host, reference, root, wanted).await.map_err(|error| about(reference, error))?;
        match found.document {
            Some(document) => Ok(document),
            None => self.child(host, reference, &found.descriptor).await,
        }
    }

    /// The config of a single image, or with `wanted` of the image for that platform. Verified.
    ///
    /// Fails as [`Client::manifest`] does, and with `MEDIA_TYPE_UNSUPPORTED` for an index without `wanted` or
    /// for an artifact.
    pub async fn config<H: Host>(
        &self,
        host: &H,
        reference: &Reference,
        wanted: Option<&Wanted>,
    ) -> Result<ImageConfig> {
        let reference = &reference.with_default_tag();
        let document = self.manifest(host, reference, wanted).await?;
        let config = match document.config() {
            Some(config) if config.media_type.family() == Family::Config => config,
            _ => {
                let message = format!("a document of type {} has no image config", document.media_type());
                let hint = "Name a platform if this is an index; artifacts have no image config.";
                return Err(about(
                    reference,
                    Error::new(Code::MediaTypeUnsupported, message).with_hint(hint),
                ));
            }
        };
        let read = async {
            let bytes = self.config_bytes(host, reference, config).await?;
            ImageConfig::parse(bytes, None)
        };
        read.await.map_err(|error| about(reference, error))
    }

    /// A blob of the reference's repository, its body unread. The caller verifies the digest while it reads,
    /// and the length where `Content-Length` stands without `Content-Encoding`.
    ///
    /// Fails as [`Client::head`] does; a blob that is not there is `BLOB_UNKNOWN`.
    pub async fn blob<H: Host>(
        &self,
        host: &H,
        reference: &Reference,
        digest: &Digest,
    ) -> Result<Response<H::Body>> {
        self.blob_answer(host, reference, digest).await.map_err(|error| about(reference, error))
    }

    /// A page of a repository's tags; `page` is what the page before said under `next`. The page size is the
    /// registry's choice: some refuse a number they find too large.
    ///
    /// Fails as [`Client::head`] does, with `LINK_REFUSED` or `PAGE_LIMIT` for a next page that leads astray,
    /// and with `RESPONSE_INVALID` or `RESPONSE_TOO_LARGE`.
    pub async fn tags<H: Host>(
        &self,
        host: &H,
        repository: &Reference,
        page: Option<&str>,
    ) -> Result<TagPage> {
        self.tag_page(host, repository, page).await.map_err(|error| about(repository, error))
    }

    pub(crate) fn has_habit(&self, domain: &str, habit: Habit) -> bool {
        self.state.borrow().habits.get(&(domain.to_owned(), habit)).is_some()
    }

    pub(crate) fn remember_habit(&self, domain: &str, habit: Habit) {
        self.state.borrow_mut().habits.keep((domain.to_owned(), habit), ());
    }

    /// The document at a reference itself.
    pub(crate) async fn document<H: Host>(&self, host: &H, reference: &Reference) -> Result<Document> {
        self.verified_document(host, reference).await.map_err(|error| about(reference, error))
    }

    async fn verified_document<H: Host>(&self, host: &H, reference: &Reference) -> Result<Document> {
        let fetched = self.fetch(host, reference).await?;
        judge(reference, fetched)
    }

    /// The document that an entry of an index points at.
    pub(crate) async fn child<H: Host>(
        &self,
        host: &H,
        root: &Reference,
        entry: &Descriptor,
    ) -> Result<Document> {
        let reference = root.to_repository().with_digest(&entry.digest);
        let document = self.document(host, &reference).await?;
        check_size(entry, document.size()).map_err(|error| about(&reference, error))?;
        Ok(document)
    }

    /// The bytes of a config, verified by digest and size.
    pub(crate) async fn config_bytes<H: Host>(
        &self,
        host: &H,
        reference: &Reference,
        config: &Descriptor,
    ) -> Result<Vec<u8>> {
        if config.size > CONFIG_BYTES as u64 && stands(Guard::ConfigSize) {
            let message = format!("the config states {} bytes; at most {CONFIG_BYTES} are read", config.size);
            return Err(Error::new(Code::ResponseTooLarge, message));
        }
        config.digest.algorithm()?;
        let tail = format!("blobs/{}", config.digest);
        let call = Call::new(reference, &tail, Code::BlobUnknown);
        let (headers, _, read) = self.read_whole(host, &call, CONFIG_BYTES).await?;
        if read.truncated {
            return Err(Error::new(
                Code::ResponseTooLarge,
                format!("the config is larger than {CONFIG_BYTES} bytes"),
            ));
        }
        let verdict = config.digest.verify(&read.bytes);
        verdict.or_else(|error| match problem::is_page(&headers, &read.bytes) {
            true => Err(page(reference, "a config")),
            false if stands(Guard::ConfigDigest) => Err(error),
            false => Ok(()),
        })?;
        check_size(config, read.bytes.len() as u64)?;
        Ok(read.bytes)
    }

    async fn blob_answer<H: Host>(
        &self,
        host: &H,
        reference: &Reference,
        digest: &Digest,
    ) -> Result<Response<H::Body>> {
        digest.algorithm()?;
        let tail = format!("blobs/{digest}");
        let call = Call::new(reference, &tail, Code::BlobUnknown);
        let answer = self.exchange(host, &call).await?;
        Ok(self.succeed(host, &call, answer).await?.0)
    }

    async fn tag_page<H: Host>(
        &self,
        host: &H,
        repository: &Reference,
        page: Option<&str>,
    ) -> Result<TagPage> {
        let page = Page::parse(page)?;
        let call = Call {
            query: page.query,
            accept: Some("application/json"),
            ..Call::new(repository, "tags/list", Code::NameUnknown)
        };
        let (headers, url, read) = self.read_whole(host, &call, TAGS_BYTES).await?;
        if read.truncated {
            return Err(Error::new(
                Code::ResponseTooLarge,
                format!("a page of tags is larger than {TAGS_BYTES} bytes"),
            ));
        }
        if problem::is_page(&headers, &read.bytes) {
            return Err(self::page(repository, "tags/list"));
        }
        let listings = self.listings(repository, "tags/list", &url);
        Ok(TagPage { tags: parse_tags(&read.bytes)?, next: page.next(headers.get("link"), &url, &listings)? })
    }

    /// The URLs at which a listing may go on. A registry behind a proxy knows nothing of the proxy's paths
    /// and names its own.
    pub(crate) fn listings(&self, repository: &Reference, tail: &str, url: &Url) -> Vec<Url> {
        let mut listings = vec![url.clone()];
        if self.options.via.is_some() {
            let own = format!("/v2/{}/{tail}", repository.path());
            let registry = Url::parse(&format!("https://{}{own}", repository.domain()));
            listings.extend(url.join(&own).into_iter().chain(registry));
        }
        listings
    }
}

pub(crate) fn manifest_call<'a>(reference: &'a Reference, tail: &'a str) -> Call<'a> {
    Call { accept: Some(ACCEPT), ..Call::new(reference, tail, Code::ManifestUnknown) }
}

/// `manifests/` and the digest or else the tag. A digest that cannot be verified is not asked for.
pub(crate) fn manifest_tail(reference: &Reference) -> Result<String> {
    if let Some(digest) = reference.digest() {
        digest.algorithm()?;
        return Ok(format!("manifests/{digest}"));
    }
    Ok(format!("manifests/{}", reference.tag().unwrap_or("latest")))
}

fn check_size(descriptor: &Descriptor, size: u64) -> Result<()> {
    if descriptor.size == size || !stands(Guard::EntrySize) {
        return Ok(());
    }
    let message =
        format!("{} has {size} bytes, its descriptor states {}", descriptor.digest, descriptor.size);
    Err(Error::new(Code::SizeMismatch, message)
        .with_detail("expected", descriptor.size)
        .with_detail("actual", size))
}

/// The `tags` of a listing. Registries put `null`, empty texts and digests among them.
fn parse_tags(body: &[u8]) -> Result<Vec<String>> {
    let invalid = |reason: &str| Error::new(Code::ResponseInvalid, format!("the tag listing {reason}"));
    let root = json::parse(body).map_err(|error| invalid(&format!("cannot be read: {error}")))?;
    let Some((_, tags)) = root.members().find(|(key, _)| key == "tags") else {
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

pub(crate) fn page(reference: &Reference, what: &str) -> Error {
    problem::page(
        problem::Subject { registry: reference.domain(), what, missing: Code::ManifestUnknown },
        200,
    )
}

/// Says which reference an error is about, unless it knows already.
pub(crate) fn about(reference: &Reference, error: Error) -> Error {
    error.with_registry(reference.domain()).with_reference(&reference.canonical())
}
