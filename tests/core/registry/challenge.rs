//! `WWW-Authenticate` values that registries, proxies and attackers send, and how they are read.

use multiarch::registry::challenge::{Challenge, parse};

/// A challenge written shortly: `bearer realm=x service=y`.
fn short(challenge: &Challenge) -> String {
    let mut text = challenge.scheme.clone();
    for (name, value) in &challenge.params {
        text.push_str(&format!(" {name}={value}"));
    }
    text
}

const READ: &[(&str, &[&str])] = &[
    ("", &[]),
    (" , ,, ", &[]),
    ("Basic", &["basic"]),
    (r#"Basic realm="r""#, &["basic realm=r"]),
    (r#"BASIC REALM="Sonatype Nexus""#, &["basic realm=Sonatype Nexus"]),
    (
        r#"Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push""#,
        &["bearer realm=https://auth.example/token service=registry.example scope=repository:a/b:pull,push"],
    ),
    (r#"Bearer realm="https://a/t" , service = "s""#, &["bearer realm=https://a/t service=s"]),
    ("Bearer realm=\"a\",\tservice=\"b\"", &["bearer realm=a service=b"]),
    (r#"Bearer realm="a", Basic realm="b""#, &["bearer realm=a", "basic realm=b"]),
    (r#"Negotiate, Basic realm="b", Bearer realm="a""#, &["negotiate", "basic realm=b", "bearer realm=a"]),
    (r#"Negotiate dG9rZW4=, Bearer realm="a""#, &["negotiate", "bearer realm=a"]),
    (r#"NTLM TlRMTVNTUAAB==,Bearer realm="a""#, &["ntlm", "bearer realm=a"]),
    (
        r#"Newauth realm="apps", type=1, title="Login to \"apps\"", Basic realm="simple""#,
        &[r#"newauth realm=apps type=1 title=Login to "apps""#, "basic realm=simple"],
    ),
    (r#"Bearer realm="a\"b\\c""#, &[r#"bearer realm=a"b\c"#]),
    (r#"Bearer realm="a,b=c Basic realm=x""#, &["bearer realm=a,b=c Basic realm=x"]),
    ("Bearer realm=https://a.example/token,service=s", &["bearer realm=https://a.example/token service=s"]),
    (r#"Bearer realm="a",service="",scope="""#, &["bearer realm=a service= scope="]),
    (r#"Bearer realm="a",service="#, &["bearer realm=a service="]),
    (r#"Bearer realm="a",,service="s","#, &["bearer realm=a service=s"]),
    (r#"Bearer realm="a",error="insufficient_scope""#, &["bearer realm=a error=insufficient_scope"]),
    (r#"Bearer realm="é""#, &["bearer realm=é"]),
    (
        r#"Digest qop="auth, auth-int", nonce=abc, Bearer realm="a""#,
        &["digest qop=auth, auth-int nonce=abc", "bearer realm=a"],
    ),
    ("Bearer", &["bearer"]),
    ("Bearer ,Basic", &["bearer", "basic"]),
    (r#"X-Own abc.def~+/, Basic realm="b""#, &["x-own", "basic realm=b"]),
];

const REFUSED: &[&str] = &[
    r#"realm="a""#,
    r#"Bearer realm="a"#,
    r#"Bearer realm="a\"#,
    r#"Bearer realm="a\""#,
    r#"Bearer realm="a" service="b""#,
    r#"Bearer realm="a"service="b""#,
    r#"Bearer realm="a", realm="b""#,
    r#"Bearer realm="a", REALM="b""#,
    r#""Bearer" realm="a""#,
    r#"Bearer =a"#,
    r#"Bearer realm "a""#,
    "Bearer\u{0} realm=\"a\"",
    "Bearer realm=\"a\u{0}\"",
    "Bearer realm=\"a\r\nX: y\"",
    "Bearer realm=\"a\"\u{7f}",
    "Bearer/realm=\"a\"",
    "Bäarer realm=\"a\"",
    "@",
    r#"Bearer realm="a", =b"#,
];

#[test]
fn what_can_be_read_is_read() {
    for (value, wanted) in READ {
        let found = parse(value).unwrap_or_else(|error| panic!("{value}: {error}"));
        assert_eq!(found.iter().map(short).collect::<Vec<_>>(), *wanted, "{value}");
    }
}

#[test]
fn what_is_not_a_challenge_is_refused() {
    for value in REFUSED {
        match parse(value) {
            Ok(found) => panic!("{value:?} was read as {found:?}"),
            Err(error) => assert_eq!(error.code().as_str(), "CHALLENGE_INVALID", "{value:?}"),
        }
    }
}

#[test]
fn eight_kibibytes_are_the_end() {
    let value = |length: usize| format!("Bearer realm=\"{}\"", "a".repeat(length - 15));
    assert_eq!(value(8192).len(), 8192);
    assert!(parse(&value(8192)).is_ok());
    assert!(parse(&value(8193)).is_err());
}

/// No text makes the parser panic, hang, or see more challenges than it holds commas, plus one.
#[test]
fn every_short_text_ends_somewhere() {
    let letters = ['B', ' ', ',', '=', '"', '\\', 'r', '\t', '/'];
    let mut count = 0_usize;
    for length in 0..=5 {
        for number in 0..letters.len().pow(length) {
            let text: String =
                (0..length).map(|place| letters[number / letters.len().pow(place) % letters.len()]).collect();
            if let Ok(found) = parse(&text) {
                assert!(found.len() <= text.matches(',').count() + 1, "{text:?}");
            }
            count += 1;
        }
    }
    println!("{count} texts");
}
