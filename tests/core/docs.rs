//! What docs/errors.md says about the core. `UPDATE=1` writes its table anew.

use std::fs;
use std::path::Path;

use multiarch::error::Code;

const START: &str = "<!-- codes -->\n";
const END: &str = "<!-- /codes -->";

#[test]
fn every_error_code_is_in_the_docs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(START).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    let mut table = String::from("| code | what to do |\n|---|---|\n");
    for code in Code::ALL {
        table.push_str(&format!("| `{code}` | {} |\n", code.hint().replace('|', "\\|")));
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, format!("{before}{START}{table}{END}{after}")).unwrap();
    } else {
        assert!(written == table, "docs/errors.md is stale: run this test with UPDATE=1");
    }
}
