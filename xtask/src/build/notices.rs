//! What the package carries of others: their copyright notices, and a list of them for programs (an SBOM).
//!
//! The crates are those that are linked into the core's module: what only builds it (procedural macros, build scripts) is
//! not shipped. Both files hold no time and no place, so that the same sources make the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{page, publish};
use crate::process;
use crate::project::Project;
use crate::tools::rust;

/// The files, in the package.
pub(super) const NOTICES: &str = "THIRD-PARTY-NOTICES";
pub(super) const SBOM: &str = "sbom.cdx.json";

/// What is shipped beside the crates of the core.
const FURTHER: &str = "\
The Rust standard library, linked into the core, is Copyright The Rust Project contributors, MIT OR Apache-2.0.

The table of public suffixes in the core is derived from the Public Suffix List, https://publicsuffix.org/list/, which is
subject to the terms of the Mozilla Public License, version 2.0, https://mozilla.org/MPL/2.0/.
";

/// A component that is shipped.
#[derive(Debug)]
struct Component {
    name: String,
    version: String,
    /// An SPDX expression.
    licence: String,
    /// The text that copies must carry.
    notice: String,
    /// Where it comes from, as a package URL.
    url: String,
    /// SHA-256 of what was downloaded, where its registry states one.
    checksum: Option<String>,
}

/// Writes both files into the package.
pub(super) fn write(project: &Project) -> Result<()> {
    let mut components = crates(project)?;
    for name in [&["yaml"][..], &page::BUNDLED].concat() {
        components.push(npm(project, name)?);
    }
    let version = env!("CARGO_PKG_VERSION");
    publish::write(&project.pkg().join(NOTICES), notices(&components).as_bytes())?;
    let sbom = serde_json::to_string_pretty(&sbom(&components, version))? + "\n";
    publish::write(&project.pkg().join(SBOM), sbom.as_bytes())
}

/// The texts, each once, under the names of all that it is for.
fn notices(components: &[Component]) -> String {
    let mut owners: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for Component { name, version, licence, notice, .. } in components {
        owners.entry(notice).or_default().push(format!("{name} {version} ({licence})"));
    }
    let mut blocks: Vec<_> = owners.into_iter().collect();
    blocks.sort_by(|one, other| one.1.cmp(&other.1));
    let blocks = blocks.into_iter().map(|(notice, names)| format!("{}\n\n{notice}\n", names.join("\n")));
    let head = "What this package carries of others, and their notices.\n".to_owned();
    let all: Vec<String> = [head, FURTHER.to_owned()].into_iter().chain(blocks).collect();
    all.join(&format!("\n{}\n\n", "-".repeat(80)))
}

/// CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/.
fn sbom(components: &[Component], version: &str) -> Value {
    let listed = components.iter().map(|component| {
        let hash = |checksum: &String| json!({ "alg": "SHA-256", "content": checksum });
        json!({
            "type": "library",
            "bom-ref": component.url,
            "name": component.name,
            "version": component.version,
            "licenses": [{ "expression": component.licence }],
            "purl": component.url,
            "hashes": component.checksum.iter().map(hash).collect::<Vec<_>>(),
        })
    });
    let own = format!("pkg:npm/multiarch@{version}");
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": {
            "type": "library",
            "bom-ref": own,
            "name": "multiarch",
            "version": version,
            "licenses": [{ "expression": "MIT OR Apache-2.0" }],
            "purl": own,
        }},
        "components": listed.collect::<Vec<_>>(),
        "dependencies": [{
            "ref": own,
            "dependsOn": components.iter().map(|component| component.url.as_str()).collect::<Vec<_>>(),
        }],
    })
}

/// The crates that are linked into the core's module, by name and version.
fn crates(project: &Project) -> Result<Vec<Component>> {
    let mut cargo = rust::cargo(project, "metadata");
    cargo.args(["--format-version", "1", "--locked", "--filter-platform", rust::WASM]);
    let metadata: Value = serde_json::from_str(&process::read(&mut cargo)?)?;
    let lock = fs::read_to_string(project.root().join("Cargo.lock"))?;
    let packages = list(&metadata, "packages");
    let ids = linked(&metadata)?;
    let mut found = packages
        .iter()
        .filter(|package| ids.contains(text(package, "id")) && !text(package, "source").is_empty())
        .map(|package| component(package, &lock))
        .collect::<Result<Vec<_>>>()?;
    found.sort_by(|one, other| (&one.name, &one.version).cmp(&(&other.name, &other.version)));
    Ok(found)
}

/// The packages that the core and the decoder of zstd reach by normal dependencies, without procedural macros.
fn linked(metadata: &Value) -> Result<BTreeSet<&str>> {
    let packages = list(metadata, "packages");
    let is_macro = |id: &str| {
        let package = packages.iter().find(|package| text(package, "id") == id);
        package.is_some_and(|package| {
            list(package, "targets").iter().any(|target| texts(target, "kind").contains(&"proc-macro"))
        })
    };
    let nodes = metadata.get("resolve").map_or(&[][..], |graph| list(graph, "nodes"));
    let shipped = ["multiarch", "multiarch-zstd"];
    let is_shipped = |package: &&Value| shipped.contains(&text(package, "name"));
    let mut open: Vec<&str> = packages.iter().filter(is_shipped).map(|package| text(package, "id")).collect();
    if open.len() != shipped.len() {
        bail!("cargo does not list the crates that are shipped");
    }
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if is_macro(id) || !seen.insert(id) {
            continue;
        }
        let node = nodes.iter().find(|node| text(node, "id") == id).context("cargo leaves a package out")?;
        let normal = |dependency: &&Value| {
            list(dependency, "dep_kinds").iter().any(|kind| text(kind, "kind").is_empty())
        };
        open.extend(list(node, "deps").iter().filter(normal).map(|dependency| text(dependency, "pkg")));
    }
    Ok(seen)
}

fn component(package: &Value, lock: &str) -> Result<Component> {
    let (name, version) = (text(package, "name"), text(package, "version"));
    let licence = text(package, "license").replace('/', " OR ");
    if licence.is_empty() {
        bail!("{name} {version} states no licence");
    }
    let folder = Path::new(text(package, "manifest_path")).parent().context("a manifest lies in a folder")?;
    let authors: Vec<&str> = texts(package, "authors");
    let notice = match notice_in(folder, &licence)? {
        Some(notice) => notice,
        None => mit(name, &authors),
    };
    Ok(Component {
        name: name.to_owned(),
        version: version.to_owned(),
        licence,
        notice,
        url: format!("pkg:cargo/{name}@{version}"),
        checksum: checksum(lock, name, version),
    })
}

/// The notice that lies in a crate: of MIT where that will do, of all its licences where all of them hold.
fn notice_in(folder: &Path, licence: &str) -> Result<Option<String>> {
    let mut names: Vec<String> =
        fs::read_dir(folder)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    let is_notice =
        |name: &&String| ["LICENSE", "LICENCE", "COPYING"].iter().any(|word| name.starts_with(word));
    let notices: Vec<&String> = names.iter().filter(is_notice).collect();
    let of_mit = notices.iter().find(|name| name.contains("MIT")).or(notices.first());
    let chosen =
        if licence.contains(" AND ") { &notices[..] } else { of_mit.map_or(&[][..], std::slice::from_ref) };
    let texts = chosen.iter().map(|name| {
        let text = fs::read_to_string(folder.join(name))?;
        Ok(text.replace('\r', "").trim().to_owned())
    });
    let texts = texts.collect::<Result<Vec<String>>>()?;
    Ok((!texts.is_empty()).then(|| texts.join("\n\n")))
}

/// What a crate without a file of its own is copied under.
fn mit(name: &str, authors: &[&str]) -> String {
    let owners = if authors.is_empty() { format!("the authors of {name}") } else { authors.join(", ") };
    format!(
        "Copyright {owners}\n\nUsed under the MIT License; this crate carries no text of it. The text stands with the others here."
    )
}

fn checksum(lock: &str, name: &str, version: &str) -> Option<String> {
    let head = format!("name = \"{name}\"\nversion = \"{version}\"\n");
    let (_, rest) = lock.split_once(&head)?;
    let mut block = rest.lines().take_while(|line| !line.is_empty());
    let line = block.find_map(|line| line.strip_prefix("checksum = \""))?;
    Some(line.trim_end_matches('"').to_owned())
}

/// A package of which the npm package holds a part: the YAML parser in `pkg/vendor`, what the inspector is built with.
fn npm(project: &Project, name: &str) -> Result<Component> {
    let folder = project.pkg().join("node_modules").join(name);
    let manifest: Value = serde_json::from_str(&fs::read_to_string(folder.join("package.json"))?)?;
    let version = text(&manifest, "version").to_owned();
    let url = format!("pkg:npm/{}@{version}", name.replace('@', "%40"));
    let licence = text(&manifest, "license").to_owned();
    let notice = notice_in(&folder, &licence)?.with_context(|| format!("{name} has no licence"))?;
    Ok(Component { name: name.to_owned(), version, licence, notice, url, checksum: None })
}

/// A member that is a text; empty where it is absent or something else.
fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A member that is a list.
fn list<'a>(object: &'a Value, name: &str) -> &'a [Value] {
    object.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The texts of a list.
fn texts<'a>(object: &'a Value, name: &str) -> Vec<&'a str> {
    list(object, name).iter().filter_map(Value::as_str).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::build::install;

    #[test]
    fn every_crate_that_is_shipped_is_listed_with_its_notice() {
        let project = Project::find().unwrap();
        install(&project).unwrap();
        let components = crates(&project).unwrap();
        let names: Vec<&str> = components.iter().map(|component| component.name.as_str()).collect();
        for shipped in
            ["gloo-net", "js-sys", "ruzstd", "serde-wasm-bindgen", "serde_json", "sha2", "wasm-bindgen"]
        {
            assert!(names.contains(&shipped), "{shipped} is not among {names:?}");
        }
        for builds in ["anyhow", "serde_derive", "syn", "walrus", "wasm-bindgen-macro", "multiarch"] {
            assert!(!names.contains(&builds), "{builds} is not shipped");
        }
        for component in &components {
            assert!(component.notice.contains("Copyright") || component.notice.len() > 500, "{component:?}");
            assert_eq!(component.checksum.as_ref().map(String::len), Some(64), "{component:?}");
        }
    }

    #[test]
    fn a_text_stands_once_for_all_that_it_is_for() {
        let of = |name: &str, notice: &str| Component {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: "MIT".to_owned(),
            notice: notice.to_owned(),
            url: format!("pkg:cargo/{name}@1.0.0"),
            checksum: None,
        };
        let text = notices(&[of("b", "one"), of("a", "two"), of("c", "one")]);
        assert!(text.contains("a 1.0.0 (MIT)\n\ntwo\n"), "{text}");
        assert!(text.contains("b 1.0.0 (MIT)\nc 1.0.0 (MIT)\n\none\n"), "{text}");
        assert!(text.contains("Public Suffix List"));
    }

    #[test]
    fn a_checksum_is_that_of_its_version() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"1\"\n\n[[package]]\nname = \"a\"\nversion = \"2\"\n\
                    source = \"r\"\nchecksum = \"ab\"\n";
        assert_eq!(checksum(lock, "a", "2").as_deref(), Some("ab"));
        assert_eq!(checksum(lock, "a", "1"), None);
    }
}
