//! A descriptor as it stands in a document.

use crate::Span;
use crate::scanner::Scanner;

/// The members of a descriptor that are read.
pub const DESCRIPTOR_KEYS: &[&str] =
    &["mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType"];

/// The members of a platform that are read.
pub const PLATFORM_KEYS: &[&str] = &["architecture", "os", "os.version", "os.features", "variant"];

/// The most digits of a size: fewer than those of 2^53.
const SIZE_DIGITS: usize = 15;

/// Where the parts of a descriptor are. Texts are without their quotes, and the empty part stands for what is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The descriptor itself, an object.
    pub text: Span,
    /// A text without escapes.
    pub media_type: Span,
    /// A text without escapes.
    pub digest: Span,
    /// A number.
    pub size: Span,
    /// A list of texts that is not empty.
    pub urls: Span,
    /// An object of texts that is not empty.
    pub annotations: Span,
    /// A text without escapes.
    pub artifact_type: Span,
    /// The platform.
    pub platform: Option<Platform>,
}

/// Where the parts of a platform are. No text has escapes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Platform {
    /// A text.
    pub os: Span,
    /// A text.
    pub architecture: Span,
    /// A text.
    pub variant: Span,
    /// A text.
    pub os_version: Span,
    /// A list of texts that is not empty.
    pub os_features: Span,
}

impl Platform {
    /// The texts under `os.features`.
    pub fn features<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        self.os_features.of(text).split('"').skip(1).step_by(2)
    }
}

impl Entry {
    /// The object that the JavaScript API has for this descriptor, as JSON: as the document writes its values, in the
    /// order of the image specification.
    pub fn write(&self, text: &str, out: &mut String) {
        let mut put = |before: &str, part: Span, after: &str| {
            for piece in [before, part.of(text), after] {
                out.push_str(piece);
            }
        };
        put("{\"mediaType\":\"", self.media_type, "\"");
        put(",\"digest\":\"", self.digest, "\"");
        put(",\"size\":", self.size, "");
        if !self.urls.is_empty() {
            put(",\"urls\":", self.urls, "");
        }
        if !self.annotations.is_empty() {
            put(",\"annotations\":", self.annotations, "");
        }
        if let Some(platform) = &self.platform {
            put(",\"platform\":{\"os\":\"", platform.os, "\"");
            put(",\"architecture\":\"", platform.architecture, "\"");
            if !platform.variant.is_empty() {
                put(",\"variant\":\"", platform.variant, "\"");
            }
            if !platform.os_version.is_empty() {
                put(",\"osVersion\":\"", platform.os_version, "\"");
            }
            if !platform.os_features.is_empty() {
                put(",\"osFeatures\":", platform.os_features, "");
            }
            put("", Span::default(), "}");
        }
        if !self.artifact_type.is_empty() {
            put(",\"artifactType\":\"", self.artifact_type, "\"");
        }
        put("", Span::default(), "}");
    }
}

/// The members that an object has of those that are read, each as a bit.
#[derive(Default)]
pub(crate) struct Seen(u16);

impl Seen {
    /// Notes the member at that place of a list; `None` where it was seen before.
    pub(crate) fn note(&mut self, place: u16) -> Option<bool> {
        let bit = 1 << place;
        let is_new = self.0 & bit == 0;
        self.0 |= bit;
        is_new.then_some(true)
    }

    fn has(&self, places: u16) -> bool {
        self.0 & places == places
    }
}

/// A key that is none of `known`: `None` where Go's decoder could take it for one of them.
pub(crate) fn other_key(key: &[u8], known: &[&str]) -> Option<()> {
    (key.is_ascii() && !known.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(key))).then_some(())
}

impl<'a> Scanner<'a> {
    /// Reads a descriptor inside of `depth` containers.
    pub(crate) fn descriptor(&mut self, depth: usize) -> Option<Entry> {
        let start = self.at();
        let mut entry = Entry::default();
        let mut seen = Seen::default();
        self.object(depth, |scanner, key| {
            let place = match key {
                b"mediaType" => {
                    entry.media_type = scanner.media_type()?;
                    0
                }
                b"digest" => {
                    entry.digest = scanner.digest()?;
                    1
                }
                b"size" => {
                    entry.size = scanner.size()?;
                    2
                }
                b"urls" => {
                    entry.urls = scanner.texts(depth + 1)?;
                    3
                }
                b"annotations" => {
                    entry.annotations = scanner.annotations(depth + 1)?;
                    4
                }
                b"platform" => {
                    entry.platform = Some(scanner.platform(depth + 1)?);
                    5
                }
                b"artifactType" => {
                    entry.artifact_type = scanner.media_type()?;
                    6
                }
                _ => {
                    other_key(key, DESCRIPTOR_KEYS)?;
                    scanner.value(depth + 1)?;
                    return Some(false);
                }
            };
            seen.note(place)
        })?;
        entry.text = self.since(start);
        seen.has(0b111).then_some(entry)
    }

    fn platform(&mut self, depth: usize) -> Option<Platform> {
        let mut platform = Platform::default();
        let mut seen = Seen::default();
        self.object(depth, |scanner, key| {
            let place = match key {
                b"architecture" => {
                    platform.architecture = scanner.plain()?;
                    0
                }
                b"os" => {
                    platform.os = scanner.plain()?;
                    1
                }
                b"variant" => {
                    platform.variant = scanner.plain()?;
                    2
                }
                b"os.version" => {
                    platform.os_version = scanner.plain()?;
                    3
                }
                b"os.features" => {
                    platform.os_features = scanner.plain_texts(depth + 1)?;
                    4
                }
                _ => {
                    other_key(key, PLATFORM_KEYS)?;
                    scanner.value(depth + 1)?;
                    return Some(false);
                }
            };
            seen.note(place)
        })?;
        seen.has(0b11).then_some(platform)
    }

    /// A media type in its valid form.
    pub(crate) fn media_type(&mut self) -> Option<Span> {
        let span = self.plain()?;
        let text = self.bytes(span);
        let slash = text.iter().position(|byte| *byte == b'/')?;
        let (kind, subtype) = (text.get(..slash)?, text.get(slash + 1..)?);
        let is_name = |name: &[u8]| {
            let is_inner =
                |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-' | b'_');
            name.first().is_some_and(u8::is_ascii_alphanumeric) && name.iter().all(is_inner)
        };
        (text.len() <= 127 && is_name(kind) && is_name(subtype)).then_some(span)
    }

    /// A digest of SHA-256 or SHA-512.
    fn digest(&mut self) -> Option<Span> {
        let span = self.plain()?;
        let text = self.bytes(span);
        let encoded = match text.len() {
            71 => text.strip_prefix(b"sha256:")?,
            135 => text.strip_prefix(b"sha512:")?,
            _ => return None,
        };
        encoded.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')).then_some(span)
    }

    fn size(&mut self) -> Option<Span> {
        let span = self.number()?;
        let text = self.bytes(span);
        (text.len() <= SIZE_DIGITS && text.iter().all(u8::is_ascii_digit)).then_some(span)
    }

    /// A list of texts; empty where it has none.
    fn texts(&mut self, depth: usize) -> Option<Span> {
        let start = self.at();
        let count = self.array(depth, |scanner| scanner.string().map(|_| ()))?;
        Some(if count == 0 { Span::default() } else { self.since(start) })
    }

    /// The same, of texts without escapes.
    fn plain_texts(&mut self, depth: usize) -> Option<Span> {
        let start = self.at();
        let count = self.array(depth, |scanner| scanner.plain().map(|_| ()))?;
        Some(if count == 0 { Span::default() } else { self.since(start) })
    }

    /// A map from texts to texts; empty where it has none.
    pub(crate) fn annotations(&mut self, depth: usize) -> Option<Span> {
        let start = self.at();
        let count = self.object(depth, |scanner, _| scanner.string().map(|_| false))?;
        Some(if count == 0 { Span::default() } else { self.since(start) })
    }
}
