//! Pushing a document: under its digest or under tags, on a condition or not, and waiting until it is seen.
//!
//! Source: distribution-spec "Pushing manifests" and "Pushing Manifests with Subject", RFC 9110 section 13 for
//! the conditions. Few registries honour conditions, so a condition is also checked before and after the write:
//! that finds most lost updates, but a window between check and write stays.

use crate::descriptor::Descriptor;
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::message::{Headers, Method};
use crate::http::parallel::each;
use crate::http::retry::Work;
use crate::limits::PARALLEL;
use crate::manifest::Document;
use crate::reference::Reference;
use crate::registry::answer::problem::about;
use crate::registry::client::Session;
use crate::registry::endpoints::put::tag_digest;
use crate::registry::endpoints::put::url_of;
use crate::registry::endpoints::put::write;
use crate::registry::endpoints::put::{Put, Target, check_stated, immutable, is_immutable};
use crate::registry::endpoints::put::{
    has_subject, put_document, put_under_tags, refuse_other_digest, takes_tags,
};
use crate::registry::endpoints::referrers::refer;
use crate::registry::host::Host;
use crate::registry::send::retries::{Looks, Retries};

/// What a tag has to be before it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Whatever it is.
    Anything,
    /// There must be no such tag.
    Nothing,
    /// It must point at this.
    Digest(Digest),
}

/// Pushes a document under every one of `references`, which name one repository: their tags, or its digest
/// where none has a tag. With `wait`, returns when the registry shows it, or after ten seconds.
///
/// Several tags take one request where the registry answers with `OCI-Tag`, else one each. A document with
/// a subject is added to the subject's referrers tag where the registry does not say that it did so itself.
///
/// With `expect`, nothing is written unless every tag is as expected.
///
/// A document that breaks the image specification is not pushed, although it would be read and copied.
///
/// Fails with `MANIFEST_INVALID` or `DESCRIPTOR_INVALID` for that, `OPTION_INVALID` for references of several
/// repositories, and for `expect` where none of them has a tag; with `DIGEST_MISMATCH` for a reference or an
/// answer with another digest, `PRECONDITION_FAILED` and `TAG_MOVED` where `expect` is not met before and
/// after the write, `NOT_YET_VISIBLE`, and with the codes of the registry, the network and the URLs.
pub async fn push<H: Host>(
    session: Session<'_, H>,
    document: &Document,
    references: &[Reference],
    expect: &Expect,
    wait: bool,
) -> Result<Descriptor> {
    let Some(first) = references.first() else {
        return Err(Error::new(Code::OptionInvalid, "no reference says where to push to"));
    };
    let push = async {
        document.strict()?;
        let tags = tags_of(document, references)?;
        let repository = first.to_repository();
        let target = Target { repository: &repository, sources: &[] };
        push_tags(session, &Push { target: &target, document, expect }, &tags, wait).await
    };
    push.await.map_err(|error| about(first, error))?;
    Ok(document.descriptor())
}

/// What is pushed, where to, and on what condition.
struct Push<'a> {
    target: &'a Target<'a>,
    document: &'a Document,
    expect: &'a Expect,
}

async fn push_tags<H: Host>(
    session: Session<'_, H>,
    push: &Push<'_>,
    tags: &[String],
    wait: bool,
) -> Result<()> {
    let Push { target, document, expect } = *push;
    if tags.is_empty() && *expect != Expect::Anything {
        let message = "`expect` says what a tag has to be, and the reference has none";
        return Err(Error::new(Code::OptionInvalid, message));
    }
    let ours = document.digest();
    let mut rest: Vec<&String> = tags.iter().collect();
    let may_join = *expect == Expect::Anything && takes_tags(session.client, target);
    let mut is_linked = document.subject().is_none();
    if tags.is_empty() || (tags.len() > 1 && may_join) {
        is_linked |= put_under_tags(session, target, document, &mut rest).await?;
    }
    // All of them are looked at before the first is written: a push that cannot succeed leaves no part.
    let before = match expect {
        Expect::Anything => Vec::new(),
        _ => each(&rest, PARALLEL, |tag| tag_digest(session, target, tag)).await?,
    };
    for (tag, before) in rest.iter().zip(&before) {
        check(tag, expect, before.as_ref(), ours)?;
    }
    let mut before = before.into_iter();
    for tag in rest {
        let put = put_tag(session, push, tag, before.next().flatten());
        is_linked |= has_subject(&put.await?);
    }
    if let (false, Some(subject)) = (is_linked, document.subject()) {
        refer(session, target, document, &subject.digest).await?;
    }
    if wait {
        for tag in tags {
            wait_for(session, target, tag, ours).await?;
        }
        if tags.is_empty() {
            wait_for(session, target, ours.as_str(), ours).await?;
        }
    }
    Ok(())
}

/// Puts a document under one tag, which pointed at `before` a moment ago; gives the headers of the answer.
async fn put_tag<H: Host>(
    session: Session<'_, H>,
    push: &Push<'_>,
    tag: &str,
    before: Option<Digest>,
) -> Result<Headers> {
    let Push { target, document, expect } = *push;
    let ours = document.digest();
    if *expect == Expect::Anything {
        let headers = put_document(session, target, document, tag, false).await?;
        return check_stated(&headers, ours).map(|()| headers);
    }
    let condition = match &before {
        Some(digest) => ("if-match", format!("\"{digest}\"")),
        None => ("if-none-match", "*".to_owned()),
    };
    let conditions = [condition];
    let headers: &[_] = if stands(Guard::ExpectCondition) { &conditions } else { &[] };
    let put = Put { headers, ..Put::of(tag, document) };
    let mut retries = Retries::of(session, Work::Write, Method::Put);
    let headers = loop {
        let error = match write(session, target, &put).await {
            Ok(headers) => break headers,
            Err(error) => error,
        };
        let status = error.status().filter(|status| *status == 412);
        let refusal = error.clone();
        if status.is_none() && !is_immutable(&refusal) {
            retries.again(&url_of(session.client, target, tag)?, error).await?;
        }
        let now = tag_digest(session, target, tag).await?;
        if now.as_ref() == Some(ours) {
            break Headers::new();
        }
        // The condition holds, and yet it is refused.
        if let Some(now) = now.as_ref().filter(|now| Some(*now) == before.as_ref())
            && is_immutable(&refusal)
        {
            return Err(immutable(refusal, tag, now));
        }
        // Where it is as it was, a put that failed had no effect, and the condition still holds.
        if status.is_some() || now != before {
            let error = failed(tag, expect, now.as_ref());
            return Err(status.into_iter().fold(error, Error::with_status));
        }
    };
    check_stated(&headers, ours)?;
    match tag_digest(session, target, tag).await? {
        // A registry may go on showing what was there before for a while.
        Some(now) if now != *ours && Some(&now) != before.as_ref() && stands(Guard::ExpectAfter) => {
            let message = format!("the tag {tag} was written, and points at {now} now instead of {ours}");
            Err(Error::new(Code::TagMoved, message)
                .with_detail("expected", ours.as_str())
                .with_detail("actual", now.as_str()))
        }
        _ => Ok(headers),
    }
}

/// Waits until a tag points at `digest`, or until that itself is seen.
async fn wait_for<H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    tag: &str,
    digest: &Digest,
) -> Result<()> {
    let mut looks = Looks::new(session);
    let now = loop {
        let now = tag_digest(session, target, tag).await?;
        if now.as_ref() == Some(digest) {
            return Ok(());
        }
        if !looks.again().await? {
            break now;
        }
    };
    let seen = match tag == digest.as_str() {
        true => "does not show it".to_owned(),
        false => points_at(tag, now.as_ref()),
    };
    let message = format!("the registry took {digest}, but {seen}");
    Err(Error::new(Code::NotYetVisible, message))
}

/// The tags that a push to `references` writes, each once.
fn tags_of(document: &Document, references: &[Reference]) -> Result<Vec<String>> {
    let mut tags = Vec::new();
    let name = references.first().map(Reference::name);
    for reference in references {
        if name != Some(reference.name()) {
            let message = "the references of one push name one repository";
            return Err(Error::new(Code::OptionInvalid, message).with_reference(&reference.canonical()));
        }
        refuse_other_digest(reference, document.digest())?;
        match reference.with_default_tag().tag() {
            Some(tag) if !tags.iter().any(|known| known == tag) => tags.push(tag.to_owned()),
            _ => {}
        }
    }
    Ok(tags)
}

fn points_at(tag: &str, now: Option<&Digest>) -> String {
    match now {
        Some(now) => format!("the tag {tag} points at {now}"),
        None => format!("there is no tag {tag}"),
    }
}

/// Fails with `PRECONDITION_FAILED` where a tag is not as expected.
pub(crate) fn check(tag: &str, expect: &Expect, now: Option<&Digest>, ours: &Digest) -> Result<()> {
    let is_met = match expect {
        Expect::Anything => true,
        Expect::Nothing => now.is_none(),
        Expect::Digest(expected) => now == Some(expected),
    };
    // What is there already was pushed before: by this very call, when its answer was lost.
    if is_met || now == Some(ours) || !stands(Guard::ExpectBefore) {
        return Ok(());
    }
    Err(failed(tag, expect, now))
}

fn failed(tag: &str, expect: &Expect, now: Option<&Digest>) -> Error {
    let expected = match expect {
        Expect::Digest(digest) => digest.as_str(),
        _ => "",
    };
    let wanted = if expected.is_empty() { "no such tag" } else { expected };
    let message = format!("{}, not as expected: {wanted}", points_at(tag, now));
    let error = Error::new(Code::PreconditionFailed, message).with_detail("expected", expected);
    match now {
        Some(now) => error.with_detail("actual", now.as_str()),
        None => error,
    }
}
