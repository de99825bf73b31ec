//! [`Transport`] over the fetch function of a [`Host`].
//!
//! What costs is the number of times that a call crosses the boundary, so a request goes out as one text, the headers of an
//! answer come in as one, and so does a body that is read whole. The facade makes the fetch function's arguments of the
//! text (`pkg/client/call-host.js`), and reads what the function returned (`pkg/core/answer.js`, `pkg/core/content.js`).

use gloo_net::http::Headers as HostHeaders;
use js_sys::{Promise, Uint8Array};
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;

use super::host::Host;
use super::thrown::json;
use crate::error::{Code, Error, Result};
use crate::http::{Headers, RESPONSE_HEADERS, Read, Request, Response, Transport};

#[wasm_bindgen]
extern "C" {
    /// `Content` of `pkg/core/content.js`: its promises fail with plain values.
    pub(super) type Content;

    #[wasm_bindgen(method)]
    fn part(this: &Content, most: u32) -> Promise;

    #[wasm_bindgen(method)]
    fn all(this: &Content, most: u32) -> Promise;

    #[wasm_bindgen(method)]
    fn cancel(this: &Content) -> Promise;

    /// `Answer` of `pkg/core/answer.js`: a content with what stands before it.
    #[wasm_bindgen(extends = Content)]
    type Answer;

    #[wasm_bindgen(method, getter)]
    fn status(this: &Answer) -> u16;

    #[wasm_bindgen(method, getter)]
    fn head(this: &Answer) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    fn headers(this: &Answer) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn wrong(this: &Answer) -> Option<String>;

    #[wasm_bindgen(method, getter, js_name = isHidden)]
    fn is_hidden(this: &Answer) -> bool;

    #[wasm_bindgen(method, getter)]
    fn url(this: &Answer) -> String;
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
    let answer = dispatch(host, &request, "manual").await?;
    let status = answer.status();
    if status != 0 || !answer.is_hidden() {
        return response(answer, status);
    }
    drop(Body::new(answer.into()));
    if !request.method.is_safe() {
        // Followed by the browser, the request body would go to any origin that the registry names.
        return Err(Error::new(
            Code::RedirectRefused,
            "the registry redirects a write, and this host hides where to",
        ));
    }
    // A browser hides where it was sent. It drops credentials itself when it follows to another origin.
    let answer = dispatch(host, &request, "follow").await?;
    let status = answer.status();
    if status == 401 && origin(&answer.url()) != origin(&request.url) {
        return Err(Error::new(
            Code::RedirectRefused,
            "the place that the registry redirects to asks for credentials",
        ));
    }
    response(answer, status)
}

async fn dispatch(host: &Host, request: &Request, redirect: &str) -> Result<Answer> {
    let answer = host.js.send(&text_of(request, redirect), body_of(request)).await;
    answer.map(JsCast::unchecked_into).map_err(|thrown| host.failed(&thrown))
}

fn response(answer: Answer, status: u16) -> Result<Response<Body>> {
    let headers = match answer.head() {
        Some(head) => listed(&head),
        None if status == 0 => Headers::new(),
        None => asked_for(&answer),
    };
    // A header may have turned out to be unreadable only now.
    let wrong = answer.wrong();
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
    let whole = body.content.all(most_of(limit.saturating_add(1))).await;
    let mut bytes = whole.map(bytes_of).map_err(|thrown| host.failed(&thrown))?;
    let truncated = bytes.len() > limit;
    body.is_over = !truncated;
    bytes.truncate(limit);
    Ok(Read { bytes, truncated })
}

/// The next bytes of a body, at most `limit`; none at its end.
async fn read_some(host: &Host, body: &mut Body, limit: usize) -> Result<Vec<u8>> {
    let part = body.content.part(most_of(limit)).await.map_err(|thrown| host.failed(&thrown))?;
    body.is_over = part.is_undefined();
    Ok(if body.is_over { Vec::new() } else { bytes_of(part) })
}

fn most_of(limit: usize) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX)
}

/// The facade's own array.
fn bytes_of(bytes: JsValue) -> Vec<u8> {
    bytes.unchecked_into::<Uint8Array>().to_vec()
}

/// Everything before the path.
fn origin(url: &str) -> &str {
    let after = url.find("://").map_or(0, |at| at + 3);
    let path = url.get(after..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| after + at);
    url.get(..path).unwrap_or(url)
}
