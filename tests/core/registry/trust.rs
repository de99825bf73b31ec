//! Where a registry may send its clients, and with what.

use multiarch::http::url::Url;
use multiarch::registry::trust::{Channel, Trust, check_origin, vet};

fn url(text: &str) -> Url {
    Url::parse(text).unwrap_or_else(|reason| panic!("{text}: {reason}"))
}

/// (registry, realm, what may be sent there); `None` is refused.
const REALMS: &[(&str, &str, Option<Trust>)] = &[
    ("https://r.example", "https://r.example/token", Some(Trust::Credentials)),
    ("https://r.example", "https://r.example:8443/token", Some(Trust::Credentials)),
    ("https://registry-1.docker.io", "https://auth.docker.io/token", Some(Trust::Credentials)),
    ("https://registry.gitlab.com", "https://gitlab.com/jwt/auth", Some(Trust::Credentials)),
    ("https://docker.elastic.co", "https://docker-auth.elastic.co/auth", Some(Trust::Credentials)),
    ("https://registry.acme.co.uk", "https://auth.acme.co.uk/t", Some(Trust::Credentials)),
    ("https://rg.fr-par.scw.cloud", "https://api.scaleway.com/token", Some(Trust::Credentials)),
    ("https://r.example", "https://trusted.example.net/token", Some(Trust::Credentials)),
    ("https://r.example", "https://trusted.example.net:444/token", Some(Trust::Anonymous)),
    ("https://r.example", "http://plain.trusted.example:8080/token", Some(Trust::Credentials)),
    ("https://r.example", "https://evil.example.net/token", Some(Trust::Anonymous)),
    ("https://r.example.com", "https://r.example.com.evil.net/", Some(Trust::Anonymous)),
    ("https://docker.io.evil.net", "https://auth.docker.io/token", Some(Trust::Anonymous)),
    ("https://registry-1.docker.io", "https://auth-docker.io/token", Some(Trust::Anonymous)),
    ("https://registry-1.docker.io", "https://evildocker.io/token", Some(Trust::Anonymous)),
    ("https://a.co.uk", "https://b.co.uk/", Some(Trust::Anonymous)),
    ("https://registry.a.com.au", "https://b.com.au/", Some(Trust::Anonymous)),
    ("https://a.gouv.fr", "https://b.gouv.fr/", Some(Trust::Anonymous)),
    ("https://a.github.io", "https://b.github.io/", Some(Trust::Anonymous)),
    ("https://a.github.io", "https://github.io/", Some(Trust::Anonymous)),
    ("https://1.dkr.ecr.us-east-1.amazonaws.com", "https://evil.s3.amazonaws.com/", Some(Trust::Anonymous)),
    ("https://a.azurecr.io", "https://b.azurecr.io/oauth2/token", Some(Trust::Anonymous)),
    ("https://us-docker.pkg.dev", "https://evil.pkg.dev/", Some(Trust::Anonymous)),
    ("https://a.jfrog.io", "https://b.jfrog.io/", Some(Trust::Anonymous)),
    ("https://a.workers.dev", "https://b.workers.dev/", Some(Trust::Anonymous)),
    ("https://scw.cloud.evil.net", "https://api.scaleway.com/", Some(Trust::Anonymous)),
    ("https://io", "https://docker.io/", Some(Trust::Anonymous)),
    ("https://r.example", "http://r.example/token", None),
    ("https://r.example", "http://evil.example.net/token", None),
    ("https://r.example", "https://169.254.169.254/", None),
    ("https://r.example", "http://169.254.169.254/latest/meta-data", None),
    ("https://r.example", "https://2852039166/", None),
    ("https://r.example", "https://0xa9.0xfe.0xa9.0xfe/", None),
    ("https://r.example", "https://[::ffff:a9fe:a9fe]/", None),
    ("https://r.example", "https://127.0.0.1:5001/", None),
    ("https://r.example", "https://10.0.0.1/", None),
    ("https://r.example", "https://8.8.8.8/", None),
    ("https://r.example", "https://localhost:5001/", None),
    ("https://r.example", "https://metadata.google.internal/", None),
    ("https://r.example", "https://vault/", None),
    ("http://127.0.0.1:5000", "http://127.0.0.1:5001/token", Some(Trust::Credentials)),
    ("http://localhost:5000", "http://localhost:5001/token", Some(Trust::Credentials)),
    ("http://10.0.0.1:5000", "http://10.0.0.1:5001/token", Some(Trust::Credentials)),
    ("http://127.0.0.1:5000", "https://127.0.0.1:5001/token", Some(Trust::Credentials)),
    ("http://127.0.0.1:5000", "http://127.0.0.2:5001/token", None),
    ("http://127.0.0.1:5000", "http://169.254.169.254/token", None),
    ("http://127.0.0.1:5000", "https://auth.docker.io/token", Some(Trust::Anonymous)),
    ("https://10.0.0.1", "https://10.0.0.1:8443/token", Some(Trust::Credentials)),
    ("https://10.0.0.1", "https://10.0.0.2/token", None),
    ("https://registry.corp.internal", "https://auth.corp.internal/", Some(Trust::Credentials)),
    ("https://registry.corp.internal", "https://metadata.google.internal/token", None),
    ("https://registry.corp.internal", "https://instance-data/token", None),
    ("http://169.254.169.254", "http://169.254.169.254:8080/token", Some(Trust::Credentials)),
    ("https://a.kobe.jp", "https://b.kobe.jp/", Some(Trust::Anonymous)),
    ("https://a.chuo.tokyo.jp", "https://b.chuo.tokyo.jp/", Some(Trust::Anonymous)),
    ("https://registry.acme.co.jp", "https://auth.acme.co.jp/", Some(Trust::Credentials)),
    ("https://registry.acme.jp", "https://auth.acme.jp/", Some(Trust::Credentials)),
    ("https://a.oslo.no", "https://b.oslo.no/", Some(Trust::Anonymous)),
    ("https://a.eu.org", "https://b.eu.org/", Some(Trust::Anonymous)),
    ("https://a.uk.com", "https://b.uk.com/", Some(Trust::Anonymous)),
    (
        "https://a.lambda-url.eu-west-1.on.aws",
        "https://b.lambda-url.eu-west-1.on.aws/",
        Some(Trust::Anonymous),
    ),
    ("https://a.eu-west-1.awsapprunner.com", "https://b.eu-west-1.awsapprunner.com/", Some(Trust::Anonymous)),
    ("https://a.elasticbeanstalk.com", "https://b.elasticbeanstalk.com/", Some(Trust::Anonymous)),
    ("https://a.azurecontainerapps.io", "https://b.azurecontainerapps.io/", Some(Trust::Anonymous)),
    ("https://a.azurecontainer.io", "https://b.azurecontainer.io/", Some(Trust::Anonymous)),
    ("https://a.azure-api.net", "https://b.azure-api.net/", Some(Trust::Anonymous)),
    ("https://a.azurestaticapps.net", "https://b.azurestaticapps.net/", Some(Trust::Anonymous)),
    ("https://a.supabase.co", "https://b.supabase.co/", Some(Trust::Anonymous)),
    ("https://a.synology.me", "https://b.synology.me/", Some(Trust::Anonymous)),
];

#[test]
fn what_the_user_trusts_names_an_origin() {
    for entry in ["auth.example", "auth.example:8443", "http://127.0.0.1:5001", "https://[::1]:5000"] {
        assert!(check_origin(entry).is_ok(), "{entry}");
    }
    for entry in ["*.s3.amazonaws.com", "", "https://", "a b", "user@auth.example", "ftp://auth.example"] {
        let error = check_origin(entry).unwrap_err();
        assert_eq!(error.code().as_str(), "OPTION_INVALID", "{entry}");
    }
}

#[test]
fn no_registry_leads_to_a_cloud_machines_credentials() {
    let metadata = [
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",
        "http://0xa9.0376.0xa9fe/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:a9fe:a9fe::1]/",
        "http://169.254.170.2/v2/credentials",
        "http://169.254.170.23/v1/credentials",
        "http://169.254.42.42/",
        "http://169.254.0.23/",
        "http://168.63.129.16/",
        "http://[::ffff:168.63.129.16]/",
        "http://100.100.100.200/",
        "http://[::ffff:6464:64c8]/",
        "http://192.0.0.192/",
        "http://[fe80::1]/",
        "http://[fe80::a9fe:a9fe]/",
        "http://[febf:ffff::1]/",
        "http://[fd00:ec2::254]/",
        "http://[FD00:0EC2:0:0:0:0:0:254]/",
        "https://[fd00:ec2::23]/v1/credentials",
        "http://[fd00:ec2:ffff::1]/",
        "http://[fd20:ce::254]/computeMetadata/v1/",
        "http://[fd00:c1::a9fe:a9fe]/opc/v2/",
        "http://[fd00:c1::169.254.169.254]/opc/v2/",
        "http://[fd00:42::42]/",
        "http://[fd00:a9fe:a9fe::1]/",
        "http://[fd00:100::100:200]/",
        "http://metadata/",
        "http://metadata.google.internal/",
        "http://Metadata.Google.Internal/",
        "http://metadata.goog/",
        "http://instance-data/",
        "http://instance-data.ec2.internal/",
        "http://metadata.tencentyun.com/",
        "https://api.metadata.cloud.ibm.com/",
        "http://metadata.exoscale.com/",
        "https://metadata.platformequinix.com/",
        "https://metadata.packet.net/",
        "http://rancher-metadata/",
        "http://data-server/",
        "http://metadata.azure.internal/",
    ];
    let allowed: Vec<String> = metadata.iter().map(|target| url(target).origin()).collect();
    let registries = [
        "http://127.0.0.1:5000",
        "http://10.0.0.1",
        "http://registry",
        "https://registry.corp",
        "https://[fd12:3456::1]",
        "https://registry.example",
    ];
    for registry in registries {
        let registry = url(registry);
        for target in metadata {
            let target = url(target);
            assert!(target.machine().is_metadata() && target.machine().is_private(), "{target}");
            let realm = vet(Channel::Realm { trusted: &[] }, &registry, &target);
            assert!(realm.is_err(), "{target} as a realm of {registry}");
            assert!(vet(Channel::Redirect { from: &registry }, &registry, &target).is_err(), "{target}");
            assert!(vet(Channel::Upload { allowed: &allowed }, &registry, &target).is_err(), "{target}");
        }
    }
    for neighbour in [
        "http://10.0.0.2/",
        "http://[fd00:ec3::254]/",
        "http://[fd20:ce::253]/",
        "http://[fd20:ce:1::254]/",
        "http://[fd00:42::43]/",
        "http://[fd00:a9fe:a9fe::2]/",
        "http://100.100.100.201/",
        "http://xmetadata.google.internal/",
        "http://metadata.corp/",
    ] {
        let registry = url("http://registry.corp");
        let verdict = vet(Channel::Redirect { from: &registry }, &registry, &url(neighbour));
        assert_eq!(verdict.ok(), Some(Trust::Anonymous), "{neighbour}");
    }
    let own = url("http://169.254.10.10:5000/a");
    assert!(vet(Channel::Redirect { from: &own }, &own, &url("http://169.254.10.10:9000/b")).is_ok());
    assert!(vet(Channel::Redirect { from: &own }, &own, &url("http://169.254.169.254/b")).is_err());
}

#[test]
fn realms_get_what_they_may_see() {
    let trusted = ["trusted.example.net".to_owned(), "http://plain.trusted.example:8080".to_owned()];
    for (registry, realm, wanted) in REALMS {
        let found = vet(Channel::Realm { trusted: &trusted }, &url(registry), &url(realm));
        match (found, wanted) {
            (Ok(found), Some(wanted)) => assert_eq!(found, *wanted, "{registry} {realm}"),
            (Err(error), None) => assert_eq!(error.code().as_str(), "REALM_REFUSED"),
            (found, wanted) => panic!("{registry} {realm}: {found:?}, not {wanted:?}"),
        }
    }
}

/// (registry, redirected from, to, what may be sent there); `None` is refused.
const REDIRECTS: &[(&str, &str, &str, Option<Trust>)] = &[
    ("https://r.example", "https://r.example/a", "https://r.example/b", Some(Trust::Credentials)),
    ("https://r.example", "https://r.example/a", "https://r.example:444/b", Some(Trust::Anonymous)),
    ("https://r.example", "https://r.example/a", "https://cdn.r.example/b", Some(Trust::Anonymous)),
    ("https://r.example", "https://r.example/a", "http://r.example/b", None),
    ("https://r.example", "https://cdn.example.net/a", "http://cdn.example.net/b", None),
    ("https://r.example", "https://r.example/a", "https://127.0.0.1/b", None),
    ("https://r.example", "https://r.example/a", "https://0x7f.1/b", None),
    ("https://r.example", "https://r.example/a", "https://169.254.169.254/b", None),
    ("https://r.example", "https://r.example/a", "https://localhost/b", None),
    ("https://r.example", "https://cdn.example.net/a", "https://10.0.0.1/b", None),
    ("https://r.example", "https://r.example/a", "https://8.8.8.8/b", Some(Trust::Anonymous)),
    ("http://127.0.0.1:5000", "http://127.0.0.1:5000/a", "http://127.0.0.1:9000/b", Some(Trust::Anonymous)),
    ("http://127.0.0.1:5000", "http://127.0.0.1:5000/a", "http://127.0.0.1:5000/b", Some(Trust::Credentials)),
    ("http://127.0.0.1:5000", "http://127.0.0.1:5000/a", "https://cdn.example.net/b", Some(Trust::Anonymous)),
];

#[test]
fn redirects_carry_secrets_nowhere_else() {
    for (registry, from, to, wanted) in REDIRECTS {
        let found = vet(Channel::Redirect { from: &url(from) }, &url(registry), &url(to));
        match (found, wanted) {
            (Ok(found), Some(wanted)) => assert_eq!(found, *wanted, "{from} {to}"),
            (Err(error), None) => assert_eq!(error.code().as_str(), "REDIRECT_REFUSED"),
            (found, wanted) => panic!("{from} {to}: {found:?}, not {wanted:?}"),
        }
    }
}

#[test]
fn pages_and_token_services_stay_where_they_are() {
    let page = url("https://r.example/v2/a/b/tags/list");
    for (to, allowed) in [
        ("https://r.example/v2/a/b/tags/list?last=x", true),
        // A proxy's doing: another port, another scheme, a path before the API's, a slash.
        ("https://r.example:444/v2/a/b/tags/list?last=x", true),
        ("http://r.example/v2/a/b/tags/list?last=x", true),
        ("https://r.example/repository/proxy/v2/a/b/tags/list?last=x", true),
        ("https://r.example/v2/b/tags/list?last=x", true),
        ("https://r.example/v2/a/b/tags/list/?last=x", true),
        ("https://r.example/?last=x", false),
        ("https://r.example/v2/xa/b/tags/list/2", false),
        ("https://r.example/v2/b-b/tags/list", false),
        ("https://evil.example/v2/a/b/tags/list?last=x", false),
        ("https://r.example/v2/a/c/tags/list?last=x", false),
        ("https://r.example/v2/a/b/../c/tags/list?last=x", false),
        ("https://r.example/v2/a/b/%2e%2e/c/tags/list", false),
        ("https://r.example/v2/_catalog?last=x", false),
    ] {
        assert_eq!(vet(Channel::Link { page: &page }, &page, &url(to)).is_ok(), allowed, "{to}");
    }
    let from = url("https://auth.example/token");
    for (to, allowed) in [
        ("https://auth.example/other", true),
        ("https://auth.example:444/token", false),
        ("https://evil.example/token", false),
        ("http://auth.example/token", false),
    ] {
        assert_eq!(vet(Channel::TokenRedirect { from: &from }, &from, &url(to)).is_ok(), allowed, "{to}");
    }
}
