//! What to annotate in a new index, in the words of buildx: `index:KEY=VALUE`, `manifest-descriptor[linux/arm64]:KEY=VALUE`.

use crate::error::{Code, Error, Result};
use crate::platform::Platform;

/// An annotation, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// On the index itself.
    pub on_index: bool,
    /// On its entries: on all of them, or on those for a platform.
    pub on_entries: Vec<Option<Platform>>,
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
}

impl Annotation {
    /// An annotation of the index itself.
    pub fn of_index(key: &str, value: &str) -> Annotation {
        Annotation { on_index: true, on_entries: Vec::new(), key: key.to_owned(), value: value.to_owned() }
    }

    /// Parses `PLACE[,PLACE...]:KEY=VALUE`; a place is `index`, `manifest-descriptor` or `manifest-descriptor[PLATFORM]`.
    ///
    /// Fails with `OPTION_INVALID`, also for the places that buildx knows and an index does not have: its manifests keep
    /// their bytes. Source: docker/buildx, docs/reference/buildx_imagetools_create.md.
    pub fn parse(text: &str) -> Result<Annotation> {
        // The places come first: a platform in brackets may hold the sign that ends the key.
        let (places, pair) = match place_end(text) {
            Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default()),
            None => return Err(without_place(text)),
        };
        let Some((key, value)) = pair.split_once('=') else {
            return Err(wrong(text, "it has no value"));
        };
        if key.is_empty() {
            return Err(wrong(text, "it has no key"));
        }
        let mut annotation = Annotation {
            on_index: false,
            on_entries: Vec::new(),
            key: key.to_owned(),
            value: value.to_owned(),
        };
        for place in split_places(places) {
            let (name, platform) = match place.split_once('[') {
                Some((name, rest)) => {
                    let Some(platform) = rest.strip_suffix(']') else {
                        return Err(wrong(text, "the bracket of its platform is not closed"));
                    };
                    (name, Some(Platform::parse(platform, None)?))
                }
                None => (place, None),
            };
            match (name, platform) {
                ("index", None) => annotation.on_index = true,
                ("index", Some(_)) => return Err(wrong(text, "an index is for no platform")),
                ("manifest-descriptor", platform) => annotation.on_entries.push(platform),
                ("manifest", _) => {
                    return Err(wrong(
                        text,
                        "a manifest in an index cannot be annotated without becoming another one",
                    ));
                }
                ("index-descriptor", _) => return Err(wrong(text, "no index lists the new one")),
                _ => return Err(wrong(text, &format!("there is no place {name}"))),
            }
        }
        Ok(annotation)
    }
}

/// Where the places end: at the first colon outside of brackets, where only places stand before it. A key may hold colons.
fn place_end(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let colon = text.char_indices().find(|(_, character)| {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && *character == ':'
    });
    let (at, _) = colon?;
    let is_place = |place: &str| {
        let name = place.split('[').next().unwrap_or_default();
        PLACES.contains(&name)
    };
    split_places(text.get(..at)?).iter().all(|place| is_place(place)).then_some(at)
}

/// The parts between commas outside of brackets: a platform may hold commas.
fn split_places(places: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let is_comma = |character: char| {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && character == ','
    };
    places.split(is_comma).collect()
}

/// What an annotation can stand on, and what buildx has words for besides.
const PLACES: [&str; 4] = ["index", "manifest-descriptor", "index-descriptor", "manifest"];

/// The error for an annotation that does not begin with a place: with the one that was probably meant.
fn without_place(text: &str) -> Error {
    let key = text.split_once('=').map_or(text, |(key, _)| key);
    let Some((place, _)) = key.split_once(':') else { return wrong(text, "it does not say where it goes") };
    let name = place.split('[').next().unwrap_or_default();
    let alike = |known: &str| {
        let same = |(one, other): &(char, char)| one == other;
        let front = name.chars().zip(known.chars()).take_while(same).count();
        let back = name.chars().rev().zip(known.chars().rev()).take_while(same).count();
        // A text that is part of another one is alike in front and at the back by the same characters.
        (front + back).min(name.len().min(known.len()))
    };
    let nearest = PLACES.iter().take(2).max_by_key(|known| (alike(known), usize::MAX - known.len()));
    match nearest.filter(|known| alike(known) * 2 > known.len()) {
        Some(nearest) => wrong(text, &format!("there is no place {name}, did you mean {nearest}?")),
        None => wrong(text, &format!("there is no place {name}")),
    }
}

fn wrong(text: &str, why: &str) -> Error {
    let message = format!("the annotation {text} cannot be set: {why}");
    let hint =
        "Write index:KEY=VALUE, manifest-descriptor:KEY=VALUE or manifest-descriptor[PLATFORM]:KEY=VALUE.";
    Error::new(Code::OptionInvalid, message).with_hint(hint).with_detail("annotation", text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn places(text: &str) -> (bool, Vec<String>, String, String) {
        let Annotation { on_index, on_entries, key, value } = Annotation::parse(text).unwrap();
        let shown =
            |platform: Option<Platform>| platform.map_or("*".to_owned(), |platform| platform.to_string());
        (on_index, on_entries.into_iter().map(shown).collect(), key, value)
    }

    #[test]
    fn places_key_and_value() {
        let on_entries =
            |platforms: &[&str]| platforms.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let cases: &[(&str, bool, &[&str], &str, &str)] = &[
            ("index:a=b", true, &[], "a", "b"),
            ("index:a=b=c", true, &[], "a", "b=c"),
            ("index:a=", true, &[], "a", ""),
            ("index:a:b=c", true, &[], "a:b", "c"),
            ("manifest-descriptor:a=b", false, &["*"], "a", "b"),
            ("manifest-descriptor[linux/arm64]:a=b:c", false, &["linux/arm64"], "a", "b:c"),
            ("index,manifest-descriptor[linux/arm64]:a=b", true, &["linux/arm64"], "a", "b"),
            ("manifest-descriptor[windows/amd64,osver=10.0]:a=b", false, &["windows(10.0)/amd64"], "a", "b"),
        ];
        for (text, on_index, platforms, key, value) in cases {
            let expected = (*on_index, on_entries(platforms), (*key).to_owned(), (*value).to_owned());
            assert_eq!(places(text), expected, "{text}");
        }
    }

    #[test]
    fn what_an_index_cannot_hold_is_refused() {
        let texts = [
            "",
            "a",
            "=b",
            "index:=b",
            "a=b",
            "x:y=z",
            "manifest:a=b",
            "manifest[linux/arm64]:a=b",
            "index-descriptor:a=b",
            "index[linux/arm64]:a=b",
            "manifest-descriptor[linux/arm64:a=b",
            "manifest-descriptor[]:a=b",
        ];
        for text in texts {
            assert!(Annotation::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_place_that_is_not_known_is_named_with_the_one_that_was_meant() {
        let cases = [
            ("indx:a=b", "there is no place indx, did you mean index?"),
            ("inde:a=b", "there is no place inde, did you mean index?"),
            (
                "manfest-descriptor[linux/arm64]:a=b",
                "there is no place manfest-descriptor, did you mean manifest-descriptor?",
            ),
            ("org.example:a=b", "there is no place org.example"),
            ("a=b", "it does not say where it goes"),
        ];
        for (text, why) in cases {
            let error = Annotation::parse(text).unwrap_err();
            assert!(error.message().ends_with(why), "{error}");
        }
    }
}
