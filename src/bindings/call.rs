//! One way in for all calls that wait: `client.call(host, name, given)`.
//!
//! A function exported for each call would be glue, a promise and a state machine of its own each; here their names
//! and arguments cross as data, and what drives a call exists once.

use std::pin::Pin;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::client::{self, Client};
use super::document::Document;
use super::host::Host;
use super::options::Fields;
use super::rejection::property;
use super::store::Store;
use super::{list, promise, writes};
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::reference::Reference;
use crate::{manifest, registry};

/// A call under way: the client it is made on, the host that it was given, and its arguments by their names.
pub(super) struct Call {
    pub(super) client: Rc<registry::Client>,
    pub(super) host: Host,
    /// The document of a push.
    pub(super) document: Option<manifest::Document>,
    given: JsValue,
}

impl Call {
    /// An argument as it is; undefined when it is absent.
    pub(super) fn raw(&self, name: &str) -> JsValue {
        property(&self.given, name)
    }

    /// A text that need not be there.
    pub(super) fn optional(&self, name: &str) -> Option<String> {
        self.raw(name).as_string()
    }

    /// A text; that it is one, the facade has seen to.
    pub(super) fn text(&self, name: &str) -> String {
        self.optional(name).unwrap_or_default()
    }

    /// A list of texts. Fails with `OPTION_INVALID`.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>> {
        Fields::of("the call", &self.given)?.texts(name)
    }

    /// A reference.
    pub(super) fn reference(&self, name: &str) -> Result<Reference> {
        Reference::parse(&self.text(name))
    }

    /// The argument `digest`.
    pub(super) fn digest(&self) -> Result<Digest> {
        Digest::parse(&self.text("digest"))
    }

    /// The argument `store`: where the drafts are.
    pub(super) fn store(&self) -> Store {
        Store(self.raw("store"))
    }

    async fn run(&self, name: &str) -> Result<JsValue> {
        // Behind pointers: as one state machine they would be fifty kilobytes, which an engine has to compile whole
        // before the first of them begins.
        let work: Pin<Box<dyn Future<Output = Result<JsValue>> + '_>> = match name {
            "resolve" => Box::pin(client::resolve(self)),
            "manifest" => Box::pin(client::manifest(self)),
            "raw" => Box::pin(client::raw(self)),
            "config" => Box::pin(client::config(self)),
            "blob" => Box::pin(client::blob(self)),
            "login" => Box::pin(client::login(self)),
            "rateLimit" => Box::pin(client::rate_limit(self)),
            "tags" => Box::pin(client::tags(self)),
            "push" => Box::pin(writes::push(self)),
            "mount" => Box::pin(writes::mount(self)),
            "upload" => Box::pin(writes::upload(self)),
            "copy" => Box::pin(writes::copy(self)),
            "referrers" => Box::pin(writes::referrers(self)),
            "delete" => Box::pin(writes::delete(self)),
            "inspect" => Box::pin(list::inspect(self)),
            "createList" => Box::pin(list::create_list(self)),
            "annotateList" => Box::pin(list::annotate_list(self)),
            "pushList" => Box::pin(list::push_list(self)),
            "removeLists" => Box::pin(list::remove_lists(self)),
            _ => return Err(Error::new(Code::Internal, format!("there is no call {name}"))),
        };
        work.await
    }
}

#[wasm_bindgen]
impl Client {
    /// Makes a call: `name` says which, `given` holds its arguments. See the functions that [`Call`] runs for what
    /// they take and give.
    pub fn call(&self, host: JsValue, name: String, given: JsValue) -> Promise {
        self.start(host, name, given, None)
    }

    /// Pushes a document, which is the one argument that lives on this side.
    pub fn push(&self, host: JsValue, document: &Document, given: JsValue) -> Promise {
        self.start(host, "push".to_owned(), given, Some(document.inner().clone()))
    }
}

impl Client {
    fn start(
        &self,
        host: JsValue,
        name: String,
        given: JsValue,
        document: Option<manifest::Document>,
    ) -> Promise {
        let call = Call { client: Rc::clone(&self.0), host: Host(host), document, given };
        promise(async move { call.run(&name).await })
    }
}
