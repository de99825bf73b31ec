//! Platforms as text.
//!
//! Source: containerd/platforms `Parse`. The two forms that other tools use for a version
//! (crane's colon, regctl's comma) and the names that `uname -m`, `process.arch` and `process.platform` give
//! are read where containerd has an error or a name that no image carries.
//!
//! ```text
//! specifier    = first [ "/" component [ "/" component ] ] [ ":" version / ",osver=" version ]
//! first        = 1*( ALNUM / "_" / "-" ) [ "(" [ option ] *( "+" option ) ")" ]
//! option       = 1*( ALNUM / "_" / "-" / "." / "%" )                             percent-encoded
//! component    = 1*( ALNUM / "_" / "-" / "." )                                   neither "." nor ".."
//! version      = 1*( ALNUM / "_" / "-" / "." / "+" )                             as it is
//! ```

use crate::error::{Code, Error, Result};
use crate::platform::{Platform, normalize};

/// Names that stand alone for an os.
const SYSTEMS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "windows",
    "zos",
];

/// Names that stand alone for an architecture.
const ARCHITECTURES: &[&str] = &[
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "arm64",
    "arm64be",
    "armbe",
    "loong64",
    "mips",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "mipsle",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

/// What Node's `process.platform` says instead of an os.
const SYSTEM_ALIASES: &[(&str, &str)] = &[("win32", "windows"), ("sunos", "solaris")];

/// What `uname -m` or Node's `process.arch` say instead of an architecture and variant. Names that
/// normalisation knows (`x86_64`, `aarch64`, `i386`) are not repeated here.
const ARCHITECTURE_ALIASES: &[(&str, &str, &str)] = &[
    ("armv5l", "arm", "v5"),
    ("armv5tel", "arm", "v5"),
    ("armv6l", "arm", "v6"),
    ("armv7l", "arm", "v7"),
    ("armv8l", "arm", "v8"),
    ("i486", "386", ""),
    ("i586", "386", ""),
    ("i686", "386", ""),
    ("ia32", "386", ""),
    ("loongarch64", "loong64", ""),
    ("mips64el", "mips64le", ""),
    ("mipsel", "mipsle", ""),
    ("x64", "amd64", ""),
];

/// Parses a specifier; see [`Platform::parse`].
pub(super) fn parse(specifier: &str, host: Option<&Platform>) -> Result<Platform> {
    let invalid = |reason: &str| {
        Error::new(Code::PlatformInvalid, format!("platform \"{specifier}\" is not valid: {reason}"))
            .with_detail("specifier", specifier)
    };
    if specifier.contains('*') {
        return Err(invalid("there are no wildcards")
            .with_hint("Ask for one platform at a time, for example linux/arm64."));
    }
    let (head, version) = split_version(specifier).map_err(|reason| invalid(&reason))?;
    let parts: Vec<&str> = head.split('/').collect();
    let (first, others) = match parts.as_slice() {
        [first, others @ ..] if others.len() <= 2 => (*first, others),
        _ => return Err(invalid("there are more than three parts between slashes")),
    };
    let (os, options) = first_part(first).map_err(|reason| invalid(&reason))?;
    if let Some(component) = others.iter().find(|component| !is_component(component)) {
        return Err(invalid(&format!(
            "\"{component}\" may only be letters, digits, `_`, `-` and `.`, and neither empty nor dots alone"
        )));
    }
    let (mut os_version, os_features) = options.map_err(|reason| invalid(&reason))?;
    if let Some(version) = version {
        if others.is_empty() {
            return Err(invalid("a version after a colon or comma needs os/architecture before it"));
        }
        if !os_version.is_empty() {
            return Err(invalid("it states two versions"));
        }
        os_version = version.to_owned();
    }
    let platform = match others {
        [] => alone(first, os, host).map_err(|(reason, hint)| invalid(&reason).with_hint(hint))?,
        [architecture] => {
            let (architecture, variant) = normalized(architecture, "");
            Platform {
                os: system(os),
                variant: drop_v7(&architecture, variant),
                architecture,
                ..Platform::default()
            }
        }
        [architecture, variant, ..] => {
            let (architecture, mut variant) = normalized(architecture, variant);
            if architecture == "arm64" && variant.is_empty() {
                variant.push_str("v8");
            }
            Platform { os: system(os), architecture, variant, ..Platform::default() }
        }
    };
    Ok(Platform { os_version, os_features, ..platform })
}

/// Splits off a version in crane's or regctl's form.
fn split_version(specifier: &str) -> Result<(&str, Option<&str>), String> {
    let (head, version) = if let Some((head, arguments)) = specifier.split_once(',') {
        match arguments.split_once('=') {
            Some(("osver" | "osversion", version)) => (head, version),
            _ => return Err(format!("`osver=` may follow a comma, not \"{arguments}\"")),
        }
    } else if let Some((head, version)) = specifier.split_once(':') {
        (head, version)
    } else {
        return Ok((specifier, None));
    };
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.+".contains(&byte);
    if version.is_empty() || !version.bytes().all(valid) {
        return Err(format!("\"{version}\" is not an os version"));
    }
    Ok((head, Some(version)))
}

type OsOptions = Result<(String, Vec<String>), String>;

/// Splits `os(version+feature)`: the form is checked first, then the options are decoded.
fn first_part(part: &str) -> Result<(&str, OsOptions), String> {
    let (os, options) = match part.split_once('(') {
        Some((os, rest)) => match rest.strip_suffix(')') {
            Some(options) => (os, options),
            None => return Err(format!("in \"{part}\" the bracket is not closed at the end")),
        },
        None => (part, ""),
    };
    if !is_os(os) {
        return Err(format!("the os \"{os}\" may only be letters, digits, `_` and `-`, and not empty"));
    }
    let (version, features) = match options.split_once('+') {
        Some((version, features)) => (version, Some(features)),
        None => (options, None),
    };
    let features: Vec<&str> = features.into_iter().flat_map(|features| features.split('+')).collect();
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.%".contains(&byte);
    if features.iter().any(|feature| feature.is_empty())
        || !features.iter().chain([&version]).all(|option| option.bytes().all(valid))
    {
        return Err(format!("in \"{part}\" the brackets take a version and +features, percent-encoded"));
    }
    let decoded =
        || Ok((decode(version)?, features.iter().map(|feature| decode(feature)).collect::<Result<_, _>>()?));
    Ok((os, decoded()))
}

fn is_os(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

/// Other tools join the parts like a path, in which one or two dots are no part.
fn is_component(text: &str) -> bool {
    !["", ".", ".."].contains(&text)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

/// A specifier of one part: an os, whose machine is the host's, or an architecture, whose os is.
fn alone(part: &str, os: &str, host: Option<&Platform>) -> Result<Platform, (String, String)> {
    let os = system(os);
    if SYSTEMS.contains(&os.as_str()) {
        let Some(host) = host.filter(|host| is_component(&host.architecture)) else {
            return Err((
                "the architecture is missing, and there is no host to take it from".to_owned(),
                format!("Write {os}/amd64 or {os}/arm64, or give the host's platform."),
            ));
        };
        let (architecture, variant) = normalized(&host.architecture, &host.variant);
        let variant = if architecture == "arm" { drop_v7(&architecture, variant) } else { String::new() };
        return Ok(Platform { os, architecture, variant, ..Platform::default() });
    }
    let (architecture, variant) = normalized(part, "");
    let variant = drop_v7(&architecture, variant);
    if ARCHITECTURES.contains(&architecture.as_str()) {
        let Some(host) = host.filter(|host| is_os(&host.os)) else {
            return Err((
                "the os is missing, and there is no host to take it from".to_owned(),
                format!("Write linux/{architecture}, or give the host's platform."),
            ));
        };
        return Ok(Platform { os: system(&host.os), architecture, variant, ..Platform::default() });
    }
    Err((
        "it is neither an operating system nor an architecture that is known".to_owned(),
        Code::PlatformInvalid.hint().to_owned(),
    ))
}

fn system(os: &str) -> String {
    let os = normalize::os(os, "");
    SYSTEM_ALIASES.iter().find(|(alias, _)| *alias == os).map_or(os.into_owned(), |(_, os)| (*os).to_owned())
}

fn normalized(architecture: &str, variant: &str) -> (String, String) {
    let (architecture, variant) = normalize::architecture(architecture, variant);
    let alias = ARCHITECTURE_ALIASES.iter().find(|(alias, _, _)| *alias == architecture);
    match alias {
        Some((_, architecture, variant)) => ((*architecture).to_owned(), (*variant).to_owned()),
        None => (architecture.into_owned(), variant.into_owned()),
    }
}

/// `arm` without a variant means v7, and is written so when the specifier gave none.
fn drop_v7(architecture: &str, variant: String) -> String {
    if architecture == "arm" && variant == "v7" { String::new() } else { variant }
}

/// Undoes percent-encoding. Bytes that are not UTF-8 are refused: no document can hold them, and what stands in for
/// them would make one of two platforms.
fn decode(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes().iter();
    while let Some(byte) = rest.next() {
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|byte| char::from(*byte).to_digit(16));
        match digit().zip(digit()) {
            Some((high, low)) => bytes.push((high << 4 | low) as u8),
            None => return Err(format!("in \"{text}\" two hexadecimal digits have to follow every %")),
        }
    }
    String::from_utf8(bytes).map_err(|_| format!("in \"{text}\" what is percent-encoded is no UTF-8"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn shown(specifier: &str) -> String {
        parse(specifier, None)
            .map_or_else(|error| error.message().to_owned(), |platform| platform.to_string())
    }

    #[test]
    fn versions_in_the_forms_of_other_tools() {
        assert_eq!(shown("windows/amd64:10.0.20348"), "windows(10.0.20348)/amd64");
        assert_eq!(shown("windows/amd64,osver=10.0.20348"), "windows(10.0.20348)/amd64");
        assert_eq!(shown("linux/arm/v7:6.1"), "linux(6.1)/arm/v7");
        assert_eq!(shown("linux/amd64:1.0+b"), "linux(1.0%2Bb)/amd64");
        for bad in [
            "linux/amd64:",
            "linux/amd64:a:b",
            "linux/amd64:a/b",
            "linux:6.1",
            "linux(1)/amd64:2",
            "linux/amd64,",
            "linux/amd64,osver=",
            "linux/amd64,linux/arm64",
            "linux/amd64,osver=1,osver=2",
            "linux(a:b)/amd64",
        ] {
            assert!(parse(bad, None).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_from_uname_and_node() {
        let host = parse("linux/amd64", None).unwrap();
        for (given, expected) in [
            ("x64", "linux/amd64"),
            ("ia32", "linux/386"),
            ("i686", "linux/386"),
            ("armv7l", "linux/arm"),
            ("armv6l", "linux/arm/v6"),
            ("loongarch64", "linux/loong64"),
            ("win32", "windows/amd64"),
            ("win32/x64", "windows/amd64"),
            ("Linux/armv7l", "linux/arm"),
            ("linux/armv8l", "linux/arm/v8"),
            ("sunos/x64", "solaris/amd64"),
            ("win32(10.0.20348)/x64", "windows(10.0.20348)/amd64"),
        ] {
            assert_eq!(parse(given, Some(&host)).unwrap().to_string(), expected, "{given}");
        }
    }

    #[test]
    fn one_part_needs_a_host_and_says_what_to_write() {
        for (given, hint) in [
            ("linux", "Write linux/amd64 or linux/arm64, or give the host's platform."),
            ("aarch64", "Write linux/arm64, or give the host's platform."),
            ("foo", Code::PlatformInvalid.hint()),
        ] {
            let error = parse(given, None).unwrap_err();
            assert_eq!((error.code(), error.hint()), (Code::PlatformInvalid, hint), "{given}");
        }
    }

    #[test]
    fn messages_name_the_part() {
        assert_eq!(
            shown("linux/amd 64"),
            "platform \"linux/amd 64\" is not valid: \"amd 64\" may only be letters, digits, `_`, `-` and `.`, and neither empty nor dots alone"
        );
        assert_eq!(
            shown("linux(%4)/amd64"),
            "platform \"linux(%4)/amd64\" is not valid: in \"%4\" two hexadecimal digits have to follow every %"
        );
    }
}
