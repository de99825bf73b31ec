//! A host that gives one answer to everything, for parsers that only a call reaches.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use multiarch::digest::Digest;
use multiarch::error::Result;
use multiarch::http::{Clock, Headers, Observer, Read, Request, Response, Transport};
use multiarch::registry::{Credentials, Keyring};

/// How many requests one call may make: redirects, retries, realms and steps of an index together.
const REQUESTS: usize = 200;

/// Answers every request alike.
pub(crate) struct Host {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
    /// What is answered after the first request, in place of all that.
    pub(crate) then: Option<u16>,
    pub(crate) now: Cell<u64>,
    /// Every wait, in milliseconds.
    pub(crate) slept: RefCell<Vec<u64>>,
    /// Every URL that was asked for.
    pub(crate) asked: RefCell<Vec<String>>,
}

/// 1994-11-06T08:49:37Z, in milliseconds.
pub(crate) const NOW: u64 = 784_111_777_000;

impl Host {
    pub(crate) fn new(status: u16, headers: Headers, body: Vec<u8>) -> Host {
        Host {
            status,
            headers,
            body,
            then: None,
            now: Cell::new(NOW),
            slept: RefCell::default(),
            asked: RefCell::default(),
        }
    }
}

/// Runs a call on a host that never makes it wait.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a call waits for nothing"),
    }
}

impl Transport for Host {
    type Body = Vec<u8>;

    async fn send(&self, request: Request) -> Result<Response<Vec<u8>>> {
        let is_sendable = |text: &str| text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        assert!(is_sendable(&request.url), "a URL that hosts read in different ways: {}", request.url);
        for (name, value) in &request.headers {
            assert!(is_sendable(value), "a header {name} that hosts refuse: {value}");
        }
        let mut asked = self.asked.borrow_mut();
        asked.push(request.url);
        assert!(asked.len() <= REQUESTS, "a call makes {REQUESTS} requests and goes on");
        match self.then.filter(|_| asked.len() > 1) {
            Some(status) => Ok(Response { status, headers: Headers::new(), body: Vec::new() }),
            None => {
                Ok(Response { status: self.status, headers: self.headers.clone(), body: self.body.clone() })
            }
        }
    }

    async fn read(&self, mut body: Vec<u8>, limit: usize) -> Result<Read> {
        let truncated = body.len() > limit;
        body.truncate(limit);
        Ok(Read { bytes: body, truncated })
    }

    async fn read_some(&self, body: &mut Vec<u8>, limit: usize) -> Result<Vec<u8>> {
        let taken = body.len().min(limit);
        Ok(body.drain(..taken).collect())
    }

    fn send_and_forget(&self, _: Request) {}
}

impl Observer for Host {
    fn progress(&self, _: &Digest, _: u64, _: u64) {}
}

impl Clock for Host {
    fn now(&self) -> u64 {
        self.now.get()
    }

    async fn sleep(&self, ms: u64) -> Result<()> {
        self.now.set(self.now.get() + ms);
        self.slept.borrow_mut().push(ms);
        Ok(())
    }

    fn random(&self) -> u32 {
        0
    }
}

impl Keyring for Host {
    async fn credentials(&self, _: &str, _: Option<&str>, _: &[&str]) -> Result<Option<Credentials>> {
        Ok(None)
    }
}
