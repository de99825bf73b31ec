//! A server that gives one answer to everything, for parsers that only a call reaches.

use std::cell::RefCell;

use multiarch::error::Result;
use multiarch::http::{Headers, Request, Response};

use crate::support::clock::Time;
pub(crate) use crate::support::clock::block_on;
use crate::support::host::{Body, Host as Over, Server};

/// How many requests one call may make: redirects, retries, realms and steps of an index together.
const REQUESTS: usize = 200;

/// Answers every request alike.
pub(crate) struct Alike {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
    /// What is answered after the first request, in place of all that.
    pub(crate) then: Option<u16>,
    pub(crate) time: Time,
    /// Every URL that was asked for.
    pub(crate) asked: RefCell<Vec<String>>,
}

pub(crate) type Host = Over<Alike>;

/// 1994-11-06T08:49:37Z, in milliseconds.
pub(crate) const NOW: u64 = 784_111_777_000;

impl Host {
    pub(crate) fn new(status: u16, headers: Headers, body: Vec<u8>) -> Host {
        Over(Alike { status, headers, body, then: None, time: Time::at(NOW), asked: RefCell::default() })
    }
}

impl Server for Alike {
    fn time(&self) -> &Time {
        &self.time
    }

    async fn answer(&self, request: Request) -> Result<Response<Body>> {
        let is_sendable = |text: &str| text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        assert!(is_sendable(&request.url), "a URL that hosts read in different ways: {}", request.url);
        for (name, value) in &request.headers {
            assert!(is_sendable(value), "a header {name} that hosts refuse: {value}");
        }
        let mut asked = self.asked.borrow_mut();
        asked.push(request.url);
        assert!(asked.len() <= REQUESTS, "a call makes {REQUESTS} requests and goes on");
        Ok(match self.then.filter(|_| asked.len() > 1) {
            Some(status) => Response { status, headers: Headers::new(), body: Body::default() },
            None => Response {
                status: self.status,
                headers: self.headers.clone(),
                body: self.body.clone().into(),
            },
        })
    }

    fn random(&self) -> u32 {
        0
    }
}
