//! [`Transport`] over the fetch function of a [`Host`].
//!
//! What costs is the number of times that a call crosses the boundary, so a request goes out as one text, the headers of an
//! answer come in as one, and so does a body that is read whole. The facade makes the fetch function's arguments of the
//! text (`pkg/client/call-host.js`), and reads what the function returned (`pkg/core/answer.js`, `pkg/core/content.js`).

use gloo_net::http::Headers as HostHeaders;
use js_sys::Uint8Array;
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;

use super::host::{Content, Host};
use super::thrown::json;
use super::waits::{Came, Wait};
use crate::error::{Code, Error, Result};
use crate::http::{Headers, RESPONSE_HEADERS, Read, Request, Response, Transport};

#[wasm_bindgen]
extern "C" {
    /// `Answer` of `pkg/core/answer.js`: a content with what stands before it.
    #[wasm_bindgen(extends = Content)]
    type Answer;

    #[wasm_bindgen(method, getter)]
    fn headers(this: &Answer) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn wrong(this: &Answer) -> Option<String>;

    #[wasm_bindgen(method, getter, js_name = isHidden)]
    fn is_hidden(this: &Answer) -> bool;

    #[wasm_bindgen(method, getter)]
    fn url(this: &Answer) -> String;
}

/// An answer with its status, and its headers where they can be listed.
struct Answered {
    answer: Answer,
    status: u16,
    head: Option<String>,
}

/// Content that has not been read to its end. Dropped like that, it is cancelled: some hosts hold the connection until
/// then.
pub(super) struct Body {
    content: Content,
    is_over: bool,
}

impl Body {
    pub(super) fn new(content: Content) -> Body {
        Body { content, is_over: false }
    }

    /// The content, for the facade to read.
    pub(super) fn into_content(mut self) -> JsValue {
        self.is_over = true;
        self.content.clone()
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        if !self.is_over {
            // It never rejects.
            let _ = self.content.cancel();
        }
    }
}

/// A request as it crosses: JSON of what the fetch function is given.
#[derive(Serialize)]
struct Outgoing<'a> {
    url: &'a str,
    attempt: u32,
    init: Init<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Init<'a> {
    method: &'a str,
    headers: Members<'a>,
    redirect: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    named_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_behalf_of: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    public_only: bool,
}

struct Members<'a>(&'a [(&'static str, String)]);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The request as text, without its body.
fn text_of(request: &Request, redirect: &str) -> String {
    json(&Outgoing {
        url: &request.url,
        attempt: request.attempt,
        init: Init {
            method: request.method.as_str(),
            headers: Members(&request.headers),
            redirect,
            named_by: request.named_by.as_deref(),
            on_behalf_of: request.on_behalf_of.as_deref(),
            public_only: request.public_only,
        },
    })
}

fn body_of(request: &Request) -> Option<Uint8Array> {
    request.body.as_deref().map(Uint8Array::from)
}

impl Transport for Host {
    type Body = Body;

    fn send(&self, request: Request) -> impl Future<Output = Result<Response<Body>>> {
        send(self, request)
    }

    fn read(&self, body: Body, limit: usize) -> impl Future<Output = Result<Read>> {
        read(self, body, limit)
    }

    fn read_some(&self, body: &mut Body, limit: usize) -> impl Future<Output = Result<Vec<u8>>> {
        read_some(self, body, limit)
    }

    fn send_and_forget(&self, request: Request) {
        self.js.forget(&text_of(&request, "manual"), body_of(&request));
    }
}

/// Sends a request. Follows a redirect only where the host hides its target.
pub(super) async fn send(host: &Host, request: Request) -> Result<Response<Body>> {
    let came = dispatch(host, &request, "manual").await?;
    if came.status != 0 || !came.answer.is_hidden() {
        return response(came);
    }
    drop(Body::new(came.answer.into()));
    if !request.method.is_safe() {
        // Followed by the browser, the request body would go to any origin that the registry names.
        return Err(Error::new(
            Code::RedirectRefused,
            "the registry redirects a write, and this host hides where to",
        ));
    }
    // A browser hides where it was sent. It drops credentials itself when it follows to another origin.
    let came = dispatch(host, &request, "follow").await?;
    if came.status == 401 && origin(&came.answer.url()) != origin(&request.url) {
        return Err(Error::new(
            Code::RedirectRefused,
            "the place that the registry redirects to asks for credentials",
        ));
    }
    response(came)
}

async fn dispatch(host: &Host, request: &Request, redirect: &str) -> Result<Answered> {
    let wait = Wait::new();
    host.js.send(wait.number(), &text_of(request, redirect), body_of(request));
    match wait.await {
        Came::Answer(answer, status, head) => Ok(Answered { answer: answer.unchecked_into(), status, head }),
        Came::Failure(thrown) => Err(host.failed(&thrown)),
        Came::Bytes(_) => Err(unexpected()),
    }
}

fn response(Answered { answer, status, head }: Answered) -> Result<Response<Body>> {
    let (headers, wrong) = match head {
        Some(head) => (listed(&head), None),
        None if status == 0 => (Headers::new(), answer.wrong()),
        // Whether a header can be read is known when it is asked for.
        None => (asked_for(&answer), answer.wrong()),
    };
    let body = Body::new(answer.into());
    match (status, wrong) {
        (100.., None) => Ok(Response { status, headers, body }),
        (_, wrong) => {
            let message = wrong.unwrap_or_else(|| "the fetch function returned no status of HTTP".to_owned());
            Err(Error::new(Code::Network, "")
                .with_message(&message)
                .with_hint("Pass a `fetch` that returns what the platform's own fetch returns."))
        }
    }
}

/// Headers that came as lines: a name, then its value.
fn listed(head: &str) -> Headers {
    let mut lines = head.split('\n');
    std::iter::from_fn(|| lines.next().zip(lines.next())).collect()
}

/// Headers of an answer that lists none. The facade's `get` throws nothing.
fn asked_for(answer: &Answer) -> Headers {
    let host_headers = HostHeaders::from_raw(answer.headers().unchecked_into());
    RESPONSE_HEADERS.iter().filter_map(|name| host_headers.get(name).map(|value| (*name, value))).collect()
}

/// Reads at most `limit` decoded bytes and cancels the rest.
async fn read(host: &Host, mut body: Body, limit: usize) -> Result<Read> {
    // One more than fits tells whether there is more.
    let wait = Wait::new();
    host.js.all(wait.number(), &body.content, most_of(limit.saturating_add(1)));
    let mut bytes = bytes_of(host, wait.await)?.unwrap_or_default();
    let truncated = bytes.len() > limit;
    body.is_over = !truncated;
    bytes.truncate(limit);
    Ok(Read { bytes, truncated })
}

/// The next bytes of a body, at most `limit`; none at its end.
async fn read_some(host: &Host, body: &mut Body, limit: usize) -> Result<Vec<u8>> {
    let wait = Wait::new();
    host.js.part(wait.number(), &body.content, most_of(limit));
    let part = bytes_of(host, wait.await)?;
    body.is_over = part.is_none();
    Ok(part.unwrap_or_default())
}

fn most_of(limit: usize) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX)
}

/// The bytes that came; none at the end of what is read in parts.
fn bytes_of(host: &Host, came: Came) -> Result<Option<Vec<u8>>> {
    match came {
        Came::Bytes(bytes) => Ok(bytes),
        Came::Failure(thrown) => Err(host.failed(&thrown)),
        Came::Answer(..) => Err(unexpected()),
    }
}

fn unexpected() -> Error {
    Error::new(Code::Internal, "the host ended a wait with something else")
}

/// Everything before the path.
fn origin(url: &str) -> &str {
    let after = url.find("://").map_or(0, |at| at + 3);
    let path = url.get(after..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| after + at);
    url.get(..path).unwrap_or(url)
}
