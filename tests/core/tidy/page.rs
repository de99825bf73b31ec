//! How text of a registry gets onto the page: through one component, as text; and how links do.

use super::enforce;
use super::tree::{File, files};

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
