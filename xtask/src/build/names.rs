//! After the second step: names of what the module imports, without the hashes that wasm-bindgen ends them with. It keeps names of
//! several crates apart by them; in one module a number does where two are left alike. Hashes do not compress, and each name stands
//! in the module and in the glue.

use std::collections::HashSet;

use anyhow::{Context, Result, bail};

use super::bind::Bound;

/// The section of a module that lists its imports, and the kind of those that are functions.
const IMPORTS: u8 = 2;
const FUNCTION: u8 = 0;
/// How many bytes begin a module, before its sections.
const HEAD: usize = 8;
/// How many hexadecimal digits a hash has.
const HASH: usize = 16;

/// The same module and glue with shorter names between them.
pub(super) fn shorten(bound: Bound) -> Result<Bound> {
    let Bound { wasm, mut glue } = bound;
    let mut rest = Bytes(&wasm);
    let mut shortened = rest.take(HEAD)?.to_vec();
    let mut taken = HashSet::new();
    while !rest.0.is_empty() {
        let id = rest.byte()?;
        let section = rest.sized()?;
        let section = if id == IMPORTS { imports(section, &mut glue, &mut taken)? } else { section.to_vec() };
        shortened.push(id);
        push_sized(&mut shortened, &section);
    }
    Ok(Bound { wasm: shortened, glue })
}

/// The section of the imports with shorter names, which the glue gets as well.
fn imports(section: &[u8], glue: &mut String, taken: &mut HashSet<String>) -> Result<Vec<u8>> {
    let mut rest = Bytes(section);
    let count = rest.number()?;
    let mut shortened = Vec::with_capacity(section.len());
    push_number(&mut shortened, count);
    for _ in 0..count {
        push_sized(&mut shortened, rest.sized()?);
        let name = str::from_utf8(rest.sized()?)?;
        if rest.byte()? != FUNCTION {
            bail!("the module imports {name}, which is no function");
        }
        let short =
            short(name, |short| taken.contains(short) || glue.contains(&format!("function {short}(")));
        *glue = glue.replace(name, &short);
        push_sized(&mut shortened, short.as_bytes());
        shortened.push(FUNCTION);
        push_number(&mut shortened, rest.number()?);
        taken.insert(short);
    }
    Ok(shortened)
}

/// A name without the hash at its end, with a number where that one is taken.
fn short(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let Some((plain, hash)) = name.rsplit_once('_') else { return name.to_owned() };
    if hash.len() != HASH || !hash.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return name.to_owned();
    }
    let numbered = |number: usize| if number == 0 { plain.to_owned() } else { format!("{plain}_{number}") };
    (0..).map(numbered).find(|short| !is_taken(short)).unwrap_or_else(|| name.to_owned())
}

/// What is left of a module.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).context("the module is cut off")?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        let (&first, rest) = self.0.split_first().context("the module is cut off")?;
        self.0 = rest;
        Ok(first)
    }

    /// A number in LEB128.
    fn number(&mut self) -> Result<u32> {
        let mut number = 0;
        for shift in (0..u32::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        bail!("a number of the module has no end")
    }

    /// Bytes that follow their length.
    fn sized(&mut self) -> Result<&'a [u8]> {
        let length = self.number()?;
        self.take(usize::try_from(length)?)
    }
}

fn push_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number > 0x7f {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn push_sized(bytes: &mut Vec<u8>, content: &[u8]) {
    push_number(bytes, content.len() as u32);
    bytes.extend_from_slice(content);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A module that imports functions by these names, with a section behind them.
    fn module(names: &[&str]) -> Vec<u8> {
        let mut section = Vec::new();
        push_number(&mut section, names.len() as u32);
        for name in names {
            push_sized(&mut section, b"./a.js");
            push_sized(&mut section, name.as_bytes());
            section.extend([FUNCTION, 0]);
        }
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        wasm.push(1);
        push_sized(&mut wasm, &[1, 0x60, 0, 0]);
        wasm.push(IMPORTS);
        push_sized(&mut wasm, &section);
        wasm.push(10);
        push_sized(&mut wasm, &[0]);
        wasm
    }

    #[test]
    fn names_lose_their_hashes_and_stay_apart() {
        let long = [
            "__wbg_get_0123456789abcdef",
            "__wbg_get_fedcba9876543210",
            "__wbg_document_new",
            "__wbg_now_0000000000000001",
            "__wbg_set_wasm_0000000000000002",
        ];
        let short = ["__wbg_get", "__wbg_get_1", "__wbg_document_new", "__wbg_now", "__wbg_set_wasm_1"];
        let glue = |names: &[&str]| {
            names.iter().map(|name| format!("export function {name}() {{}}\n")).collect::<String>()
        };
        let own = "export function __wbg_set_wasm() {}\n";
        let found = shorten(Bound { wasm: module(&long), glue: glue(&long) + own }).unwrap();
        assert_eq!(found.glue, glue(&short) + own);
        assert_eq!(found.wasm, module(&short));
    }

    #[test]
    fn lengths_that_need_two_bytes_are_read_and_written() {
        let long = format!("{}_0123456789abcdef", "a".repeat(300));
        let found = shorten(Bound { wasm: module(&[&long]), glue: String::new() }).unwrap();
        assert_eq!(found.wasm, module(&[&"a".repeat(300)]));
    }

    #[test]
    fn a_module_that_is_cut_off_is_refused() {
        let wasm = module(&["__wbg_get_0123456789abcdef"]);
        for length in [0, HEAD - 1, HEAD + 1, wasm.len() - 1] {
            let bound = Bound { wasm: wasm.get(..length).unwrap().to_vec(), glue: String::new() };
            assert!(shorten(bound).is_err(), "{length}");
        }
        let mut other = module(&["memory"]);
        let at = other.windows(2).rposition(|pair| pair == [b'y', FUNCTION]).unwrap();
        *other.get_mut(at + 1).unwrap() = 2;
        assert!(shorten(Bound { wasm: other, glue: String::new() }).is_err());
    }
}
