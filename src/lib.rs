//! The core of `multiarch`.
pub mod descriptor;
pub mod digest;
pub mod error;
pub mod limits;
pub mod list;
mod lowercase;
pub mod manifest;
pub mod media_type;
mod order;
pub mod platform;
pub mod printable;
pub mod reference;
pub mod registry;
mod text;
