//! Option objects of JavaScript, read into the core's own types property by property.
//!
//! Derived deserialization would drag serde's texts for every wrong type along, floating point formatting
//! included: a tenth of the whole binary for a handful of optional texts.

use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};

use super::objects::{is_absent, property};
use crate::descriptor::{Annotations, Descriptor};
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::limits;
use crate::media_type::MediaType;
use crate::platform::Platform;
use crate::selection::Policy;

/// An object that a caller passed, and what to call it when it is wrong.
pub(super) struct Fields<'a> {
    what: &'a str,
    value: &'a JsValue,
}

impl<'a> Fields<'a> {
    /// Fails with `OPTION_INVALID` for what is no object. Absent options are an object without fields.
    pub(super) fn of(what: &'a str, value: &'a JsValue) -> Result<Fields<'a>> {
        if value.is_object() || is_absent(value) {
            return Ok(Fields { what, value });
        }
        Err(Error::new(Code::OptionInvalid, format!("{what} cannot be read: an object belongs here")))
    }

    /// A field as it is; undefined when it is absent.
    pub(super) fn raw(&self, name: &str) -> JsValue {
        property(self.value, name)
    }

    /// Whether a switch is on.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.raw(name).is_truthy()
    }

    /// A number from 1 to 2^32 - 1; nothing for anything else.
    pub(super) fn count(&self, name: &str) -> Option<u32> {
        self.raw(name).as_f64().map(|number| number as u32).filter(|number| *number > 0)
    }

    /// A text. Fails with `OPTION_INVALID`, which names the field.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>> {
        let value = self.raw(name);
        if is_absent(&value) {
            return Ok(None);
        }
        value.as_string().map(Some).ok_or_else(|| self.wrong(name, "a text"))
    }

    /// A text that must be there. Fails with `OPTION_INVALID`, which names the field.
    pub(super) fn required(&self, name: &str) -> Result<String> {
        self.text(name)?.ok_or_else(|| self.missing(name))
    }

    /// The error for a field that must be there.
    pub(super) fn missing(&self, name: &str) -> Error {
        Error::new(Code::OptionInvalid, format!("{} has no {name}", self.what))
    }

    /// A list of texts, empty when it is absent. Fails with `OPTION_INVALID`, which names the field.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>> {
        let value = self.raw(name);
        if is_absent(&value) {
            return Ok(Vec::new());
        }
        let texts =
            value.dyn_ref::<Array>().and_then(|list| list.iter().map(|item| item.as_string()).collect());
        texts.ok_or_else(|| self.wrong(name, "a list of texts"))
    }

    /// The items of a list, none when it is absent. Fails with `OPTION_INVALID`, which names the field.
    pub(super) fn items(&self, name: &str) -> Result<Vec<JsValue>> {
        let value = self.raw(name);
        if is_absent(&value) {
            return Ok(Vec::new());
        }
        value.dyn_ref::<Array>().map(|list| list.iter().collect()).ok_or_else(|| self.wrong(name, "a list"))
    }

    fn wrong(&self, name: &str, belongs: &str) -> Error {
        let what = self.what;
        Error::new(Code::OptionInvalid, format!("{what} cannot be read: {name} is not {belongs}"))
            .with_detail("option", name)
    }
}

/// A platform given as a specifier or as an object whose fields may all be missing; `host` fills what a
/// specifier leaves open.
pub(super) fn platform(value: JsValue, host: Option<&Platform>) -> Result<Platform> {
    if let Some(specifier) = value.as_string() {
        return Platform::parse(&specifier, host);
    }
    if !value.is_object() {
        return Err(Error::new(
            Code::PlatformInvalid,
            "a platform is a text or an object with os and architecture",
        ));
    }
    let fields = Fields::of("the platform", &value)?;
    let text = |name| fields.text(name).map(Option::unwrap_or_default);
    Ok(Platform {
        os: text("os")?,
        architecture: text("architecture")?,
        variant: text("variant")?,
        os_version: text("osVersion")?,
        os_features: fields.texts("osFeatures")?,
    })
}

/// A platform that need not be there.
pub(super) fn optional_platform(value: JsValue) -> Result<Option<Platform>> {
    if is_absent(&value) { Ok(None) } else { platform(value, None).map(Some) }
}

/// A policy by its name; the default when none is given.
pub(super) fn policy(name: Option<&str>) -> Result<Policy> {
    name.map_or_else(|| Ok(Policy::default()), Policy::parse)
}

/// Reads a descriptor. Fails with `OPTION_INVALID` and as digests and media types do.
pub(super) fn descriptor(given: &Fields<'_>) -> Result<Descriptor> {
    let size = given
        .raw("size")
        .as_f64()
        .filter(|size| (0.0..=limits::SIZE as f64).contains(size) && size.fract() == 0.0);
    let size = size.ok_or_else(|| given.missing("size"))?;
    let digest = Digest::parse(&given.required("digest")?)?;
    let media_type = MediaType::parse(&given.required("mediaType")?)?;
    Ok(Descriptor {
        urls: given.texts("urls")?,
        annotations: annotations(&given.raw("annotations")),
        data: given.text("data")?,
        platform: optional_platform(given.raw("platform"))?,
        artifact_type: given.text("artifactType")?,
        ..Descriptor::new(media_type, digest, size as u64)
    })
}

/// Annotations; what is no text is left out.
pub(super) fn annotations(value: &JsValue) -> Annotations {
    let Some(object) = value.dyn_ref::<Object>() else { return Annotations::default() };
    let members = Object::entries(object);
    let pairs = members.iter().filter_map(|pair| {
        let pair = Array::from(&pair);
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    });
    Annotations::from_pairs(pairs.collect())
}
