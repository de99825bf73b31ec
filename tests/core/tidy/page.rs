//! How text of a registry gets onto the page: through one component, as text; and how links do. And how its first view gets at
//! the package: through one file.

use super::enforce;
use super::paths::{javascript_arrows, reachable};
use super::tree::{File, files};

/// Where the page begins.
const ENTRY: &str = "www/main.jsx";
/// The one file of the first view that names the package's functions over its core: the one that reads.
const PACKAGE: &str = "www/multiarch.js";
/// What every function over a core imports, in the end.
const CORE: &str = "pkg/core/load.js";

/// Modules of the first view that come by a core of the package around [`PACKAGE`]: that would be another one, which nothing
/// has loaded. What a view imports later, when it is asked for, may name the whole package; what needs no core may be named
/// everywhere.
fn ways_around(files: &[File]) -> Vec<String> {
    let scripts: Vec<File> =
        files.iter().filter(|file| file.has_extension(&["js", "jsx"])).map(at_once).collect();
    let arrows = javascript_arrows(&scripts);
    let entry = ENTRY.to_owned();
    let mut first = reachable(&arrows, &entry);
    first.insert(&entry);
    let mut complaints = Vec::new();
    for file in first.into_iter().filter(|file| file.starts_with("www/") && *file != PACKAGE) {
        let named = arrows.get(file).into_iter().flatten();
        let over = named.filter(|one| one.starts_with("pkg/")).filter(|one| {
            one.as_str() == CORE || reachable(&arrows, one).iter().any(|other| other.as_str() == CORE)
        });
        complaints.extend(over.map(|one| format!("{file} names {one}: name it in {PACKAGE}")));
    }
    complaints
}

/// A script with what it imports at once, and nothing that it imports when that is asked for.
fn at_once(file: &File) -> File {
    let lines = file.text.lines().filter(|line| !line.contains("import(\""));
    File::new(&file.path, &lines.collect::<Vec<_>>().join("\n").replace(".js?reader\"", ".js\""))
}

#[test]
fn the_first_view_knows_the_package_by_one_file() {
    let files = files();
    assert!(files.iter().any(|file| file.path == ENTRY) && files.iter().any(|file| file.path == CORE));
    assert_eq!(ways_around(&files), [""; 0]);
}

#[test]
fn ways_around_are_seen() {
    let sample = |view: &str| {
        ways_around(&[
            File::new(ENTRY, "import { App } from \"./views/app.jsx\";\n"),
            File::new("www/views/app.jsx", view),
            File::new("www/later.js", "import { digest } from \"../pkg/nouns/digest.js\";\n"),
            File::new(PACKAGE, "export { digest } from \"../pkg/nouns/digest.js?reader\";\n"),
            File::new("pkg/nouns/digest.js", "import { core } from \"../core/load.js\";\n"),
            File::new("pkg/core/load.js", ""),
            File::new("pkg/core/parallel.js", ""),
        ])
    };
    let complaint = ["www/views/app.jsx names pkg/nouns/digest.js: name it in www/multiarch.js"];
    for way in ["", "?reader"] {
        let view = format!("import {{ digest }} from \"../../pkg/nouns/digest.js{way}\";\n");
        assert_eq!(sample(&view), complaint);
    }
    assert_eq!(
        sample("import { init } from \"../../pkg/core/load.js\";\n"),
        ["www/views/app.jsx names pkg/core/load.js: name it in www/multiarch.js"]
    );
    let good = "import { digest } from \"../multiarch.js\";\nimport { inParallel } from \"../../pkg/core/parallel.js\";\n\
                const later = () => import(\"../later.js\");\n";
    assert_eq!(sample(good), [""; 0]);
}

/// The one file that makes text nodes of foreign text, and links.
const TEXT: &str = "www/views/text.jsx";

/// What a view must not do. An object of a registry that is spread into properties sets whichever it names.
fn open_ways(file: &File) -> Vec<String> {
    let mut complaints = Vec::new();
    for (number, line) in file.code() {
        if line.contains(" {...") {
            complaints.push(format!("line {number} spreads an object into properties"));
        }
        if line.contains("href={") || line.contains("src={") {
            complaints.push(format!("line {number} makes a link: use <Link>"));
        }
        if line.contains("printable(") {
            complaints.push(format!("line {number} cleans a text by itself: use <Text>"));
        }
    }
    complaints
}

#[test]
fn foreign_text_and_links_have_one_way_onto_the_page() {
    let files = files();
    let views = files.iter().filter(|file| file.path.starts_with("www/views/") && file.path != TEXT);
    enforce(views, open_ways);
}

#[test]
fn links_lead_to_this_page_only() {
    let files = files();
    let text = files.iter().filter(|file| file.path == TEXT);
    enforce(text, |file| {
        let links: Vec<&str> =
            file.code().map(|(_, line)| line).filter(|line| line.contains("href=")).collect();
        match links.as_slice() {
            [one] if one.contains("href={hashOf(to)}") => Vec::new(),
            _ => vec![format!("links are made of routes alone, once: {links:?}")],
        }
    });
}

#[test]
fn open_ways_are_seen() {
    let found = |text| open_ways(&File::new("www/views/a.jsx", text)).len();
    assert_eq!(found("<a href={url} {...layer}>{printable(name)}</a>\n"), 3);
    assert_eq!(
        found("const { a, ...rest } = b;\nconst c = [...d];\n<Link to={e}><Text of={f} /></Link>\n"),
        0
    );
}
