//! What a caller asks for: resolve, read, push, copy, delete; each over the endpoints of a registry.

mod copy;
mod delete;
mod graph;
pub(crate) mod publish;
mod push;
mod resolve;
pub(crate) mod transfer;

pub use copy::{Copied, CopyOptions, copy};
pub use delete::delete;
pub use push::{Expect, push};
pub use resolve::{Resolved, config, manifest, raw, resolve};
pub use transfer::{mount_blob, upload};
