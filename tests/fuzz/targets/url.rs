//! URLs: what is printed is read as the same URL, joined ones too, and vetting keeps its promises.

use multiarch::http::url::{Scheme, Url, is_query};
use multiarch::registry::trust::{Channel, Trust, vet};

use crate::run::kind;
use crate::seeds;

pub(crate) const WORDS: &[&str] = &[
    "https://",
    "http://",
    "registry.example",
    "localhost",
    "127.0.0.1",
    "169.254.169.254",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "0x7f.1",
    "2130706433",
    "017700000001",
    ":443",
    ":80",
    ":0",
    ":65535",
    "user@",
    "/v2/",
    "?a=b&c=d",
    "#f",
    "%2e%2e",
    "[fd00:ec2::254]",
    "metadata.google.internal",
    "\n",
];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    seeds::lines(&[
        "https://registry.example/v2/a/b/manifests/1\nhttps://auth.example/token?service=a",
        "http://127.0.0.1:5000/v2/\n/v2/a/blobs/uploads/1?_state=x",
        "https://[2001:db8::1]:8443\n//other.example/x#y",
        "https://registry.corp/\nhttp://169.254.169.254/latest/meta-data/",
        "https://a.example/b/c\n../d",
        "http://0x7f.1/\n?q",
        "https://a.b.amazonaws.com/x\nhttps://c.b.amazonaws.com:443/y",
    ])
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(input);
    let (base, reference) = text.split_once('\n').unwrap_or((&text, ""));
    let base = match Url::parse(base) {
        Ok(base) => base,
        Err(reason) => return kind(&[reason]),
    };
    check(&base);
    let target = match base.join(reference) {
        Ok(target) => target,
        Err(reason) => return kind(&["joined", reason]),
    };
    check(&target);
    let mut ends = Vec::new();
    let channels = [
        Channel::Realm { trusted: &[] },
        Channel::Redirect { from: &base },
        Channel::TokenRedirect { from: &base },
        Channel::Upload { allowed: &[] },
        Channel::Link { page: &base },
    ];
    for channel in channels {
        let verdict = vet(channel, &base, &target);
        let leaves = !base.same_origin(&target);
        if let Ok(trust) = &verdict {
            let is_downgrade = base.scheme() == Scheme::Https && target.scheme() == Scheme::Http;
            assert!(!is_downgrade || base.machine().is_loopback(), "{channel:?} leaves TLS: {base} {target}");
            assert!(
                !leaves || !target.machine().is_metadata(),
                "{channel:?} leads to metadata: {base} {target}"
            );
            let is_realm = matches!(channel, Channel::Realm { .. });
            assert!(
                !leaves || is_realm || *trust == Trust::Anonymous,
                "{channel:?} trusts {target} for {base}"
            );
        }
        ends.push(match verdict {
            Ok(Trust::Credentials) => "trusted".to_owned(),
            Ok(Trust::Anonymous) => "anonymous".to_owned(),
            Err(error) => {
                let word = |c: &char| c.is_ascii_alphabetic() || *c == ' ';
                error.message().rsplit(':').next().unwrap_or_default().chars().filter(word).collect()
            }
        });
    }
    kind(&[&ends.join("|")])
}

fn check(url: &Url) {
    let printed = url.to_string();
    assert_eq!(Url::parse(&printed).as_ref(), Ok(url), "{printed}");
    assert!(printed.bytes().all(|byte| byte.is_ascii_graphic()), "{printed}");
    assert!(url.path().starts_with('/'));
    assert!(url.query().is_none_or(is_query), "{printed}");
    assert!(printed.starts_with(&url.origin()));
    for scheme in [Scheme::Http, Scheme::Https] {
        let other = url.clone().with_scheme(scheme);
        assert_eq!(Url::parse(&other.to_string()).as_ref(), Ok(&other), "{other}");
    }
}
