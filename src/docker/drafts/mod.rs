//! The commands of `docker manifest`, over a [`Store`] of drafts.
//!
//! Each is built from documents and a [`crate::registry::Client`]; none has a protocol or a JSON layout of its own.
//!
//! ```text
//! draft     one image of a draft, and docker's file for it
//! store     where drafts live: a trait
//! create    images become a draft            source     an image, checked by docker's rules
//! annotate  the platform of an image         plan       what a push does, as data
//! inspect   docker's text                    rm         a draft goes away
//! push      a draft goes to its registry
//! ```

pub mod annotate;
pub mod create;
pub mod draft;
pub mod inspect;
pub mod plan;
pub mod push;
pub mod store;

mod rm;
mod source;

pub use annotate::annotate;
pub use create::create;
pub use inspect::{inspect, inspect_any, inspect_entry};
pub use push::push;
pub use rm::rm;
pub use store::Store;
