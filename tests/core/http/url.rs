//! URLs that registries choose: how they are read, and which machines are private.

use multiarch::http::url::{Machine, Url};

fn url(text: &str) -> Url {
    Url::parse(text).unwrap_or_else(|reason| panic!("{text}: {reason}"))
}

#[test]
fn urls_are_written_out_in_one_spelling() {
    for (text, wanted) in [
        ("https://a.example", "https://a.example/"),
        ("HTTPS://A.Example:443/X?y=Z", "https://a.example/X?y=Z"),
        ("http://a.example:80", "http://a.example/"),
        ("http://a.example:443/", "http://a.example:443/"),
        ("https://a.example?x", "https://a.example/?x"),
        ("https://a.example/p#f?q", "https://a.example/p"),
        ("https://a.example/t?service=A Registry", "https://a.example/t?service=A%20Registry"),
        ("https://a.example/{x}|<y>?\"z\"^`", "https://a.example/%7Bx%7D%7C%3Cy%3E?%22z%22%5E%60"),
        ("https://a.example/%20 x", "https://a.example/%20%20x"),
        ("https://[2606:4700::1111]:5000/", "https://[2606:4700::1111]:5000/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://0177.0.0.01/", "http://127.0.0.1/"),
        ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
    ] {
        assert_eq!(url(text).to_string(), wanted);
    }
}

#[test]
fn what_hosts_read_differently_is_refused() {
    for text in [
        "",
        "a.example",
        "//a.example/",
        "/path",
        "ftp://a.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https:/a.example/",
        "https:a.example",
        "https://",
        "https:///path",
        "https://:443/",
        "https://user@a.example/",
        "https://user:secret@a.example/",
        "https://a.example@b.example/",
        "https://a.example\\@b.example/",
        "https:\\\\a.example\\",
        "https://a.example\t/",
        "https://a.exa mple/",
        "https://a.example /",
        "https://a.example|b.example/",
        "https://a.example/?x=\ty",
        "https://a.example/?x=\\y",
        "https://a.exa\nmple/",
        " https://a.example/",
        "https://a.example/\u{0}",
        "https://ä.example/",
        "https://a.example/ä",
        "https://a%2eexample/",
        "https://a..example/",
        "https://a.example./",
        "https://a.example:0/",
        "https://a.example:65536/",
        "https://a.example:x/",
        "https://a.example:-1/",
        "https://a.example:80:80/",
        "https://256.1.1.1/",
        "https://1.2.3.4.5/",
        "https://1.2.3.08/",
        "https://4294967296/",
        "https://[::1/",
        "https://[::1]x/",
        "https://[fe80::1%25eth0]/",
        "https://[::g]/",
        "https://a.example<script>/",
        "https://{a}.example/",
    ] {
        assert!(Url::parse(text).is_err(), "{text:?} was read as {:?}", Url::parse(text));
    }
}

#[test]
fn references_are_joined_as_rfc_3986_says() {
    let base = url("https://a.example:5000/v2/x/tags/list?n=1");
    for (reference, wanted) in [
        ("https://b.example/", "https://b.example/"),
        ("//b.example/y", "https://b.example/y"),
        ("/y?z", "https://a.example:5000/y?z"),
        ("?z", "https://a.example:5000/v2/x/tags/list?z"),
        ("y", "https://a.example:5000/v2/x/tags/y"),
        ("/token?service=a b", "https://a.example:5000/token?service=a%20b"),
        ("", "https://a.example:5000/v2/x/tags/list?n=1"),
        ("#f", "https://a.example:5000/v2/x/tags/list?n=1"),
        ("/y?u=https://c.example/", "https://a.example:5000/y?u=https://c.example/"),
    ] {
        assert_eq!(base.join(reference).map(|url| url.to_string()), Ok(wanted.to_owned()), "{reference}");
    }
    for reference in ["data:,x", "a:b", "///x", "\\\\b.example", "/\\b.example", "https://u@b.example/"] {
        assert!(base.join(reference).is_err(), "{reference} was joined");
    }
}

#[test]
fn private_machines_are_known_in_every_spelling() {
    for private in [
        "127.0.0.1",
        "127.255.255.254",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "0",
        "0.0.0.0",
        "10.0.0.1",
        "10.1",
        "0xa.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.168.257",
        "0xc0a80001",
        "169.254.169.254",
        "0xa9fea9fe",
        "2852039166",
        "0251.0376.0251.0376",
        "169.254.43518",
        "100.64.0.1",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[::127.0.0.1]",
        "[::10.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b:1::10.0.0.1]",
        "[64:ff9b:1:a00:0:100:808:808]",
        "[2001:2::1]",
        "[3fff:fff::1]",
        "[2002:7f00:1::]",
        "[2002:a00:1::1]",
        "[2001:0:0:0:0:0:f5ff:fffe]",
        "[fe80::1]",
        "[fec0::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[ff02::1]",
        "[2001:db8::1]",
        "[100::1]",
        "localhost",
        "LOCALHOST",
        "a.localhost",
        "metadata",
        "registry",
        "metadata.google.internal",
        "metadata.goog",
        "registry.corp",
        "nas.lan",
        "printer.home",
        "host.localdomain",
        "registry.default.svc",
        "printer.local",
        "nas.home.arpa",
    ] {
        let machine = Machine::parse(private).unwrap_or_else(|reason| panic!("{private}: {reason}"));
        assert!(machine.is_private(), "{private} counts as public");
    }
    for public in [
        "1.1.1.1",
        "8.8.8.8",
        "0x8.8.8.8",
        "172.15.0.1",
        "172.32.0.1",
        "100.128.0.1",
        "169.253.0.1",
        "192.0.1.1",
        "223.255.255.255",
        "[2606:4700::1111]",
        "[2002:101:101::1]",
        "[64:ff9b::8.8.8.8]",
        "[2001:2:1::1]",
        "[3fff:1000::1]",
        "docker.io",
        "local.example",
        "internal.example",
        "localhost.example",
    ] {
        assert!(!Machine::parse(public).unwrap().is_private(), "{public} counts as private");
    }
    for (loopback, wanted) in [
        ("localhost", true),
        ("127.0.0.1", true),
        ("127.9.9.9", true),
        ("[::1]", true),
        ("[::ffff:127.0.0.1]", true),
        ("0.0.0.0", false),
        ("10.0.0.1", false),
        ("localhost.example", false),
        ("a.localhost", false),
    ] {
        assert_eq!(Machine::parse(loopback).unwrap().is_loopback(), wanted, "{loopback}");
    }
}
