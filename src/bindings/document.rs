//! Documents: what the manifest endpoint holds.

use js_sys::Uint8Array;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::options;
use super::thrown::{Thrown, json, thrown};
use crate::descriptor::{Annotations, Listed};
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
#[cfg(feature = "writes")]
use crate::json as text;
use crate::limits;
use crate::manifest;
#[cfg(feature = "writes")]
use crate::manifest::edit::texts;
use crate::media_type::MediaType;
use crate::platform::Platform;
use crate::selection::{Candidate, Options, Selection, Wanted, choose, select};

/// A parsed document. Its lists cross only when the caller asks for them.
#[wasm_bindgen]
pub struct Document(manifest::Document);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    manifests: &'a [Listed],
    layers: &'a [Listed],
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<&'a Listed>,
    annotations: &'a Annotations,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a Listed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    artifact_type: Option<&'a str>,
}

/// A selection, with positions where the facade puts descriptors.
#[derive(Serialize)]
struct SelectionView<'a> {
    policy: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    chosen: Option<usize>,
    candidates: Vec<CandidateView<'a>>,
}

#[derive(Serialize)]
struct CandidateView<'a> {
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    rank: Option<usize>,
    reason: &'a str,
}

impl<'a> From<&'a Selection> for SelectionView<'a> {
    fn from(selection: &'a Selection) -> SelectionView<'a> {
        let view = |candidate: &'a Candidate| CandidateView {
            index: candidate.index,
            rank: candidate.rank,
            reason: &candidate.reason,
        };
        SelectionView {
            policy: selection.policy.as_str(),
            chosen: selection.chosen,
            candidates: selection.candidates.iter().map(view).collect(),
        }
    }
}

/// Copies bytes into the core, unless there are more than the core would read anyway.
pub(super) fn copied(bytes: &Uint8Array, limit: usize, code: Code) -> Result<Vec<u8>> {
    let length = bytes.length() as usize;
    if length > limit {
        return Err(Error::new(code, format!("the document has {length} bytes; at most {limit} are read")));
    }
    Ok(bytes.to_vec())
}

/// A digest that need not be there.
pub(super) fn optional_digest(text: Option<String>) -> Result<Option<Digest>> {
    text.map(|text| Digest::parse(&text)).transpose()
}

impl Document {
    pub(super) fn new(document: manifest::Document) -> Document {
        Document(document)
    }

    pub(super) fn inner(&self) -> &manifest::Document {
        &self.0
    }

    fn read(
        bytes: &Uint8Array,
        media_type: Option<String>,
        digest: Option<String>,
        actual: Option<String>,
    ) -> Result<Document> {
        let declared = media_type.map(|text| MediaType::parse_content_type(&text)).transpose()?;
        let expected = optional_digest(digest)?;
        let actual = optional_digest(actual)?;
        let bytes = copied(bytes, limits::MANIFEST_BYTES, Code::ManifestTooLarge)?;
        let document = manifest::Document::parse_hashed(bytes, declared.as_ref(), expected.as_ref(), actual)?;
        Ok(Document(document))
    }
}

#[wasm_bindgen]
impl Document {
    /// Reads a body, declared as `media_type` and expected to be the content of `digest`. `actual` is the digest of the
    /// bytes where the host has computed it. Throws as [`manifest::Document::parse`] fails.
    pub fn parse(
        bytes: &Uint8Array,
        media_type: Option<String>,
        digest: Option<String>,
        actual: Option<String>,
    ) -> Thrown<Document> {
        Document::read(bytes, media_type, digest, actual).map_err(thrown)
    }

    /// Numbers that stand for its kind, its media type and whether it is JSON, so that the texts need not cross every
    /// time: one bit for JSON, then two for the kind, then the media type, where 0 is a type without a number.
    pub fn facts(&self) -> u32 {
        let kind = match self.0.kind() {
            manifest::Kind::Index => 0,
            manifest::Kind::Image => 1,
            manifest::Kind::Artifact => 2,
            manifest::Kind::Unknown => 3,
        };
        u32::from(self.0.is_json()) | kind << 1 | self.0.media_type().number() << 3
    }

    /// What it is.
    pub fn kind(&self) -> String {
        self.0.kind().as_str().to_owned()
    }

    /// Its media type.
    #[wasm_bindgen(js_name = mediaType)]
    pub fn media_type(&self) -> String {
        self.0.media_type().as_str().to_owned()
    }

    /// Its digest.
    pub fn digest(&self) -> String {
        self.0.digest().as_str().to_owned()
    }

    /// Whether its bytes are JSON.
    #[wasm_bindgen(js_name = isJson)]
    pub fn is_json(&self) -> bool {
        self.0.is_json()
    }

    /// Everything that points elsewhere, and the annotations, as JSON.
    pub fn view(&self) -> String {
        let slow = || {
            json(&View {
                manifests: self.0.manifests(),
                layers: self.0.layers(),
                config: self.0.stated_config(),
                annotations: self.0.annotations(),
                subject: self.0.stated_subject(),
                artifact_type: self.0.artifact_type(),
            })
        };
        self.0.outlined_view().unwrap_or_else(slow)
    }

    /// The entry at a position that [`Document::choose`] gave, as JSON; `undefined` at any other one.
    pub fn entry(&self, at: usize) -> Option<String> {
        self.0.outlined_entry(at).or_else(|| self.0.manifests().get(at).map(json))
    }

    /// A copy of the exact bytes.
    pub fn bytes(&self) -> Uint8Array {
        Uint8Array::from(self.0.bytes())
    }

    /// The position of the entry that a policy chooses. Throws `NOT_AN_INDEX`, `PLATFORM_INVALID` or
    /// `OPTION_INVALID`.
    pub fn choose(&self, platform: JsValue, policy: Option<String>, host: JsValue) -> Thrown<Option<usize>> {
        self.selected(platform, policy.as_deref(), host, choose).map_err(thrown)
    }

    /// What a policy makes of the entries, as JSON. Throws as [`Document::choose`] does.
    pub fn select(&self, platform: JsValue, policy: Option<String>, host: JsValue) -> Thrown<String> {
        self.selected(platform, policy.as_deref(), host, |document, wanted, options| {
            json(&SelectionView::from(&select(document.manifests(), wanted, options)))
        })
        .map_err(thrown)
    }
}

#[cfg(feature = "writes")]
#[wasm_bindgen]
impl Document {
    /// The texts of an index's entries, each compact: its members and its numbers as they are written. Throws
    /// `NOT_AN_INDEX`.
    #[wasm_bindgen(js_name = entryTexts)]
    pub fn entry_texts(&self) -> Thrown<Vec<String>> {
        let texts = texts(&self.0).map_err(thrown)?;
        Ok(texts.into_iter().map(text::compact).collect())
    }
}

impl Document {
    fn selected<T>(
        &self,
        platform: JsValue,
        policy: Option<&str>,
        host: JsValue,
        select: impl FnOnce(&manifest::Document, &Platform, &Options<'_>) -> T,
    ) -> Result<T> {
        if self.0.kind() != manifest::Kind::Index {
            let what = self.0.media_type();
            return Err(Error::new(Code::NotAnIndex, format!("this document is {what}, not an index")));
        }
        let host = options::optional_platform(host)?;
        let platform = options::platform(platform, host.as_ref())?;
        let wanted = Wanted { platform, policy: options::policy(policy)?, host };
        Ok(select(&self.0, &wanted.platform, &wanted.options(self.0.media_type())))
    }
}
