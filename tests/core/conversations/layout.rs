//! How a conversation stands in its file: one exchange a line, so that a change can be reviewed. Keys, numbers and the
//! spelling of texts stay as they were written.

/// The member whose items have lines of their own, and the member that has a line for each item.
const STEPS: &str = "\"steps\"";
const EXCHANGES: &str = "\"exchanges\"";

/// JSON as it was written, but for the space between its parts.
enum Node<'a> {
    Object(Vec<(&'a str, Node<'a>)>),
    Array(Vec<Node<'a>>),
    Scalar(&'a str),
}

/// The same conversation in the form that the files have.
pub(crate) fn laid_out(text: &str) -> String {
    let mut rest = text;
    let node = read(&mut rest);
    assert!(rest.trim().is_empty(), "something follows the conversation: {rest}");
    let mut out = String::new();
    write_members(&node, 0, &mut out);
    out.push('\n');
    out
}

/// An object with a line for each member.
fn write_members(node: &Node<'_>, depth: usize, out: &mut String) {
    let Node::Object(members) = node else { panic!("not an object") };
    write_lines(('{', '}'), members, depth, out, |(name, value), out| {
        out.push_str(name);
        out.push_str(": ");
        match value {
            Node::Array(steps) if *name == STEPS => {
                write_lines(('[', ']'), steps, depth + 1, out, |step, out| {
                    write_members(step, depth + 2, out)
                })
            }
            Node::Array(items) if *name == EXCHANGES && !items.is_empty() => {
                write_lines(('[', ']'), items, depth + 1, out, write_in_line)
            }
            value => write_in_line(value, out),
        }
    });
}

fn write_lines<T>(
    (open, close): (char, char),
    items: &[T],
    depth: usize,
    out: &mut String,
    write: impl Fn(&T, &mut String),
) {
    out.push(open);
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at == 0 { "\n" } else { ",\n" });
        out.push_str(&"  ".repeat(depth + 1));
        write(item, out);
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
    out.push(close);
}

fn write_in_line(node: &Node<'_>, out: &mut String) {
    match node {
        Node::Scalar(text) => out.push_str(text),
        Node::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write_in_line(item, out);
            }
            out.push(']');
        }
        Node::Object(members) => {
            out.push('{');
            for (at, (name, value)) in members.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                out.push_str(name);
                out.push_str(": ");
                write_in_line(value, out);
            }
            out.push('}');
        }
    }
}

/// Reads one value of JSON that is known to be sound.
fn read<'a>(rest: &mut &'a str) -> Node<'a> {
    *rest = rest.trim_start();
    match rest.chars().next() {
        Some('{') => Node::Object(read_items(rest, '}', |rest| {
            let name = token(rest);
            take(rest, ':');
            (name, read(rest))
        })),
        Some('[') => Node::Array(read_items(rest, ']', read)),
        _ => Node::Scalar(token(rest)),
    }
}

fn read_items<'a, T>(rest: &mut &'a str, close: char, item: impl Fn(&mut &'a str) -> T) -> Vec<T> {
    *rest = rest[1..].trim_start();
    let mut items = Vec::new();
    while !rest.starts_with(close) {
        items.push(item(rest));
        *rest = rest.trim_start();
        if !rest.starts_with(close) {
            take(rest, ',');
        }
    }
    take(rest, close);
    items
}

fn take(rest: &mut &str, wanted: char) {
    let found = rest.trim_start().strip_prefix(wanted);
    *rest = found.unwrap_or_else(|| panic!("`{wanted}` is missing before {rest:.60}")).trim_start();
}

/// A text with its quotes, a number or a word.
fn token<'a>(rest: &mut &'a str) -> &'a str {
    let is_text = rest.starts_with('"');
    let mut is_escaped = false;
    let end = rest.char_indices().skip(usize::from(is_text)).find(|(_, letter)| {
        let ends = if is_text { *letter == '"' } else { ",]} \n\r\t".contains(*letter) };
        let was_escaped = is_escaped;
        is_escaped = *letter == '\\' && !was_escaped;
        ends && !was_escaped
    });
    let end = end.map_or(rest.len(), |(at, _)| at + usize::from(is_text));
    let (token, after) = rest.split_at(end);
    *rest = after;
    token
}

#[test]
fn an_exchange_is_a_line() {
    let text = r#"{"name":"a \"b\" \\","steps":[{"call":{"do":"head"},"exchanges":[{"expect":{"url":"x"},"answer":{"status":200,
        "fill":1e3}},{"expect":{"headers":{"a":[1,null]}}}],"outcome":{}},{"call":{},"exchanges":[],"delays":[1,2]}]}"#;
    let wanted = r#"{
  "name": "a \"b\" \\",
  "steps": [
    {
      "call": {"do": "head"},
      "exchanges": [
        {"expect": {"url": "x"}, "answer": {"status": 200, "fill": 1e3}},
        {"expect": {"headers": {"a": [1, null]}}}
      ],
      "outcome": {}
    },
    {
      "call": {},
      "exchanges": [],
      "delays": [1, 2]
    }
  ]
}
"#;
    assert_eq!(laid_out(text), wanted);
    assert_eq!(laid_out(wanted), wanted);
}
