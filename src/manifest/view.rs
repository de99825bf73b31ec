//! What is read of a document: its type first, then its members.

use std::borrow::Cow;

use multiarch_reader::{Entry, Outline, Span};

use crate::descriptor::{Annotations, Descriptor, Listed};
use crate::digest::Digest;
use crate::error::{Code, Result};
use crate::json::{Type, Value};
use crate::limits;
use crate::manifest::detect::{self, Kind, Members};
use crate::manifest::fields::{Faults, Field, Role};
use crate::media_type::{Family, MediaType};
use crate::platform::Platform;

/// What is read from a document whose type is known.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    pub(super) manifests: Vec<Listed>,
    pub(super) layers: Vec<Listed>,
    pub(super) config: Option<Listed>,
    pub(super) annotations: Annotations,
    pub(super) subject: Option<Listed>,
    pub(super) artifact_type: Option<String>,
}

/// Reads a document member by member. Its view is empty where its type is not known.
pub(super) fn read(
    value: Value<'_>,
    declared: Option<&MediaType>,
    faults: &mut Faults,
) -> Result<(MediaType, Kind, Option<View>)> {
    let root = Field::root(value, Code::ManifestInvalid);
    // A type that is not known may be any JSON.
    if declared.is_none_or(detect::is_manifest) {
        root.of(Type::Object)?;
    }
    let members = Members::of(root);
    let media_type = members.media_type(declared, faults)?;
    if !detect::is_manifest(&media_type) {
        return Ok((media_type, Kind::Unknown, Some(View::default())));
    }
    expect_members(&members, &root, &media_type, faults)?;
    let view = View::read(&members, faults)?;
    let config = view.config.as_ref().and_then(Listed::sound);
    let config = config.map(|config| config.media_type.family());
    let kind = kind_of(&media_type, config, view.artifact_type.is_some());
    Ok((media_type, kind, Some(view)))
}

/// The same of a text that was read in one pass, which found no fault in any descriptor; its view is left for later.
pub(super) fn outlined(
    text: &str,
    outline: &Outline,
    declared: Option<&MediaType>,
    faults: &mut Faults,
) -> Result<(MediaType, Kind, Option<View>)> {
    let root = Field::root(Value::checked(text), Code::ManifestInvalid);
    let members = Members::outlined(root, text, outline);
    let media_type = members.media_type(declared, faults)?;
    if !detect::is_manifest(&media_type) {
        return Ok((media_type, Kind::Unknown, Some(View::default())));
    }
    expect_members(&members, &root, &media_type, faults)?;
    for (key, field) in members.iter() {
        expect_version(key, &field, faults)?;
    }
    let config = outline.config.map(|config| MediaType::stated(config.media_type.of(text)).family());
    let kind = kind_of(&media_type, config, !outline.artifact_type.is_empty());
    Ok((media_type, kind, None))
}

/// The members that a document of this type has to have.
fn expect_members(
    members: &Members<'_, '_>,
    root: &Field<'_, '_>,
    media_type: &MediaType,
    faults: &mut Faults,
) -> Result<()> {
    // Without the first there is nothing to read; the others may be absent.
    let (required, expected): (&[&str], &[&str]) = match media_type.family() {
        Family::Index => (&["manifests"], &["schemaVersion"]),
        Family::Manifest => (&["config"], &["schemaVersion", "layers"]),
        _ => (&[], &[]),
    };
    if let Some(key) = required.iter().find(|key| !members.has(key)) {
        return Err(root.missing(key));
    }
    if let Some(key) = expected.iter().find(|key| !members.has(key)) {
        faults.note(|| root.missing(key));
    }
    Ok(())
}

/// A `schemaVersion` other than 2 is an error, `null` a fault.
fn expect_version(key: &str, field: &Field<'_, '_>, faults: &mut Faults) -> Result<()> {
    let is_fit =
        key != "schemaVersion" || field.is_null(Type::Number, faults) || field.value().integer() == Some(2);
    if is_fit { Ok(()) } else { Err(field.error("is not 2")) }
}

fn kind_of(media_type: &MediaType, config: Option<Family>, has_artifact_type: bool) -> Kind {
    match media_type.family() {
        Family::Index => Kind::Index,
        Family::Manifest if media_type.is_docker() => Kind::Image,
        Family::Manifest if config == Some(Family::Config) && !has_artifact_type => Kind::Image,
        _ => Kind::Artifact,
    }
}

impl View {
    /// The view of a text that was read in one pass.
    pub(super) fn of(text: &str, outline: &Outline) -> View {
        let all = |entries: &[Entry]| entries.iter().filter_map(|one| entry(text, one)).collect();
        let one = |stated: Option<Entry>| stated.and_then(|stated| entry(text, &stated));
        View {
            manifests: all(&outline.manifests),
            layers: all(&outline.layers),
            config: one(outline.config),
            annotations: annotations(outline.annotations.of(text)),
            subject: one(outline.subject),
            artifact_type: stated(outline.artifact_type.of(text)),
        }
    }

    fn read(members: &Members<'_, '_>, faults: &mut Faults) -> Result<View> {
        let mut view = View::default();
        for (key, field) in members.iter() {
            match key {
                "schemaVersion" => expect_version(key, &field, faults)?,
                "manifests" => {
                    view.manifests = descriptors(&field, Role::Document, Code::IndexTooLarge, faults)?;
                }
                "layers" | "blobs" => {
                    view.layers = descriptors(&field, Role::Content, Code::ManifestTooLarge, faults)?;
                }
                "config" => view.config = Some(field.descriptor(Role::Content, faults)?),
                "subject" if !field.is_null(Type::Object, faults) => {
                    view.subject = Some(field.descriptor(Role::Content, faults)?);
                }
                "annotations" if !field.is_null(Type::Object, faults) => {
                    let read = field.annotations(faults);
                    view.annotations = faults.carry(read)?.unwrap_or_default();
                }
                "artifactType" => {
                    let read = field.stated_type(faults);
                    view.artifact_type = faults.carry(read)?.filter(|text| !text.is_empty());
                }
                _ => {}
            }
        }
        Ok(view)
    }
}

/// A descriptor that was read in one pass, which is one that can be used.
pub(super) fn entry(text: &str, entry: &Entry) -> Option<Listed> {
    let digest = Digest::parse(entry.digest.of(text)).ok()?;
    let size = entry.size.of(text).parse().ok()?;
    Some(Listed::Sound(Descriptor {
        urls: texts(entry.urls.of(text)),
        annotations: annotations(entry.annotations.of(text)),
        platform: entry.platform.as_ref().map(|stated| platform(text, stated)),
        artifact_type: stated(entry.artifact_type.of(text)),
        ..Descriptor::new(MediaType::stated(entry.media_type.of(text)), digest, size)
    }))
}

/// A platform that was read in one pass.
pub(super) fn platform(text: &str, stated: &multiarch_reader::Platform) -> Platform {
    let part = |part: Span| part.of(text).to_owned();
    Platform {
        os: part(stated.os),
        architecture: part(stated.architecture),
        variant: part(stated.variant),
        os_version: part(stated.os_version),
        os_features: stated.features(text).map(str::to_owned).collect(),
    }
}

/// A text that is absent where it is empty.
fn stated(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// The texts of a list of nothing else; none where there is no list.
fn texts(list: &str) -> Vec<String> {
    Value::checked(list).elements().filter_map(Value::string).map(Cow::into_owned).collect()
}

/// The members of an object of texts; none where there is no object.
fn annotations(object: &str) -> Annotations {
    let pair =
        |(key, value): (Cow<'_, str>, Value<'_>)| Some((key.into_owned(), value.string()?.into_owned()));
    Annotations::from_pairs(Value::checked(object).members().filter_map(pair).collect())
}

/// An array of descriptors; `too_many` is the code for more than there can be.
fn descriptors(
    field: &Field<'_, '_>,
    role: Role,
    too_many: Code,
    faults: &mut Faults,
) -> Result<Vec<Listed>> {
    let mut descriptors = Vec::new();
    if field.is_null(Type::Array, faults) {
        return Ok(descriptors);
    }
    for (index, value) in field.of(Type::Array)?.elements().enumerate() {
        if index == limits::INDEX_ENTRIES {
            let problem = format!("has more than {} entries", limits::INDEX_ENTRIES);
            return Err(field.coded(too_many).error(&problem));
        }
        descriptors.push(field.element(index, value).descriptor(role, faults)?);
    }
    Ok(descriptors)
}
