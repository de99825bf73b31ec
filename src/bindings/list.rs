//! `docker manifest` over a client and a store.

use std::rc::Rc;

use js_sys::{Array, Object, Promise};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::client::Client;
use super::host::{Host, set};
use super::options::Fields;
use super::store::{Store, entries_value, entry_value};
use super::{json, promise};
use crate::error::{Error, Result};
use crate::list::annotate::{Changes, Unset, is_known_to_docker};
use crate::list::create::{self, Created, Moved, Options};
use crate::list::plan::{Plan, plan};
use crate::list::{self, push};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlanView<'a> {
    digest: &'a str,
    media_type: &'a str,
    size: usize,
    body: &'a str,
    names: &'a [String],
    pushed: &'a [String],
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
        plan: plan.map(|plan| plan_view(plan, None, dry)),
        refused,
    };
    Array::of2(&JsValue::from_str(&json(&view)), &entries_value(&created.entries)).into()
}

#[wasm_bindgen]
impl Client {
    /// Docker's own text for a reference, of a draft where there is one; with `list`, for an image of it.
    pub fn inspect(
        &self,
        host: JsValue,
        store: JsValue,
        reference: String,
        list: Option<String>,
        verbose: bool,
    ) -> Promise {
        let client = Rc::clone(&self.0);
        promise(async move {
            let store = Store(store);
            let text = match list {
                Some(list) => list::inspect_entry(&store, &list, &reference, verbose).await,
                None => list::inspect_any(&client, &Host::new(host)?, &store, &reference, verbose).await,
            };
            text.map(|text| JsValue::from_str(&text))
        })
    }

    /// Makes a draft, or a list without one.
    #[wasm_bindgen(js_name = createList)]
    pub fn create_list(
        &self,
        host: JsValue,
        store: JsValue,
        list: String,
        images: Vec<String>,
        options: JsValue,
    ) -> Promise {
        let client = Rc::clone(&self.0);
        promise(async move {
            let given = Fields::of("the options of create", &options)?;
            let tags = given.texts("tags")?;
            let is_dry = given.is_set("dryRun");
            let options = Options {
                amend: given.is_set("amend"),
                replace: given.is_set("replace"),
                refresh: given.is_set("refresh"),
                dry_run: is_dry,
            };
            let (host, store) = (Host::new(host)?, Store(store));
            if given.is_set("push") {
                let created = create::gather(&client, &host, &list, &images).await?;
                let plan = plan(&created.reference, &created.entries, &tags)?;
                if !is_dry {
                    push::execute(&client, &host, &plan).await?;
                }
                return Ok(created_value(&created, Some(&plan), None, is_dry));
            }
            let created = list::create(&client, &host, &store, &list, &images, options).await?;
            // What only a push would refuse is no failure: a draft may wait for it to be mended.
            let (plan, refused) = match is_dry.then(|| plan(&created.reference, &created.entries, &tags)) {
                None => (None, None),
                Some(Ok(plan)) => (Some(plan), None),
                Some(Err(error)) => (None, Some(error)),
            };
            Ok(created_value(&created, plan.as_ref(), refused, true))
        })
    }

    /// Pushes a draft; what was or would be done, as JSON.
    #[wasm_bindgen(js_name = pushList)]
    pub fn push_list(&self, host: JsValue, store: JsValue, list: String, options: JsValue) -> Promise {
        let client = Rc::clone(&self.0);
        promise(async move {
            let given = Fields::of("the options of push", &options)?;
            let tags = given.texts("tags")?;
            let store = Store(store);
            if given.is_set("dryRun") {
                let plan = push::planned(&store, &list, &tags).await?;
                return Ok(JsValue::from_str(&json(&plan_view(&plan, None, true))));
            }
            let host = Host::new(host)?;
            let purge = given.is_set("purge");
            let pushed = list::push(&client, &host, &store, &list, &tags, purge).await?;
            Ok(JsValue::from_str(&json(&plan_view(&pushed.plan, Some(pushed.purged), false))))
        })
    }
}

/// Changes an image of a draft; gives the entry, and whether docker's own table knows its platform.
#[wasm_bindgen(js_name = annotateList)]
pub fn annotate_list(store: JsValue, list: String, image: String, changes: JsValue) -> Promise {
    promise(async move {
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
        let entry = list::annotate(&Store(store), &list, &image, &changes).await?;
        let known = entry.descriptor.platform.as_ref().is_some_and(is_known_to_docker);
        let result = Object::new();
        set(&result, "entry", &entry_value(&entry));
        set(&result, "known", &JsValue::from_bool(known));
        Ok(result.into())
    })
}

/// Removes drafts.
#[wasm_bindgen(js_name = removeLists)]
pub fn remove_lists(store: JsValue, lists: Vec<String>) -> Promise {
    promise(async move { list::rm(&Store(store), &lists).await.map(|()| JsValue::UNDEFINED) })
}
