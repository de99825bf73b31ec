//! `WWW-Authenticate`: challenges that are written out again are read as the same ones.

use multiarch::registry::challenge::{Challenge, parse};

use crate::run::{kind, kind_of};
use crate::seeds;

pub(crate) const WORDS: &[&str] = &[
    "Bearer ",
    "Basic ",
    "Negotiate",
    "realm=",
    "service=",
    "scope=",
    "error=",
    "\"https://auth.example/token\"",
    "\"repository:a/b:pull\"",
    "charset=\"UTF-8\"",
    "QWxhZGRpbg==",
    ", ",
    "\\\"",
];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    seeds::lines(&[
        "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"repository:library/alpine:pull\"",
        "Basic realm=\"a \\\"quoted\\\" text\", charset=\"UTF-8\"",
        "Basic realm=unquoted, Bearer realm=https://a.example/t?x=y,error=\"invalid_token\"",
        "Negotiate, NTLM TlRMTVNTUAACAAAAAA==, Basic realm=\"x\"",
        "",
        ",, ,Basic realm = \"x\" , ,",
        "Digest realm=\"a\", qop=\"auth, auth-int\", nonce=\"7\", algorithm=MD5",
    ])
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(input);
    let challenges = match parse(&text) {
        Ok(challenges) => challenges,
        Err(error) => return kind_of(&error),
    };
    for challenge in &challenges {
        assert_eq!(challenge.scheme, challenge.scheme.to_ascii_lowercase());
        let names: Vec<_> = challenge.params.iter().map(|(name, _)| name.as_str()).collect();
        assert!(
            names.iter().all(|name| names.iter().filter(|other| *other == name).count() == 1),
            "{names:?}"
        );
    }
    let written: Vec<String> = challenges.iter().map(write).collect();
    let written = written.join(", ");
    if written.len() <= multiarch::limits::HEADER_BYTES {
        assert_eq!(parse(&written).as_ref(), Ok(&challenges), "{written}");
    }
    let shape: Vec<usize> = challenges.iter().map(|challenge| challenge.params.len()).collect();
    kind(&["challenges", &format!("{shape:?}")])
}

fn write(challenge: &Challenge) -> String {
    let escaped = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"");
    let params: Vec<_> =
        challenge.params.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    format!("{} {}", challenge.scheme, params.join(", "))
}
