//! The last step: the files of `pkg/wasm`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::glue;

/// The decoder of zstd: its glue and its module as text, in one file.
pub(super) const ZSTD: &str = "zstd.js";

/// What the build of a core leaves in `pkg/wasm`: the module, its glue, and the module as text.
pub(super) fn outputs(name: &str) -> [String; 3] {
    ["wasm", "js", "inline.js"].map(|kind| format!("{name}_bg.{kind}"))
}

/// Writes the module, its glue as a factory, and the module as text.
pub(super) fn publish(folder: &Path, name: &str, wasm: &[u8], glue: &str) -> Result<()> {
    let [module, factory, inline] = outputs(name).map(|name| folder.join(name));
    write(&module, wasm)?;
    write(&factory, glue::factory(glue)?.as_bytes())?;
    write(&inline, glue::inline(wasm).as_bytes())
}

/// The names of the files in a folder, in their order.
pub(super) fn names_in(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
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
        fs::create_dir(&folder).unwrap();
        publish(&folder, "small", b"\0asm", "export class A {}\n").unwrap();
        let mut names: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["small_bg.inline.js", "small_bg.js", "small_bg.wasm"]);
        let [module, glue, inline] = outputs("small").map(|name| folder.join(name));
        assert_eq!(fs::read(&module).unwrap(), b"\0asm");
        assert!(fs::read_to_string(inline).unwrap().contains("\"AGFzbQ==\""));
        let changed = || fs::metadata(&module).unwrap().modified().unwrap();
        let before = changed();
        publish(&folder, "small", b"\0asm", "export class B {}\n").unwrap();
        assert_eq!(changed(), before);
        assert!(fs::read_to_string(glue).unwrap().contains("return { B }"));
    }
}
