//! The public suffix list: the table that ships, and what it says of every rule.
//!
//! When the list changes, `the_table_is_made_of_the_list` writes the new table and says where it is.

use multiarch::digest::{Algorithm, Digest};
use multiarch::http::url::Url;
use multiarch::registry::trust::{Channel, Trust, vet};

const LIST: &str = include_str!("../../data/vectors/public-suffixes.txt");
const TABLE: &[u8] = include_bytes!("../../../src/registry/trust/suffixes.bin");

fn rules() -> Vec<&'static str> {
    LIST.lines().filter(|line| !line.starts_with('#')).collect()
}

/// What the core knows by name: nothing below has one owner.
const NAMED: [&str; 3] = [".amazonaws.com", ".amazonaws.com.cn", ".on.aws"];

/// A rule as it stands in the table, if it does. The list names the cities of each prefecture of Japan, and once named all
/// of the museums' subjects: there any name is as good as one of the list.
fn entry(rule: &str) -> Option<String> {
    let is_named = NAMED.iter().any(|suffix| rule.ends_with(suffix));
    if !rule.contains('.') || rule.starts_with('!') || is_named {
        return None;
    }
    let (_, parent) = rule.split_once('.')?;
    // `ne.jp` and its like are what companies and persons have names below.
    let is_place = parent.strip_suffix(".jp").is_some_and(|place| place.len() > 2 && !place.contains('.'));
    let is_wide = parent == "museum" || is_place;
    Some(if is_wide { format!("*.{parent}") } else { rule.to_owned() })
}

/// The first 26 bits of a rule's SHA-256.
fn number(rule: &str) -> u32 {
    u32::from_str_radix(&Digest::of(Algorithm::Sha256, rule.as_bytes()).encoded()[..7], 16).unwrap() >> 2
}

/// Distances in ascending order: the upper part as ones and a zero, 13 bits as they are; ones at the end.
fn encoded(rules: &[&str]) -> Vec<u8> {
    let mut numbers: Vec<u32> =
        rules.iter().filter_map(|rule| entry(rule)).map(|rule| number(&rule)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut bits = Vec::new();
    let mut last = 0;
    for number in numbers {
        let distance = number - last;
        last = number;
        bits.extend((0..distance >> 13).map(|_| true));
        bits.push(false);
        bits.extend((0..13).rev().map(|bit| distance >> bit & 1 == 1));
    }
    bits.resize(bits.len().next_multiple_of(8), true);
    bits.chunks(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit))).collect()
}

#[test]
fn the_table_is_made_of_the_list() {
    let rules = rules();
    assert!(rules.len() > 11_000, "{} rules", rules.len());
    let wanted = encoded(&rules);
    if wanted != TABLE {
        let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/suffixes.bin");
        std::fs::write(path, wanted).unwrap();
        panic!("put {path} in the place of src/registry/trust/suffixes.bin");
    }
}

/// What a registry's credentials may do at a realm.
fn trust(registry: &str, realm: &str) -> Trust {
    let url =
        |name: &str| Url::parse(&format!("https://{name}/")).unwrap_or_else(|why| panic!("{name}: {why}"));
    vet(Channel::Realm { trusted: &[] }, &url(registry), &url(realm)).unwrap()
}

#[test]
fn two_names_below_a_public_suffix_are_two_owners() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for rule in rules().into_iter().filter(|rule| !rule.starts_with('!')) {
        let suffix = match rule.strip_prefix("*.") {
            Some(rest) => format!("any.{rest}"),
            None => rule.to_owned(),
        };
        // No name on the internet lies below these: see the next test but one.
        if suffix == "home.arpa" || suffix == "test" {
            continue;
        }
        seen += 1;
        let is_shared = trust(&format!("registry-a.{suffix}"), &format!("evil-b.{suffix}"))
            == Trust::Credentials
            || trust(&format!("r.registry-a.{suffix}"), &format!("evil-b.{suffix}")) == Trust::Credentials
            || trust(&format!("registry-a.{suffix}"), &format!("x.evil-b.{suffix}")) == Trust::Credentials;
        if is_shared {
            wrong.push(rule);
        }
    }
    assert!(seen > 11_000, "only {seen} rules were tried");
    assert!(
        wrong.is_empty(),
        "{} of {seen} rules are shared: {:?}",
        wrong.len(),
        &wrong[..wrong.len().min(20)]
    );
}

#[test]
fn a_name_is_almost_never_taken_for_a_rule() {
    let mut refused = Vec::new();
    let mut seen = 0;
    // Of a provider that the core names, a city of Japan or a museum, nothing has one owner.
    let all: Vec<String> = rules().iter().filter_map(|rule| entry(rule)).collect();
    let wide: std::collections::HashSet<&str> =
        all.iter().filter_map(|entry| entry.strip_prefix("*.")).collect();
    let is_left_out = |rule: &str| {
        wide.contains(rule) || rule.contains('.') && entry(rule).is_none_or(|entry| entry != rule)
    };
    let providers = [
        ".cloudapp.azure.com",
        ".windows.net",
        "scw.cloud",
        "ovh.net",
        "fastly.net",
        "railway.app",
        "judiciary.uk",
    ];
    for rule in rules().into_iter().filter(|rule| !rule.starts_with(['!', '*']) && !is_left_out(rule)) {
        if providers.iter().any(|provider| rule.ends_with(provider)) {
            continue;
        }
        seen += 1;
        if trust(&format!("registry.acme-corp.{rule}"), &format!("auth.acme-corp.{rule}")) == Trust::Anonymous
        {
            refused.push(rule);
        }
    }
    assert!(seen > 7_000, "only {seen} rules were tried");
    assert!(
        refused.len() * 200 < seen,
        "{} of {seen}: {:?}",
        refused.len(),
        &refused[..refused.len().min(20)]
    );
}

/// Registries whose token service is at a sibling's or at the parent's name, as their challenges say.
#[test]
fn registries_of_today_need_no_option() {
    for (registry, realm) in [
        ("registry-1.docker.io", "auth.docker.io"),
        ("registry.gitlab.com", "gitlab.com"),
        ("docker.elastic.co", "docker-auth.elastic.co"),
        ("registry.digitalocean.com", "api.digitalocean.com"),
        ("rg.fr-par.scw.cloud", "api.scaleway.com"),
        ("registry.cn-hangzhou.aliyuncs.com", "dockerauth.cn-hangzhou.aliyuncs.com"),
        ("crpi-x.cn-beijing.personal.cr.aliyuncs.com", "dockerauth.cn-hangzhou.aliyuncs.com"),
        ("demo-registry.us-west-1.cr.aliyuncs.com", "dockerauth-ee.us-west-1.aliyuncs.com"),
        ("demo-registry-vpc.us-west-1.cr.aliyuncs.com", "dockerauth-ee-vpc.us-west-1.aliyuncs.com"),
        ("registry.cn-zhangjiakou.aliyuncs.com", "dockerauth-cn-zhangjiakou.aliyuncs.com"),
        ("registry.ibm.de", "auth.ibm.de"),
        ("registry.x.y.io", "auth.y.io"),
        ("registry.acme.co.uk", "auth.acme.co.uk"),
        ("registry.acme.com.br", "login.acme.com.br"),
        ("registry.acme.ne.jp", "login.acme.ne.jp"),
        ("registry.azienda.it", "gitlab.azienda.it"),
        ("registry.firma.waw.pl", "gitlab.firma.waw.pl"),
        ("registry.team.github.io", "auth.team.github.io"),
    ] {
        assert_eq!(trust(registry, realm), Trust::Credentials, "{registry} {realm}");
    }
    for (registry, realm) in [
        ("registry.cn-hangzhou.aliyuncs.com", "evil.oss-cn-hangzhou.aliyuncs.com"),
        ("registry.cn-hangzhou.aliyuncs.com", "dockerauth.oss-cn-hangzhou.aliyuncs.com"),
        ("registry.cn-hangzhou.aliyuncs.com", "dockerauth.cn-hangzhou.fc.aliyuncs.com"),
        ("registry.cn-hangzhou.aliyuncs.com", "dockerauth-evil.aliyuncs.com"),
        ("registry.cn-hangzhou.aliyuncs.com", "evil.cn-hangzhou.aliyuncs.com"),
        ("registry.example", "dockerauth.cn-hangzhou.aliyuncs.com"),
        ("aliyuncs.com.evil.example", "dockerauth.cn-hangzhou.aliyuncs.com"),
        ("a.azurecr.io", "b.azurecr.io"),
        ("a.b.azurecr.io", "b.azurecr.io"),
    ] {
        assert_eq!(trust(registry, realm), Trust::Anonymous, "{registry} {realm}");
    }
}

#[test]
fn names_inside_of_a_network_have_one_owner() {
    for zone in [
        "localhost",
        "test",
        "local",
        "home.arpa",
        "internal",
        "corp",
        "home",
        "intranet",
        "lan",
        "private",
        "localdomain",
    ] {
        assert_eq!(
            trust(&format!("registry.{zone}"), &format!("gitlab.{zone}")),
            Trust::Credentials,
            "{zone}"
        );
        assert_eq!(trust(&format!("r.a.{zone}"), &format!("auth.b.{zone}")), Trust::Credentials, "{zone}");
        let public = Url::parse("https://registry.example.com/").unwrap();
        let inside = Url::parse(&format!("https://gitlab.{zone}/")).unwrap();
        assert!(vet(Channel::Realm { trusted: &[] }, &public, &inside).is_err(), "{zone} from outside");
        assert!(vet(Channel::Redirect { from: &public }, &public, &inside).is_err(), "{zone} from outside");
    }
    assert_eq!(trust("registry", "gitlab"), Trust::Credentials);
    for (registry, realm) in
        [("registry.lan", "gitlab.corp"), ("registry", "gitlab.lan"), ("registry.lan", "auth.example.com")]
    {
        assert_eq!(trust(registry, realm), Trust::Anonymous, "{registry} {realm}");
    }
}
