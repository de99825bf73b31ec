//! The calls that read what a reference names by itself, for the core that asks nothing but a proxy.

use wasm_bindgen::prelude::*;

use super::call::Call;
use super::document::Document;
use super::reads::text_of;
use crate::error::{Code, Error, Result};
use crate::verbs;

/// The descriptor that `reference` names, as JSON. Takes no platform.
pub(super) async fn head(call: &Call) -> Result<JsValue> {
    check_unwanted(call)?;
    verbs::head(call.session(), &call.reference()?).await.map(|resolved| text_of(&resolved))
}

/// The document that `reference` names. Takes no platform.
pub(super) async fn document(call: &Call) -> Result<JsValue> {
    check_unwanted(call)?;
    let document = verbs::document(call.session(), &call.reference()?).await?;
    Ok(Document::new(document).into())
}

/// Refuses a call for a platform, which this core does not look for.
fn check_unwanted(call: &Call) -> Result<()> {
    let platform = call.given.wanted().and_then(|wanted| wanted.platform());
    match call.given.only_platform().is_some() || platform.is_some() {
        true => Err(Error::new(Code::Internal, "this core chooses no platform at a registry")),
        false => Ok(()),
    }
}
