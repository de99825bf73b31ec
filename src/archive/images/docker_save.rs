//! What `docker save` wrote before version 25, and what podman, kaniko, bazel and nix write for `docker load`:
//! `manifest.json` lists for each image its config, its names and the files of its layers.
//!
//! Source: moby, image/spec/v1.2.md "Combined Image JSON + Filesystem Changeset Format". There is no manifest as registries
//! have it, so one is made: byte for byte the one that containers/image makes (docker/internal/tarfile/src.go), whose
//! layers have the digests that the config states and the type of compressed layers although they are not compressed.
//! Layers that are compressed have the digests of their files here.

use std::collections::BTreeMap;

use crate::archive::images::contents::{Blob, Contents, Image, Kind, Made};
use crate::archive::images::files::{Files, each_part, read_file, size_of_named};
use crate::archive::images::findings::{Findings, Problem};
use crate::descriptor::Descriptor;
use crate::digest::{Algorithm, Digest, Digester};
use crate::error::{Code, Error, Result};
use crate::json::{self, Type, Value};
use crate::limits;
use crate::media_type::{DOCKER_CONFIG, DOCKER_MANIFEST, MediaType};
use crate::text::counted;

/// The document that lists the images.
pub(super) const MANIFEST: &str = "manifest.json";

const LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";
const LAYER_ZSTD: &str = "application/vnd.docker.image.rootfs.diff.tar.zstd";

/// What compressed files begin with, and the type of a layer that is one.
const COMPRESSED: &[(&[u8], &str)] = &[(&[0x1f, 0x8b], LAYER), (&[0x28, 0xb5, 0x2f, 0xfd], LAYER_ZSTD)];

/// An entry of `manifest.json`.
pub(super) struct Entry {
    /// The path of its config.
    pub(super) config: String,
    /// Its names.
    pub(super) names: Vec<String>,
    /// The paths of its layers.
    pub(super) layers: Vec<String>,
}

/// A file of the archive that an image consists of.
struct Part {
    media_type: &'static str,
    blob: Blob,
}

/// Reads the archive of a `manifest.json`. Fails with `ARCHIVE_INVALID` where that is no list, with `ARCHIVE_LIMIT` where it
/// lists too much, and as reading and parsing it does.
pub(super) async fn contents<F: Files>(
    files: &F,
    manifest: &[u8],
    mut findings: Findings,
) -> Result<Contents> {
    let invalid = |message: &str| Error::new(Code::ArchiveInvalid, format!("{MANIFEST} {message}"));
    let list = json::parse(manifest)
        .map_err(|error| error.clone().with_message(&format!("{MANIFEST}: {}", error.message())))?;
    if list.kind() != Type::Array {
        return Err(invalid("is no list of images"));
    }
    let mut reading = Reading { files, parts: BTreeMap::new(), findings: &mut findings };
    let (mut images, mut made) = (Vec::new(), BTreeMap::new());
    for (at, value) in list.elements().enumerate() {
        if at >= limits::INDEX_ENTRIES {
            let message = format!("{MANIFEST} lists more than {} images", limits::INDEX_ENTRIES);
            return Err(Error::new(Code::ArchiveLimit, message));
        }
        let found = match entry_of(value) {
            Ok(entry) => reading.image(&entry).await?.map(|(config, layers)| (entry, config, layers)),
            Err(why) => Err(why),
        };
        match found {
            Ok((entry, config, layers)) => {
                let manifest = manifest_of(&config, &layers);
                images.extend(images_of(&entry, &manifest));
                made.entry(manifest.digest.clone()).or_insert(manifest);
            }
            Err(why) => reading.findings.about(Problem::EntryInvalid, MANIFEST, &format!("[{at}]: {why}")),
        }
    }
    let blobs = reading.parts.into_values().map(|part| part.blob).collect();
    check_names(&images, &mut findings);
    for manifest in made.values() {
        let message =
            "the archive has no manifest of this image; one was made from its config and its layers";
        findings.of(Problem::ManifestMade, &manifest.digest, message);
    }
    let made = made.into_values().collect();
    Ok(Contents {
        kind: Kind::DockerArchive,
        images,
        blobs,
        made,
        index: None,
        findings: findings.into_list(),
    })
}

/// The entries of a `manifest.json` that can be used, at most as many as an index has; none where it is no list.
pub(super) fn entries(manifest: &[u8]) -> Option<Vec<Entry>> {
    let list = json::parse(manifest).ok().filter(|list| list.kind() == Type::Array)?;
    Some(list.elements().take(limits::INDEX_ENTRIES).filter_map(|value| entry_of(value).ok()).collect())
}

/// The members of an entry; the reason why it is none.
fn entry_of(value: Value<'_>) -> Result<Entry, String> {
    let mut entry = Entry { config: String::new(), names: Vec::new(), layers: Vec::new() };
    for (key, value) in value.members() {
        let texts = || value.elements().filter_map(|element| element.string().map(Into::into)).collect();
        match key.as_ref() {
            "Config" => entry.config = value.string().unwrap_or_default().into_owned(),
            "RepoTags" => entry.names = texts(),
            "Layers" => entry.layers = texts(),
            _ => {}
        }
    }
    match entry.config.is_empty() {
        true => Err("it names no config".to_owned()),
        false => Ok(entry),
    }
}

/// Whether the files of the archive were read, by their paths: images share layers.
struct Reading<'a, F> {
    files: &'a F,
    parts: BTreeMap<String, Part>,
    findings: &'a mut Findings,
}

/// A config or layer as a manifest lists it: type, size, digest.
type Listed = (&'static str, u64, Digest);

impl<F: Files> Reading<'_, F> {
    /// The config and the layers of an entry; the reason why it is no image. Fails as reading does.
    async fn image(&mut self, entry: &Entry) -> Result<Result<(Listed, Vec<Listed>), String>> {
        let (config, text) = match self.config(&entry.config).await? {
            Ok(found) => found,
            Err(why) => return Ok(Err(why)),
        };
        let stated = match diff_ids(&text) {
            Some(stated) => stated,
            None => return Ok(Err(format!("{} states no layers that can be read", entry.config))),
        };
        if stated.len() != entry.layers.len() {
            let stated = counted(stated.len() as u64, "layer");
            let why = format!("its config states {stated}, it has {}", entry.layers.len());
            return Ok(Err(why));
        }
        let mut layers = Vec::new();
        for (name, digest) in entry.layers.iter().zip(stated) {
            match self.layer(name, digest).await? {
                Ok(layer) => layers.push(layer),
                Err(why) => return Ok(Err(why)),
            }
        }
        Ok(Ok((config, layers)))
    }

    async fn config(&mut self, name: &str) -> Result<Result<(Listed, Vec<u8>), String>> {
        let Some((path, size)) = size_of_named(self.files, name).await? else {
            return Ok(Err(format!("its config {name} is not in the archive")));
        };
        if size > limits::CONFIG_BYTES as u64 {
            return Ok(Err(format!(
                "its config {name} has {size} bytes; at most {} are read",
                limits::CONFIG_BYTES
            )));
        }
        let text = read_file(self.files, &path, limits::CONFIG_BYTES).await?.unwrap_or_default();
        let digest = Digest::of(Algorithm::Sha256, &text);
        if let Some(named) = digest_in(&path).filter(|named| *named != digest) {
            let message = format!("{path} has the digest {digest}, not {named}");
            self.findings.of(Problem::BlobDigest, &digest, &message);
        }
        self.keep(&path, DOCKER_CONFIG, digest.clone(), size);
        Ok(Ok(((DOCKER_CONFIG, size, digest), text)))
    }

    /// A layer whose uncompressed content the config states to have that digest.
    async fn layer(&mut self, name: &str, stated: Digest) -> Result<Result<Listed, String>> {
        let Some((path, size)) = size_of_named(self.files, name).await? else {
            return Ok(Err(format!("its layer {name} is not in the archive")));
        };
        let listed = |part: &Part| (part.media_type, part.blob.size, part.blob.digest.clone());
        // A plain layer that two configs state differently is found out where it is read.
        if let Some(part) = self.parts.get(&path) {
            return Ok(Ok(listed(part)));
        }
        let start = self.files.read(&path, 0, 4).await?;
        let compressed = COMPRESSED.iter().find(|(magic, _)| start.starts_with(magic));
        let (media_type, digest) = match compressed {
            None => (LAYER, stated),
            Some((_, media_type)) => match digest_in(&path) {
                Some(named) => (*media_type, named),
                None => (*media_type, self.hashed(&path, size).await?),
            },
        };
        self.keep(&path, media_type, digest.clone(), size);
        Ok(Ok((media_type, size, digest)))
    }

    async fn hashed(&self, path: &str, size: u64) -> Result<Digest> {
        let mut digester = Digester::new(Algorithm::Sha256);
        each_part(self.files, path, size, |part| digester.update(part)).await?;
        Ok(digester.finish())
    }

    fn keep(&mut self, path: &str, media_type: &'static str, digest: Digest, size: u64) {
        let offset = self.files.offset(path);
        let blob = Blob { digest, size, path: path.to_owned(), offset };
        self.parts.insert(path.to_owned(), Part { media_type, blob });
    }
}

/// The digests of the uncompressed layers that a config states; none where one cannot be used.
fn diff_ids(config: &[u8]) -> Option<Vec<Digest>> {
    let ids = json::parse(config).ok()?.member("rootfs")?.member("diff_ids")?;
    ids.elements().map(|id| Digest::parse(&id.string()?).ok()).collect()
}

/// The digest that a file is called by: `HEX.json`, `HEX.tar.gz`, `sha256:HEX`, `blobs/sha256/HEX`.
pub(super) fn digest_in(path: &str) -> Option<Digest> {
    let name = path.rsplit('/').next()?;
    let name = name.strip_prefix("sha256:").unwrap_or(name);
    Digest::parse(&format!("sha256:{}", name.split('.').next()?)).ok()
}

/// The manifest that containers/image makes, in the layout of Go's encoder.
fn manifest_of(config: &Listed, layers: &[Listed]) -> Made {
    let part = |(media_type, size, digest): &Listed| {
        format!(r#"{{"mediaType":"{media_type}","size":{size},"digest":"{}"}}"#, digest.as_str())
    };
    let layers: Vec<String> = layers.iter().map(part).collect();
    let text = format!(
        r#"{{"schemaVersion":2,"mediaType":"{DOCKER_MANIFEST}","config":{},"layers":[{}]}}"#,
        part(config),
        layers.join(",")
    );
    Made {
        digest: Digest::of(Algorithm::Sha256, text.as_bytes()),
        media_type: DOCKER_MANIFEST.to_owned(),
        text,
    }
}

/// The image under each of its names; once without one, where it has none.
fn images_of(entry: &Entry, manifest: &Made) -> Vec<Image> {
    let media_type = MediaType::stated(&manifest.media_type);
    let descriptor = Descriptor::new(media_type, manifest.digest.clone(), manifest.text.len() as u64);
    let image = |name: Option<&String>| Image {
        name: name.cloned(),
        aliases: Vec::new(),
        descriptor: descriptor.clone(),
    };
    match entry.names.is_empty() {
        true => vec![image(None)],
        false => entry.names.iter().map(|name| image(Some(name))).collect(),
    }
}

fn check_names(images: &[Image], findings: &mut Findings) {
    let mut seen: BTreeMap<&str, &Digest> = BTreeMap::new();
    for image in images {
        let Some(name) = image.name.as_deref() else { continue };
        if seen.insert(name, &image.descriptor.digest).is_some_and(|other| *other != image.descriptor.digest)
        {
            findings.about(Problem::NameDuplicate, MANIFEST, &format!("two images are called {name}"));
        }
    }
}
