//! What Rust and JavaScript both have to know is written in Rust, and generated into one file of the package; and what one
//! table of the package lists, exists.

use multiarch::error::Code;
use multiarch::media_type::{DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST};

use super::enforce;
use super::tree::{File, files};

/// What is generated from Rust.
const GENERATED: &str = "pkg/core/facts.js";

/// The media types of manifests and indexes.
const MANIFESTS: [&str; 4] = [OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST];

/// The registry that tests are made with: it shares nothing with what is tested.
const REGISTRY: &str = "pkg/testing/";

fn policies() -> Vec<String> {
    ["containerd", "strict", "first", "podman"].iter().map(|name| format!("\"{name}\"")).collect()
}

/// Hints, policies and media types of manifests that a file spells out.
fn copied_facts(file: &File) -> Vec<String> {
    let hints = Code::ALL.iter().map(|code| code.hint()).filter(|hint| file.text.contains(hint));
    let mut complaints: Vec<String> = hints.map(|hint| format!("spells out a hint: {hint}")).collect();
    let named = policies().iter().filter(|name| file.text.contains(name.as_str())).count();
    if named == policies().len() {
        complaints.push("lists the policies".to_owned());
    }
    if file.path.starts_with("pkg/") {
        let types = MANIFESTS.iter().filter(|media_type| file.text.contains(&format!("\"{media_type}\"")));
        complaints.extend(types.map(|media_type| format!("spells out a media type: {media_type}")));
    }
    complaints
}

/// The codes of a table that are raised around the core alone, so that in WebAssembly it has no hints of theirs; and where a
/// file raises one all the same.
fn raised_without_hint(table: &str, sources: &[File]) -> Vec<String> {
    let around = table.lines().filter(|line| line.contains(" around \""));
    let around: Vec<&str> = around.filter_map(|line| line.split_whitespace().next()).collect();
    let raises = |file: &File, code: &&&str| file.text.contains(&format!("Code::{code}"));
    let all = sources.iter().flat_map(|file| {
        around
            .iter()
            .filter(|code| raises(file, code))
            .map(|code| format!("{} raises {code}, which has no hint there", file.path))
    });
    all.collect()
}

#[test]
fn what_the_core_raises_has_a_hint() {
    let mut sources = files();
    sources.retain(File::is_rust_source);
    let table = sources.iter().find(|file| file.path == "src/error.rs").unwrap().text.clone();
    assert!(table.contains(" around \""));
    assert_eq!(raised_without_hint(&table, &sources), [""; 0]);
    let sample = [File::new("src/a.rs", "Error::new(Code::SpecInvalid, \"no\")")];
    assert_eq!(raised_without_hint(&table, &sample).len(), 1);
}

#[test]
fn hints_and_policies_are_generated() {
    let files = files();
    let scripts = files.iter().filter(|file| {
        ["pkg/", "www/"].iter().any(|room| file.path.starts_with(room))
            && file.has_extension(&["js", "jsx"])
            && file.path != GENERATED
            && !file.path.starts_with(REGISTRY)
    });
    enforce(scripts, copied_facts);
}

/// Commands without a row in the table of flags, and rows without a command.
fn unlisted_commands(table: &str, commands: &[&str]) -> Vec<String> {
    let rows: Vec<&str> =
        table.split("import(\"../commands/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let lost =
        commands.iter().filter(|command| !rows.contains(command)).map(|name| format!("{name} has no row"));
    let empty =
        rows.iter().filter(|row| !commands.contains(row)).map(|name| format!("{name} does not exist"));
    lost.chain(empty).collect()
}

#[test]
fn every_command_has_a_row_in_the_table_of_flags() {
    let files = files();
    let commands: Vec<&str> =
        files.iter().filter_map(|file| file.path.strip_prefix("pkg/cli/commands/")).collect();
    assert!(!commands.is_empty(), "no file to look at: the rule has lost its subject");
    let rows: String = files
        .iter()
        .filter(|file| file.path.starts_with("pkg/cli/flags/") && file.path.ends_with("-commands.js"))
        .map(|file| file.text.as_str())
        .collect();
    assert_eq!(unlisted_commands(&rows, &commands), Vec::<String>::new());
}

#[test]
fn copied_facts_are_seen() {
    let hint = Code::ALL[0].hint();
    let copied = |text: &str| copied_facts(&File::new("pkg/a.js", text)).len();
    assert_eq!(copied(&format!("const HINT = \"{hint}\";")), 1);
    assert_eq!(copied("[\"containerd\", \"strict\", \"first\", \"podman\"]"), 1);
    assert_eq!(copied("policy === \"first\""), 0);
    assert_eq!(copied(&format!("const TYPE = \"{OCI_INDEX}\";")), 1);
    let table = "load: () => import(\"../commands/ls.js\"),\nload: () => import(\"../commands/rm.js\"),";
    assert_eq!(
        unlisted_commands(table, &["ls.js", "tags.js"]),
        ["tags.js has no row", "rm.js does not exist"]
    );
}
