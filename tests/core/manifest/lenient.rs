//! What is only carried along refuses nothing: shapes that registries serve and every other tool takes.
//!
//! Each row is read, keeps its bytes and is found faulty by the strict check, which what is written here has to pass.

use multiarch::descriptor::Listed;
use multiarch::docker::go_json::list_of_stated;
use multiarch::error::Code;
use multiarch::manifest::{Document, ImageConfig, Kind};
use multiarch::platform::Platform;
use multiarch::selection::{Options, Policy, not_found, select};

const SHA: &str = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

fn descriptor(media_type: &str, more: &str) -> String {
    format!(r#"{{"mediaType":"{media_type}","digest":"{SHA}","size":2{more}}}"#)
}

fn manifest(config: &str, layers: &str, more: &str) -> String {
    format!(r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","config":{config}{layers}{more}}}"#)
}

fn image(more: &str) -> String {
    manifest(&descriptor(CONFIG, ""), &format!(r#","layers":[{}]"#, descriptor(LAYER, "")), more)
}

fn image_with_layer(layer: &str) -> String {
    manifest(&descriptor(CONFIG, ""), &format!(r#","layers":[{layer}]"#), "")
}

/// An index of three entries: arm64, the one given, amd64.
fn index(middle: &str, more: &str) -> String {
    let entry = |architecture: &str| {
        descriptor(MANIFEST, &format!(r#","platform":{{"os":"linux","architecture":"{architecture}"}}"#))
    };
    format!(r#"{{"schemaVersion":2,"manifests":[{},{middle},{}]{more}}}"#, entry("arm64"), entry("amd64"))
}

#[track_caller]
fn read(body: &str) -> Document {
    let document = Document::parse(body.as_bytes().to_vec(), None, None);
    let document = document.unwrap_or_else(|error| panic!("{body}: {error}"));
    assert_eq!(document.bytes(), body.as_bytes());
    assert!(document.strict().is_err(), "{body} has no fault");
    document
}

#[test]
fn a_manifest_is_read_whatever_it_carries_along() {
    assert!(Document::parse(image("").into_bytes(), None, None).unwrap().strict().is_ok());
    let null = |key: &str| image(&format!(r#","{key}":null"#));
    let rows = [
        (image(r#","artifactType":"sbom""#), Kind::Artifact),
        (image(r#","artifactType":"vuln-scan""#), Kind::Artifact),
        (image(r#","artifactType":"""#), Kind::Image),
        (image(r#","artifactType":7"#), Kind::Image),
        (null("artifactType"), Kind::Image),
        (null("annotations"), Kind::Image),
        (image(r#","annotations":{"a":null}"#), Kind::Image),
        (image(r#","annotations":{"a":1}"#), Kind::Image),
        (image(r#","annotations":[]"#), Kind::Image),
        (null("subject"), Kind::Image),
        (image(r#","subject":{"digest":"?"}"#), Kind::Image),
        (image("").replace(r#""schemaVersion":2,"#, ""), Kind::Image),
        (image("").replace(r#""schemaVersion":2"#, r#""schemaVersion":null"#), Kind::Image),
        (
            image("")
                .replace(&format!(r#""mediaType":"{MANIFEST}","config""#), r#""mediaType":null,"config""#),
            Kind::Image,
        ),
        (
            image("").replace(&format!(r#""mediaType":"{MANIFEST}","config""#), r#""mediaType":"","config""#),
            Kind::Image,
        ),
        (manifest(&descriptor(CONFIG, ""), "", ""), Kind::Image),
        (manifest(&descriptor(CONFIG, ""), r#","layers":null"#, ""), Kind::Image),
        (manifest(&descriptor("application/json; charset=utf-8", ""), r#","layers":[]"#, ""), Kind::Artifact),
        (manifest("null", r#","layers":[]"#, ""), Kind::Artifact),
    ];
    for (body, kind) in rows {
        assert_eq!(read(&body).kind(), kind, "{body}");
    }
    assert_eq!(read(&image(r#","artifactType":"sbom""#)).artifact_type(), Some("sbom"));
    assert_eq!(read(&image(r#","annotations":{"a":null,"b":"c"}"#)).annotations().get("b"), Some("c"));
}

#[test]
fn a_layer_is_usable_whatever_its_type_and_odd_without_a_digest_or_size() {
    let types = ["tar", "", "text/plain; charset=utf-8"];
    for layer in types.map(|kind| descriptor(kind, "")) {
        let document = read(&image_with_layer(&layer));
        assert_eq!(document.kind(), Kind::Image);
        assert!(document.layers()[0].require().is_ok(), "{layer}");
    }
    for more in [r#","urls":null"#, r#","annotations":null"#, r#","platform":null"#, r#","data":null"#] {
        let document = read(&image_with_layer(&descriptor(LAYER, more)));
        assert!(document.layers()[0].require().is_ok(), "{more}");
    }
    let good = descriptor(LAYER, "");
    for (layer, path) in [
        (good.replace(SHA, "sha256:44"), "layers[0].digest"),
        (good.replace(r#""size":2"#, r#""size":-1"#), "layers[0].size"),
        (good.replace(r#","size":2"#, ""), "layers[0].size"),
        ("7".to_owned(), "layers[0]"),
        (descriptor(LAYER, r#","urls":"x""#), "layers[0].urls"),
    ] {
        let document = read(&image_with_layer(&layer));
        let error = document.layers()[0].require().unwrap_err();
        assert_eq!(error.code(), Code::DescriptorInvalid);
        assert_eq!(error.detail("path"), Some(&path.into()), "{layer}");
    }
}

#[test]
fn an_odd_entry_spoils_itself_alone_and_is_never_chosen() {
    let platform = r#","platform":{"os":"linux","architecture":"s390x"}"#;
    let good = descriptor(MANIFEST, platform);
    let odd = [
        good.replace(SHA, "latest"),
        good.replace(SHA, "sha256:../../x"),
        good.replace(r#""size":2"#, r#""size":-2"#),
        good.replace(r#""size":2"#, r#""size":null"#),
        good.replace(MANIFEST, "tar"),
        good.replace(MANIFEST, ""),
        good.replace(r#""os":"linux""#, r#""os":7"#),
        descriptor(MANIFEST, r#","platform":[]"#),
        descriptor(MANIFEST, r#","annotations":{"a":1}"#),
        "null".to_owned(),
        "{}".to_owned(),
    ];
    for entry in odd {
        let document = read(&index(&entry, ""));
        assert!(matches!(document.manifests()[1], Listed::Odd(_)), "{entry}");
        for policy in [Policy::Containerd, Policy::Strict, Policy::First, Policy::Podman] {
            let options = Options { policy, ..Options::default() };
            let chosen = |specifier: &str| {
                let wanted = Platform::parse(specifier, None).unwrap();
                select(document.manifests(), &wanted, &options).chosen
            };
            assert_eq!(chosen("linux/arm64"), Some(0), "{entry}");
            assert_eq!(chosen("linux/amd64"), Some(2), "{entry}");
            assert_eq!(chosen("linux/s390x"), None, "{entry}");
        }
        let wanted = Platform::parse("linux/s390x", None).unwrap();
        let selection = select(document.manifests(), &wanted, &Options::default());
        let reason = &selection.candidates[1].reason;
        assert!(reason.starts_with("cannot be used: manifests[1]"), "{reason}");
        let error = not_found(document.manifests(), &wanted, &selection);
        assert!(error.message().ends_with("it has linux/arm64 and linux/amd64"), "{error}");
        // It is shown, and stays where it is.
        assert_eq!(list_of_stated(document.manifests()).matches("mediaType").count(), 4);
        let view = serde_json::to_value(document.manifests()).unwrap();
        assert!(view[1]["problem"].as_str().unwrap().starts_with("manifests[1]"), "{view}");
        assert!(view[1].get("platform").is_none() && view[0].get("problem").is_none(), "{view}");
    }
}

#[test]
fn null_in_an_entry_is_absence() {
    let platform = r#","platform":{"os":"linux","architecture":"s390x""#;
    for more in [
        r#","platform":null"#.to_owned(),
        format!(r#"{platform},"os.features":null}}"#),
        format!(r#"{platform},"variant":null}}"#),
        format!(r#"{platform}}},"urls":null"#),
        format!(r#"{platform}}},"annotations":null"#),
        format!(r#"{platform}}},"artifactType":"x""#),
        format!(r#"{platform}}},"artifactType":null"#),
        r#","platform":{"architecture":"s390x"}"#.to_owned(),
    ] {
        let document = read(&index(&descriptor(MANIFEST, &more), ""));
        assert!(document.manifests()[1].require().is_ok(), "{more}");
        if more.starts_with(platform) {
            let wanted = Platform::parse("linux/s390x", None).unwrap();
            assert_eq!(select(document.manifests(), &wanted, &Options::default()).chosen, Some(1), "{more}");
        }
    }
    let good = descriptor(MANIFEST, "");
    for more in [r#","artifactType":"word""#, r#","annotations":null"#, r#","subject":null"#] {
        assert_eq!(read(&index(&good, more)).manifests().len(), 3);
    }
    assert!(read(r#"{"schemaVersion":2,"manifests":null}"#).manifests().is_empty());
}

#[test]
fn what_two_tools_read_in_two_ways_stays_refused() {
    for (body, code) in [
        (index("null", r#","config":null"#), Code::ManifestAmbiguous),
        (index("null", r#","layers":null"#), Code::ManifestAmbiguous),
        (image(r#","manifests":null"#), Code::ManifestAmbiguous),
        (image(r#","Layers":null"#), Code::ManifestAmbiguous),
        (index(r#"{"Digest":null}"#, ""), Code::ManifestAmbiguous),
        (index(r#"{"platform":{"OS":null}}"#, ""), Code::ManifestAmbiguous),
        (index(r#"{"size":1,"size":1}"#, ""), Code::JsonDuplicateKey),
        (r#"{"schemaVersion":2}"#.to_owned(), Code::ManifestInvalid),
        (r#"{"schemaVersion":2,"manifests":{}}"#.to_owned(), Code::ManifestInvalid),
        ("[]".to_owned(), Code::ManifestInvalid),
    ] {
        let error = Document::parse(body.clone().into_bytes(), None, None).unwrap_err();
        assert_eq!(error.code(), code, "{body}: {error}");
    }
}

#[test]
fn a_config_is_read_whatever_it_carries_along() {
    let rootfs = r#""rootfs":{"type":"layers","diff_ids":[]}"#;
    let amd64 = r#""architecture":"amd64","os":"linux""#;
    let good = format!("{{{amd64},{rootfs}}}");
    assert!(ImageConfig::parse(good.into_bytes(), None).unwrap().strict().is_ok());
    for (body, shown) in [
        (format!("{{{amd64}}}"), "linux/amd64"),
        (format!(r#"{{{amd64},{rootfs},"history":null}}"#), "linux/amd64"),
        (format!(r#"{{{amd64},{rootfs},"history":[{{"created":"x"}}]}}"#), "linux/amd64"),
        (format!(r#"{{{amd64},{rootfs},"created":"yesterday"}}"#), "linux/amd64"),
        (format!(r#"{{{amd64},{rootfs},"created":null}}"#), "linux/amd64"),
        (format!(r#"{{{amd64},{rootfs},"author":7}}"#), "linux/amd64"),
        (format!(r#"{{{amd64},"rootfs":null,"config":null}}"#), "linux/amd64"),
        (format!(r#"{{{amd64},{rootfs},"os.features":null}}"#), "linux/amd64"),
        (format!(r#"{{{amd64},{rootfs},"config":{{"Env":["x"]}}}}"#), "linux/amd64"),
        (format!(r#"{{"os":"linux",{rootfs}}}"#), "linux"),
        (format!(r#"{{"os":"linux","architecture":7,{rootfs}}}"#), "linux"),
        ("{}".to_owned(), "unknown"),
    ] {
        let config = ImageConfig::parse(body.clone().into_bytes(), None);
        let config = config.unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(config.platform().to_string(), shown, "{body}");
        assert_eq!(config.created(), None, "{body}");
        assert_eq!(config.strict().unwrap_err().code(), Code::ConfigInvalid, "{body}");
    }
    for (body, code) in [
        ("[]", Code::ConfigInvalid),
        (r#"{"OS":"linux"}"#, Code::ManifestAmbiguous),
        (r#"{"os":"linux","os":"linux"}"#, Code::JsonDuplicateKey),
    ] {
        assert_eq!(ImageConfig::parse(body.as_bytes().to_vec(), None).unwrap_err().code(), code, "{body}");
    }
}
