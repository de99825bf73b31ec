//! A document as a list of its parts.

use crate::Span;
use crate::entry::{Entry, Seen, other_key};
use crate::scanner::Scanner;

/// Every name that decides what a document is or that is read from it.
pub const DOCUMENT_KEYS: &[&str] = &[
    "schemaVersion",
    "mediaType",
    "artifactType",
    "config",
    "layers",
    "manifests",
    "blobs",
    "subject",
    "annotations",
    "fsLayers",
    "history",
];

/// Where the parts of a document are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The members of [`DOCUMENT_KEYS`] in the document's order, each with its value.
    pub members: Vec<(&'static str, Span)>,
    /// The elements of `manifests`.
    pub manifests: Vec<Entry>,
    /// The elements of `layers` or `blobs`, whichever comes last.
    pub layers: Vec<Entry>,
    /// The value of `config`.
    pub config: Option<Entry>,
    /// The value of `subject`.
    pub subject: Option<Entry>,
    /// The value of `annotations`, an object that is not empty.
    pub annotations: Span,
    /// The text under `artifactType`, which has no escapes.
    pub artifact_type: Span,
}

/// Reads a document whose lists have at most `most` elements. `None` for one that needs the strict reading: see the page
/// of this crate.
pub fn outline(text: &str, most: usize) -> Option<Outline> {
    let mut scanner = Scanner::new(text)?;
    let mut outline = Outline::default();
    let mut seen = Seen::default();
    scanner.space();
    scanner.object(0, |scanner, key| {
        let Some(place) = DOCUMENT_KEYS.iter().position(|known| known.as_bytes() == key) else {
            other_key(key, DOCUMENT_KEYS)?;
            scanner.value(1)?;
            return Some(false);
        };
        let start = scanner.at();
        outline.member(scanner, key, most)?;
        outline.members.push((DOCUMENT_KEYS.get(place)?, scanner.since(start)));
        seen.note(place as u16)
    })?;
    scanner.space();
    scanner.is_at_end().then_some(outline)
}

impl Outline {
    /// What the JavaScript API has of the document, as JSON: as the document writes its values. `artifact_type` stands in
    /// place of the document's own, and has no escapes.
    pub fn write(&self, text: &str, artifact_type: Option<&str>) -> String {
        let mut out = String::with_capacity(text.len());
        for (before, entries) in [("{\"manifests\":[", &self.manifests), ("],\"layers\":[", &self.layers)] {
            out.push_str(before);
            for (at, entry) in entries.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                entry.write(text, &mut out);
            }
        }
        out.push(']');
        if let Some(config) = &self.config {
            out.push_str(",\"config\":");
            config.write(text, &mut out);
        }
        out.push_str(",\"annotations\":");
        out.push_str(if self.annotations.is_empty() { "{}" } else { self.annotations.of(text) });
        if let Some(subject) = &self.subject {
            out.push_str(",\"subject\":");
            subject.write(text, &mut out);
        }
        if let Some(artifact_type) = artifact_type {
            out.push_str(",\"artifactType\":\"");
            out.push_str(artifact_type);
            out.push('"');
        }
        out.push('}');
        out
    }

    /// Reads the value of a member.
    fn member(&mut self, scanner: &mut Scanner<'_>, key: &[u8], most: usize) -> Option<()> {
        match key {
            b"manifests" => self.manifests = entries(scanner, most)?,
            b"layers" | b"blobs" => self.layers = entries(scanner, most)?,
            b"config" => self.config = Some(scanner.descriptor(1)?),
            b"subject" => self.subject = Some(scanner.descriptor(1)?),
            b"annotations" => self.annotations = scanner.annotations(1)?,
            b"artifactType" => self.artifact_type = scanner.media_type()?,
            _ => scanner.value(1)?,
        }
        Some(())
    }
}

fn entries(scanner: &mut Scanner<'_>, most: usize) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    scanner.array(1, |scanner| {
        entries.push(scanner.descriptor(2)?);
        (entries.len() <= most).then_some(())
    })?;
    Some(entries)
}
