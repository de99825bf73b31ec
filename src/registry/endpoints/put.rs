//! Putting manifests, and looking whether they are there.
//!
//! Source: distribution-spec "Pushing manifests". One scope serves a whole push: write to the target, read from
//! every repository that it takes blobs from, so that one token does.

use crate::digest::Digest;
use crate::error::{Code, Detail, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::message::{Headers, Method};
use crate::http::url::Url;
use crate::manifest::Document;
use crate::media_type::MediaType;
use crate::reference::Reference;
use crate::registry::answer::headers::stated_digest;
use crate::registry::answer::problem;
use crate::registry::answer::problem::about;
use crate::registry::auth::route;
use crate::registry::client::Client;
use crate::registry::client::Session;
use crate::registry::endpoints::fetched::ACCEPT;
use crate::registry::endpoints::head;
use crate::registry::endpoints::head::Stated;
use crate::registry::host::Host;
use crate::registry::memory::quirks::Quirk;
use crate::registry::send::call::{Call, Payload};
use crate::registry::send::outcome;
use crate::registry::send::retries::Looks;
use crate::registry::send::scheme;

/// Where a push goes, and which repositories of the same registry it takes blobs from.
pub struct Target<'a> {
    /// The repository that is written to.
    pub repository: &'a Reference,
    /// Paths of the repositories that are read from.
    pub sources: &'a [String],
}

impl Target<'_> {
    pub(crate) fn call<'b>(&'b self, tail: &'b str) -> Call<'b> {
        Call { sources: Some(self.sources), ..Call::new(self.repository, tail, Code::NameUnknown) }
    }
}

/// A manifest that is put.
pub(crate) struct Put<'a> {
    /// The tag or digest that it is put under.
    pub(crate) name: &'a str,
    pub(crate) media_type: &'a MediaType,
    pub(crate) bytes: &'a [u8],
    /// Further tags, where the name is a digest.
    pub(crate) query: Option<&'a str>,
    /// On what condition.
    pub(crate) headers: &'a [(&'static str, String)],
    /// Whether what it points at was written a moment ago: then it may not be seen yet.
    pub(crate) is_fresh: bool,
}

impl<'a> Put<'a> {
    /// A document under a name, unconditionally.
    pub(crate) fn of(name: &'a str, document: &'a Document) -> Put<'a> {
        let (media_type, bytes) = (document.media_type(), document.bytes());
        Put { name, media_type, bytes, query: None, headers: &[], is_fresh: false }
    }
}

/// Whether the target holds the manifest. An answer that is no success counts as no: what is wrong with it
/// will be wrong with the write as well. Fails with the codes of the network only.
pub async fn holds_manifest<H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    digest: &Digest,
) -> Result<bool> {
    holds(session, target, &format!("manifests/{digest}"), digest).await
}

/// Whether the target holds the blob. As [`holds_manifest`].
pub(crate) async fn holds_blob<H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    digest: &Digest,
) -> Result<bool> {
    holds(session, target, &format!("blobs/{digest}"), digest).await
}

async fn holds<H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    tail: &str,
    digest: &Digest,
) -> Result<bool> {
    let call = target.call(tail);
    let is_it = |headers: &Headers| stated_digest(headers).is_none_or(|stated| stated == *digest);
    let held = match tail.starts_with("manifests") {
        true => {
            let call = Call { accept: Some(ACCEPT), ..call };
            head::headers(session, &call, |_| true).await.map(|stated| is_it(stated.headers()))
        }
        // A GET in place of a HEAD would transfer the content. What is there is sent once more instead.
        false => {
            let answer = route::send(session, &Call { method: Method::Head, ..call }).await;
            answer.map(|answer| answer.response.status == 200 && is_it(&answer.response.headers))
        }
    };
    match held {
        Err(error) if error.status().is_some() => Ok(false),
        held => held.map_err(|error| about(target.repository, error)),
    }
}

/// What a tag points at, as the target's registry tells who may write; none where there is no such tag. The
/// name may be a digest as well: itself, where its manifest is there.
pub(crate) async fn tag_digest<H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    name: &str,
) -> Result<Option<Digest>> {
    let tail = format!("manifests/{name}");
    let missing = Code::ManifestUnknown;
    let call = Call { accept: Some(ACCEPT), missing, ..target.call(&tail) };
    let repository = target.repository.to_repository();
    let reference = match Digest::parse(name) {
        Ok(digest) => repository.with_digest(&digest),
        Err(_) => repository.with_tag(name)?,
    };
    let look = async {
        match head::headers(session, &call, |headers| stated_digest(headers).is_some()).await? {
            Stated::Headers(headers) => Ok(stated_digest(&headers)),
            Stated::Document(response) => {
                let document = head::read_document(session, &call, &reference, response).await?;
                Ok(Some(document.digest().clone()))
            }
        }
    };
    look.await.or_else(absent)
}

/// Puts a manifest as it is; gives the headers of the answer, none where the tag cannot be overwritten and points at the
/// same bytes already.
///
/// Fails with the codes of the registry, the network and the rules for URLs.
pub(crate) async fn put_bytes<H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    put: &Put<'_>,
) -> Result<Headers> {
    match write(session, target, put).await {
        Ok(headers) => Ok(headers),
        Err(error) => is_there(session, target, put, error).await.map(|()| Headers::new()),
    }
}

/// Whether the target's registry may take several tags with one request: it has not ignored them yet.
pub(crate) fn takes_tags(client: &Client, target: &Target<'_>) -> bool {
    !client.memory.quirks.has(target.repository.domain(), Quirk::OneTag)
}

/// Puts a document under its digest and under all of `tags` with one request, and takes those away that the registry
/// says it has written; whether the subject knows of the document.
pub(crate) async fn put_under_tags<H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    document: &Document,
    tags: &mut Vec<&String>,
) -> Result<bool> {
    let (ours, count) = (document.digest(), tags.len());
    let params: Vec<(&str, &str)> = tags.iter().map(|tag| ("tag", tag.as_str())).collect();
    let query = Some(Url::query_of(&params)).filter(|query| !query.is_empty());
    let put = Put { query: query.as_deref(), ..Put::of(ours.as_str(), document) };
    match write(session, target, &put).await {
        Ok(headers) => {
            check_stated(&headers, ours)?;
            let echoed = headers.get("oci-tag").unwrap_or_default();
            tags.retain(|tag| !echoed.split(',').any(|echo| echo.trim() == tag.as_str()));
            if tags.len() == count {
                session.client.memory.quirks.remember(target.repository.domain(), Quirk::OneTag);
            }
            Ok(has_subject(&headers))
        }
        // A parameter that it does not know is no reason to refuse; some do.
        Err(error) if count > 0 && problem::is_unsupported(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Puts a document under a name; gives the headers of the answer. A tag that cannot be overwritten, and that the
/// document is under already, is no failure.
pub(crate) async fn put_document<H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    document: &Document,
    name: &str,
    is_fresh: bool,
) -> Result<Headers> {
    let put = Put { is_fresh, ..Put::of(name, document) };
    let error = match write(session, target, &put).await {
        Ok(headers) => return Ok(headers),
        Err(error) => error,
    };
    is_there(session, target, &put, error).await?;
    match document.subject() {
        // Whether the registry has listed it with its subject, only the answer to a put says.
        Some(_) => write(session, target, &Put::of(document.digest().as_str(), document)).await,
        None => Ok(Headers::new()),
    }
}

/// Passes over the refusal of a put where its tag points at the same bytes already: registries whose tags cannot
/// be overwritten refuse the same again as well (Amazon ECR 400, Quay 409, Harbor 412).
///
/// Fails with `error`, or with `TAG_IMMUTABLE` where the registry says that the tag has to stay as it is.
async fn is_there<H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    put: &Put<'_>,
    error: Error,
) -> Result<()> {
    let is_of_tag = error.detail("registryCode") == Some(&"TAG_INVALID".into());
    let is_conflict = matches!(error.status(), Some(405 | 409 | 412)) && !is_about_content(&error);
    let may_be = is_conflict || is_of_tag || is_immutable(&error);
    if !may_be || Digest::parse(put.name).is_ok() {
        return Err(error);
    }
    let now = match tag_digest(session, target, put.name).await {
        Ok(Some(now)) => now,
        Err(aborted) if aborted.code() == Code::Aborted => return Err(aborted),
        _ => return Err(error),
    };
    if Digest::of(now.algorithm()?, put.bytes) == now || !stands(Guard::TagSame) {
        return Ok(());
    }
    Err(immutable(error, put.name, &now))
}

/// Puts a manifest; gives the headers of the answer.
pub(crate) async fn write<H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    put: &Put<'_>,
) -> Result<Headers> {
    let tail = format!("manifests/{}", put.name);
    let content = Some(Payload { media_type: put.media_type.as_str(), bytes: put.bytes });
    let call =
        Call { method: Method::Put, query: put.query, content, headers: put.headers, ..target.call(&tail) };
    let mut call = call;
    let mut looks = Looks::new(session);
    loop {
        let answer = route::send(session, &call).await?;
        let error = match outcome::written(session, &call, answer).await {
            Ok(answer) => return Ok(answer.response.headers),
            Err(error) => error,
        };
        // A store that knows no conditions refuses them; the caller looks at the tag before and after as well.
        if !call.headers.is_empty() && problem::is_not_implemented(&error) {
            call.headers = &[];
            continue;
        }
        if !(put.is_fresh && misses_a_part(&error) && looks.again().await?) {
            return Err(error);
        }
    }
}

/// The URL that a manifest is put to under `name`.
pub(crate) fn url_of(client: &Client, target: &Target<'_>, name: &str) -> Result<Url> {
    scheme::url_of(client, &target.call(&format!("manifests/{name}")))
}

/// Nothing where the error says that there is nothing.
pub(crate) fn absent<T>(error: Error) -> Result<Option<T>> {
    match error.code() {
        Code::ManifestUnknown | Code::NameUnknown => Ok(None),
        _ => Err(error),
    }
}

/// Whether the registry refuses a write because the tag must stay as it is: the words of Amazon ECR, Harbor, Quay,
/// Artifactory and Nexus.
pub(crate) fn is_immutable(error: &Error) -> bool {
    let words = ["immutable", "overwrit", "already exist", "does not allow updating"];
    ["registryCode", "registryMessage"].into_iter().any(|name| match error.detail(name) {
        Some(Detail::Text(text)) => {
            let text = text.to_ascii_lowercase();
            words.iter().any(|word| text.contains(word))
        }
        _ => false,
    })
}

/// The refusal to overwrite the tag `name`, which points at `now`; any other refusal as it is.
pub(crate) fn immutable(error: Error, name: &str, now: &Digest) -> Error {
    if !is_immutable(&error) {
        return error;
    }
    let message = format!("the tag {name} points at {now}, and the registry does not let it be overwritten");
    error.recoded(Code::TagImmutable).with_message(&message).with_detail("actual", now.as_str())
}

/// Whether a put was refused for what it puts, which no tag changes.
fn is_about_content(error: &Error) -> bool {
    let codes = ["MANIFEST_INVALID", "MANIFEST_UNVERIFIED", "DIGEST_INVALID", "SIZE_INVALID", "NAME_INVALID"];
    misses_a_part(error) || codes.iter().any(|code| error.detail("registryCode") == Some(&(*code).into()))
}

/// Whether a manifest was refused because the registry does not see what it points at.
pub(crate) fn misses_a_part(error: &Error) -> bool {
    let codes = ["MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN", "MANIFEST_UNKNOWN"];
    codes.iter().any(|code| error.detail("registryCode") == Some(&(*code).into()))
}

/// Refuses a target whose digest is not that of what is to be put there. Fails with `DIGEST_MISMATCH`.
pub(crate) fn refuse_other_digest(target: &Reference, actual: &Digest) -> Result<()> {
    let Some(stated) = target.digest().filter(|stated| *stated != actual) else { return Ok(()) };
    let message = format!("the target names the digest {stated}, and what would be put there has {actual}");
    Err(Error::new(Code::DigestMismatch, message)
        .with_hint("Name the target by a tag: the digest follows from what is put there.")
        .with_registry(target.domain())
        .with_reference(&target.canonical())
        .with_detail("expected", stated.as_str())
        .with_detail("actual", actual.as_str()))
}

/// Whether the registry says that it has added the document to the referrers of its subject.
pub(crate) fn has_subject(headers: &Headers) -> bool {
    headers.get("oci-subject").is_some()
}

/// The digest that a registry states for what it was given has to be ours; one by another algorithm says nothing.
pub(crate) fn check_stated(headers: &Headers, ours: &Digest) -> Result<()> {
    match stated_digest(headers) {
        Some(stated)
            if stated.algorithm_name() == ours.algorithm_name()
                && stated != *ours
                && stands(Guard::PushDigest) =>
        {
            let message = format!("the registry keeps it as {stated}, but its digest is {ours}");
            Err(Error::new(Code::DigestMismatch, message)
                .with_detail("expected", ours.as_str())
                .with_detail("actual", stated.as_str()))
        }
        _ => Ok(()),
    }
}
