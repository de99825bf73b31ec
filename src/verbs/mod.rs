//! What a caller asks for: resolve, read, push, create, copy, delete; each over the endpoints of a registry.
//!
//! # Places
//!
//! A registry, an archive and a folder hold content, and every verb works on each of them. What they have in common is the
//! distribution protocol: [`Transport`](crate::http::Transport) carries a request, and an archive answers it as a registry
//! does (`pkg/archive/answers.js`, over [`crate::archive::images`]). There are no traits beside that for what is read from
//! and written to. They would repeat the endpoints one by one (manifests, blobs with ranges, uploads, mounts, tags in
//! pages, referrers, conditions), and whatever they left out would work on registries alone; and a second way to the
//! content would need the limits, the verification and the error codes of the first one again. So a verb has one path, and
//! a new place is a new answer.
//!
//! Not here: `check`, `diff` and `pin`. They compare what these calls have read, and stand in the package's JavaScript
//! (`pkg/check`, `pkg/diff`, `pkg/pin`).

mod annotation;
mod choice;
mod copy;
mod create;
mod delete;
mod deliver;
pub(crate) mod gather;
mod graph;
pub(crate) mod publish;
mod push;
mod referred;
mod resolve;
pub(crate) mod transfer;

pub use annotation::Annotation;
pub use choice::CopyOptions;
pub use copy::{Copied, copy};
pub use create::{CreateOptions, Published, create};
pub use delete::delete;
pub use gather::{Gathered, Gathering, Source, Taken, gather};
pub(crate) use gather::{chosen, own_members};
pub use push::{Expect, push};
pub use resolve::{Resolved, config, document, head, manifest, raw, resolve};
pub use transfer::{mount_blob, upload};
