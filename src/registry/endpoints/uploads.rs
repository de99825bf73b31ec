//! Uploads: a blob is mounted from another repository, or sent: in one piece where it is small, else in chunks, of which
//! one is held at a time.
//!
//! ```text
//! PATCH chunk ── 2xx ── next chunk … PUT ?digest ── 2xx ──────────────────────────────► held
//!   └─ no answer, 416, 5xx ── GET: how much is there? ── PATCH the rest of the chunk
//! PUT ── no answer, 5xx, 404 ── HEAD: is the blob there? ─────────────────────────────► held
//! ```
//!
//! A registry that cannot mount opens an upload instead; it is cancelled when it is dropped.
//!
//! Source: distribution-spec "Mounting a blob from another repository", "Pushing a blob monolithically", "Pushing a blob
//! in chunks" and "Canceling a blob upload"; RFC 9110 section 14 for `Range`.

use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::message::{Headers, Method, Request};
use crate::http::retry::{Again, Work};
use crate::http::url::{Scheme, Url};
use crate::limits::{CHUNK_BYTES, CHUNK_LIMIT};
use crate::registry::answer::problem::{self, about};
use crate::registry::auth::route;
use crate::registry::client::Client;
use crate::registry::client::Session;
use crate::registry::endpoints::content::Content;
use crate::registry::endpoints::put::{Target, check_stated, holds_blob};
use crate::registry::host::Host;
use crate::registry::memory::quirks::Quirk;
use crate::registry::send::call::{Answer, Call, Payload};
use crate::registry::send::outcome;
use crate::registry::send::redirects::{self, Original};
use crate::registry::send::retries::Retries;
use crate::registry::trust::{Channel, Trust, is_public_only, vet_for};

/// An upload that the registry keeps open. Dropped before it is done, it is cancelled.
pub struct Upload<'a, H: Host> {
    pub(crate) session: Session<'a, H>,
    pub(crate) target: &'a Target<'a>,
    /// The registry's own base URL.
    pub(crate) base: Url,
    /// Where it goes on: what the latest answer said.
    pub(crate) at: Url,
    /// What may go there besides the content.
    pub(crate) trust: Trust,
    /// The secret that opened it, to cancel it with.
    pub(crate) authorization: Option<String>,
    /// How many bytes the registry has taken.
    pub(crate) held: u64,
    /// How large a chunk is.
    pub(crate) chunk: usize,
    pub(crate) is_open: bool,
}

/// Sends content into a repository: into `upload` where one is open already, else into a new one.
pub(crate) async fn send<'a, H: Host>(
    session: Session<'a, H>,
    target: &'a Target<'a>,
    upload: Option<Upload<'a, H>>,
    mut content: Content<'_, H>,
) -> Result<()> {
    let digest = content.digest();
    let domain = target.repository.domain();
    let is_small = content.size() <= CHUNK_BYTES as u64;
    // What is wrong with small content is known before anything is opened for it.
    let bytes = if is_small { content.take(CHUNK_BYTES).await? } else { Vec::new() };
    let mut upload = match upload {
        Some(upload) => upload,
        None => open_upload(session, target).await?,
    };
    if is_small {
        if !session.client.memory.quirks.has(domain, Quirk::Chunked) {
            match upload.finish(digest, &bytes).await {
                Ok(()) => {
                    session.host.progress(digest, content.size(), content.size());
                    return Ok(());
                }
                // Some take no content with the PUT (Artifactory 6), and some lose what got through in part.
                Err(error)
                    if matches!(error.status(), Some(404 | 405 | 406 | 411 | 415))
                        || problem::is_not_implemented(&error) =>
                {
                    session.client.memory.quirks.remember(domain, Quirk::Chunked);
                }
                Err(error) if error.code() == Code::UploadLost => {}
                Err(error) => return Err(error),
            }
            upload = open_upload(session, target).await?;
        }
        upload.append(&bytes).await?;
    } else {
        while upload.held < content.size() {
            let bytes = content.take(upload.chunk).await?;
            upload.append(&bytes).await?;
            if upload.held < content.size() {
                session.host.progress(digest, upload.held, content.size());
            }
        }
    }
    upload.finish(digest, &[]).await?;
    session.host.progress(digest, content.size(), content.size());
    Ok(())
}

impl<H: Host> Upload<'_, H> {
    /// Sends a chunk, and what is missing of it again, until the registry has all of it.
    async fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let start = self.held;
        let end = start + bytes.len() as u64;
        let mut retries = Retries::of(self.session, Work::Chunk, Method::Patch);
        while self.held < end {
            let done = usize::try_from(self.held - start).unwrap_or(usize::MAX);
            let rest = bytes.get(done..).unwrap_or_default();
            let headers = [("content-range", format!("{}-{}", self.held, end - 1))];
            let error = match self.request(Method::Patch, None, &headers, Some(rest)).await {
                Ok(answer) => {
                    // Most say how much they have; one that has less than it was given gets the rest.
                    let stated = held(&answer.response.headers);
                    let partly = stated.filter(|stated| *stated > self.held && *stated < end);
                    self.held = partly.unwrap_or(end);
                    continue;
                }
                Err(error) => error,
            };
            retries.again(&self.at, error).await?;
            self.held = self.status().await?;
            if (self.held < start || self.held > end) && stands(Guard::UploadOther) {
                return Err(lost("the registry has other bytes than it was sent"));
            }
        }
        Ok(())
    }

    /// How many bytes the registry has.
    async fn status(&mut self) -> Result<u64> {
        match self.request(Method::Get, None, &[], None).await {
            Ok(answer) => Ok(held(&answer.response.headers).unwrap_or_default()),
            Err(error) if error.status() == Some(404) => {
                self.is_open = false;
                Err(lost("the registry does not know the upload any more"))
            }
            Err(error) => Err(error),
        }
    }

    /// Ends the upload, with `bytes` as its last content. Fails with `UPLOAD_LOST` where the registry has neither
    /// the upload nor the blob.
    async fn finish(&mut self, digest: &Digest, bytes: &[u8]) -> Result<()> {
        let mut retries = Retries::of(self.session, Work::Close, Method::Put);
        loop {
            let error = match self.request(Method::Put, Some(digest), &[], Some(bytes)).await {
                Ok(answer) => {
                    self.is_open = false;
                    return check_stated(&answer.response.headers, digest);
                }
                Err(error) => error,
            };
            let error = retries.count(error)?;
            // It may have happened all the same: a blob that is there is there.
            if holds_blob(self.session, self.target, digest).await? && stands(Guard::UploadHeld) {
                self.is_open = false;
                return Ok(());
            }
            if matches!(error.status(), Some(404 | 405)) {
                return Err(error);
            }
            if !bytes.is_empty() {
                // How much of it is there does not follow from what was there before.
                return Err(lost("the content did not get through"));
            }
            retries.wait(&self.at, error).await?;
            if self.status().await? != self.held {
                return Err(lost("the registry has other bytes than it was sent"));
            }
        }
    }

    /// A request to where the upload is. Follows its `Location`; fails for any answer but a success.
    async fn request(
        &mut self,
        method: Method,
        digest: Option<&Digest>,
        headers: &[(&'static str, String)],
        bytes: Option<&[u8]>,
    ) -> Result<Answer<H::Body>> {
        let mut at = self.at.clone();
        if let Some(digest) = digest {
            at.push_param("digest", digest.as_str());
        }
        let content = bytes.map(|bytes| Payload { media_type: "application/octet-stream", bytes });
        let missing = Code::UploadLost;
        let target = self.target.call("blobs/uploads/");
        let call = Call { method, content, headers, missing, at: Some(&at), ..target };
        let answer = match self.trust {
            Trust::Credentials => route::send(self.session, &call).await?,
            Trust::Anonymous => {
                let original = Original {
                    method,
                    content,
                    headers,
                    again: Again::of(method, call.tail),
                    named_by: Some(self.base.machine().to_string()),
                    ..Original::get(at.clone())
                };
                redirects::follow(self.session, &self.base, original).await?
            }
        };
        let location = answer.response.headers.get("location").map(str::to_owned);
        let url = answer.url.clone();
        let answer = outcome::written(self.session, &call, answer).await?;
        if let (None, Some(location)) = (digest, location) {
            (self.at, self.trust) = self::location(self.session.client, &self.base, &url, &location)?;
        }
        Ok(answer)
    }
}

impl<H: Host> Drop for Upload<'_, H> {
    fn drop(&mut self) {
        if !self.is_open {
            return;
        }
        let secret = self.authorization.clone().filter(|_| self.trust == Trust::Credentials);
        let agent = self.session.client.options.user_agent.clone();
        let headers = [("authorization", secret), ("user-agent", agent)];
        let headers = headers.into_iter().filter_map(|(name, text)| Some((name, text?))).collect();
        let named_by = (self.trust == Trust::Anonymous).then(|| self.base.machine().to_string());
        let request = Request {
            method: Method::Delete,
            url: self.at.to_string(),
            headers,
            body: None,
            attempt: 1,
            named_by,
            on_behalf_of: None,
            public_only: is_public_only(&self.session.client.options, &self.at),
        };
        self.session.host.send_and_forget(request);
    }
}

/// How many bytes an answer says are there: `Range: 0-1023`. `0-0` is ambiguous; registries send it for an empty
/// upload, so it counts as none.
fn held(headers: &Headers) -> Option<u64> {
    let range = headers.get("range")?.trim();
    let range = range.strip_prefix("bytes=").unwrap_or(range);
    let end: u64 = range.split_once('-').filter(|(start, _)| *start == "0")?.1.parse().ok()?;
    Some(if end == 0 { 0 } else { end.checked_add(1)? })
}

fn lost(why: &str) -> Error {
    Error::new(Code::UploadLost, why)
}

/// What became of a request to mount a blob.
pub enum Mounted<'a, H: Host> {
    /// The target holds the blob.
    Yes,
    /// The registry opened an upload instead.
    No(Box<Upload<'a, H>>),
}

/// Asks the registry to take a blob over from another repository, whose path is `from`.
///
/// Fails with the codes of the registry, the network and the rules for URLs.
pub async fn mount<'a, H: Host>(
    session: Session<'a, H>,
    target: &'a Target<'a>,
    from: &str,
    digest: &Digest,
) -> Result<Mounted<'a, H>> {
    let query = Url::query_of(&[("from", from), ("mount", digest.as_str())]);
    let started = start(session, target, Some(&query)).await;
    started.map_err(|error| about(target.repository, error))
}

/// Opens an upload. Fails as [`mount`] does.
pub async fn open_upload<'a, H: Host>(
    session: Session<'a, H>,
    target: &'a Target<'a>,
) -> Result<Upload<'a, H>> {
    match start(session, target, None).await.map_err(|error| about(target.repository, error))? {
        Mounted::No(upload) => Ok(*upload),
        Mounted::Yes => {
            let message = "the registry answered 201 to an upload without content";
            Err(about(target.repository, Error::new(Code::ResponseInvalid, message)))
        }
    }
}

async fn start<'a, H: Host>(
    session: Session<'a, H>,
    target: &'a Target<'a>,
    query: Option<&str>,
) -> Result<Mounted<'a, H>> {
    let content = Some(Payload { media_type: "", bytes: &[] });
    let call = Call { method: Method::Post, query, content, ..target.call("blobs/uploads/") };
    let answer = route::send(session, &call).await?;
    let answer = outcome::written(session, &call, answer).await?;
    if answer.response.status == 201 {
        return Ok(Mounted::Yes);
    }
    let headers = &answer.response.headers;
    let (at, trust) = upload_location(session.client, &answer, headers.get("location").unwrap_or_default())?;
    let least: Option<usize> = headers.get("oci-chunk-min-length").and_then(|text| text.trim().parse().ok());
    Ok(Mounted::No(Box::new(Upload {
        session,
        target,
        base: answer.base().clone(),
        at,
        trust,
        authorization: answer.authorization,
        held: 0,
        chunk: least.unwrap_or_default().clamp(CHUNK_BYTES, CHUNK_LIMIT),
        is_open: true,
    })))
}

fn upload_location<B>(client: &Client, answer: &Answer<B>, location: &str) -> Result<(Url, Trust)> {
    self::location(client, answer.base(), &answer.url, location)
}

/// Where an upload goes on after an answer from `url`, and with what. A proxy that ends TLS in front of a
/// registry makes many a registry say http, and its own port: the upload goes on where the registry was asked.
pub(crate) fn location(client: &Client, base: &Url, url: &Url, location: &str) -> Result<(Url, Trust)> {
    let refused = |reason: &str| {
        let message = format!("{} wants the upload at a URL that is not usable: {reason}", base.machine());
        Error::new(Code::LocationRefused, message)
    };
    if location.is_empty() {
        let message = format!("{} opens an upload, but does not say where", base.machine());
        return Err(Error::new(Code::ResponseInvalid, message));
    }
    let target = url.join(location).map_err(refused)?;
    let leaves_tls = base.scheme() == Scheme::Https && target.scheme() == Scheme::Http;
    let is_own = base.same_origin(&target.clone().with_scheme(base.scheme()));
    let target = match base.machine() == target.machine() && (leaves_tls || is_own) {
        true => target.at_origin_of(base),
        false => target,
    };
    let trust =
        vet_for(&client.options, Channel::Upload { allowed: &client.options.upload_origins }, base, &target)?;
    Ok((target, trust))
}
