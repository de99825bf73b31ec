//! [`ImageConfig`]: what an image runs, and on which platform.
//!
//! Source: OCI image-spec, config.md. Read leniently: what is only carried along refuses nothing. Every field that
//! the specification types is checked all the same, and [`ImageConfig::strict`] tells; fields it does not know are
//! left alone.

use multiarch_reader::PLATFORM_KEYS;

use crate::digest::{Algorithm, Digest};
use crate::error::{Code, Error, Result};
use crate::json::{self, Type};
use crate::limits;
use crate::manifest::fields::{Faults, Field};
use crate::platform::Platform;

/// An image config: its text, and the fields this crate reads.
#[derive(Clone, Debug)]
pub struct ImageConfig {
    text: String,
    digest: Digest,
    platform: Platform,
    created: Option<String>,
    faults: Faults,
}

impl ImageConfig {
    /// Reads a config and verifies it against `expected` where that is given. A platform that it does not state is
    /// empty, and a time that is none is left out.
    ///
    /// Fails with `CONFIG_INVALID` for what is no object or too large, with the codes of [`json::parse`], with
    /// `MANIFEST_AMBIGUOUS` for a case variant of a platform's key, and with `DIGEST_MISMATCH` or
    /// `DIGEST_UNSUPPORTED`.
    pub fn parse(bytes: Vec<u8>, expected: Option<&Digest>) -> Result<ImageConfig> {
        let digest = verified(&bytes, expected)?;
        let text = String::from_utf8(bytes).or_else(|error| {
            json::parse(error.as_bytes()).and(Err(Error::new(Code::JsonInvalid, "the document is not UTF-8")))
        })?;
        let root = Field::root(json::parse(text.as_bytes())?, Code::ConfigInvalid);
        root.of(Type::Object)?;
        let mut faults = Faults::default();
        let mut platform = Platform::default();
        for (key, value) in root.value().members() {
            let read = root.member(&key, value).platform_member(&key, &mut platform, &mut faults);
            faults.carry(read)?;
            root.refuse_variant(&key, PLATFORM_KEYS)?;
        }
        let mut created = None;
        for (key, value) in root.value().members() {
            let field = root.member(&key, value);
            if key == "created" {
                created = faults.carry(time(&field))?;
            } else {
                let read = carried(&key, &field, &mut faults);
                faults.carry(read)?;
            }
        }
        for key in ["architecture", "os", "rootfs"] {
            if !root.value().members().any(|(known, _)| known == key) {
                faults.note(|| root.missing(key));
            }
        }
        Ok(ImageConfig { text, digest, platform, created, faults })
    }

    /// Whether the config follows the image specification in every field that it types. Fails with
    /// `CONFIG_INVALID`, with the detail `path`.
    pub fn strict(&self) -> Result<()> {
        self.faults.strict()
    }

    /// The platform that a config of any kind states, read as docker and containerd do: nothing else in it is
    /// checked, and what is not there stays empty. Artifacts and images older than the specification have
    /// configs of which this is all that can be said. Verifies and fails like [`ImageConfig::parse`].
    pub fn platform_of(bytes: &[u8], expected: Option<&Digest>) -> Result<Platform> {
        verified(bytes, expected)?;
        let root = Field::root(json::parse(bytes)?, Code::ConfigInvalid);
        let mut platform = Platform::default();
        let mut faults = Faults::default();
        for (key, value) in root.of(Type::Object)?.members() {
            root.member(&key, value).platform_member(&key, &mut platform, &mut faults)?;
            root.refuse_variant(&key, PLATFORM_KEYS)?;
        }
        Ok(platform)
    }

    /// The platform as the config writes it.
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// When the image was created, in RFC 3339.
    pub fn created(&self) -> Option<&str> {
        self.created.as_deref()
    }

    /// The digest of the bytes: by the algorithm of the digest that was expected, else SHA-256.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The JSON text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes as they were read.
    pub fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }
}

/// The digest of `bytes`, after the size cap and, where one is expected, its check.
fn verified(bytes: &[u8], expected: Option<&Digest>) -> Result<Digest> {
    if bytes.len() > limits::CONFIG_BYTES {
        let message =
            format!("the config has {} bytes; at most {} are read", bytes.len(), limits::CONFIG_BYTES);
        return Err(Error::new(Code::ConfigInvalid, message));
    }
    let algorithm = expected.map_or(Ok(Algorithm::default()), Digest::algorithm)?;
    let digest = Digest::of(algorithm, bytes);
    if let Some(expected) = expected {
        expected.expect(&digest)?;
    }
    Ok(digest)
}

/// A member that is carried along. Fails where it breaks the specification.
fn carried(key: &str, field: &Field<'_, '_>, faults: &mut Faults) -> Result<()> {
    match key {
        "author" => drop(field.string()?),
        "config" => execution(field, faults)?,
        "rootfs" => rootfs(field, faults)?,
        "history" => {
            for (index, entry) in field.of(Type::Array)?.elements().enumerate() {
                history(&field.element(index, entry))?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// `config`: how a container starts.
fn execution(config: &Field<'_, '_>, faults: &mut Faults) -> Result<()> {
    for (key, value) in config.of(Type::Object)?.members() {
        let field = config.member(&key, value);
        let is_null = value.kind() == Type::Null;
        match &*key {
            "User" | "WorkingDir" | "StopSignal" => drop(field.string()?),
            "ArgsEscaped" => drop(field.of(Type::Boolean)?),
            "Env" => environment(&field)?,
            // Go writes these as null when they are empty, and the specification's schema lets it.
            "Cmd" | "Entrypoint" | "Volumes" | "Labels" if is_null => {}
            "Cmd" | "Entrypoint" => drop(field.strings(faults)?),
            "Labels" => drop(field.annotations(faults)?),
            "Volumes" | "ExposedPorts" => {
                for (name, value) in field.of(Type::Object)?.members() {
                    field.member(&name, value).of(Type::Object)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// `config.Env`: `NAME=value` each, the name not empty.
fn environment(env: &Field<'_, '_>) -> Result<()> {
    for (index, value) in env.of(Type::Array)?.elements().enumerate() {
        let field = env.element(index, value);
        if field.string()?.find('=').unwrap_or(0) == 0 {
            return Err(field.error("is not NAME=value"));
        }
    }
    Ok(())
}

/// `rootfs`: the digests of the unpacked layers, bottom first. Their form is not checked: nothing here uses it.
fn rootfs(rootfs: &Field<'_, '_>, faults: &mut Faults) -> Result<()> {
    let (mut has_kind, mut has_ids) = (false, false);
    for (key, value) in rootfs.of(Type::Object)?.members() {
        let field = rootfs.member(&key, value);
        match &*key {
            "type" if field.string()? == "layers" => has_kind = true,
            "type" => return Err(field.error("is not \"layers\"")),
            "diff_ids" => {
                has_ids = true;
                field.strings(faults)?;
            }
            _ => {}
        }
    }
    match (has_kind, has_ids) {
        (false, _) => Err(rootfs.missing("type")),
        (_, false) => Err(rootfs.missing("diff_ids")),
        _ => Ok(()),
    }
}

/// One entry of `history`.
fn history(entry: &Field<'_, '_>) -> Result<()> {
    for (key, value) in entry.of(Type::Object)?.members() {
        let field = entry.member(&key, value);
        match &*key {
            "created" => drop(time(&field)?),
            "author" | "created_by" | "comment" => drop(field.string()?),
            "empty_layer" => drop(field.of(Type::Boolean)?),
            _ => {}
        }
    }
    Ok(())
}

fn time(field: &Field<'_, '_>) -> Result<String> {
    let text = field.string()?.into_owned();
    if is_time(&text) { Ok(text) } else { Err(field.error("is not a time of RFC 3339")) }
}

/// `2006-01-02T15:04:05[.999]Z` or with `+07:00`, as Go reads RFC 3339: no leap second, no lower case.
fn is_time(text: &str) -> bool {
    let number = |from: usize| {
        let digits = text.get(from..from + 2).filter(|two| two.bytes().all(|byte| byte.is_ascii_digit()))?;
        digits.parse::<u32>().ok()
    };
    let separated = |at: usize, expected: &str| text.get(at..at + 1) == Some(expected);
    let shape =
        [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")].iter().all(|(at, mark)| separated(*at, mark));
    let (Some(century), Some(year), Some(month), Some(day)) = (number(0), number(2), number(5), number(8))
    else {
        return false;
    };
    let (Some(hour), Some(minute), Some(second)) = (number(11), number(14), number(17)) else { return false };
    let year = century * 100 + year;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    };
    let mut zone = text.get(19..).unwrap_or_default();
    if let Some(fraction) = zone.strip_prefix('.') {
        zone = fraction.trim_start_matches(|character: char| character.is_ascii_digit());
        if zone.len() == fraction.len() {
            return false;
        }
    }
    let zone_at = text.len() - zone.len();
    let offset = zone.len() == 6 && zone.starts_with(['+', '-']) && separated(zone_at + 3, ":");
    let zoned = zone == "Z"
        || offset
            && number(zone_at + 1).is_some_and(|hours| hours < 24)
            && number(zone_at + 4).is_some_and(|minutes| minutes < 60);
    shape
        && (1..=12).contains(&month)
        && (1..=days).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60
        && zoned
}

#[cfg(test)]
mod tests {
    use super::is_time;

    #[test]
    fn times_are_what_go_reads() {
        for good in [
            "2015-10-31T22:22:56Z",
            "2015-10-31T22:22:56.015925234Z",
            "2024-02-29T00:00:00+07:00",
            "0001-01-01T00:00:00Z",
            "2015-10-31T22:22:56.0-23:59",
        ] {
            assert!(is_time(good), "{good}");
        }
        for bad in [
            "",
            "yesterday",
            "2015-10-31",
            "2015-10-31T22:22:56",
            "2015-10-31T22:22:56.Z",
            "2015-10-31 22:22:56Z",
            "2015-10-31t22:22:56z",
            "2015-02-29T00:00:00Z",
            "2015-13-01T00:00:00Z",
            "2015-10-31T24:00:00Z",
            "2016-12-31T23:59:60Z",
            "2015-10-31T22:22:56+0700",
            "2015-10-31T22:22:56+07:60",
            "+015-10-31T22:22:56Z",
            "2015-10-31T22:22:56Zé",
        ] {
            assert!(!is_time(bad), "{bad}");
        }
    }
}
