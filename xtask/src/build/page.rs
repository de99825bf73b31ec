//! The inspector page: `xtask/page/bundle.mjs` puts the modules of `www` and the package into files, with two style sheets
//! beside them and the core's module, each under a name that holds the hash of its content; `index.html` names what the first
//! view needs, and the style sheet of what comes later.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::publish;
use crate::process;
use crate::project::Project;
use crate::tools::node;

/// What stands in `index.html` for a file, and how that file's name begins and ends.
const NAMED: [(&str, &str, &str); 3] =
    [("{style}", "main-", ".css"), ("{later}", "later-", ".css"), ("{wasm}", "proxied_bg-", ".wasm")];

/// Packages whose code is in the bundle.
pub(super) const BUNDLED: [&str; 3] = ["@preact/signals", "@preact/signals-core", "preact"];

/// Writes `pkg/inspector`, and says what a browser fetches of it.
pub(super) fn bundle(project: &Project, scratch: &Path) -> Result<()> {
    let said = process::read(node::command(project).arg("xtask/page/bundle.mjs").arg(scratch))?;
    let scripts = said.lines().collect::<Vec<_>>();
    let page = fs::read_to_string(project.root().join("www/index.html"))?;
    fs::write(scratch.join("index.html"), with_names(page, &publish::names_in(scratch)?, &scripts)?)?;
    let folder = project.pkg().join("inspector");
    if is_same(scratch, &folder)? {
        return Ok(());
    }
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    for name in publish::names_in(scratch)? {
        publish::write(&folder.join(&name), &fs::read(scratch.join(&name))?)?;
    }
    println!("pkg/inspector written");
    first_view(project, None)
}

/// The page with the files' names in their places: a script, and those that it cannot begin without, which are fetched with it.
fn with_names(page: String, names: &[String], scripts: &[&str]) -> Result<String> {
    let (first, others) = scripts.split_first().context("esbuild left no script")?;
    let preload = |name: &&str| format!("<link rel=\"modulepreload\" href=\"{name}\">\n  ");
    let page =
        page.replace("{script}", first).replace("{scripts}", &others.iter().map(preload).collect::<String>());
    NAMED.iter().try_fold(page, |page, (place, start, end)| {
        let name = names.iter().find(|name| name.starts_with(start) && name.ends_with(end));
        let name = name.with_context(|| format!("esbuild left no file {start}…{end}"))?;
        Ok(page.replace(place, name))
    })
}

/// Whether a folder holds the same files already. Hashes are in the names, but not that of the page itself.
fn is_same(new: &Path, old: &Path) -> Result<bool> {
    if !old.is_dir() {
        return Ok(false);
    }
    let names = publish::names_in(new)?;
    let page = |folder: &Path| fs::read(folder.join("index.html")).ok();
    Ok(names == publish::names_in(old)? && page(new) == page(old))
}

/// What the first view fetches, in bytes, as a server sends it that compresses; fails where that is more than `most`.
pub(crate) fn first_view(project: &Project, most: Option<u32>) -> Result<()> {
    let mut measure = node::command(project);
    measure.arg("tests/bench/first-view.mjs").arg(project.pkg().join("inspector"));
    process::run(measure.args(most.map(|most| most.to_string())))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_the_files_that_were_built() {
        let names = ["later-AC.css", "main-AB.js", "main-CD.css", "proxied_bg-EE.wasm", "reader_bg-EF.wasm"]
            .map(str::to_owned);
        let page = "<link href=\"{style}\" data-later=\"{later}\"><link href=\"{wasm}\">{scripts}<script src=\"{script}\">".to_owned();
        let scripts = ["main-AB.js", "chunk-GH.js"];
        let named = with_names(page.clone(), &names, &scripts).unwrap();
        assert_eq!(
            named,
            "<link href=\"main-CD.css\" data-later=\"later-AC.css\"><link href=\"proxied_bg-EE.wasm\">\
             <link rel=\"modulepreload\" href=\"chunk-GH.js\">\n  <script src=\"main-AB.js\">"
        );
        assert!(with_names(page.clone(), &names[..3], &scripts).is_err());
        assert!(with_names(page, &names, &[]).is_err());
    }
}
