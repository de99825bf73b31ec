//! The commands of `docker manifest`, over a [`Store`] of drafts.
//!
//! Each is built from documents and a [`crate::registry::Client`]; none has a protocol or a JSON layout of its own.
//!
//! ```text
//! draft     one image of a draft, and docker's file for it
//! listing   what an index says of it, in that file
//! store     where drafts live: a trait
//! naming    what an argument names           lookup     the image of a draft that is named
//! create    images become a draft            source     an image, checked by docker's rules
//! flatten   an index becomes its images      merge      images come into a draft
//! annotate  the platform of an image         rivals     images for one platform
//! list      the list that is pushed          plan       what a push does, as data
//! push      a draft goes to its registry     rm         a draft is removed
//! inspect   docker's text
//! ```

pub mod annotate;
pub mod create;
pub mod draft;
pub mod inspect;
pub mod listing;
pub mod plan;
pub mod push;
pub mod store;

mod flatten;
mod list;
mod lookup;
mod merge;
mod naming;
mod rivals;
mod rm;
mod source;

pub use annotate::annotate;
pub use create::create;
pub use inspect::{inspect, inspect_any, inspect_entry};
pub use list::index;
pub use push::push;
pub use rm::rm;
pub use store::Store;
