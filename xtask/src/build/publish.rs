//! The last step: the files of `pkg/wasm`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::glue;

/// The module.
pub(super) const WASM: &str = "multiarch_bg.wasm";
const GLUE: &str = "multiarch_bg.js";
const INLINE: &str = "multiarch_bg.inline.js";

/// The decoder of zstd: its glue and its module as text, in one file.
pub(super) const ZSTD: &str = "zstd.js";

/// What a build of the core leaves in `pkg/wasm`.
pub(super) const OUTPUTS: [&str; 3] = [WASM, GLUE, INLINE];

/// Writes the module, its glue as a factory, and the module as text.
pub(super) fn publish(folder: &Path, wasm: &[u8], glue: &str) -> Result<()> {
    fs::create_dir_all(folder)?;
    write(&folder.join(WASM), wasm)?;
    write(&folder.join(GLUE), glue::factory(glue)?.as_bytes())?;
    write(&folder.join(INLINE), glue::inline(wasm).as_bytes())
}

/// Replaces `path` in one step, so that a reader never sees half a file; leaves it alone when nothing changed.
pub(super) fn write(path: &Path, contents: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|found| found == contents) {
        return Ok(());
    }
    let unfinished = path.with_extension(format!("{}.unfinished", std::process::id()));
    fs::write(&unfinished, contents)
        .and_then(|()| fs::rename(&unfinished, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::build::Scratch;
    use crate::project::Project;

    #[test]
    fn a_build_leaves_three_files_and_touches_none_that_is_as_it_was() {
        let project = Project::find().unwrap();
        let scratch = Scratch::new(project.target(), "test-publish").unwrap();
        let folder = scratch.0.join("wasm");
        publish(&folder, b"\0asm", "export class A {}\n").unwrap();
        let mut names: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["multiarch_bg.inline.js", "multiarch_bg.js", "multiarch_bg.wasm"]);
        assert_eq!(fs::read(folder.join(WASM)).unwrap(), b"\0asm");
        assert!(fs::read_to_string(folder.join(INLINE)).unwrap().contains("\"AGFzbQ==\""));
        let changed = || fs::metadata(folder.join(WASM)).unwrap().modified().unwrap();
        let before = changed();
        publish(&folder, b"\0asm", "export class B {}\n").unwrap();
        assert_eq!(changed(), before);
        assert!(fs::read_to_string(folder.join(GLUE)).unwrap().contains("return { B }"));
    }
}
