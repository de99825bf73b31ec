//! What a caller asks for: resolve, read, push, create, copy, delete; each over the endpoints of a registry.

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
pub(crate) use gather::chosen;
pub use gather::{Gathered, Gathering, Source, Taken, gather};
pub use push::{Expect, push};
pub use resolve::{Resolved, config, manifest, raw, resolve};
pub use transfer::{mount_blob, upload};
