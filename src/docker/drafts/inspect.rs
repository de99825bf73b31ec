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

use std::cell::Cell;

use crate::descriptor::{Listed, Odd};
use crate::docker::drafts::draft::{self, Entry};
use crate::docker::drafts::rm::unknown;
use crate::docker::drafts::source::{look, platform_of};
use crate::docker::drafts::store::{Store, read_sorted};
use crate::docker::drafts::{lookup, naming};
use crate::docker::go_json::{list_body, list_of_stated};
use crate::docker::words::{self, argument};
use crate::error::{Code, Error, Result};
use crate::http::each;
use crate::json::{compact, indent_within, quote};
use crate::limits::{PARALLEL, PRINTED_BYTES};
use crate::manifest::{Document, Kind};
use crate::media_type::Family;
use crate::platform::{Platform, write_json};
use crate::reference::Reference;
use crate::registry::{Host, Session};
use crate::verbs;

/// Docker's text for what `reference` names, with `:latest` where it has neither tag nor digest. Ends with a
/// newline. An image costs one request, with `verbose` two; an index one, with `verbose` one more for each
/// entry. Fails like [`crate::verbs::manifest`], with `MEDIA_TYPE_UNSUPPORTED` for a document that is not
/// JSON, and with `MANIFEST_TOO_LARGE` for more text than is printed.
pub async fn inspect<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    verbose: bool,
) -> Result<String> {
    let reference = &reference.with_default_tag();
    let about = |error: Error| error.with_registry(reference.domain()).with_reference(&reference.canonical());
    let document = look(session, reference).await.map_err(about)?;
    let printed = match (document.kind(), verbose) {
        (Kind::Index, false) => Ok(list(&document)),
        (_, false) => single(&document),
        (Kind::Index, true) => verbose_index(session, reference, &document).await,
        (_, true) => verbose_single(session, reference, &document).await,
    };
    let mut text = printed.map_err(about)?;
    text.push('\n');
    Ok(text)
}

/// An array of objects, one for each entry of an index.
async fn verbose_index<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    index: &Document,
) -> Result<String> {
    let length = &Cell::new(0);
    let objects = each(index.manifests(), PARALLEL, |entry| async move {
        let entry = match entry {
            Listed::Sound(entry) => entry,
            Listed::Odd(odd) => return Ok(odd_object(reference, odd)),
        };
        let child = reference.with_digest(&entry.digest);
        let manifest = verbs::manifest(session, &child, None).await;
        // docker names the list in every failure below it.
        let manifest = manifest.map_err(|error| words::read(session.client, reference, error))?;
        // The entry's platform counts, not the config's; docker shows a missing one as empty.
        let platform = entry.platform.clone().unwrap_or_default();
        let object = object(&child, &manifest, Some(&platform))?;
        length.set(length.get() + object.len());
        if length.get() <= PRINTED_BYTES { Ok(object) } else { Err(too_long()) }
    });
    laid_out(&format!("[{}]", objects.await?.join(",")))
}

/// The object for a single document, with the platform that its config states.
async fn verbose_single<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    document: &Document,
) -> Result<String> {
    let platform = match document.config() {
        Some(config) => match platform_of(session, reference, document).await {
            // The config of an artifact may be anything.
            Err(error) if error.status().is_none() && config.media_type.family() != Family::Config => {
                Some(Platform::default())
            }
            platform => Some(platform?),
        },
        None => None,
    };
    laid_out(&object(reference, document, platform.as_ref())?)
}

/// As [`inspect`], but of a draft where there is one of that name; docker, too, overlooks a draft that it cannot
/// read. Fails also with `REFERENCE_INVALID`.
pub async fn inspect_any<H: Host, S: Store>(
    session: Session<'_, H>,
    store: &S,
    reference: &str,
    verbose: bool,
) -> Result<String> {
    let reference = argument(reference)?;
    match read_sorted(store, &reference.canonical()).await {
        Ok(Some(entries)) => draft_text(&entries, verbose),
        // docker finds out about such a digest late, when it prints.
        Err(error) if words::drafts::is_digest_fault(error.message()) => {
            Err(words::prefixed(words::drafts::ASSEMBLING, error))
        }
        _ => inspect(session, &reference, verbose).await,
    }
}

/// Docker's text for one image of a draft. Fails with `REFERENCE_INVALID`, `DRAFT_UNKNOWN`, `DRAFT_CORRUPT`,
/// and as the store does.
pub async fn inspect_entry<S: Store>(
    store: &S,
    list: &str,
    reference: &str,
    verbose: bool,
) -> Result<String> {
    // docker, too, judges the image's name first.
    if naming::bare_digest(reference).is_none() && !reference.starts_with(':') {
        argument(reference)?;
    }
    let list = argument(list)?;
    let image = naming::image(&list, reference)?;
    let entry = lookup::entry(store, &list, reference, &image).await?;
    let entry = entry.ok_or_else(|| unknown(&image.canonical()))?;
    let object = if verbose { draft::encode(&entry)? } else { entry.compact()? };
    Ok(laid_out(&object)? + "\n")
}

fn draft_text(entries: &[Entry], verbose: bool) -> Result<String> {
    if verbose {
        let objects = entries.iter().map(draft::encode).collect::<Result<Vec<_>>>()?;
        return Ok(laid_out(&format!("[{}]", objects.join(",")))? + "\n");
    }
    let descriptors: Vec<_> = entries.iter().map(|entry| entry.descriptor.clone()).collect();
    Ok(list_body(&descriptors) + "\n")
}

/// A single document: its own text, laid out anew. A newline at the end of the document stays, as in docker.
pub fn single(document: &Document) -> Result<String> {
    require_json(document)?;
    laid_out(document.text())
}

/// Docker's layout. Fails with `MANIFEST_TOO_LARGE` where that is more than is printed.
fn laid_out(json: &str) -> Result<String> {
    indent_within(json, "\t", PRINTED_BYTES).ok_or_else(too_long)
}

fn too_long() -> Error {
    let message = format!("laid out as docker does it, the text has more than {PRINTED_BYTES} bytes");
    Error::new(Code::ManifestTooLarge, message)
        .with_hint("`multiarch inspect --raw` prints the document as it is.")
}

/// An index: the list that docker builds from its entries, in the index's order.
pub fn list(index: &Document) -> String {
    list_of_stated(index.manifests())
}

/// One object of the verbose form, as compact JSON: a manifest under its reference, with the platform of its
/// config or of its entry in an index. Fails with `MEDIA_TYPE_UNSUPPORTED`.
pub fn object(reference: &Reference, manifest: &Document, platform: Option<&Platform>) -> Result<String> {
    require_json(manifest)?;
    let media_type = manifest.media_type();
    let mut descriptor = manifest.descriptor();
    descriptor.platform = platform.cloned();
    let entry = Entry {
        reference: reference.canonical(),
        descriptor,
        raw: manifest.bytes().to_vec(),
        manifest: None,
        listing: None,
    };
    // docker has a field for each of its two manifest formats and none for anything else.
    let name = match manifest.kind() {
        Kind::Image if media_type.is_docker() => Some(draft::SCHEMA2),
        Kind::Image | Kind::Artifact if media_type.family() == Family::Manifest => Some(draft::OCI),
        _ => None,
    };
    let text = compact(manifest.text());
    Ok(draft::write(&entry, name.map(|name| (name, text.as_str()))))
}

/// The object for an entry that cannot be read: what the index states about it. docker prints nothing at all then.
fn odd_object(reference: &Reference, odd: &Odd) -> String {
    let name = format!("{}@{}", reference.name(), odd.digest);
    let mut out = format!(
        "{{\"Ref\":{},\"Descriptor\":{{\"mediaType\":{},\"digest\":{},\"size\":{}",
        quote(&name),
        quote(&odd.media_type),
        quote(&odd.digest),
        odd.size.unwrap_or_default()
    );
    if let Some(platform) = &odd.platform {
        out.push_str(",\"platform\":");
        write_json(&mut out, platform);
    }
    out.push_str("}}");
    out
}

fn require_json(document: &Document) -> Result<()> {
    if document.is_json() {
        return Ok(());
    }
    let message =
        format!("{} is not JSON, so it cannot be shown as docker shows manifests", document.media_type());
    Err(Error::new(Code::MediaTypeUnsupported, message)
        .with_hint("Read its bytes as they are instead.")
        .with_detail("mediaType", document.media_type().as_str()))
}
