//! `docker manifest`: its drafts and its text.

pub(crate) mod drafts;
mod go_json;
