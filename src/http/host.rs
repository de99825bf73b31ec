//! What HTTP needs of a host: to send a request and read a body, to tell the time, to hear how a call goes on.
//!
//! A test replays a conversation through these traits, and the bindings implement them over `fetch`; nothing else knows
//! how bytes get there.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::http::message::{Method, Read, Request, Response};
use crate::http::url::Url;

/// Sends requests.
#[allow(async_fn_in_trait)] // One thread: wasm futures are never Send, and neither need ours be.
pub trait Transport {
    /// A handle on a body that has not been read.
    type Body;

    /// Sends one request as it is. Redirects are not followed wherever `Location` can be read. Fails with
    /// what [`crate::http::network_error`] makes of the host's own failure.
    async fn send(&self, request: Request) -> Result<Response<Self::Body>>;

    /// Reads at most `limit` decoded bytes and cancels the rest. Fails as `send` does.
    async fn read(&self, body: Self::Body, limit: usize) -> Result<Read>;

    /// The next decoded bytes of a body, at most `limit` of them, none at its end. Reads no further than it
    /// has to. Fails as `send` does.
    async fn read_some(&self, body: &mut Self::Body, limit: usize) -> Result<Vec<u8>>;

    /// Sends a request that no call waits for, also after the call was aborted; whatever comes of it is
    /// ignored. It cancels what a registry keeps for the call.
    fn send_and_forget(&self, request: Request);
}

/// A request that will be sent again.
pub struct Retrying<'a> {
    /// Its verb.
    pub method: Method,
    /// Where it goes.
    pub url: &'a Url,
    /// How often it has been sent.
    pub attempt: u32,
    /// The status of the last answer, or the code of the failure.
    pub reason: &'a str,
    /// The wait before it is sent again, in milliseconds; longer where other requests to the origin are due first.
    pub delay_ms: u64,
}

/// Gets the events of a call.
#[allow(async_fn_in_trait)]
pub trait Observer {
    /// A request will be sent again. An error ends the call.
    async fn retrying(&self, retrying: &Retrying<'_>) -> Result<()> {
        let _ = retrying;
        Ok(())
    }

    /// `done` of `total` bytes of a blob are where they belong.
    fn progress(&self, digest: &Digest, done: u64, total: u64);
}

/// Tells the time.
#[allow(async_fn_in_trait)]
pub trait Clock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> u64;

    /// Waits so many milliseconds. Fails with `ABORTED` or `TIMEOUT` when the call ends meanwhile.
    async fn sleep(&self, ms: u64) -> Result<()>;

    /// Waits until the call is ended from outside, and says why; for ever where that cannot be.
    async fn ended(&self) -> Error {
        std::future::pending().await
    }

    /// Any number, evenly spread.
    fn random(&self) -> u32;

    /// Whether this call must not wait for what another call wakes. Edge hosts serve each visitor in a context of its
    /// own, and cancel a call that has no input or output of its own under way.
    fn waits_alone(&self) -> bool {
        false
    }
}

/// What comes of `wait`, or the error of the call if that ends first.
pub(crate) async fn or_ended<C: Clock, T>(clock: &C, wait: impl Future<Output = T>) -> Result<T> {
    let (mut wait, mut ended) = (pin!(wait), pin!(clock.ended()));
    poll_fn(|context| match wait.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Ok(done)),
        Poll::Pending => ended.as_mut().poll(context).map(Err),
    })
    .await
}
