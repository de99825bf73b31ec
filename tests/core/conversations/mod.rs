//! Recorded conversations with registries, honest and hostile: `tests/conversations/TOPIC/CASE.json`.
//!
//! A file is one case, which is `{name, options?, credentials?, canaries?, steps}`; its steps share
//! one client. A step is `{call, now?, credentials?, exchanges, outcome}`: the call is made, every request must be the next
//! one expected, the outcome must be the one stated, and nothing may be left over. A long text can be written as
//! `{before?, repeat, times, after?}`. Time is virtual: `now` is where a
//! step starts, `delays` are all the waits in it.

mod layout;
mod replay;

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};

use multiarch::descriptor::{Descriptor, Listed};
use multiarch::digest::Digest;
use multiarch::docker::drafts::push;
use multiarch::error::{Code, Detail, Error, Result};
use multiarch::http::{Read, Retry, Transport};
use multiarch::manifest::Document;
use multiarch::media_type::MediaType;
use multiarch::platform::Platform;
use multiarch::reference::Reference;
use multiarch::registry::trust::registry_entry;
use multiarch::registry::{self, Client, Insecure, Options, PrivateAddresses};
use multiarch::selection::{Policy, Wanted};
use multiarch::verbs::{self, CopyOptions, CreateOptions, Expect, Source};
use serde_json::{Value, json};

use crate::support::clock::{Time, block_on};
use crate::support::host::Host;
use crate::support::store::{Memory, entry};
use replay::Replay;

const NULL: Value = Value::Null;

fn options(value: &Value) -> Options {
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    Options {
        insecure: match &value["insecure"] {
            Value::Bool(true) => Insecure::All,
            Value::Array(_) => Insecure::Domains(texts(&value["insecure"])),
            _ => Insecure::None,
        },
        registries: match &value["registries"] {
            Value::Null => None,
            entries => Some(texts(entries).iter().map(|entry| registry_entry(entry).unwrap()).collect()),
        },
        private: match value["privateAddresses"].as_str() {
            Some("none") => PrivateAddresses::None,
            Some("listed") => PrivateAddresses::Listed,
            _ => PrivateAddresses::Any,
        },
        trusted_realms: texts(&value["trustedRealms"]),
        upload_origins: texts(&value["uploadOrigins"]),
        user_agent: value["userAgent"].as_str().map(str::to_owned),
        via: value["via"].as_str().map(str::to_owned),
        retry: Retry {
            attempts: value["retry"]["attempts"]
                .as_u64()
                .map_or(Retry::default().attempts, |count| count as u32),
            max_delay_ms: value["retry"]["maxDelayMs"].as_u64().unwrap_or(Retry::default().max_delay_ms),
        },
        ..Options::default()
    }
}

/// Makes one call; what it gives is described in JSON.
fn run(client: &Client, host: &Host<Replay<'_>>, call: &Value) -> Result<Value> {
    let reference = Reference::parse(call["reference"].as_str().unwrap())?;
    let wanted = call["platform"].as_str().map(|specifier| Wanted {
        platform: Platform::parse(specifier, None).unwrap(),
        policy: call["policy"].as_str().map_or(Policy::Containerd, |name| Policy::parse(name).unwrap()),
        host: None,
    });
    let wanted = wanted.as_ref();
    match call["do"].as_str().unwrap() {
        "head" => block_on(registry::head(client.on(host), &reference)).map(|descriptor| json!(descriptor)),
        "resolve" => block_on(verbs::resolve(client.on(host), &reference, wanted)).map(|resolved| {
            json!({"digest": resolved.descriptor.digest, "mediaType": resolved.descriptor.media_type,
                "reference": resolved.reference, "path": resolved.path, "chosen": wanted.and_then(|wanted| resolved.selection(wanted)).map(|selection| selection.chosen)})
        }),
        "manifest" => block_on(verbs::manifest(client.on(host), &reference, wanted)).map(
            |document| json!({"digest": document.digest().as_str(), "kind": document.kind().as_str(), "size": document.size()}),
        ),
        "raw" => block_on(verbs::raw(client.on(host), &reference, wanted))
            .map(|fetched| json!({"text": String::from_utf8(fetched.bytes).unwrap()})),
        "config" => block_on(verbs::config(client.on(host), &reference, wanted))
            .map(|config| json!({"platform": config.platform().to_string()})),
        "blob" => {
            let digest = Digest::parse(call["digest"].as_str().unwrap())?;
            let Read { bytes, .. } = block_on(async {
                let response = registry::blob(client.on(host), &reference, &digest).await?;
                host.read(response.body, 1 << 20).await
            })?;
            Ok(json!({"text": String::from_utf8(bytes).unwrap()}))
        }
        "blobSize" => {
            let digest = Digest::parse(call["digest"].as_str().unwrap())?;
            let headers = block_on(registry::blob_headers(client.on(host), &reference, &digest))?;
            Ok(json!({"size": registry::stated_size(&headers)}))
        }
        "tags" => block_on(registry::tags(client.on(host), &reference, call["page"].as_str()))
            .map(|page| json!({"tags": page.tags, "next": page.next})),
        "rateLimit" => block_on(registry::rate_limit(client.on(host), &reference)).map(|limit| json!(limit)),
        "push" => pushed(client, host, call, &reference),
        // A login is about a registry: no error of it names a reference.
        "login" => match block_on(registry::login(client.on(host), reference.domain())) {
            Ok(verified) => Ok(json!({"verified": verified})),
            Err(error) if error.reference().is_some() => panic!("{error} names a reference"),
            Err(error) => Err(error.with_reference(reference.domain())),
        },
        "create" => created(client, host, call, &reference),
        "pushDocument" | "mount" | "upload" | "copy" | "referrers" | "delete" => {
            written(client, host, call, &reference)
        }
        other => panic!("no call {other}"),
    }
}

fn texts(call: &Value, name: &str) -> Vec<String> {
    call[name].as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// What a tag is expected to be, as JavaScript says it.
fn expected(call: &Value) -> Result<Expect> {
    match call.get("expect") {
        None => Ok(Expect::Anything),
        Some(Value::Null) => Ok(Expect::Nothing),
        Some(text) => Digest::parse(text.as_str().unwrap()).map(Expect::Digest),
    }
}

/// Creates an index of the call's sources.
fn created(client: &Client, host: &Host<Replay<'_>>, call: &Value, reference: &Reference) -> Result<Value> {
    let mut targets = vec![reference.clone()];
    for text in texts(call, "further") {
        targets.push(Reference::parse(&text)?);
    }
    let sources = texts(call, "sources");
    let sources: Vec<Source> =
        sources.iter().map(|text| Source::at(text, reference)).collect::<Result<_>>()?;
    let options = CreateOptions {
        expect: Some(expected(call)?),
        dry_run: call["dryRun"].as_bool().unwrap_or_default(),
        ..CreateOptions::default()
    };
    let published = block_on(verbs::create(client.on(host), &targets, &sources, &options))?;
    Ok(json!({"digest": published.document.digest().as_str(), "references": published.references,
        "steps": published.steps, "lost": published.lost}))
}

/// Makes one of the calls that write, or that list what was written.
fn written(client: &Client, host: &Host<Replay<'_>>, call: &Value, reference: &Reference) -> Result<Value> {
    let digest = || Digest::parse(call["digest"].as_str().unwrap());
    let from = || Reference::parse(call["from"].as_str().unwrap());
    let heard = || host.heard.borrow().clone();
    match call["do"].as_str().unwrap() {
        "pushDocument" => {
            let document = Document::parse(call["document"].as_str().unwrap().into(), None, None)?;
            let mut references = vec![reference.clone()];
            for text in texts(call, "further") {
                references.push(Reference::parse(&text)?);
            }
            let expect = expected(call)?;
            let wait = call["wait"].as_bool().unwrap_or_default();
            block_on(verbs::push(client.on(host), &document, &references, &expect, wait))
                .map(|pushed| json!({"digest": pushed.digest, "slept": *host.time.slept.borrow()}))
        }
        "mount" => block_on(verbs::mount_blob(client.on(host), &digest()?, &from()?, reference))
            .map(|mounted| json!({"mounted": mounted})),
        "upload" => {
            let content = match call["fill"].as_u64() {
                Some(count) => vec![b' '; usize::try_from(count).unwrap()],
                None => call["content"].as_str().unwrap().as_bytes().to_vec(),
            };
            let size = call["size"].as_u64().unwrap_or(content.len() as u64);
            let blob = Descriptor::new(MediaType::parse("a/b")?, digest()?, size);
            block_on(verbs::upload(client.on(host), reference, &blob, content.into()))
                .map(|()| json!({"heard": heard(), "slept": *host.time.slept.borrow()}))
        }
        "copy" => {
            let wanted = texts(call, "platforms")
                .iter()
                .map(|text| Wanted { platform: Platform::parse(text, None).unwrap(), ..Wanted::default() })
                .collect();
            let no_attestations = call["attestations"] == json!(false);
            let options = CopyOptions { wanted, no_attestations, ..CopyOptions::default() };
            block_on(verbs::copy(client.on(host), &from()?, reference, &options)).map(|copied| {
                json!({"digest": copied.descriptor.digest, "preserved": copied.is_preserved, "heard": heard()})
            })
        }
        "referrers" => {
            let page = call["page"].as_str();
            block_on(registry::referrers(client.on(host), reference, call["artifactType"].as_str(), page))
                .map(|page| described(&page))
        }
        _ => block_on(verbs::delete(client.on(host), reference)).map(|()| json!({})),
    }
}

/// A page of referrers; `problems` only where a descriptor cannot be used.
fn described(page: &registry::ReferrerPage) -> Value {
    let sound = page.referrers.iter().filter_map(Listed::sound);
    let digests: Vec<_> = sound.map(|referrer| referrer.digest.as_str()).collect();
    let problems = page.referrers.iter().filter_map(|referrer| referrer.require().err());
    let problems: Vec<_> = problems.map(|error| error.message().to_owned()).collect();
    let mut described = json!({"subject": page.subject.canonical(), "referrers": digests, "next": page.next});
    if !problems.is_empty() {
        described["problems"] = json!(problems);
    }
    described
}

/// Pushes the draft of a call, and adds to the outcome how many drafts are left.
fn pushed(client: &Client, host: &Host<Replay<'_>>, call: &Value, reference: &Reference) -> Result<Value> {
    let store = Memory::default();
    if let Some(draft) = call["draft"].as_array() {
        let entries = draft.iter().map(entry).collect();
        store.0.borrow_mut().insert(reference.canonical(), entries);
    }
    let tags: Vec<String> =
        call["tags"].as_array().into_iter().flatten().map(|tag| tag.as_str().unwrap().to_owned()).collect();
    let purge = call["purge"].as_bool().unwrap_or_default();
    let options = push::Options { tags, purge, media_type: None };
    let result = block_on(push::push(client.on(host), &store, &reference.canonical(), &options));
    let drafts = store.0.borrow().len();
    match result {
        Ok(pushed) => Ok(json!({"digest": pushed.plan.digest.as_str(), "pushed": pushed.plan.pushed,
            "purged": pushed.purged, "drafts": drafts})),
        Err(error) => Err(error.with_detail("drafts", drafts as u64)),
    }
}

/// Compares an error with `{error, status?, message?, hint?, details?}`; texts must be contained.
fn check_error(error: &Error, outcome: &Value) {
    assert_eq!(Some(error.code().as_str()), outcome["error"].as_str(), "{error}");
    if let Some(status) = outcome["status"].as_u64() {
        assert_eq!(error.status().map(u64::from), Some(status));
    }
    for (wanted, text) in [(&outcome["message"], error.message()), (&outcome["hint"], error.hint())] {
        if let Some(wanted) = wanted.as_str() {
            assert!(text.contains(wanted), "{text:?} does not say {wanted:?}");
        }
    }
    if let Some(drafts) = outcome["drafts"].as_u64() {
        assert_eq!(error.detail("drafts"), Some(&Detail::Number(drafts)));
    }
    for (name, wanted) in outcome["details"].as_object().into_iter().flatten() {
        let found = match error.detail(name) {
            Some(Detail::Text(text)) => json!(text),
            Some(Detail::List(list)) => json!(list),
            Some(Detail::Number(number)) => json!(number),
            None => NULL,
        };
        assert_eq!(found, *wanted, "detail {name}");
    }
    assert!(error.message().len() < 2048 && !error.message().chars().any(char::is_control));
    let is_local = matches!(error.code(), Code::DraftUnknown);
    assert!(error.reference().is_some(), "{error} does not say about what");
    assert!(is_local || error.registry().is_some(), "{error} does not say about which registry");
}

/// Plays one case; gives the number of requests and of searches for secrets.
pub(crate) fn play(case: &Value) -> (usize, usize) {
    let client = Client::new(options(&case["options"]));
    let (mut requests, mut searched) = (0, 0);
    for step in case["steps"].as_array().unwrap() {
        let exchanges: Vec<&Value> = step["exchanges"].as_array().unwrap().iter().collect();
        requests += exchanges.len();
        let host = Host(Replay {
            exchanges: RefCell::new(exchanges.into()),
            credentials: step.get("credentials").unwrap_or(&case["credentials"]),
            canaries: &case["canaries"],
            time: Time::at(step["now"].as_u64().unwrap_or(1_700_000_000_000)),
            searched: Cell::new(0),
            heard: RefCell::default(),
        });
        let outcome = &step["outcome"];
        match run(&client, &host, &step["call"]) {
            Ok(found) => {
                assert!(outcome["error"].is_null(), "{found} instead of {outcome}");
                for (name, wanted) in outcome.as_object().unwrap() {
                    assert_eq!(found[name], *wanted, "{name}");
                }
                host.search(&found.to_string());
            }
            Err(error) => {
                assert!(outcome["error"].is_string(), "{error:?} instead of {outcome}");
                check_error(&error, outcome);
                host.search(&format!("{error}\n{}\n{error:?}\n{}", error.hint(), json!(error)));
            }
        }
        assert!(host.exchanges.borrow().is_empty(), "requests were expected that were not made");
        if let Some(delays) = step["delays"].as_array() {
            assert_eq!(json!(*host.time.slept.borrow()), json!(delays), "delays");
        }
        searched += host.searched.get();
    }
    (requests, searched)
}

/// The files of all conversations, in the order of their paths.
fn files() -> Vec<PathBuf> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let mut paths: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let topics = entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations"));
    topics.iter().flat_map(|topic| entries(topic)).collect()
}

/// Every case, under the name of its topic and its own.
pub(crate) fn cases() -> Vec<(String, Value)> {
    let case = |file: &PathBuf| {
        let mut case: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        repeat(&mut case);
        let topic = file.parent().unwrap().file_name().unwrap().display().to_string();
        (format!("{topic}: {}", case["name"]), case)
    };
    files().iter().map(case).collect()
}

/// Puts the text that is meant in the place of every `{before?, repeat, times, after?}`.
fn repeat(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(repeat),
        Value::Object(members) if members.contains_key("repeat") => {
            let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
            let times = usize::try_from(members["times"].as_u64().unwrap()).unwrap();
            *value = json!(format!("{}{}{}", text("before"), text("repeat").repeat(times), text("after")));
        }
        Value::Object(members) => members.values_mut().for_each(repeat),
        _ => {}
    }
}

/// `UPDATE=1` writes them anew.
#[test]
fn every_conversation_has_one_exchange_a_line() {
    let mut others = Vec::new();
    for file in files() {
        let text = std::fs::read_to_string(&file).unwrap();
        let wanted = layout::laid_out(&text);
        if text == wanted {
            continue;
        }
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&file, wanted).unwrap();
        } else {
            others.push(file);
        }
    }
    assert!(others.is_empty(), "run this test with UPDATE=1: {others:#?}");
}

#[test]
fn every_conversation_goes_as_recorded() {
    let (mut requests, mut searched) = (0, 0);
    let mut failed = Vec::new();
    let all = cases();
    for (name, case) in &all {
        match std::panic::catch_unwind(|| play(case)) {
            Ok((sent, looked)) => {
                requests += sent;
                searched += looked;
            }
            Err(_) => failed.push(name.as_str()),
        }
    }
    let cases = all.len();
    println!("{cases} conversations, {requests} requests, {searched} searches for secrets");
    assert!(failed.is_empty(), "{} of {cases} failed:\n{}", failed.len(), failed.join("\n"));
    assert!(cases >= 780, "only {cases} conversations were found");
}
