//! [`Contents`]: the images of an archive, where their content is, and what is wrong with it.

use serde::Serialize;

use crate::archive::images::findings::Finding;
use crate::descriptor::Descriptor;
use crate::digest::Digest;

/// What an archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Kind {
    /// An OCI image layout: `index.json` and `blobs/`. What `docker save` writes since version 25 is one too.
    #[serde(rename = "oci-layout")]
    OciLayout,
    /// `docker save` without an OCI layout: `manifest.json`, configs and layers.
    #[serde(rename = "docker-archive")]
    DockerArchive,
    /// The manifest of one image or index, and its content beside it: `dir:` of skopeo and buildah.
    #[serde(rename = "dir")]
    Directory,
}

/// An image or index at the root of an archive.
#[derive(Clone, Debug, Serialize)]
pub struct Image {
    /// Its name, as the archive writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Other names that stand for it where no image is called so: its tag alone, for instance.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What it is.
    pub descriptor: Descriptor,
}

/// Content in the archive.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Blob {
    /// The digest that its name or a document states, or that was computed. What reads the content verifies it.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// The path of its file.
    pub path: String,
    /// Where its first byte is in the archive; none in a folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

/// A manifest that the archive does not have and that was made from what it has.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Made {
    /// The digest of the text.
    pub digest: Digest,
    /// The type of the manifest.
    pub media_type: String,
    /// The manifest.
    pub text: String,
}

/// What an archive holds.
#[derive(Debug, Serialize)]
pub struct Contents {
    /// What it is.
    pub kind: Kind,
    /// The images and indexes at its root, in its order.
    pub images: Vec<Image>,
    /// Content by digest. Of a layout in a folder it is empty: there a digest says where its content is.
    pub blobs: Vec<Blob>,
    /// Manifests that were made.
    pub made: Vec<Made>,
    /// The text of `index.json`, of a layout: what a writer does not know of it stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}
