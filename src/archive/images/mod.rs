//! The images of an archive: OCI layouts and what `docker save` writes, in a folder or a tar.
//!
//! No input or output of its own: an embedder implements [`Bytes`] over a file or [`Files`] over a folder, and gets
//! [`Contents`]: the images, where their content is, and findings. What is wrong with one image spoils that alone. Content
//! is not hashed here, with the exception of compressed layers that have no other digest: it is verified where it is read.
//!
//! From the ground up: [`Files`], [`Findings`], [`TarFiles`] (the files of a tar), `docker_save`, `directory`,
//! `oci_layout` and `two_lists` (the formats), [`open()`].

mod contents;
mod directory;
mod docker_save;
mod files;
mod findings;
mod oci_layout;
mod open;
mod tar_files;
mod two_lists;

pub use contents::{Blob, Contents, Image, Kind, Made};
pub use files::{Bytes, Files};
pub use findings::{Finding, Findings, Problem};
pub use open::open;
pub use tar_files::TarFiles;
