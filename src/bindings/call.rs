//! What one call was given.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::host::Host;
use super::objects::property;
use super::options::Fields;
#[cfg(feature = "writes")]
use super::store::Store;
use crate::digest::Digest;
use crate::error::Result;
#[cfg(feature = "writes")]
use crate::manifest;
use crate::reference::Reference;
use crate::registry;
use crate::registry::Session;

#[wasm_bindgen]
extern "C" {
    /// The arguments of a call by their names. Those that every resolution has are read by getters: looked up by name, each
    /// costs a text that crosses.
    pub type Given;

    #[wasm_bindgen(method, getter)]
    fn reference(this: &Given) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    fn digest(this: &Given) -> Option<String>;

    /// The platform, where it is a text and all that is wanted.
    #[wasm_bindgen(method, getter, js_name = only)]
    pub(super) fn only_platform(this: &Given) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    pub(super) fn wanted(this: &Given) -> Option<GivenWanted>;

    /// What a caller wants of an index. A platform is a text or an object.
    pub type GivenWanted;

    #[wasm_bindgen(method, getter)]
    pub(super) fn platform(this: &GivenWanted) -> Option<JsValue>;

    #[wasm_bindgen(method, getter)]
    pub(super) fn policy(this: &GivenWanted) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    pub(super) fn host(this: &GivenWanted) -> Option<JsValue>;
}

/// One call: the client that it is made on, the host that it was given, and its arguments by their names.
pub(super) struct Call {
    pub(super) client: Rc<registry::Client>,
    pub(super) host: Host,
    /// The document of a push.
    #[cfg(feature = "writes")]
    pub(super) document: Option<manifest::Document>,
    pub(super) given: Given,
}

impl Call {
    /// The client on the host.
    pub(super) fn session(&self) -> Session<'_, Host> {
        self.client.on(&self.host)
    }

    /// An argument as it is; undefined when it is absent.
    pub(super) fn raw(&self, name: &str) -> JsValue {
        property(&self.given, name)
    }

    /// A text that need not be there.
    pub(super) fn optional(&self, name: &str) -> Option<String> {
        self.raw(name).as_string()
    }

    /// A text; empty when it is absent, which the facade has ruled out.
    pub(super) fn text(&self, name: &str) -> String {
        self.optional(name).unwrap_or_default()
    }

    /// A list of texts. Fails with `OPTION_INVALID`.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>> {
        Fields::of("the call", &self.given)?.texts(name)
    }

    /// The argument `reference`.
    pub(super) fn reference(&self) -> Result<Reference> {
        Reference::parse(&self.given.reference().unwrap_or_default())
    }

    /// Another reference.
    pub(super) fn reference_at(&self, name: &str) -> Result<Reference> {
        Reference::parse(&self.text(name))
    }

    /// The argument `digest`.
    pub(super) fn digest(&self) -> Result<Digest> {
        Digest::parse(&self.given.digest().unwrap_or_default())
    }

    /// The argument `store`: where the drafts are.
    #[cfg(feature = "writes")]
    pub(super) fn store(&self) -> Store {
        Store(self.raw("store"))
    }
}
