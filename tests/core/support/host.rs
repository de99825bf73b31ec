//! The one host of the tests: what a test writes is how a server answers.

use std::ops::{Deref, DerefMut};

use multiarch::digest::Digest;
use multiarch::error::{Error, Result};
use multiarch::http::{Clock, Observer, Read, Request, Response, Transport};
use multiarch::registry::{Credentials, Hasher, Keyring};

use super::clock::Time;

/// The network, and what else a test decides about its host.
#[allow(async_fn_in_trait)] // One thread, as everywhere.
pub(crate) trait Server {
    /// Whether it is a proxy, and nothing else is asked.
    const IS_PROXIED: bool = false;

    fn time(&self) -> &Time;

    /// Answers a request; it may wait for the time to go on.
    async fn answer(&self, request: Request) -> Result<Response<Body>>;

    /// What happens before a body is read.
    async fn before_body(&self, _body: &Body) {}

    /// A request whose answer is not waited for.
    fn forgotten(&self, _request: Request) {}

    fn progress(&self, _digest: &Digest, _done: u64, _total: u64) {}

    fn random(&self) -> u32 {
        u32::MAX / 2
    }

    /// Whether calls must not wait for each other.
    fn waits_alone(&self) -> bool {
        false
    }

    async fn credentials(
        &self,
        _registry: &str,
        _repository: Option<&str>,
        _actions: &[&str],
    ) -> Result<Option<Credentials>> {
        Ok(None)
    }
}

/// The body of an answer, and the failure with which it breaks off, if it does.
#[derive(Default)]
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    pub(crate) breaks_off: Option<Error>,
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Body {
        Body { bytes, breaks_off: None }
    }
}

/// An answer with a body that arrives.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Response<Body> {
    Response { status, headers: headers.iter().copied().collect(), body: body.into().into() }
}

/// A host over a server.
#[derive(Default)]
pub(crate) struct Host<S>(pub(crate) S);

impl<S> Deref for Host<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0
    }
}

impl<S> DerefMut for Host<S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.0
    }
}

impl<S: Server> Transport for Host<S> {
    type Body = Body;

    async fn send(&self, request: Request) -> Result<Response<Body>> {
        self.0.answer(request).await
    }

    async fn read(&self, mut body: Body, limit: usize) -> Result<Read> {
        self.0.before_body(&body).await;
        if let Some(error) = body.breaks_off {
            return Err(error);
        }
        let truncated = body.bytes.len() > limit;
        body.bytes.truncate(limit);
        Ok(Read { bytes: body.bytes, truncated })
    }

    async fn read_some(&self, body: &mut Body, limit: usize) -> Result<Vec<u8>> {
        let taken = body.bytes.len().min(limit);
        Ok(body.bytes.drain(..taken).collect())
    }

    fn send_and_forget(&self, request: Request) {
        self.0.forgotten(request);
    }
}

impl<S: Server> Observer for Host<S> {
    fn progress(&self, digest: &Digest, done: u64, total: u64) {
        self.0.progress(digest, done, total);
    }
}

impl<S: Server> Clock for Host<S> {
    fn now(&self) -> u64 {
        self.0.time().now.get()
    }

    async fn sleep(&self, ms: u64) -> Result<()> {
        self.0.time().slept.borrow_mut().push(ms);
        self.0.time().wait(ms).await;
        Ok(())
    }

    fn random(&self) -> u32 {
        self.0.random()
    }

    fn waits_alone(&self) -> bool {
        self.0.waits_alone()
    }
}

impl<S: Server> Hasher for Host<S> {}

impl<S: Server> Keyring for Host<S> {
    const IS_PROXIED: bool = S::IS_PROXIED;

    async fn credentials(
        &self,
        registry: &str,
        repository: Option<&str>,
        actions: &[&str],
    ) -> Result<Option<Credentials>> {
        self.0.credentials(registry, repository, actions).await
    }
}
