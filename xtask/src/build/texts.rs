//! Texts of the repository that the npm package has as well. Their links and pictures lead to the repository at the package's version, because
//! the package has no `docs/`, and npm's page would look for it in the package's folder.

use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use super::publish;
use crate::project::Project;

const TEXTS: [&str; 4] = ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// Writes the texts into the package.
pub(super) fn write(project: &Project) -> Result<()> {
    let manifest: Value = serde_json::from_str(&fs::read_to_string(project.pkg().join("package.json"))?)?;
    let place = place(&manifest).context("pkg/package.json states no repository on the web")?;
    for name in TEXTS {
        if let Ok(text) = fs::read_to_string(project.root().join(name)) {
            let linked = with_pictures_of(&place, &with_links_to(&place, &text));
            publish::write(&project.pkg().join(name), linked.as_bytes())?;
        }
    }
    Ok(())
}

/// Where the files of this version are read on the web.
fn place(manifest: &Value) -> Option<String> {
    let repository =
        manifest.pointer("/repository/url")?.as_str()?.strip_prefix("git+")?.strip_suffix(".git")?;
    Some(format!("{repository}/blob/v{}", manifest["version"].as_str()?))
}

/// The text with a place before every target of a link in Markdown that is a path.
fn with_links_to(place: &str, text: &str) -> String {
    let mut parts = text.split("](");
    let mut linked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let target = part.split(')').next().unwrap_or_default();
        let is_path = !target.contains(':') && !target.starts_with('#');
        linked.push_str("](");
        if is_path {
            linked.push_str(place);
            linked.push('/');
        }
        linked.push_str(part);
    }
    linked
}

/// The text with the pictures of its HTML as files of that place: what a link leads to is a page about the file.
fn with_pictures_of(place: &str, text: &str) -> String {
    let files = place.replacen("/blob/", "/raw/", 1);
    let mut shown = text.to_owned();
    for attribute in [" src=\"", " srcset=\""] {
        shown = shown.replace(&format!("{attribute}docs/"), &format!("{attribute}{files}/docs/"));
    }
    shown
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn links_to_files_lead_to_the_repository_at_the_version() {
        let manifest =
            serde_json::json!({ "version": "1.2.3", "repository": { "url": "git+https://host/a/b.git" } });
        let place = place(&manifest).unwrap();
        assert_eq!(place, "https://host/a/b/blob/v1.2.3");
        let text = "[a](docs/a.md#b), [c](#d), [e](https://f/) and [g](LICENSE-MIT)";
        let linked = "[a](https://host/a/b/blob/v1.2.3/docs/a.md#b), [c](#d), [e](https://f/) and \
                      [g](https://host/a/b/blob/v1.2.3/LICENSE-MIT)";
        assert_eq!(with_links_to(&place, text), linked);
        let pictures = r#"<source srcset="docs/a.png"><img src="docs/b.png"><img src="https://f/">"#;
        let shown = "<source srcset=\"https://host/a/b/raw/v1.2.3/docs/a.png\">\
                     <img src=\"https://host/a/b/raw/v1.2.3/docs/b.png\"><img src=\"https://f/\">";
        assert_eq!(with_pictures_of(&place, pictures), shown);
        assert_eq!(super::place(&serde_json::json!({ "version": "1.2.3" })), None);
    }
}
