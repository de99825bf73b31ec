//! `docker manifest` over a client and a store.

use js_sys::{Array, Object};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::call::Call;
use super::drafts::{entries_value, entry_value};
use super::edit::on_duplicate;
use super::objects::set;
use super::options::{self, Fields};
use super::thrown::json;
use crate::docker::drafts::annotate::{Changes, Unset, is_known_to_docker};
use crate::docker::drafts::create::{self, Created, Flattened, Moved, Options};
use crate::docker::drafts::plan::{Plan, plan};
use crate::docker::drafts::{self, push};
use crate::error::{Error, Result};
use crate::media_type::MediaType;
use crate::verbs::Taken;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlanView<'a> {
    digest: &'a str,
    media_type: &'a str,
    size: usize,
    body: &'a str,
    names: &'a [String],
    pushed: &'a [String],
    warnings: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    purged: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<Vec<String>>,
}

#[derive(Serialize)]
struct CreatedView<'a> {
    list: String,
    reused: &'a [String],
    moved: &'a [Moved],
    flattened: &'a [Flattened],
    warnings: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<PlanView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Error>,
}

fn plan_view(plan: &Plan, purged: Option<bool>, dry: bool) -> PlanView<'_> {
    PlanView {
        digest: plan.digest.as_str(),
        media_type: plan.media_type.as_str(),
        size: plan.body.len(),
        body: &plan.body,
        names: &plan.names,
        pushed: &plan.pushed,
        warnings: &plan.warnings,
        purged,
        steps: dry.then(|| plan.steps()),
    }
}

/// `[what was created as JSON, entries]`; with what was or would be pushed, or why a push would be refused.
fn created_value(created: &Created, plan: Option<&Plan>, refused: Option<Error>, dry: bool) -> JsValue {
    let view = CreatedView {
        list: created.reference.canonical(),
        reused: &created.reused,
        moved: &created.moved,
        flattened: &created.flattened,
        warnings: &created.warnings,
        plan: plan.map(|plan| plan_view(plan, None, dry)),
        refused,
    };
    Array::of2(&JsValue::from_str(&json(&view)), &entries_value(&created.entries)).into()
}

/// Docker's own text for `reference`, of a draft where there is one; with `list`, for an image of it.
pub(super) async fn inspect(call: &Call) -> Result<JsValue> {
    let (store, reference) = (call.store(), call.text("reference"));
    let verbose = call.raw("verbose").is_truthy();
    let text = match call.optional("list") {
        Some(list) => drafts::inspect_entry(&store, &list, &reference, verbose).await,
        None => drafts::inspect_any(call.session(), &store, &reference, verbose).await,
    };
    text.map(|text| JsValue::from_str(&text))
}

/// What of the sources is taken: `platforms` and `attestations`.
fn taken(given: &Fields<'_>) -> Result<Taken> {
    let platforms = given.raw("platforms");
    let platforms = platforms.dyn_ref::<Array>().map(Array::iter).into_iter().flatten();
    let platforms = platforms.map(|platform| options::platform(platform, None));
    let no_attestations = given.raw("attestations").as_bool() == Some(false);
    Ok(Taken { platforms: platforms.collect::<Result<_>>()?, no_attestations, keeps_first: false })
}

/// The type that a list is to have, by its media type.
fn list_type(given: &Fields<'_>) -> Result<Option<MediaType>> {
    given.text("type")?.map(|text| MediaType::parse(&text)).transpose()
}

/// Makes the draft `list` of `images`, or a list without a draft.
pub(super) async fn create_list(call: &Call) -> Result<JsValue> {
    let options = call.raw("options");
    let given = Fields::of("the options of create", &options)?;
    let tags = given.texts("tags")?;
    let is_dry = given.is_set("dryRun");
    let options = Options {
        amend: given.is_set("amend"),
        replace: given.is_set("replace"),
        refresh: given.is_set("refresh"),
        dry_run: is_dry,
        taken: taken(&given)?,
    };
    let media_type = list_type(&given)?;
    let (store, list, images) = (call.store(), call.text("list"), call.texts("images")?);
    if given.is_set("push") {
        let on_duplicate = on_duplicate(&given)?;
        let created = create::gather(call.session(), &list, &images, &options.taken, on_duplicate).await?;
        let plan = plan(&created.reference, &created.entries, &tags, media_type.as_ref())?;
        if !is_dry {
            push::execute(call.session(), &plan).await?;
        }
        return Ok(created_value(&created, Some(&plan), None, is_dry));
    }
    let created = drafts::create(call.session(), &store, &list, &images, &options).await?;
    // What only a push would refuse is no failure: a draft may wait for it to be mended.
    let planned = || plan(&created.reference, &created.entries, &tags, media_type.as_ref());
    let (plan, refused) = match is_dry.then(planned) {
        None => (None, None),
        Some(Ok(plan)) => (Some(plan), None),
        Some(Err(error)) => (None, Some(error)),
    };
    Ok(created_value(&created, plan.as_ref(), refused, true))
}

/// Pushes the draft `list`; what was or would be done, as JSON.
pub(super) async fn push_list(call: &Call) -> Result<JsValue> {
    let options = call.raw("options");
    let given = Fields::of("the options of push", &options)?;
    let options = push::Options {
        tags: given.texts("tags")?,
        purge: given.is_set("purge"),
        media_type: list_type(&given)?,
    };
    let (store, list) = (call.store(), call.text("list"));
    if given.is_set("dryRun") {
        let plan = push::planned(&store, &list, &options).await?;
        return Ok(JsValue::from_str(&json(&plan_view(&plan, None, true))));
    }
    let pushed = drafts::push(call.session(), &store, &list, &options).await?;
    Ok(JsValue::from_str(&json(&plan_view(&pushed.plan, Some(pushed.purged), false))))
}

/// Makes `changes` to `image` of the draft `list`; gives the entry, and whether docker's own table knows its platform.
pub(super) async fn annotate_list(call: &Call) -> Result<JsValue> {
    let changes = call.raw("changes");
    let given = Fields::of("the changes of annotate", &changes)?;
    let text = |name| given.text(name).map(Option::unwrap_or_default);
    let changes = Changes {
        os: text("os")?,
        architecture: text("arch")?,
        variant: text("variant")?,
        os_version: text("osVersion")?,
        os_features: given.texts("osFeatures")?,
        unset: given.texts("unset")?.iter().map(|name| Unset::parse(name)).collect::<Result<_>>()?,
    };
    let entry = drafts::annotate(&call.store(), &call.text("list"), &call.text("image"), &changes).await?;
    let known = entry.descriptor.platform.as_ref().is_some_and(is_known_to_docker);
    let result = Object::new();
    set(&result, "entry", &entry_value(&entry));
    set(&result, "known", &JsValue::from_bool(known));
    Ok(result.into())
}

/// Removes the drafts `lists`.
pub(super) async fn remove_lists(call: &Call) -> Result<JsValue> {
    drafts::rm(&call.store(), &call.texts("lists")?).await.map(|()| JsValue::UNDEFINED)
}
