//! Archives of images, over an object that reads a file or a folder.

use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::objects::{is_absent, property, text};
use super::thrown::{Settled, json, settle};
use crate::archive::images::{Bytes, Files, Findings, TarFiles, open};
use crate::error::{Code, Error, Result};
use crate::limits::SIZE;

/// What reads a file: `size`, and `read(offset, length)`, a promise of a `Uint8Array`.
struct HostFile {
    source: JsValue,
    size: u64,
}

/// What reads a folder: `sizeOf(path)`, a promise of a number or of nothing, and `read(path, offset, length)`.
struct HostFolder(JsValue);

/// Either of them: one type, so that what reads archives is compiled once.
enum Opened<'a> {
    Tar(TarFiles<'a, HostFile>),
    Folder(HostFolder),
}

/// Reads what an archive holds: of a `source` with a `size` as a tar, else as a folder. Settles `promise` with the JSON of
/// [`crate::archive::images::Contents`], or rejects it with the codes of [`open`] and with `FILE_UNREADABLE`.
#[wasm_bindgen(js_name = openArchive)]
pub fn open_archive(source: JsValue, promise: Settled) {
    let call = async move {
        let mut findings = Findings::default();
        let file;
        let files = match count(&property(&source, "size")) {
            Some(size) => {
                file = HostFile { source, size };
                Opened::Tar(TarFiles::of(&file, &mut findings).await?)
            }
            None => Opened::Folder(HostFolder(source)),
        };
        let found = open(&files, findings).await?;
        Ok(JsValue::from_str(&json(&found)))
    };
    settle(call, promise);
}

impl Bytes for HostFile {
    fn size(&self) -> u64 {
        self.size
    }

    async fn read_at(&self, offset: u64, length: usize) -> Result<Vec<u8>> {
        let part = called(&self.source, "read", &[number(offset), number(length as u64)]).await?;
        bytes(&part, length)
    }
}

impl Files for Opened<'_> {
    async fn size(&self, path: &str) -> Result<Option<u64>> {
        match self {
            Opened::Tar(tar) => tar.size(path).await,
            Opened::Folder(folder) => folder.size(path).await,
        }
    }

    async fn read(&self, path: &str, offset: u64, length: usize) -> Result<Vec<u8>> {
        match self {
            Opened::Tar(tar) => tar.read(path, offset, length).await,
            Opened::Folder(folder) => folder.read(path, offset, length).await,
        }
    }

    fn offset(&self, path: &str) -> Option<u64> {
        match self {
            Opened::Tar(tar) => tar.offset(path),
            Opened::Folder(_) => None,
        }
    }

    fn known_below(&self, folder: &str) -> Vec<String> {
        match self {
            Opened::Tar(tar) => tar.known_below(folder),
            Opened::Folder(_) => Vec::new(),
        }
    }
}

impl Files for HostFolder {
    async fn size(&self, path: &str) -> Result<Option<u64>> {
        Ok(count(&called(&self.0, "sizeOf", &[JsValue::from_str(path)]).await?))
    }

    async fn read(&self, path: &str, offset: u64, length: usize) -> Result<Vec<u8>> {
        let place = [JsValue::from_str(path), number(offset), number(length as u64)];
        bytes(&called(&self.0, "read", &place).await?, length)
    }
}

/// What a method of the source gives, awaited.
async fn called(source: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue> {
    let function = property(source, method);
    let Some(function) = function.dyn_ref::<Function>() else {
        return Err(Error::new(Code::OptionInvalid, format!("the archive has no method {method}")));
    };
    let returned =
        Reflect::apply(function, source, &arguments.iter().collect()).map_err(|thrown| failure(&thrown))?;
    JsFuture::from(Promise::resolve(&returned)).await.map_err(|thrown| failure(&thrown))
}

/// The error for what a method threw; the facade throws the caller's own in its place.
fn failure(thrown: &JsValue) -> Error {
    Error::new(Code::FileUnreadable, text(thrown, "message"))
}

fn bytes(part: &JsValue, length: usize) -> Result<Vec<u8>> {
    let part = part.dyn_ref::<Uint8Array>().filter(|part| part.length() as usize <= length);
    let part = part.ok_or_else(|| {
        Error::new(Code::OptionInvalid, "what reads the archive gave other bytes than were asked for")
    })?;
    Ok(part.to_vec())
}

/// Sizes and offsets stay below 2^53.
fn number(count: u64) -> JsValue {
    JsValue::from_f64(count as f64)
}

/// A whole number; none for what is absent or none.
fn count(value: &JsValue) -> Option<u64> {
    if is_absent(value) {
        return None;
    }
    value.as_f64().filter(|count| *count >= 0.0 && *count <= SIZE as f64).map(|count| count as u64)
}
