//! The verbs of `docker manifest`, and its text.
//!
//! Each verb is built from documents and a [`crate::registry::Client`]; none has a protocol or a JSON layout
//! of its own.
//!
//! ```text
//! draft     one image of a draft, and docker's file for it
//! store     where drafts live: a trait
//! create    images become a draft            source     an image, judged by docker's rules
//! annotate  the platform of an image         plan       what a push does, as data
//! inspect   docker's text                    wording    docker's sentences
//! push      a draft goes to its registry     members    JSON as Go reads it
//! rm        a draft goes away
//! ```

pub mod annotate;
pub mod create;
pub mod draft;
pub mod inspect;
pub mod plan;
pub mod push;
pub mod store;
pub mod wording;

mod members;
mod rm;
mod source;

pub use annotate::annotate;
pub use create::create;
pub use inspect::{inspect, inspect_any, inspect_entry};
pub use push::push;
pub use rm::rm;
pub use store::Store;
