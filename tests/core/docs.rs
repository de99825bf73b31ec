//! What docs/ say about the core. `UPDATE=1` writes their tables anew.

use std::fs;
use std::path::Path;

use multiarch::archive::Finding;
use multiarch::error::Code;

/// Holds the part of a document between two comments of that name against what it should be.
fn hold(file: &str, name: &str, table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = fs::read_to_string(&path).unwrap();
    let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = text.split_once(&start).unwrap();
    let (written, after) = rest.split_once(&end).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, format!("{before}{start}{table}{end}{after}")).unwrap();
    } else {
        assert!(written == table, "{file} is stale: run this test with UPDATE=1");
    }
}

#[test]
fn every_error_code_is_in_the_docs() {
    let mut table = String::from("| code | what to do |\n|---|---|\n");
    for code in Code::ALL {
        table.push_str(&format!("| `{code}` | {} |\n", code.hint().replace('|', "\\|")));
    }
    hold("docs/errors.md", "codes", &table);
}

#[test]
fn every_finding_of_an_archive_is_in_the_docs() {
    let mut table = String::from("| code | what it means |\n|---|---|\n");
    for finding in Finding::ALL {
        table.push_str(&format!("| `{}` | {} |\n", finding.as_str(), finding.about()));
    }
    hold("docs/layers.md", "findings", &table);
}
