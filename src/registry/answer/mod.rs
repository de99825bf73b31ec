//! What a response of a registry means; nothing here sends.

pub(crate) mod docker_words;
pub(crate) mod headers;
pub(crate) mod pages;
pub(crate) mod problem;
