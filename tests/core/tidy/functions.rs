//! Functions are short and take few parameters. Left out are tests, and what JavaScript passes to `test()`.

use super::enforce;
use super::tree::{File, files};

const MAX_LINES: usize = 60;
const MAX_PARAMETERS: usize = 5;

#[derive(Debug, PartialEq, Eq)]
struct Function {
    name: String,
    lines: usize,
    parameters: usize,
}

/// The functions of a file as formatted code shows them: one ends where a brace closes at its own indentation. A
/// JavaScript function that makes an object declares the object's functions in it, and each of them is measured by itself.
fn functions(file: &File) -> Vec<Function> {
    let lines: Vec<&str> = file.text.lines().take_while(|line| line.trim_end() != "#[cfg(test)]").collect();
    let is_rust = file.has_extension(&["rs"]);
    let starts = |line: &str| if is_rust { rust_function(line) } else { javascript_function(line) };
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = starts(line) else { continue };
        if is_rust && at > 0 && lines[at - 1].trim() == "#[test]" {
            continue;
        }
        let indent = &line[..line.len() - line.trim_start().len()];
        let ends = |line: &&str| line.strip_prefix(indent).is_some_and(|rest| rest.starts_with('}'));
        let opens =
            lines[at..].iter().position(|line| line.trim_end().ends_with(['{', '}', ';'])).unwrap_or(0);
        let is_one_line = !lines[at + opens].trim_end().ends_with('{');
        let length = if is_one_line {
            opens + 1
        } else {
            lines[at..].iter().skip(opens + 1).position(ends).map_or(1, |end| end + opens + 2)
        };
        let nested: usize = if is_rust { 0 } else { nested(&lines[at + 1..at + length], indent) };
        let length = length - nested;
        let signature = lines[at..=at + opens].join(" ");
        found.push(Function {
            parameters: parameters(&signature[signature.find(&name).unwrap_or(0)..]),
            name,
            lines: length,
        });
    }
    found
}

/// The lines of the functions that stand in another one's body, a step further in.
fn nested(body: &[&str], outer: &str) -> usize {
    let indent = format!("{outer}  ");
    let mut count = 0;
    let mut open = false;
    for line in body {
        let Some(inside) = line.strip_prefix(&indent) else { continue };
        let is_at_indent = !inside.starts_with(' ');
        if is_at_indent && inside.ends_with('{') && (inside.contains("function ") || inside.ends_with("=> {"))
        {
            open = true;
        }
        count += usize::from(open);
        if is_at_indent && inside.starts_with('}') {
            open = false;
        }
    }
    count
}

/// The name of the function that a line begins.
fn rust_function(line: &str) -> Option<String> {
    let start = line.trim_start();
    let (before, rest) = start.split_once("fn ")?;
    let is_declared = before.split_whitespace().all(|word| {
        word.starts_with("pub") || matches!(word, "const" | "async" | "in" | "super)" | "crate)")
    });
    is_declared
        .then(|| rest.split(['(', '<']).next().unwrap_or_default().to_owned())
        .filter(|name| !name.is_empty())
}

fn javascript_function(line: &str) -> Option<String> {
    let start = line.trim_start();
    if let Some((before, rest)) = start.split_once("function") {
        let is_declared =
            before.split_whitespace().all(|word| matches!(word, "export" | "default" | "async"));
        let name = rest.trim_start_matches(['*', ' ']).split('(').next().unwrap_or_default();
        return (is_declared && rest.contains('(')).then(|| name.to_owned());
    }
    if let Some(rest) = start.trim_start_matches("export ").strip_prefix("const ") {
        let (name, value) = rest.split_once(" = ")?;
        let value = value.trim_start_matches("async ");
        let is_arrow = value.starts_with('(') && value.ends_with("=> {");
        return is_arrow.then(|| name.to_owned());
    }
    let method = start
        .trim_start_matches("static ")
        .trim_start_matches("async ")
        .trim_start_matches("get ")
        .trim_start_matches(['*', '#']);
    let (name, rest) = method.split_once('(')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
    let is_statement = matches!(name, "if" | "for" | "while" | "switch" | "catch" | "with");
    (is_name && !is_statement && start != line && rest.ends_with(") {")).then(|| name.to_owned())
}

/// How many parameters a signature takes, `self` aside.
fn parameters(signature: &str) -> usize {
    let generic = signature.find('<').filter(|at| signature.find('(').is_some_and(|open| *at < open));
    let from = generic.map_or(0, |at| at + closing(&signature[at..], '<', '>'));
    let Some(open) = signature[from..].find('(').map(|at| at + from) else { return 0 };
    let inside = &signature[open + 1..open + closing(&signature[open..], '(', ')')];
    let mut depth = 0;
    let mut parts = vec![String::new()];
    let mut before = ' ';
    for character in inside.chars() {
        match character {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '>' if before != '-' && before != '=' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        before = character;
        parts.last_mut().unwrap().push(character);
    }
    let is_self =
        |part: &str| part.trim_start_matches(['&', ' ']).trim_start_matches("mut ").starts_with("self");
    parts.iter().filter(|part| !part.trim().is_empty() && !is_self(part)).count()
}

/// Where the bracket at the start is closed.
fn closing(text: &str, open: char, close: char) -> usize {
    let mut depth = 0;
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        if character == open {
            depth += 1;
        } else if character == close && !(close == '>' && (before == '-' || before == '=')) {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        }
        before = character;
    }
    text.len().saturating_sub(1)
}

fn unwieldy(file: &File) -> Vec<String> {
    let is_too_much =
        |function: &Function| function.lines > MAX_LINES || function.parameters > MAX_PARAMETERS;
    let too_much = functions(file).into_iter().filter(is_too_much);
    too_much
        .map(|Function { name, lines, parameters }| {
            format!(
                "{name} has {lines} lines and {parameters} parameters; at most {MAX_LINES} and {MAX_PARAMETERS}"
            )
        })
        .collect()
}

#[test]
fn functions_are_short_and_take_little() {
    let mut files = files();
    files.retain(|file| file.has_extension(&["rs", "js", "jsx", "mjs"]));
    enforce(&files, unwieldy);
}

#[test]
fn functions_are_measured() {
    let rust = "impl A {\n    pub(super) async fn one<F: Fn(u8, u8) -> u8, G>(\n        &self,\n        a: (u8, u8),\n        b: impl Fn(u8, u8) -> u8,\n    ) -> B {\n        if a {\n        }\n    }\n\n    fn two(self) {}\n}\n\nfn three(\n    a: u8,\n) -> u8 {\n    a\n}\n#[cfg(test)]\nfn four() {}\n";
    let of = |name: &str, lines, parameters| Function { name: name.to_owned(), lines, parameters };
    assert_eq!(
        functions(&File::new("src/a.rs", rust)),
        [of("one", 8, 2), of("two", 1, 0), of("three", 5, 1)]
    );
    let script = "export async function one({ a, b }, c = [1, 2]) {\n  return 1;\n}\nconst two = (a) => {\n};\nclass A {\n  #three(a, b, c) {\n    if (a) {\n    }\n  }\n}\n";
    assert_eq!(
        functions(&File::new("pkg/a.js", script)),
        [of("one", 3, 2), of("two", 2, 1), of("three", 4, 3)]
    );
    let long = format!(
        "fn long(a: u8, b: u8, c: u8, d: u8, e: u8) {{\n{}}}\nfn wide(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8) {{}}\n",
        "    a();\n".repeat(59)
    );
    assert_eq!(unwieldy(&File::new("src/a.rs", &long)).len(), 2);
    let enough = long.replace("    a();\n    a();\n", "    a();\n").replace(", f: u8", "");
    assert_eq!(unwieldy(&File::new("src/a.rs", &enough)).len(), 0);
    let test = long.replace("fn long", "#[test]\nfn long").replace(", f: u8", "");
    assert_eq!(unwieldy(&File::new("tests/core/a.rs", &test)).len(), 0);
}
