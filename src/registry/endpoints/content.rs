//! Content that is read a piece at a time, and verified against its digest and size meanwhile.

use crate::descriptor::Descriptor;
use crate::digest::{Digest, Digester};
use crate::error::{Code, Error, Result};
use crate::http::message::Method;
use crate::http::retry::Work;
use crate::reference::Reference;
use crate::registry::auth::route;
use crate::registry::client::Session;
use crate::registry::host::Host;
use crate::registry::send::call::Call;
use crate::registry::send::retries::Retries;
use crate::text::counted;

/// A body that has to be what a digest and a size promise.
pub(crate) struct Content<'a, H: Host> {
    session: Session<'a, H>,
    body: H::Body,
    digest: &'a Digest,
    size: u64,
    read: u64,
    digester: Option<Digester>,
    /// Where it can be asked for again from any place on.
    source: Option<&'a Reference>,
    retries: Retries<'a, H>,
}

impl<'a, H: Host> Content<'a, H> {
    /// Fails with `DIGEST_UNSUPPORTED`.
    pub(crate) fn new(
        session: Session<'a, H>,
        body: H::Body,
        blob: &'a Descriptor,
    ) -> Result<Content<'a, H>> {
        let digester = Some(Digester::new(blob.digest.algorithm()?));
        let (digest, size) = (&blob.digest, blob.size);
        let retries = Retries::of(session, Work::Resume(0), Method::Get);
        Ok(Content { session, body, digest, size, read: 0, digester, source: None, retries })
    }

    /// Content of that repository: where it breaks off, it goes on from there.
    pub(crate) fn of(mut self, repository: &'a Reference) -> Content<'a, H> {
        self.source = Some(repository);
        self
    }

    pub(crate) fn digest(&self) -> &'a Digest {
        self.digest
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The next `limit` bytes, fewer at the end. What comes last was verified whole: it is given only when all
    /// of the content is what it should be.
    ///
    /// Fails with `SIZE_MISMATCH`, `DIGEST_MISMATCH` and the codes of the network.
    pub(crate) async fn take(&mut self, limit: usize) -> Result<Vec<u8>> {
        let mut piece: Vec<u8> = Vec::new();
        while piece.len() < limit && self.read < self.size {
            let left = usize::try_from(self.size - self.read).unwrap_or(usize::MAX);
            let some = match self.session.host.read_some(&mut self.body, left.min(limit - piece.len())).await
            {
                Ok(some) if some.is_empty() => Err(self.wrong_size("ends after", self.read)),
                some => some,
            };
            let some = match some {
                Ok(some) => some,
                Err(error) => {
                    self.resume(error).await?;
                    continue;
                }
            };
            self.read += some.len() as u64;
            if let Some(digester) = &mut self.digester {
                digester.update(&some);
            }
            if piece.is_empty() && some.len() < left.min(limit) {
                // All of it at once: a piece that grows by and by is held twice.
                piece.reserve_exact(left.min(limit));
            }
            if piece.capacity() == 0 {
                piece = some;
            } else {
                piece.extend_from_slice(&some);
            }
        }
        if self.read == self.size {
            if !self.session.host.read_some(&mut self.body, 1).await?.is_empty() {
                return Err(self.wrong_size("goes on after", self.size));
            }
            if let Some(digester) = self.digester.take() {
                self.digest.expect(&digester.finish())?;
            }
        }
        Ok(piece)
    }

    /// Asks for what is missing, where that can be asked for; fails with what happened where it cannot.
    async fn resume(&mut self, error: Error) -> Result<()> {
        let Some(repository) = self.source else { return Err(error) };
        self.retries.go_on(Work::Resume(self.read));
        let error = self.retries.count(error)?;
        let tail = format!("blobs/{}", self.digest);
        let headers = [("range", format!("bytes={}-", self.read))];
        let call = Call { headers: &headers, ..Call::new(repository, &tail, Code::BlobUnknown) };
        let Ok(answer) = route::send(self.session, &call).await else { return Err(error) };
        let begins = format!("bytes {}-", self.read);
        let range = answer.response.headers.get("content-range").unwrap_or_default();
        if answer.response.status != 206 || !range.starts_with(&begins) {
            return Err(error);
        }
        self.body = answer.response.body;
        Ok(())
    }

    fn wrong_size(&self, what: &str, actual: u64) -> Error {
        let found = counted(actual, "byte");
        let message = format!("{} {what} {found}, its descriptor states {}", self.digest, self.size);
        Error::new(Code::SizeMismatch, message)
            .with_detail("expected", self.size)
            .with_detail("actual", actual)
    }
}
