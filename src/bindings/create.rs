//! The client's call that creates an index.

use js_sys::{Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::call::Call;
use super::document::{Document, copied};
use super::edit::{on_duplicate, pairs};
use super::objects::is_absent;
use super::options::{self, Fields};
use super::thrown::json;
use super::writes::expected;
use crate::error::{Code, Error, Result};
use crate::limits::MANIFEST_BYTES;
use crate::manifest;
use crate::media_type::MediaType;
use crate::reference::Reference;
use crate::verbs::{self, Annotation, CreateOptions, Source, Taken};

#[derive(Serialize)]
struct PublishedView<'a> {
    references: &'a [String],
    steps: &'a [String],
    lost: &'a [String],
}

/// Creates an index of `sources` under `targets`; what was published as JSON, and the index.
pub(super) async fn create(call: &Call) -> Result<JsValue> {
    let targets = call.texts("targets")?;
    let targets: Vec<Reference> = targets.iter().map(|text| Reference::parse(text)).collect::<Result<_>>()?;
    let Some(first) = targets.first() else {
        return Err(Error::new(Code::OptionInvalid, "no reference says where the index goes"));
    };
    let sources = Fields::of("the call", &call.given)?.items("sources")?;
    let sources: Vec<Source> = sources.iter().map(|given| source(given, first)).collect::<Result<_>>()?;
    let options = options_of(call)?;
    let published = verbs::create(call.session(), &targets, &sources, &options).await?;
    let view =
        PublishedView { references: &published.references, steps: &published.steps, lost: &published.lost };
    let text = JsValue::from_str(&json(&view));
    Ok(Array::of2(&text, &Document::new(published.document).into()).into())
}

/// `{ reference, over }` for what is in a registry, `{ bytes, mediaType, over }` for a document of the caller's, which was
/// read at its `reference` where it has one.
fn source(given: &JsValue, first: &Reference) -> Result<Source> {
    let fields = Fields::of("a source", given)?;
    let over = fields.text("over")?;
    let bytes = fields.raw("bytes");
    let named = fields.text("reference")?.map(|text| Source::at(&text, first)).transpose()?;
    if is_absent(&bytes) {
        return Ok(Source { over, ..named.ok_or_else(|| fields.missing("reference"))? });
    }
    let bytes = copied(&Uint8Array::from(bytes), MANIFEST_BYTES, Code::ManifestTooLarge)?;
    let media_type = fields.text("mediaType")?.map(|text| MediaType::parse(&text)).transpose()?;
    let document = manifest::Document::parse(bytes, media_type.as_ref(), None)?;
    let reference = named.map(|named| named.reference);
    let reference = reference.unwrap_or_else(|| first.to_repository().with_digest(document.digest()));
    Ok(Source { document: Some(document), reference, over })
}

fn options_of(call: &Call) -> Result<CreateOptions> {
    let given = call.raw("options");
    let fields = Fields::of("the options of create", &given)?;
    let platforms = fields.items("platforms")?;
    let subject = fields.raw("subject");
    let subject = if is_absent(&subject) {
        None
    } else {
        Some(options::descriptor(&Fields::of("the subject", &subject)?)?)
    };
    let annotations = fields.texts("annotate")?;
    let of_index = pairs(&fields.raw("annotations"));
    let of_index = of_index.into_iter().filter_map(|(key, value)| Some(Annotation::of_index(&key, &value?)));
    let expect = call.raw("expect");
    Ok(CreateOptions {
        media_type: fields.text("type")?.map(|text| MediaType::parse(&text)).transpose()?,
        taken: Taken {
            platforms: platforms
                .into_iter()
                .map(|platform| options::platform(platform, None))
                .collect::<Result<_>>()?,
            no_attestations: fields.raw("attestations").as_bool() == Some(false),
            keeps_first: fields.is_set("keepsFirst"),
        },
        annotations: of_index
            .map(Ok)
            .chain(annotations.iter().map(|text| Annotation::parse(text)))
            .collect::<Result<_>>()?,
        by_platform: fields.text("order")?.as_deref() == Some("platform"),
        on_duplicate: on_duplicate(&fields)?,
        artifact_type: fields.text("artifactType")?,
        subject,
        expect: if expect.is_undefined() { None } else { Some(expected(&expect)?) },
        is_unnamed: fields.is_set("isUnnamed"),
        dry_run: fields.is_set("dryRun"),
    })
}
