//! JSON, strict and as Go reads it, beside serde_json.
//!
//! The differences that are meant. Strict refuses a key that stands twice and nesting beyond 64, and takes numbers
//! that no float holds. Go's reading takes keys twice, lone surrogates, such numbers and nesting up to 256.

use std::collections::HashSet;
use std::fmt;

use multiarch::error::Code;
use multiarch::json::{self, Type, Value, go};
use multiarch::limits::JSON_DEPTH;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::run::{kind, kind_of};
use crate::seeds;

pub(crate) const WORDS: &[&str] = seeds::DOCUMENT_WORDS;

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = seeds::documents();
    seeds.extend(seeds::lines(&[
        "0",
        "-1.5e+3",
        "\"\\u00e4\\n\"",
        "[1,2,[3]]",
        "{\"a\":{\"a\":[null]}}",
        " true\n",
    ]));
    seeds.push(format!("{}{}", "[".repeat(JSON_DEPTH), "]".repeat(JSON_DEPTH)).into_bytes());
    seeds.push(format!("{}{}", "[".repeat(JSON_DEPTH + 1), "]".repeat(JSON_DEPTH + 1)).into_bytes());
    seeds
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let oracle = serde_json::from_slice::<serde_json::Value>(input);
    let reason = oracle.as_ref().err().map(ToString::to_string).unwrap_or_default();
    let is_range = reason.starts_with("number out of range");
    let end = match json::parse(input) {
        Ok(value) => {
            match &oracle {
                Ok(other) => assert_same(value, other),
                Err(_) => assert!(is_range, "strict takes what serde_json refuses: {reason}"),
            }
            assert_eq!(go::error(input), None, "strict takes what Go refuses");
            kind(&["strict", value.kind().as_str()])
        }
        Err(error) => {
            match error.code() {
                Code::JsonInvalid => {
                    assert!(oracle.is_err(), "strict refuses what serde_json takes: {error}")
                }
                Code::JsonTooDeep => assert!(oracle.is_err() || facts(input).depth > JSON_DEPTH, "{error}"),
                Code::JsonDuplicateKey => assert!(oracle.is_err() || facts(input).has_twice, "{error}"),
                code => panic!("a code of something else: {code:?}"),
            }
            kind_of(&error)
        }
    };
    match go::lenient(input) {
        Ok(value) => {
            let meant =
                ["number out of range", "lone", "unexpected end of hex escape", "recursion limit exceeded"];
            match &oracle {
                Ok(other) if !facts(input).has_twice => assert_same(value, other),
                Ok(_) => walk(value),
                Err(_) => {
                    assert!(meant.iter().any(|meant| reason.starts_with(meant)), "Go takes it: {reason}")
                }
            }
            end
        }
        Err(fault) => {
            assert!(oracle.is_err(), "Go refuses what serde_json takes: {fault}");
            end ^ kind(&[fault.split_once(' ').map_or("", |(_, words)| words)])
        }
    }
}

fn assert_same(value: Value<'_>, other: &serde_json::Value) {
    match other {
        serde_json::Value::Null => assert_eq!(value.kind(), Type::Null),
        serde_json::Value::Bool(flag) => assert_eq!(value.text(), flag.to_string()),
        serde_json::Value::Number(number) => {
            assert_eq!(value.kind(), Type::Number);
            assert_eq!(serde_json::from_str::<serde_json::Number>(value.text()).ok().as_ref(), Some(number));
            assert!(value.integer().is_none_or(|integer| number.as_u64() == Some(integer)));
        }
        serde_json::Value::String(text) => assert_eq!(value.string().as_deref(), Some(text.as_str())),
        serde_json::Value::Array(items) => {
            assert_eq!(value.kind(), Type::Array);
            assert_eq!(value.elements().count(), items.len());
            value.elements().zip(items).for_each(|(value, other)| assert_same(value, other));
        }
        serde_json::Value::Object(members) => {
            assert_eq!(value.kind(), Type::Object);
            assert_eq!(value.members().count(), members.len());
            value.members().for_each(|(key, value)| assert_same(value, &members[&*key]));
        }
    }
}

/// Looks at everything once.
fn walk(value: Value<'_>) {
    let _ = (value.string(), value.integer());
    value.elements().for_each(walk);
    value.members().for_each(|(_, value)| walk(value));
}

/// What serde_json does not say of a text that it takes.
#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) depth: usize,
    pub(crate) has_twice: bool,
}

/// Of text that serde_json takes.
pub(crate) fn facts(input: &[u8]) -> Facts {
    let mut facts = Facts::default();
    let mut deserializer = serde_json::Deserializer::from_slice(input);
    let _ = Look { facts: &mut facts, depth: 0 }.deserialize(&mut deserializer);
    facts
}

struct Look<'a> {
    facts: &'a mut Facts,
    depth: usize,
}

impl Look<'_> {
    fn inner(&mut self) -> Look<'_> {
        self.facts.depth = self.facts.depth.max(self.depth + 1);
        Look { facts: self.facts, depth: self.depth + 1 }
    }
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let inner = self.inner();
        while items.next_element_seed(Look { facts: inner.facts, depth: inner.depth })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let inner = self.inner();
        let mut keys = HashSet::new();
        while let Some(Key(key)) = members.next_key()? {
            inner.facts.has_twice |= !keys.insert(key);
            members.next_value_seed(Look { facts: inner.facts, depth: inner.depth })?;
        }
        Ok(())
    }
}

struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key, D::Error> {
        String::deserialize(deserializer).map(Key)
    }
}
