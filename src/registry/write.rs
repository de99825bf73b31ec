//! The calls that change a registry: put a manifest, mount a blob, upload one.
//!
//! Source: distribution-spec "Pushing manifests", "Mounting a blob from another repository", "Pushing a blob
//! monolithically". One scope serves a whole push: write to the target, read from every repository that it
//! takes blobs from, so that one token does.

use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::limits::{BLOB_BYTES, ERROR_BYTES};
use crate::media_type::MediaType;
use crate::reference::Reference;
use crate::registry::client::{Client, about};
use crate::registry::exchange::{Answer, Call, Content};
use crate::registry::problem;
use crate::registry::transport::{Host, Method};
use crate::registry::url::{Channel, Url, vet};

/// Where a push goes, and which repositories of the same registry it takes blobs from.
pub struct Target<'a> {
    /// The repository that is written to.
    pub repository: &'a Reference,
    /// Paths of the repositories that are read from.
    pub sources: &'a [String],
}

/// What became of a request to mount a blob.
pub enum Mounted {
    /// The target holds the blob.
    Yes,
    /// The registry opened an upload instead.
    No(Upload),
}

/// An upload that waits for its content.
pub struct Upload(Url);

impl Client {
    /// Whether the target holds the manifest. An answer that is no success counts as no: what is wrong with it
    /// will be wrong with the write as well. Fails with the codes of the network only.
    pub async fn holds_manifest<H: Host>(
        &self,
        host: &H,
        target: &Target<'_>,
        digest: &Digest,
    ) -> Result<bool> {
        let tail = format!("manifests/{digest}");
        let call = Call { method: Method::Head, accept: Some(super::client::ACCEPT), ..call(target, &tail) };
        match self.exchange(host, &call).await {
            Ok(answer) => {
                let stated = answer.response.headers.get("docker-content-digest");
                Ok(answer.response.status == 200 && stated.is_none_or(|stated| stated == digest.as_str()))
            }
            Err(error) if error.status().is_some() => Ok(false),
            Err(error) => Err(about(target.repository, error)),
        }
    }

    /// Puts a manifest under a tag, or under its digest. Gives the digest that the registry states, if any.
    ///
    /// Fails with the codes of the registry, the network and the rules for URLs.
    pub async fn put_manifest<H: Host>(
        &self,
        host: &H,
        target: &Target<'_>,
        name: &str,
        media_type: &MediaType,
        bytes: &[u8],
    ) -> Result<Option<String>> {
        let put = async {
            let tail = format!("manifests/{name}");
            let content = Content { media_type: media_type.as_str(), bytes };
            let call = Call { method: Method::Put, content: Some(content), ..call(target, &tail) };
            let answer = self.exchange(host, &call).await?;
            let answer = self.written(host, &call, answer).await?;
            Ok(answer.response.headers.get("docker-content-digest").map(|digest| digest.trim().to_owned()))
        };
        put.await.map_err(|error| about(target.repository, error))
    }

    /// Asks the registry to take a blob over from another repository. Fails as [`Client::put_manifest`] does.
    pub async fn mount<H: Host>(
        &self,
        host: &H,
        target: &Target<'_>,
        from: &str,
        digest: &Digest,
    ) -> Result<Mounted> {
        let mount = async {
            let query = Url::query_of(&[("from", from), ("mount", digest.as_str())]);
            self.start(host, target, Some(&query)).await
        };
        mount.await.map_err(|error| about(target.repository, error))
    }

    /// Opens an upload. Fails as [`Client::put_manifest`] does.
    pub async fn open_upload<H: Host>(&self, host: &H, target: &Target<'_>) -> Result<Upload> {
        match self.start(host, target, None).await.map_err(|error| about(target.repository, error))? {
            Mounted::No(upload) => Ok(upload),
            Mounted::Yes => {
                let message = "the registry answered 201 to an upload without content";
                Err(about(target.repository, Error::new(Code::ResponseInvalid, message)))
            }
        }
    }

    async fn start<H: Host>(&self, host: &H, target: &Target<'_>, query: Option<&str>) -> Result<Mounted> {
        let content = Content { media_type: "", bytes: &[] };
        let call =
            Call { method: Method::Post, query, content: Some(content), ..call(target, "blobs/uploads/") };
        let answer = self.exchange(host, &call).await?;
        let answer = self.written(host, &call, answer).await?;
        if answer.response.status == 201 {
            return Ok(Mounted::Yes);
        }
        let location = answer.response.headers.get("location").unwrap_or_default();
        Ok(Mounted::No(Upload(self.location(&answer, location)?)))
    }

    /// Sends the whole content of a blob into an upload. Fails as [`Client::put_manifest`] does; the registry
    /// holds the content against the digest.
    pub async fn upload<H: Host>(
        &self,
        host: &H,
        target: &Target<'_>,
        upload: Upload,
        digest: &Digest,
        bytes: &[u8],
    ) -> Result<()> {
        let put = async {
            let mut at = upload.0;
            at.push_param("digest", digest.as_str());
            let content = Content { media_type: "application/octet-stream", bytes };
            let call = Call {
                method: Method::Put,
                content: Some(content),
                at: Some(&at),
                ..call(target, "blobs/uploads/")
            };
            let answer = self.exchange(host, &call).await?;
            self.written(host, &call, answer).await.map(|_| ())
        };
        put.await.map_err(|error| about(target.repository, error))
    }

    /// A blob, whole and verified. Fails as [`Client::blob`] does, with `DIGEST_MISMATCH`, and with
    /// `RESPONSE_TOO_LARGE` for more than can be held.
    pub async fn whole_blob<H: Host>(
        &self,
        host: &H,
        repository: &Reference,
        digest: &Digest,
    ) -> Result<Vec<u8>> {
        let response = self.blob(host, repository, digest).await?;
        let read = async {
            let read = host.read(response.body, BLOB_BYTES).await?;
            if read.truncated {
                let message = format!("{digest} is larger than {BLOB_BYTES} bytes, so it is not copied");
                return Err(Error::new(Code::ResponseTooLarge, message));
            }
            digest.verify(&read.bytes)?;
            Ok(read.bytes)
        };
        read.await.map_err(|error| about(repository, error))
    }

    /// Where an upload goes on. Its content must not be sent to whoever the registry names, so it stays with
    /// the registry. A proxy that ends TLS in front of it makes many a registry say http: that is not obeyed.
    fn location<B>(&self, answer: &Answer<B>, location: &str) -> Result<Url> {
        let base = answer.base();
        let refused = |reason: &str| {
            let message =
                format!("{} wants the upload at a URL that is not usable: {reason}", base.machine());
            Error::new(Code::LocationRefused, message)
        };
        if location.is_empty() {
            let message = format!("{} opens an upload, but does not say where", base.machine());
            return Err(Error::new(Code::ResponseInvalid, message));
        }
        let target = answer.url.join(location).map_err(refused)?;
        let target = if base.machine() == target.machine()
            && base.same_origin(&target.clone().with_scheme(base.scheme()))
        {
            target.with_scheme(base.scheme())
        } else {
            target
        };
        vet(Channel::Upload, base, &target).map(|_| target)
    }

    /// An answer from 200 to 299; anything else becomes its error.
    async fn written<H: Host>(
        &self,
        host: &H,
        call: &Call<'_>,
        answer: Answer<H::Body>,
    ) -> Result<Answer<H::Body>> {
        let status = answer.response.status;
        if (200..300).contains(&status) {
            return Ok(answer);
        }
        let secret = answer.authorization.clone();
        let headers = answer.response.headers;
        let body = host.read(answer.response.body, ERROR_BYTES).await?.bytes;
        Err(problem::error(call.subject(), secret.as_deref(), status, &headers, &body))
    }
}

fn call<'a>(target: &'a Target<'a>, tail: &'a str) -> Call<'a> {
    Call {
        repository: target.repository,
        method: Method::Get,
        tail,
        query: None,
        accept: None,
        missing: Code::NameUnknown,
        sources: Some(target.sources),
        content: None,
        at: None,
    }
}
