//! `docker manifest`: its drafts and its text.

mod drafts;
mod go_json;
mod listing;
