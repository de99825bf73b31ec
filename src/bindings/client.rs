//! The registry client.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::objects::is_absent;
use super::options::Fields;
use super::thrown::{Thrown, thrown};
use crate::error::{Code, Error, Result};
use crate::http::Retry;
use crate::registry::trust::{check_origin, registry_entry};
use crate::registry::{self, Insecure, Options, PrivateAddresses};

/// A client: its options, and what it learned of each registry. Its calls are in [`super::dispatch`].
#[wasm_bindgen]
pub struct Client(pub(super) Rc<registry::Client>);

/// The options that the core reads; those of the host (`fetch`, `credentials`, …) stay with the facade.
fn settings(value: &JsValue) -> Result<Options> {
    let options = Fields::of("the options of the client", value)?;
    let retry = Retry::default();
    let origins = |name| {
        let entries = options.texts(name)?;
        entries.iter().try_for_each(|entry| check_origin(entry)).map(|()| entries)
    };
    Ok(Options {
        insecure: insecure(&options)?,
        registries: registries(&options)?,
        private: match options.text("privateAddresses")?.as_deref() {
            Some("none") => PrivateAddresses::None,
            Some("listed") => PrivateAddresses::Listed,
            _ => PrivateAddresses::Any,
        },
        trusted_realms: origins("trustedRealms")?,
        upload_origins: origins("uploadOrigins")?,
        user_agent: options.text("userAgent")?,
        via: options.text("via")?,
        retry: Retry {
            attempts: options.count("attempts").unwrap_or(retry.attempts),
            max_delay_ms: options.count("maxDelayMs").map_or(retry.max_delay_ms, u64::from),
        },
        concurrency: options.count("concurrency"),
    })
}

/// The registries that may be asked; absent where all may be, or where the host decides.
fn registries(options: &Fields<'_>) -> Result<Option<Vec<String>>> {
    if is_absent(&options.raw("registries")) {
        return Ok(None);
    }
    options.texts("registries")?.iter().map(|entry| registry_entry(entry)).collect::<Result<_>>().map(Some)
}

/// `true` for all registries, or a list of their domains.
fn insecure(options: &Fields<'_>) -> Result<Insecure> {
    let value = options.raw("insecure");
    match value.as_bool() {
        Some(true) => Ok(Insecure::All),
        Some(false) => Ok(Insecure::None),
        None if is_absent(&value) => Ok(Insecure::None),
        None if Array::is_array(&value) => options.texts("insecure").map(Insecure::Domains),
        None => Err(Error::new(Code::OptionInvalid, "insecure is true, false, or a list of domains")),
    }
}

#[wasm_bindgen]
impl Client {
    /// A client that knows nothing yet. Throws `OPTION_INVALID`.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Thrown<Client> {
        settings(&options).map(|options| Client(Rc::new(registry::Client::new(options)))).map_err(thrown)
    }
}
