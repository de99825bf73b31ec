//! [`Store`] over an object that the caller passed in.
//!
//! Methods are looked up by name, and what they return is awaited. What a method throws keeps its code when that is
//! one of the core's, so that a store can report `DRAFT_CORRUPT` itself.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::drafts::{entries_value, entry_of, entry_value};
use super::objects::{has_method, is_absent, property};
use crate::docker::drafts::draft::Entry;
use crate::docker::drafts::store::{read_one, write_one};
use crate::error::{Code, Error, Result};

/// The store of one call.
pub(super) struct Store(pub(super) JsValue);

/// The details of a store's error that the core's error keeps, all of them texts.
const FACTS: [&str; 6] = ["path", "reason", "list", "name", "other", "file"];

/// The error for what a store threw.
fn failure(thrown: &JsValue) -> Error {
    let text = |name: &str| property(thrown, name).as_string().filter(|text| !text.is_empty());
    let message = thrown.as_string().or_else(|| text("message"));
    let code = text("code").and_then(|name| Code::ALL.iter().copied().find(|code| code.as_str() == name));
    let error = Error::new(code.unwrap_or(Code::DraftUnavailable), "");
    let error = error.with_message(&message.unwrap_or_else(|| "the store of drafts failed".to_owned()));
    if code.is_none() {
        return error;
    }
    let details = property(thrown, "details");
    let error = FACTS.iter().fold(error, |error, name| match property(&details, name).as_string() {
        Some(fact) => error.with_detail(name, fact),
        None => error,
    });
    match text("hint") {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

impl Store {
    fn has(&self, method: &str) -> bool {
        has_method(&self.0, method)
    }

    async fn call(&self, method: &str, arguments: &[JsValue]) -> Result<JsValue> {
        let function = property(&self.0, method);
        let Some(function) = function.dyn_ref::<Function>() else {
            return Err(Error::new(Code::OptionInvalid, format!("the store has no method {method}")));
        };
        let returned = Reflect::apply(function, &self.0, &arguments.iter().collect());
        let returned = returned.map_err(|thrown| failure(&thrown))?;
        JsFuture::from(Promise::resolve(&returned)).await.map_err(|thrown| failure(&thrown))
    }
}

impl crate::docker::drafts::Store for Store {
    async fn list(&self) -> Result<Vec<String>> {
        let found = self.call("list", &[]).await?;
        let wrong = || Error::new(Code::OptionInvalid, "the store's `list` gave no list of texts");
        let list = found.dyn_ref::<Array>().ok_or_else(wrong)?;
        list.iter().map(|item| item.as_string()).collect::<Option<_>>().ok_or_else(wrong)
    }

    async fn read(&self, list: &str) -> Result<Option<Vec<Entry>>> {
        let found = self.call("read", &[JsValue::from_str(list)]).await?;
        if is_absent(&found) {
            return Ok(None);
        }
        if !Array::is_array(&found) {
            return Err(Error::new(Code::OptionInvalid, "the store's `read` gave no list of entries"));
        }
        Array::from(&found).iter().map(|entry| entry_of(&entry)).collect::<Result<_>>().map(Some)
    }

    async fn write(&self, list: &str, entries: &[Entry]) -> Result<()> {
        self.call("write", &[JsValue::from_str(list), entries_value(entries).into()]).await.map(|_| ())
    }

    async fn remove(&self, list: &str) -> Result<bool> {
        self.call("remove", &[JsValue::from_str(list)]).await.map(|removed| removed.is_truthy())
    }

    async fn read_entry(&self, list: &str, reference: &str) -> Result<Option<Entry>> {
        if !self.has("readEntry") {
            return read_one(self, list, reference).await;
        }
        let arguments = [JsValue::from_str(list), JsValue::from_str(reference)];
        let found = self.call("readEntry", &arguments).await?;
        if is_absent(&found) { Ok(None) } else { entry_of(&found).map(Some) }
    }

    async fn write_entry(&self, list: &str, entry: &Entry) -> Result<()> {
        if self.has("writeEntry") {
            let arguments = [JsValue::from_str(list), entry_value(entry)];
            return self.call("writeEntry", &arguments).await.map(|_| ());
        }
        write_one(self, list, entry).await
    }

    async fn lock(&self, list: &str) -> Result<()> {
        if !self.has("enter") {
            return Ok(());
        }
        self.call("enter", &[JsValue::from_str(list)]).await.map(|_| ())
    }

    async fn unlock(&self, _list: &str) -> Result<()> {
        if !self.has("leave") {
            return Ok(());
        }
        self.call("leave", &[]).await.map(|_| ())
    }
}
