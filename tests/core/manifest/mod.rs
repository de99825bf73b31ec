//! Documents: what they are, and which are refused.

mod document;
mod image_spec;
mod lenient;
mod merge;
mod verdicts;
