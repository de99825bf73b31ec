//! Whether the two lists of an archive name the same images: what docker saves since version 25 has `index.json` and, for
//! older versions, `manifest.json`. Tools read one or the other, so that an archive with two answers is two archives.

use std::collections::{BTreeMap, BTreeSet};

use crate::archive::images::contents::Image;
use crate::archive::images::docker_save::{Entry, MANIFEST, digest_in, entries};
use crate::archive::images::files::{Files, INDEX, path_of, read_file};
use crate::archive::images::findings::{Findings, Problem};
use crate::descriptor::{Descriptor, Listed};
use crate::digest::Digest;
use crate::error::Result;
use crate::limits;
use crate::manifest::Document;
use crate::reference::Reference;
use crate::text::counted;

/// How many manifests are read for this, over the whole archive.
const READ: usize = 500;

/// Compares the images that `index.json` names with those of `manifest.json`, where there is one. Fails as reading does.
pub(super) async fn compare<F: Files>(files: &F, images: &[Image], findings: &mut Findings) -> Result<()> {
    if files.size(MANIFEST).await?.is_none_or(|size| size > limits::MANIFEST_BYTES as u64) {
        return Ok(());
    }
    let text = read_file(files, MANIFEST, limits::MANIFEST_BYTES).await?.unwrap_or_default();
    let Some(listed) = entries(&text) else {
        findings.about(Problem::EntryInvalid, MANIFEST, "it is no list of images");
        return Ok(());
    };
    let mut left = READ;
    let mut indexed = BTreeMap::new();
    for image in images {
        if let Some(full) = image.name.as_deref().and_then(completed) {
            indexed.insert(full, image);
        }
    }
    let mut named = BTreeSet::new();
    for entry in &listed {
        for name in &entry.names {
            let Some(full) = completed(name) else { continue };
            match indexed.get(&full) {
                None => differ(findings, &format!("{MANIFEST} has {name}, and {INDEX} has not")),
                Some(image) => {
                    if let Some(why) = difference(files, entry, &image.descriptor, &mut left).await? {
                        differ(
                            findings,
                            &format!("{name} is another image in {MANIFEST} than in {INDEX}: {why}"),
                        );
                    }
                }
            }
            named.insert(full);
        }
    }
    for (full, image) in indexed.iter().filter(|(full, _)| !named.contains(*full)) {
        let name = image.name.as_deref().unwrap_or(full);
        differ(findings, &format!("{INDEX} has {name}, and {MANIFEST} has not"));
    }
    Ok(())
}

fn differ(findings: &mut Findings, message: &str) {
    findings.about(Problem::ListsDiffer, MANIFEST, message);
}

/// A name as docker completes it: the two lists write the same one in two ways.
fn completed(name: &str) -> Option<String> {
    Reference::parse(name).ok().map(|reference| reference.with_default_tag().canonical())
}

/// Why an entry of `manifest.json` is none of the images of an entry of `index.json`; nothing where it is, and where that
/// cannot be said.
async fn difference<F: Files>(
    files: &F,
    entry: &Entry,
    indexed: &Descriptor,
    left: &mut usize,
) -> Result<Option<String>> {
    let Some(config) = digest_in(&entry.config) else { return Ok(None) };
    let Some(root) = document(files, indexed, left).await? else { return Ok(None) };
    let mut configs = Vec::new();
    let mut manifests = vec![root];
    while let Some(manifest) = manifests.pop() {
        if let Some(own) = manifest.config() {
            if own.digest == config {
                return Ok(other_layers(entry, &manifest));
            }
            configs.push(own.digest.clone());
        }
        for child in manifest.manifests().iter().filter_map(Listed::sound) {
            // An attestation has a config, too, and what is not in the archive is no image of it.
            manifests.extend(document(files, child, left).await?);
        }
    }
    // What was not read could be the one.
    if *left == 0 || configs.is_empty() {
        return Ok(None);
    }
    Ok(Some(format!("its config is {config} there, and {} here", joined(&configs))))
}

fn joined(configs: &[Digest]) -> String {
    let shown: Vec<&str> = configs.iter().take(3).map(Digest::as_str).collect();
    let more = if configs.len() > shown.len() { " or another" } else { "" };
    format!("{}{more}", shown.join(" or "))
}

/// The layers, where both lists call them by their digests.
fn other_layers(entry: &Entry, manifest: &Document) -> Option<String> {
    let stated: Vec<&Digest> =
        manifest.layers().iter().filter_map(Listed::sound).map(|layer| &layer.digest).collect();
    if stated.len() != entry.layers.len() {
        let there = counted(entry.layers.len() as u64, "layer");
        return Some(format!("it has {there} there, and {} here", stated.len()));
    }
    let is_other = |(path, digest): (&String, &&Digest)| {
        path.starts_with("blobs/") && digest_in(path).is_some_and(|named| named != **digest)
    };
    let at = entry.layers.iter().zip(&stated).position(is_other)?;
    Some(format!("layer {at} is another"))
}

/// The document of a descriptor; none where it is not there, is no document, or enough has been read.
async fn document<F: Files>(files: &F, wanted: &Descriptor, left: &mut usize) -> Result<Option<Document>> {
    let path = path_of(&wanted.digest);
    let size = files.size(&path).await?;
    if *left == 0 || size.is_none_or(|size| size > limits::MANIFEST_BYTES as u64) {
        return Ok(None);
    }
    *left -= 1;
    let bytes = read_file(files, &path, limits::MANIFEST_BYTES).await?.unwrap_or_default();
    Ok(Document::parse(bytes, Some(&wanted.media_type), Some(&wanted.digest)).ok())
}
