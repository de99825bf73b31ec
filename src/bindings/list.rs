//! `docker manifest` over a client.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::client::Client;
use super::host::Host;
use super::promise;
use crate::list::inspect;
use crate::reference::Reference;

#[wasm_bindgen]
impl Client {
    /// Docker's own text for a reference.
    pub fn inspect(&self, host: JsValue, reference: String, verbose: bool) -> Promise {
        let client = Rc::clone(&self.0);
        promise(async move {
            let reference = Reference::parse(&reference)?;
            let text = inspect(&client, &Host::new(host)?, &reference, verbose).await?;
            Ok(JsValue::from_str(&text))
        })
    }
}
