//! What refers to a manifest: signatures, attestations, bills of materials.
//!
//! Source: distribution-spec "Listing Referrers", "Referrers Tag Schema" and "Pushing Manifests with Subject".
//! A registry without the API answers 404, or whatever else it says to a path that it does not know, a page with 200
//! among it; then an index under a tag that is made of the digest stands in, which every client that pushes has to
//! keep up to date. Two of them at once may lose an entry where the registry honours no conditions.

use crate::descriptor::{Descriptor, Listed};
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::message::{Headers, Method};
use crate::http::retry::Work;
use crate::http::url::Url;
use crate::limits::MANIFEST_BYTES;
use crate::manifest::{Document, Kind, edit};
use crate::media_type::{MediaType, OCI_INDEX};
use crate::reference::Reference;
use crate::registry::answer::headers::declared_type;
use crate::registry::answer::pages::Page;
use crate::registry::answer::problem;
use crate::registry::answer::problem::about;
use crate::registry::auth::route;
use crate::registry::auth::single_flight::lock;
use crate::registry::client::Session;
use crate::registry::endpoints::manifests::document;
use crate::registry::endpoints::manifests::head;
use crate::registry::endpoints::put::url_of;
use crate::registry::endpoints::put::write;
use crate::registry::endpoints::put::{Put, Target, absent, immutable, is_immutable};
use crate::registry::endpoints::tags::listings;
use crate::registry::host::Host;
use crate::registry::send::call::Call;
use crate::registry::send::outcome;
use crate::registry::send::retries::{Looks, Retries};

/// A page of referrers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferrerPage {
    /// What they refer to: the reference that was asked for, with its digest.
    pub subject: Reference,
    /// Their descriptors, in the registry's order; one that cannot be used stands among them, and says so.
    pub referrers: Vec<Listed>,
    /// What to give [`referrers`] for the next page; opaque.
    pub next: Option<String>,
}

/// A page of what refers to a manifest, of one artifact type or of any; `page` is what the page before said
/// under `next`. A tag is resolved first.
///
/// Fails as [`head`](crate::registry::head) and [`tags`](crate::registry::tags) do, and with the codes of [`Document::parse`].
pub async fn referrers<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    artifact_type: Option<&str>,
    page: Option<&str>,
) -> Result<ReferrerPage> {
    let digest = match reference.digest() {
        Some(digest) => digest.clone(),
        None => head(session, reference).await?.digest,
    };
    let subject = reference.to_repository().with_digest(&digest);
    let listed = referrer_page(session, &subject, &digest, artifact_type, page).await;
    let (mut referrers, next) = listed.map_err(|error| about(reference, error))?;
    if let Some(wanted) = artifact_type {
        // A registry that filters says so (`OCI-Filters-Applied`), and filtering again does no harm.
        let is_wanted = |referrer: &Descriptor| referrer.artifact_type.as_deref() == Some(wanted);
        referrers.retain(|referrer| referrer.sound().is_some_and(is_wanted));
    }
    Ok(ReferrerPage { subject, referrers, next })
}

async fn referrer_page<H: Host>(
    session: Session<'_, H>,
    subject: &Reference,
    digest: &Digest,
    artifact_type: Option<&str>,
    page: Option<&str>,
) -> Result<(Vec<Listed>, Option<String>)> {
    let page = Page::parse(page)?;
    let filter = artifact_type.map(|wanted| Url::query_of(&[("artifactType", wanted)]));
    let tail = format!("referrers/{digest}");
    let call = Call {
        query: page.query.or(filter.as_deref()),
        accept: Some(OCI_INDEX),
        ..Call::new(subject, &tail, Code::ManifestUnknown)
    };
    match listed(session, &call, &page).await? {
        Some(listed) => Ok(listed),
        None if page.query.is_some() => {
            let message = format!("the next page of {tail} is no list of referrers");
            Err(Error::new(Code::ResponseInvalid, message))
        }
        None => {
            let tagged = tagged_referrers(session, subject, digest).await?;
            Ok((tagged.map_or(Vec::new(), |index| index.manifests().to_vec()), None))
        }
    }
}

/// A page of the listing, and the next one; none where the registry does not know the call. The referrers tag is
/// asked then, so a fault of the registry itself is reported all the same.
async fn listed<H: Host>(
    session: Session<'_, H>,
    call: &Call<'_>,
    page: &Page<'_>,
) -> Result<Option<(Vec<Listed>, Option<String>)>> {
    let answer = match route::send(session, call).await {
        // To a login page, which is no listing.
        Err(error) if matches!(error.code(), Code::RedirectRefused | Code::RedirectLimit) => {
            return Ok(None);
        }
        answer => answer?,
    };
    if is_unknown_call(answer.response.status, &answer.response.headers, answer.is_from_registry()) {
        return Ok(None);
    }
    let (response, url) = outcome::succeed(session, call, answer).await?;
    let headers = response.headers;
    let declared = declared_type(&headers);
    let is_declared = declared.as_ref().is_some_and(|declared| declared.as_str() == OCI_INDEX);
    if declared.is_some() && !is_declared {
        return Ok(None);
    }
    let read = session.host.read(response.body, MANIFEST_BYTES).await?;
    if problem::is_page(&headers, &read.bytes) {
        return Ok(None);
    }
    if read.truncated {
        let message = format!("{} is larger than {MANIFEST_BYTES} bytes", call.tail);
        return Err(Error::new(Code::ResponseTooLarge, message));
    }
    let index = match Document::parse(read.bytes, declared.as_ref(), None) {
        // What does not call itself an index, and is none, is a 200 to any path.
        Err(_) if !is_declared => return Ok(None),
        Ok(other) if other.media_type().as_str() != OCI_INDEX => return Ok(None),
        index => index?,
    };
    let listings = listings(session.client, call.repository, call.tail, &url);
    let next = page.next(headers.get("link"), &url, &listings)?;
    Ok(Some((index.manifests().to_vec(), next.filter(|_| stands(Guard::ReferrersPage)))))
}

/// The index under the referrers tag of a digest.
async fn tagged_referrers<H: Host>(
    session: Session<'_, H>,
    repository: &Reference,
    digest: &Digest,
) -> Result<Option<Document>> {
    let reference = repository.to_repository().with_tag(&referrers_tag(digest))?;
    let index = match document(session, &reference).await {
        Ok(index) => index,
        Err(error) => return absent(error),
    };
    if index.kind() == Kind::Index {
        return Ok(Some(index));
    }
    let message = format!("{reference} is not an index, so it does not list the referrers of {digest}");
    Err(Error::new(Code::NotAnIndex, message))
}

/// How a list of referrers describes a document. Source: distribution-spec, "Listing Referrers".
fn referrer(document: &Document) -> Descriptor {
    Descriptor {
        artifact_type: document
            .artifact_type()
            .map(str::to_owned)
            .or_else(|| document.config().map(|config| config.media_type.to_string())),
        annotations: document.annotations().clone(),
        ..document.descriptor()
    }
}

/// Adds a document to the index under the referrers tag of its subject.
pub(crate) async fn refer<H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    document: &Document,
    subject: &Digest,
) -> Result<()> {
    let tag = referrers_tag(subject);
    let entry = referrer(document);
    let media_type = &MediaType::parse(OCI_INDEX)?;
    // Calls of this client do not get in each other's way: one after the other lists what it has pushed.
    let domain = target.repository.domain();
    let list = format!("{domain}/{}:{tag}", target.repository.path());
    let _lock = lock(session, list).await?;
    let mut looks = Looks::new(session);
    let mut is_first = true;
    let mut retries = Retries::of(session, Work::Write, Method::Put);
    // The index is read once more after each write: another client may have written at the same time, or the
    // registry shows what was written only later.
    loop {
        let index = tagged_referrers(session, target.repository, subject).await?;
        let known = |index: &Document| {
            index.manifests().iter().filter_map(Listed::sound).any(|known| known.digest == entry.digest)
        };
        let (text, condition) = match &index {
            Some(index) if known(index) => return Ok(()),
            Some(index) => (edit::append(index, &entry)?, ("if-match", format!("\"{}\"", index.digest()))),
            None => (edit::single(&entry)?, ("if-none-match", "*".to_owned())),
        };
        if looks.are_over() {
            break;
        }
        let conditions = [condition];
        let put = Put {
            name: &tag,
            media_type,
            bytes: text.as_bytes(),
            query: None,
            headers: if stands(Guard::ReferrersKept) { &conditions } else { &[] },
            is_fresh: false,
        };
        match write(session, target, &put).await {
            Err(error) if is_immutable(&error) && index.is_some() => {
                return Err(index.iter().fold(error, |error, now| immutable(error, &tag, now.digest())));
            }
            Err(error) if error.status() != Some(412) => {
                retries.again(&url_of(session.client, target, &tag)?, error).await?;
            }
            _ => {}
        }
        if !is_first {
            looks.again().await?;
        }
        is_first = false;
    }
    let message = format!("{} was pushed, but {tag} does not list it", document.digest());
    Err(Error::new(Code::TagMoved, message).with_hint(
        "Others write the list of referrers at the same time, or the registry shows it late; push again.",
    ))
}

/// Whether an answer is that of a registry without the API. Seen are 404, 400, 405, 406, 501, and a redirect to a
/// login page (go-containerregistry#1962, oras-go#633). What may be meant for the caller or pass is no such answer:
/// 401, 403, 429 and faults of the server.
fn is_unknown_call(status: u16, headers: &Headers, is_from_registry: bool) -> bool {
    match status {
        200 => problem::is_page(headers, &[]),
        401 | 403 if stands(Guard::ReferrersRefused) => !is_from_registry && problem::is_page(headers, &[]),
        408 | 425 | 429 | 500 => false,
        _ => status <= 501,
    }
}

/// The tag that stands for the referrers of a digest (distribution-spec "Referrers Tag Schema").
fn referrers_tag(digest: &Digest) -> String {
    let part = |text: &str, limit: usize| -> String {
        let tame = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-') { c } else { '-' };
        text.chars().take(limit).map(tame).collect()
    };
    format!("{}-{}", part(digest.algorithm_name(), 32), part(digest.encoded(), 64))
}
