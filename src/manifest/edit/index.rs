//! Changes of the index itself: its annotations, subject, type of artifact and media type.

use super::Editor;
use super::text::{OF_INDEX, annotated, descriptor_text, refused_in_list, with_known_member};
use crate::descriptor::Descriptor;
use crate::error::{Error, Result};
use crate::json::{self, quote};
use crate::media_type::{DOCKER_LIST, MediaType};

impl Editor {
    /// Sets annotations of the index itself, and takes away those without a value. Fails with
    /// `MEDIA_TYPE_UNSUPPORTED` for a Docker list.
    pub fn annotate_index(&mut self, changes: &[(&str, Option<&str>)]) -> Result<&mut Editor> {
        self.refuse_in_list("annotations", changes.iter().any(|(_, value)| value.is_some()))?;
        self.text = annotated(&self.text, OF_INDEX, changes)?;
        Ok(self)
    }

    /// Sets or takes away the manifest that the index is about. Fails with `MEDIA_TYPE_UNSUPPORTED` for a Docker list.
    pub fn set_subject(&mut self, subject: Option<&Descriptor>) -> Result<&mut Editor> {
        self.refuse_in_list("subject", subject.is_some())?;
        let text = subject.map(descriptor_text);
        let root = json::parse(self.text.as_bytes())?;
        self.text = with_known_member(root, OF_INDEX, "subject", text.as_deref());
        Ok(self)
    }

    /// Sets or takes away the type of artifact that the index is. Fails with `MEDIA_TYPE_UNSUPPORTED` for a Docker list,
    /// and with `MEDIA_TYPE_INVALID`.
    pub fn set_artifact_type(&mut self, artifact_type: Option<&str>) -> Result<&mut Editor> {
        self.refuse_in_list("artifactType", artifact_type.is_some())?;
        let text = artifact_type.map(|text| Ok::<_, Error>(quote(MediaType::parse(text)?.as_str())));
        let text = text.transpose()?;
        let root = json::parse(self.text.as_bytes())?;
        self.text = with_known_member(root, OF_INDEX, "artifactType", text.as_deref());
        Ok(self)
    }

    /// Makes the index an OCI index or a Docker list. Fails with `MEDIA_TYPE_UNSUPPORTED`, naming the member, where a
    /// Docker list would lose one, and with `NOT_AN_INDEX` for another type.
    pub fn convert(&mut self, media_type: &MediaType) -> Result<&mut Editor> {
        let target = Editor::new(media_type)?;
        if self.media_type == target.media_type {
            return Ok(self);
        }
        if media_type.as_str() == DOCKER_LIST
            && let Some(lost) = self.lost_in_list()?
        {
            return Err(refused_in_list(&lost));
        }
        let text = quote(media_type.as_str());
        self.text = with_known_member(json::parse(self.text.as_bytes())?, OF_INDEX, "mediaType", Some(&text));
        self.media_type = media_type.clone();
        Ok(self)
    }
}
