//! Answers: what a response of a registry means.

pub(crate) mod docker_words;
pub(crate) mod headers;
pub(crate) mod pages;
pub(crate) mod problem;
