//! Changing which entries an index has. Only the list of entries is written anew, and each entry keeps its text:
//! everything else stays as it is, byte for byte.

use crate::descriptor::Descriptor;
use crate::error::{Code, Error, Result};
use crate::json::{self, Value, quote};
use crate::manifest::Document;
use crate::media_type::OCI_INDEX;

/// The text of an index with only those of its entries whose positions `keep` takes. Fails with `NOT_AN_INDEX`.
pub fn keep(index: &Document, keep: &dyn Fn(usize) -> bool) -> Result<String> {
    with_entries(index, &|entries| {
        let kept = entries.iter().enumerate().filter(|(at, _)| keep(*at));
        kept.map(|(_, entry)| entry.text()).collect::<Vec<_>>().join(",")
    })
}

/// The text of an index with one more entry, of the shape that a list of referrers has. Fails with
/// `NOT_AN_INDEX`.
pub fn append(index: &Document, entry: &Descriptor) -> Result<String> {
    let entry = referrer(entry);
    with_entries(index, &|entries| {
        let texts: Vec<&str> = entries.iter().map(|entry| entry.text()).chain([entry.as_str()]).collect();
        texts.join(",")
    })
}

/// An OCI index with one entry.
pub fn single(entry: &Descriptor) -> String {
    format!(r#"{{"schemaVersion":2,"mediaType":"{OCI_INDEX}","manifests":[{}]}}"#, referrer(entry))
}

/// The texts of an index's entries, byte for byte. Fails with `NOT_AN_INDEX`.
pub fn texts(index: &Document) -> Result<Vec<&str>> {
    let manifests = json::parse(index.bytes())?.members().find(|(key, _)| key == "manifests");
    let Some((_, manifests)) = manifests else {
        return Err(Error::new(Code::NotAnIndex, "the document has no entries"));
    };
    Ok(manifests.elements().map(Value::text).collect())
}

fn with_entries(index: &Document, list: &dyn Fn(&[Value<'_>]) -> String) -> Result<String> {
    let text = index.text();
    let manifests = json::parse(index.bytes())?.members().find(|(key, _)| key == "manifests");
    let Some((_, manifests)) = manifests else {
        return Err(Error::new(Code::NotAnIndex, "the document has no entries"));
    };
    let entries: Vec<_> = manifests.elements().collect();
    // A value is a part of the text that it was read from.
    let start = manifests.text().as_ptr() as usize - text.as_ptr() as usize;
    let (before, rest) = text.split_at_checked(start).unwrap_or((text, ""));
    let after = rest.get(manifests.text().len()..).unwrap_or_default();
    Ok(format!("{before}[{}]{after}", list(&entries)))
}

/// distribution-spec "Listing Referrers": type, digest, size, and the document's artifact type and annotations.
fn referrer(entry: &Descriptor) -> String {
    let mut text =
        format!(r#"{{"mediaType":"{}","digest":"{}","size":{}"#, entry.media_type, entry.digest, entry.size);
    if let Some(kind) = &entry.artifact_type {
        text.push_str(&format!(r#","artifactType":{}"#, quote(kind)));
    }
    for (at, (key, value)) in entry.annotations.iter().enumerate() {
        text.push_str(if at == 0 { r#","annotations":{"# } else { "," });
        text.push_str(&format!("{}:{}", quote(key), quote(value)));
    }
    text.push_str(if entry.annotations.is_empty() { "}" } else { "}}" });
    text
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
        assert_eq!(kept, format!(" {{ \"manifests\" : [{ENTRY}],{rest}"));
    }

    #[test]
    fn an_entry_is_added_last() {
        let mut entry = index(r#"{"schemaVersion":2,"manifests":[]}"#).descriptor();
        entry.artifact_type = Some("application/x".to_owned());
        entry.annotations = Annotations::from_pairs(vec![
            ("a".to_owned(), "\"\n".to_owned()),
            ("__proto__".to_owned(), "b".to_owned()),
        ]);
        let first = index(&single(&entry));
        let second = index(&append(&first, &entry).unwrap());
        assert_eq!(first.manifests().len(), 1);
        assert_eq!(second.manifests().len(), 2);
        assert_eq!(second.manifests().first(), second.manifests().last());
        assert_eq!(second.manifests().last(), Some(&entry.clone().into()));
        entry.artifact_type = None;
        entry.annotations = Annotations::default();
        assert_eq!(index(&single(&entry)).manifests(), [entry.into()]);
    }
}
