//! `docker manifest inspect`: docker's text for what a reference names, with fewer requests.
//!
//! | document | without `verbose` | with `verbose` |
//! |---|---|---|
//! | image | its own text, indented by tabs | one object: reference, descriptor, bytes, manifest |
//! | index | a list built anew from its entries | an array of such objects, one for each entry |
//!
//! docker fetches every manifest and config behind an index in order to print what the index says already; a
//! list here costs one request. Where docker gives up (an empty index, an index inside an index, entries that
//! are no images), the same layout is printed with what there is.

use crate::text::join;
use std::fmt::Write;

use crate::error::{Code, Error, Result};
use crate::manifest::docker_json::{compact, indent, list_body, quote, write_platform};
use crate::manifest::{Document, Kind, base64};
use crate::media_type::Family;
use crate::platform::Platform;
use crate::reference::Reference;
use crate::registry::{Client, Host};

/// Docker's text for what `reference` names, with `:latest` where it has neither tag nor digest. Ends with a
/// newline. An image costs one request, with `verbose` two; an index one, with `verbose` one more for each
/// entry. Fails like [`Client::manifest`], and with `MEDIA_TYPE_UNSUPPORTED` for a document that is not JSON.
pub async fn inspect<H: Host>(
    client: &Client,
    host: &H,
    reference: &Reference,
    verbose: bool,
) -> Result<String> {
    let reference = reference.with_default_tag();
    let about = |error: Error| error.with_registry(reference.domain()).with_reference(&reference.canonical());
    let document = client.manifest(host, &reference, None).await?;
    let printed = match (document.kind(), verbose) {
        (Kind::Index, false) => Ok(list(&document)),
        (_, false) => single(&document),
        (Kind::Index, true) => {
            let mut objects = Vec::with_capacity(document.manifests().len());
            for entry in document.manifests() {
                let child = reference.with_digest(&entry.digest);
                let manifest = client.manifest(host, &child, None).await?;
                // The entry's platform counts, not the config's; docker shows a missing one as empty.
                let platform = entry.platform.clone().unwrap_or_default();
                objects.push(object(&child, &manifest, Some(&platform))?);
            }
            Ok(indent(&format!("[{}]", join(&mut objects.iter().map(String::as_str), ",")), "\t"))
        }
        (_, true) => {
            let platform = match document.config() {
                Some(_) => Some(client.platform_of(host, &reference, &document).await.map_err(about)?),
                None => None,
            };
            object(&reference, &document, platform.as_ref()).map(|object| indent(&object, "\t"))
        }
    };
    let mut text = printed.map_err(about)?;
    text.push('\n');
    Ok(text)
}

/// A single document: its own text, laid out anew. A newline at the end of the document stays, as in docker.
pub fn single(document: &Document) -> Result<String> {
    require_json(document)?;
    Ok(indent(document.text(), "\t"))
}

/// An index: the list that docker builds from its entries, in the index's order.
pub fn list(index: &Document) -> String {
    list_body(index.manifests())
}

/// One object of the verbose form, as compact JSON: a manifest under its reference, with the platform of its
/// config or of its entry in an index. Fails with `MEDIA_TYPE_UNSUPPORTED`.
pub fn object(reference: &Reference, manifest: &Document, platform: Option<&Platform>) -> Result<String> {
    require_json(manifest)?;
    let media_type = manifest.media_type();
    let mut out = String::with_capacity(manifest.bytes().len() * 3);
    let _ = write!(
        out,
        "{{\"Ref\":{},\"Descriptor\":{{\"mediaType\":{},\"digest\":{},\"size\":{}",
        quote(&reference.canonical()),
        quote(media_type.as_str()),
        quote(manifest.digest().as_str()),
        manifest.size()
    );
    if let Some(platform) = platform {
        out.push_str(",\"platform\":");
        write_platform(&mut out, platform);
    }
    let _ = write!(out, "}},\"Raw\":{}", quote(&base64::encode(manifest.bytes())));
    // docker has a field for each of its two manifest formats and none for anything else.
    let name = match manifest.kind() {
        Kind::Image if media_type.is_docker() => Some("SchemaV2Manifest"),
        Kind::Image | Kind::Artifact if media_type.family() == Family::Manifest => Some("OCIManifest"),
        _ => None,
    };
    if let Some(name) = name {
        let _ = write!(out, ",\"{name}\":{}", compact(manifest.text()));
    }
    out.push('}');
    Ok(out)
}

fn require_json(document: &Document) -> Result<()> {
    if document.is_json() {
        return Ok(());
    }
    let message =
        format!("{} is not JSON, so it cannot be shown as docker shows manifests", document.media_type());
    Err(Error::new(Code::MediaTypeUnsupported, message)
        .with_hint("Read its bytes instead; `multiarch inspect --raw` writes them."))
}
