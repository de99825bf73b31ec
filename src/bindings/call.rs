//! What one call was given.

use std::rc::Rc;

use wasm_bindgen::JsValue;

use super::host::Host;
use super::objects::property;
use super::options::Fields;
use super::store::Store;
use crate::digest::Digest;
use crate::error::Result;
use crate::reference::Reference;
use crate::registry::Session;
use crate::{manifest, registry};

/// One call: the client that it is made on, the host that it was given, and its arguments by their names.
pub(super) struct Call {
    pub(super) client: Rc<registry::Client>,
    pub(super) host: Host,
    /// The document of a push.
    pub(super) document: Option<manifest::Document>,
    pub(super) given: JsValue,
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
}
