//! `Link`: whatever a registry says, the next page is of the same listing and leads on.

use multiarch::http::Headers;
use multiarch::reference::Reference;
use multiarch::registry::{self, Client};

use crate::host::{Host, block_on};
use crate::run::{kind, kind_of};
use crate::seeds;

pub(crate) const WORDS: &[&str] = &[
    "<",
    ">",
    "rel=",
    "rel=\"next\"",
    "; rel=next",
    "</v2/a/b/tags/list?n=100&last=z>",
    "https://registry.example",
    "?last=",
    "..",
    "//evil.example",
    "title=\"a, <b>\"",
    "#",
];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    seeds::lines(&[
        "</v2/a/b/tags/list?last=z&n=100>; rel=\"next\"",
        "<https://registry.example/v2/a/b/tags/list?last=z>; rel=next",
        "<?last=%E2%82%AC>; title=\"x, <y>; rel=next\"; rel=\"prev next\"",
        "<https://evil.example/v2/a/b/tags/list?last=z>; rel=\"next\"",
        "</v2/other/tags/list?last=z>; rel=\"next\"",
        "<a>; rel=prev, <b>; rel=first, <list?x=1>; REL=\"Next\"",
    ])
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(input);
    let reference = Reference::parse("registry.example/a/b").unwrap();
    let headers: Headers =
        [("link", text.as_ref()), ("content-type", "application/json")].into_iter().collect();
    let host = Host::new(200, headers, b"{\"tags\":[\"1\"]}".to_vec());
    // The text that stands for a page may come from any caller too.
    let page = block_on(registry::tags(Client::default().on(&host), &reference, Some(&text)));
    assert!(page.is_ok() || host.asked.borrow().is_empty() || text.contains(';'), "{page:?}");
    host.asked.borrow_mut().clear();
    let found = match block_on(registry::tags(Client::default().on(&host), &reference, None)) {
        Ok(found) => found,
        Err(error) => return kind_of(&error),
    };
    let Some(next) = found.next else { return kind(&["the last page"]) };
    host.asked.borrow_mut().clear();
    // The same header again: the listing leads to itself, and that is said.
    let error = block_on(registry::tags(Client::default().on(&host), &reference, Some(&next))).unwrap_err();
    let asked = host.asked.borrow();
    assert!(asked[0].starts_with("https://registry.example/v2/a/b/tags/list?"), "{asked:?}");
    kind(&["a page", error.code().as_str(), if next.contains('%') { "escaped" } else { "" }])
}
