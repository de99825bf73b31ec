//! The calls that wait, by their names: `client.call(host, name, given)`.
//!
//! A function exported for each call would be glue, a promise and a state machine of its own each; here their names
//! and arguments cross as data, and what drives a call exists once.

use std::pin::Pin;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::call::{Call, Given};
use super::client::Client;
#[cfg(feature = "writes")]
use super::document::Document;
use super::host::{CallHost, Host};
#[cfg(feature = "direct")]
use super::more_reads;
#[cfg(not(feature = "direct"))]
use super::proxied_reads;
use super::reads;
use super::thrown::{Settled, settle};
#[cfg(feature = "writes")]
use super::{create, lists, writes};
use crate::error::{Code, Error, Result};

/// A call's work, behind a pointer: as one state machine all of them would be fifty kilobytes, which an engine has to
/// compile whole before the first of them begins.
type Work<'a> = Pin<Box<dyn Future<Output = Result<JsValue>> + 'a>>;

/// What starts a call's work.
type Start = for<'a> fn(&'a Call) -> Work<'a>;

/// The calls that read, of every core. What each takes and gives is documented at its function.
const READS: &[(&str, Start)] =
    &[("blob", |call| Box::pin(reads::blob(call))), ("tags", |call| Box::pin(reads::tags(call)))];

/// The others; where nothing but a proxy is asked, those that take no platform.
#[cfg(not(feature = "direct"))]
const MORE_READS: &[(&str, Start)] = &[
    ("resolve", |call| Box::pin(proxied_reads::head(call))),
    ("manifest", |call| Box::pin(proxied_reads::document(call))),
];
#[cfg(feature = "direct")]
const MORE_READS: &[(&str, Start)] = &[
    ("resolve", |call| Box::pin(more_reads::resolve(call))),
    ("manifest", |call| Box::pin(more_reads::manifest(call))),
    ("mayAsk", |call| Box::pin(more_reads::may_ask(call))),
    ("raw", |call| Box::pin(more_reads::raw(call))),
    ("config", |call| Box::pin(more_reads::config(call))),
    ("blobSize", |call| Box::pin(more_reads::blob_size(call))),
    ("login", |call| Box::pin(more_reads::login(call))),
    ("rateLimit", |call| Box::pin(more_reads::rate_limit(call))),
    ("referrers", |call| Box::pin(more_reads::referrers(call))),
];

/// The calls that write, and those of `docker manifest`.
#[cfg(feature = "writes")]
const WRITES: &[(&str, Start)] = &[
    ("push", |call| Box::pin(writes::push(call))),
    ("mount", |call| Box::pin(writes::mount(call))),
    ("upload", |call| Box::pin(writes::upload(call))),
    ("copy", |call| Box::pin(writes::copy(call))),
    ("create", |call| Box::pin(create::create(call))),
    ("delete", |call| Box::pin(writes::delete(call))),
    ("inspect", |call| Box::pin(lists::inspect(call))),
    ("createList", |call| Box::pin(lists::create_list(call))),
    ("annotateList", |call| Box::pin(lists::annotate_list(call))),
    ("pushList", |call| Box::pin(lists::push_list(call))),
    ("removeLists", |call| Box::pin(lists::remove_lists(call))),
];
#[cfg(not(feature = "writes"))]
const WRITES: &[(&str, Start)] = &[];

#[wasm_bindgen]
impl Client {
    /// Makes a call of [`READS`], [`MORE_READS`] or [`WRITES`] on a host that has what `flags` says; `given` holds its
    /// arguments by their names. What comes of it settles `promise`: a failure with the JSON text of an [`Error`].
    pub fn call(&self, host: CallHost, flags: u32, name: &str, given: Given, promise: Settled) {
        let client = Rc::clone(&self.0);
        let call = Call {
            client,
            host: Host::new(host, flags),
            #[cfg(feature = "writes")]
            document: None,
            given,
        };
        match READS.iter().chain(MORE_READS).chain(WRITES).find(|(known, _)| *known == name) {
            Some((_, start)) => settle(async move { start(&call).await }, promise),
            None => {
                let error = Error::new(Code::Internal, format!("there is no call {name}"));
                settle(std::future::ready(Err(error)), promise);
            }
        }
    }
}

#[cfg(feature = "writes")]
#[wasm_bindgen]
impl Client {
    /// Pushes a document, which is the one argument that lives in the core.
    pub fn push(&self, host: CallHost, flags: u32, document: &Document, given: Given, promise: Settled) {
        let (client, document) = (Rc::clone(&self.0), Some(document.inner().clone()));
        let call = Call { client, host: Host::new(host, flags), document, given };
        settle(async move { writes::push(&call).await }, promise);
    }
}
