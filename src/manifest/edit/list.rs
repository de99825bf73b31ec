//! The list of entries in the text of an index: the texts of all, and another list in its place.
//!
//! Here an entry may be one that cannot be used: what is only carried along stays as it is.

use super::text::{annotations_text, with_raw_member};
use super::{Editor, OnDuplicate};
use crate::descriptor::Descriptor;
use crate::error::{Code, Error, Result};
use crate::json::splice::{self, Element, Layout};
use crate::json::{self, Value, quote};
use crate::manifest::Document;
use crate::media_type::{MediaType, OCI_INDEX};

/// The texts of an index's entries, byte for byte. Fails with `NOT_AN_INDEX`.
pub fn texts(index: &Document) -> Result<Vec<&str>> {
    Ok(entries(index)?.elements().map(Value::text).collect())
}

/// The text of an index with only those of its entries whose positions `keep` takes. Fails with `NOT_AN_INDEX`.
pub fn keep(index: &Document, keep: &dyn Fn(usize) -> bool) -> Result<String> {
    let kept = texts(index)?.into_iter().enumerate().filter(|(at, _)| keep(*at));
    replaced(index, &kept.map(|(_, text)| Element::Kept(text)).collect::<Vec<_>>())
}

/// The text of an index with one more entry, of the shape that a list of referrers has. Fails with `NOT_AN_INDEX`.
pub fn append(index: &Document, entry: &Descriptor) -> Result<String> {
    let new = referrer(entry);
    let known = texts(index)?.into_iter().map(Element::Kept);
    replaced(index, &known.chain([Element::New(&new)]).collect::<Vec<_>>())
}

/// The text of an OCI index with one entry, of the shape that a list of referrers has. Fails as [`Editor::add`] does.
pub fn single(entry: &Descriptor) -> Result<String> {
    let mut editor = Editor::new(&MediaType::parse(OCI_INDEX)?)?;
    editor.add(&referrer(entry), OnDuplicate::Keep)?;
    Ok(editor.build()?.text().to_owned())
}

/// The text of an object with another list of entries.
pub(super) fn written(root: &str, layout: &Layout, elements: &[Element<'_>]) -> Result<String> {
    with_raw_member(json::parse(root.as_bytes())?, "manifests", &splice::array(layout, elements))
}

/// An index's text with another list of entries.
fn replaced(index: &Document, elements: &[Element<'_>]) -> Result<String> {
    let root = json::parse(index.bytes())?;
    let layout = Layout::of(entries(index)?);
    let layout = layout.unwrap_or_else(|| Layout::of(root).unwrap_or_default().nested());
    let (before, behind) = index.text().split_once(root.text()).unwrap_or_default();
    Ok(format!("{before}{}{behind}", written(root.text(), &layout, elements)?))
}

fn entries(index: &Document) -> Result<Value<'_>> {
    let list = json::parse(index.bytes())?.member("manifests");
    list.ok_or_else(|| Error::new(Code::NotAnIndex, "the document has no entries"))
}

/// distribution-spec "Listing Referrers": type, digest, size, and the document's artifact type and annotations.
fn referrer(entry: &Descriptor) -> String {
    let kind = entry.artifact_type.as_ref().map(|kind| format!(r#","artifactType":{}"#, quote(kind)));
    let annotations = (!entry.annotations.is_empty())
        .then(|| format!(r#","annotations":{}"#, annotations_text(&entry.annotations)));
    format!(
        r#"{{"mediaType":{},"digest":{},"size":{}{}{}}}"#,
        quote(entry.media_type.as_str()),
        quote(entry.digest.as_str()),
        entry.size,
        kind.unwrap_or_default(),
        annotations.unwrap_or_default()
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::descriptor::Annotations;

    const ENTRY: &str = r#"{"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "size" : 2, "mediaType":"application/vnd.oci.image.manifest.v1+json","x":1}"#;

    fn index(text: &str) -> Document {
        Document::parse(text.as_bytes().to_vec(), None, None).unwrap()
    }

    #[test]
    fn what_is_kept_keeps_its_text() {
        let text = format!(
            " {{ \"manifests\" : [ {ENTRY} ,\n{ENTRY}], \"schemaVersion\":2, \"annotations\":{{\"a\\u0062\":\"]\"}}}}\n"
        );
        let kept = keep(&index(&text), &|at| at == 1).unwrap();
        let rest = " \"schemaVersion\":2, \"annotations\":{\"a\\u0062\":\"]\"}}\n";
        assert_eq!(kept, format!(" {{ \"manifests\" : [ {ENTRY}],{rest}"));
    }

    #[test]
    fn an_entry_is_added_last() {
        let mut entry = index(r#"{"schemaVersion":2,"manifests":[]}"#).descriptor();
        entry.artifact_type = Some("application/x".to_owned());
        entry.annotations = Annotations::from_pairs(vec![
            ("a".to_owned(), "\"\n".to_owned()),
            ("__proto__".to_owned(), "b".to_owned()),
        ]);
        let first = index(&single(&entry).unwrap());
        let second = index(&append(&first, &entry).unwrap());
        assert_eq!(first.manifests().len(), 1);
        assert_eq!(second.manifests().len(), 2);
        assert_eq!(second.manifests().first(), second.manifests().last());
        assert_eq!(second.manifests().last(), Some(&entry.clone().into()));
        entry.artifact_type = None;
        entry.annotations = Annotations::default();
        assert_eq!(index(&single(&entry).unwrap()).manifests(), [entry.into()]);
    }
}
