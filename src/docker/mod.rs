//! `docker manifest`: its commands over drafts, its sentences, and its JSON.
//!
//! | room | what it holds |
//! |---|---|
//! | [`go_json`] | JSON as Go reads it and lays it out |
//! | [`words`] | docker's sentences |
//! | [`drafts`] | create, annotate, inspect, push and rm over a store |

pub mod drafts;
pub mod go_json;
pub mod words;
