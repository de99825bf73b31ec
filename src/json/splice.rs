//! Changing a member or the elements of JSON text: everything that is not named keeps its bytes.
//!
//! Each function takes a [`Value`] of checked text and gives the text of the same container with one change. What
//! is added follows the layout that it finds: white space, the colon's spacing and the indentation of its
//! neighbours.

use std::ops::Range;

use crate::json::{Type, Value, indent, quote};

/// The white space of a container: where its children stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Before the first child.
    open: String,
    /// Between the comma and the next child.
    between: String,
    /// Before the closing bracket.
    close: String,
    /// Between a key and its value.
    colon: String,
}

impl Layout {
    /// The layout of a container; `None` for one without children, which shows none.
    pub fn of(container: Value<'_>) -> Option<Layout> {
        let text = container.text();
        let children = children(container);
        let first = children.first()?;
        let open = blank(text, 1..first.start).to_owned();
        let between = match children.get(1) {
            Some(second) => blank(text, first.end..second.start).to_owned(),
            None => open.clone(),
        };
        let close = children.last().map(|last| blank(text, last.end..text.len() - 1)).unwrap_or_default();
        let colon = match container.spans().next() {
            Some((key, value)) => {
                let after = at(text, key.text()).end;
                text.get(after..at(text, value.text()).start).unwrap_or(":").to_owned()
            }
            None => ":".to_owned(),
        };
        Some(Layout { open, between, close: close.to_owned(), colon })
    }

    /// The layout of a container inside of a container that has this one, where it shows none itself.
    pub fn nested(&self) -> Layout {
        match self.open.contains('\n') {
            true => Layout {
                open: format!("{}{}", self.open, self.unit()),
                between: format!("{}{}", self.between, self.unit()),
                close: self.open.clone(),
                colon: self.colon.clone(),
            },
            false => Layout { close: String::new(), ..self.clone() },
        }
    }

    /// By how much one level is further right than the one around it.
    fn unit(&self) -> &str {
        let (inner, outer) = (last_line(&self.open), last_line(&self.close));
        inner.strip_prefix(outer).filter(|unit| !unit.is_empty()).unwrap_or("  ")
    }

    /// A value of compact JSON, laid out as a child of a container of this layout.
    fn child(&self, value: &str) -> String {
        if !self.open.contains('\n') {
            return value.to_owned();
        }
        // No string holds a line break as it is, so each one here is layout.
        indent(value, self.unit()).replace('\n', &format!("\n{}", last_line(&self.open)))
    }
}

/// The text of an object in which `key` has the compact JSON `value`; without `key` where there is no value. A member
/// that is there keeps its place, a new one comes last.
pub fn with_member(object: Value<'_>, key: &str, value: Option<&str>) -> String {
    with_member_before(object, key, value, |_| false)
}

/// As [`with_member`]; a new member comes before the first one that belongs behind it.
pub fn with_member_before(
    object: Value<'_>,
    key: &str,
    value: Option<&str>,
    is_behind: impl Fn(&str) -> bool,
) -> String {
    let text = object.text();
    if object.kind() != Type::Object {
        return text.to_owned();
    }
    let members: Vec<_> = object.spans().collect();
    let layout = Layout::of(object).unwrap_or_default();
    let known = members.iter().position(|(name, _)| name.string().is_some_and(|name| name == key));
    match (known.and_then(|at| Some((at, members.get(at)?))), value) {
        (Some((_, (_, old))), Some(value)) => {
            let place = at(text, old.text());
            replaced(text, place, &layout.child(value))
        }
        (Some((index, _)), None) => without(object, index),
        (None, None) => text.to_owned(),
        (None, Some(value)) => {
            let colon = if layout.colon.is_empty() { ":" } else { &layout.colon };
            let member = format!("{}{colon}{}", quote(key), layout.child(value));
            let mut names = members.iter().map(|(name, _)| name);
            if let Some(next) = names.find(|name| name.string().is_some_and(|name| is_behind(&name))) {
                let start = at(text, next.text()).start;
                return replaced(text, start..start, &format!("{member},{}", layout.between));
            }
            match members.last() {
                Some((_, last)) => {
                    let end = at(text, last.text()).end;
                    replaced(text, end..end, &format!(",{}{member}", layout.between))
                }
                None => format!("{{{member}}}"),
            }
        }
    }
}

/// `text` with `old`, which is a part of it, replaced by text that is laid out already.
pub fn in_place(text: &str, old: Value<'_>, new: &str) -> String {
    replaced(text, at(text, old.text()), new)
}

/// The text of an array of these elements: of old ones as they stand, of new ones laid out. `around` is the layout
/// of the container that holds the array, for an array that shows none itself.
pub fn array(layout: &Layout, elements: &[Element<'_>]) -> String {
    if elements.is_empty() {
        return "[]".to_owned();
    }
    let texts: Vec<String> = elements
        .iter()
        .map(|element| match element {
            Element::Kept(text) => (*text).to_owned(),
            Element::New(text) => layout.child(text),
        })
        .collect();
    format!("[{}{}{}]", layout.open, texts.join(&format!(",{}", layout.between)), layout.close)
}

/// An element of an array that is written.
#[derive(Clone, Copy, Debug)]
pub enum Element<'a> {
    /// Text that stood in the array.
    Kept(&'a str),
    /// Compact JSON that did not.
    New(&'a str),
}

/// The text of an object without its member at `index`.
fn without(object: Value<'_>, index: usize) -> String {
    let text = object.text();
    let children = children(object);
    let Some(gone) = children.get(index) else { return text.to_owned() };
    let range = match (index.checked_sub(1).and_then(|before| children.get(before)), children.get(index + 1))
    {
        (_, Some(next)) => gone.start..next.start,
        (Some(before), None) => before.end..gone.end,
        (None, None) => return "{}".to_owned(),
    };
    replaced(text, range, "")
}

/// Where the children of a container stand in its text: members from their key on.
fn children(container: Value<'_>) -> Vec<Range<usize>> {
    let text = container.text();
    match container.kind() {
        Type::Object => {
            let spans = container.spans();
            spans.map(|(key, value)| at(text, key.text()).start..at(text, value.text()).end).collect()
        }
        _ => container.elements().map(|element| at(text, element.text())).collect(),
    }
}

/// Where `part` stands in `text`, of which it is a slice.
fn at(text: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    start..start + part.len()
}

/// The white space in a range of text that holds nothing else but a comma.
fn blank(text: &str, range: Range<usize>) -> &str {
    let text = text.get(range).unwrap_or_default();
    let text = text.split_once(',').map_or(text, |(_, after)| after);
    text.trim_matches(',')
}

fn last_line(white_space: &str) -> &str {
    white_space.rsplit('\n').next().unwrap_or_default()
}

fn replaced(text: &str, range: Range<usize>, with: &str) -> String {
    let (before, after) = (text.get(..range.start), text.get(range.end..));
    [before.unwrap_or_default(), with, after.unwrap_or_default()].concat()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json;

    fn set(text: &str, key: &str, value: Option<&str>) -> String {
        with_member(json::parse(text.as_bytes()).unwrap(), key, value)
    }

    #[test]
    fn a_member_is_replaced_where_it_stands() {
        assert_eq!(set(r#"{ "a" : 1 ,"b":2}"#, "a", Some("[3]")), r#"{ "a" : [3] ,"b":2}"#);
        assert_eq!(set(r#"{"\u0061":1}"#, "a", Some("2")), r#"{"\u0061":2}"#);
    }

    #[test]
    fn a_new_member_comes_last_in_the_layout_of_its_neighbours() {
        assert_eq!(set("{}", "a", Some("1")), r#"{"a":1}"#);
        assert_eq!(set(r#"{"a": 1, "b": 2}"#, "c", Some("3")), r#"{"a": 1, "b": 2, "c": 3}"#);
        let indented = "{\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}";
        let expected =
            "{\n\t\"a\": {\n\t\t\"b\": 1\n\t},\n\t\"c\": {\n\t\t\"d\": [\n\t\t\t\"\\n\"\n\t\t]\n\t}\n}";
        assert_eq!(set(indented, "c", Some(r#"{"d":["\n"]}"#)), expected);
    }

    #[test]
    fn a_new_member_comes_before_those_behind_it() {
        let sorted = |text: &str, key: &str| {
            with_member_before(json::parse(text.as_bytes()).unwrap(), key, Some("[1]"), |name| name > key)
        };
        assert_eq!(sorted(r#"{ "b":2, "d":4 }"#, "a"), r#"{ "a":[1], "b":2, "d":4 }"#);
        assert_eq!(sorted(r#"{"b":2,"d":4}"#, "c"), r#"{"b":2,"c":[1],"d":4}"#);
        assert_eq!(sorted(r#"{"b":2,"d":4}"#, "e"), r#"{"b":2,"d":4,"e":[1]}"#);
        assert_eq!(sorted("{\n  \"b\": 2\n}", "a"), "{\n  \"a\": [\n    1\n  ],\n  \"b\": 2\n}");
        assert_eq!(sorted(r#"{"b":2}"#, "b"), r#"{"b":[1]}"#);
    }

    #[test]
    fn a_member_goes_with_its_comma() {
        let text = "{\n \"a\": 1,\n \"b\": 2,\n \"c\": 3\n}";
        assert_eq!(set(text, "a", None), "{\n \"b\": 2,\n \"c\": 3\n}");
        assert_eq!(set(text, "b", None), "{\n \"a\": 1,\n \"c\": 3\n}");
        assert_eq!(set(text, "c", None), "{\n \"a\": 1,\n \"b\": 2\n}");
        assert_eq!(set(r#"{ "a":1 }"#, "a", None), "{}");
        assert_eq!(set(text, "d", None), text);
    }

    #[test]
    fn elements_keep_their_text_and_their_layout() {
        let list = json::parse(b"[\n  {\"a\" : 1},\n  2\n]").unwrap();
        let layout = Layout::of(list).unwrap();
        let elements = [Element::Kept("{\"a\" : 1}"), Element::New("{\"b\":2}")];
        assert_eq!(array(&layout, &elements), "[\n  {\"a\" : 1},\n  {\n    \"b\": 2\n  }\n]");
        assert_eq!(array(&layout, &[]), "[]");
        assert_eq!(array(&Layout::default(), &elements), "[{\"a\" : 1},{\"b\":2}]");
    }

    #[test]
    fn an_empty_list_is_laid_out_like_what_is_around_it() {
        let around = json::parse(b"{\n  \"manifests\": []\n}").unwrap();
        let layout = Layout::of(around).unwrap().nested();
        assert_eq!(array(&layout, &[Element::New("{\"b\":2}")]), "[\n    {\n      \"b\": 2\n    }\n  ]");
    }
}
