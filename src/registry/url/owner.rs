//! Whether two names belong to one owner, as far as names show it.

use crate::guard::{Guard, stands};

/// Token services that belong to a registry although their names do not show it: (registry's suffix, realm).
const KNOWN_REALMS: &[(&str, &str)] = &[("scw.cloud", "api.scaleway.com")];

/// Names below these belong to many owners: sharing one says nothing. Every customer of a cloud can have a
/// name there and would be trusted with the passwords of all others.
const SHARED_SUFFIXES: &[&str] = &[
    "aliyuncs.com",
    "amazonaws.com",
    "appdomain.cloud",
    "appspot.com",
    "azurecr.cn",
    "azurecr.io",
    "azurecr.us",
    "azure-api.net",
    "azurecontainer.io",
    "azurecontainerapps.io",
    "azurestaticapps.net",
    "awsapprunner.com",
    "on.aws",
    "elasticbeanstalk.com",
    "supabase.co",
    "synology.me",
    "myqnapcloud.com",
    "myds.me",
    "dynv6.net",
    "no-ip.org",
    "hopto.org",
    "desec.io",
    "koyeb.app",
    "cleverapps.io",
    "scalingo.io",
    "platformsh.site",
    "upsun.app",
    "zeabur.app",
    "streamlit.app",
    "modal.run",
    "azureedge.net",
    "azurefd.net",
    "azurewebsites.net",
    "bitbucket.io",
    "blogspot.com",
    "cloudapp.net",
    "cloudfront.net",
    "cloudfunctions.net",
    "code.run",
    "csb.app",
    "ddns.net",
    "deno.dev",
    "deno.net",
    "duckdns.org",
    "dyndns.org",
    "edgecompute.app",
    "fastly.net",
    "firebaseapp.com",
    "fly.dev",
    "github.dev",
    "github.io",
    "githubusercontent.com",
    "gitlab.io",
    "gitpod.io",
    "glitch.me",
    "hf.space",
    "herokuapp.com",
    "jfrog.io",
    "lhr.life",
    "linodeobjects.com",
    "loca.lt",
    "lovable.app",
    "myhuaweicloud.com",
    "myqcloud.com",
    "netlify.app",
    "ngrok-free.app",
    "ngrok-free.dev",
    "ngrok.app",
    "ngrok.dev",
    "ngrok.io",
    "nip.io",
    "northflank.app",
    "ondigitalocean.app",
    "onrender.com",
    "openshiftapps.com",
    "oraclecloud.com",
    "ovh.net",
    "pages.dev",
    "pkg.dev",
    "r2.dev",
    "railway.app",
    "replit.app",
    "replit.dev",
    "run.app",
    "scw.cloud",
    "sslip.io",
    "stackblitz.io",
    "surge.sh",
    "tencentcr.com",
    "trafficmanager.net",
    "trycloudflare.com",
    "ts.net",
    "vercel.app",
    "vultr.com",
    "vultrcr.com",
    "web.app",
    "windows.net",
    "wordpress.com",
    "workers.dev",
    "xip.io",
    "amazonaws.com.cn",
    "cloudapp.azure.com",
];

/// Names that are sold below: registries of second-level names that look like somebody's own.
const SOLD_SUFFIXES: &[&str] = &[
    "eu.org",
    "uk.com",
    "us.com",
    "eu.com",
    "de.com",
    "gb.net",
    "uk.net",
    "se.net",
    "in.net",
    "jp.net",
    "hu.net",
    "cn.com",
    "sa.com",
    "br.com",
    "za.com",
    "ru.com",
    "jpn.com",
    "gr.com",
    "co.com",
    "us.org",
    "ae.org",
    "com.de",
    "com.se",
    "co.nl",
    "co.no",
    "priv.no",
    "oslo.no",
    "bergen.no",
    "trondheim.no",
    "stavanger.no",
    "plc.uk",
    "judiciary.uk",
    "police.uk",
    "school.nz",
    "geek.nz",
    "maori.nz",
    "kiwi.nz",
    "parliament.nz",
    "conf.au",
    "press.se",
    "parti.se",
    "brand.se",
];

/// Prefectures and the cities beside them, below which Japan gives out names of the fourth and third level.
const JAPAN: &[&str] = &[
    "aichi",
    "akita",
    "aomori",
    "chiba",
    "ehime",
    "fukui",
    "fukuoka",
    "fukushima",
    "gifu",
    "gunma",
    "hiroshima",
    "hokkaido",
    "hyogo",
    "ibaraki",
    "ishikawa",
    "iwate",
    "kagawa",
    "kagoshima",
    "kanagawa",
    "kawasaki",
    "kitakyushu",
    "kobe",
    "kochi",
    "kumamoto",
    "kyoto",
    "mie",
    "miyagi",
    "miyazaki",
    "nagano",
    "nagasaki",
    "nagoya",
    "nara",
    "niigata",
    "oita",
    "okayama",
    "okinawa",
    "osaka",
    "saga",
    "saitama",
    "sapporo",
    "sendai",
    "shiga",
    "shimane",
    "shizuoka",
    "tochigi",
    "tokushima",
    "tokyo",
    "tottori",
    "toyama",
    "wakayama",
    "yamagata",
    "yamaguchi",
    "yamanashi",
    "yokohama",
];

/// Whether both names lie under one registrable domain. There is no public suffix list here (a quarter of a
/// megabyte); the guess errs towards "no", which costs credentials at a foreign realm. It is wrong the other way for a suffix that
/// is missing in the list above: then one customer of that provider could collect another's passwords.
pub(super) fn share_owner(one: &str, other: &str) -> bool {
    let known = KNOWN_REALMS.iter().any(|(suffix, realm)| *realm == other && is_below(one, suffix));
    known || registrable(one).is_some_and(|domain| registrable(other) == Some(domain))
}

/// The part of `name` that one owner registered, as far as the name shows it.
fn registrable(name: &str) -> Option<&str> {
    let is_in = |list: &[&str]| list.iter().any(|suffix| name == *suffix || is_below(name, suffix));
    let is_japan = |name: &str| {
        JAPAN
            .iter()
            .any(|place| name.strip_suffix(".jp").is_some_and(|rest| rest == *place || is_below(rest, place)))
    };
    let is_shared = is_in(SHARED_SUFFIXES) || is_in(SOLD_SUFFIXES) || is_japan(name);
    if is_shared && stands(Guard::SharedSuffix) {
        return None;
    }
    let mut labels = name.rsplit('.');
    let (top, second) = (labels.next()?, labels.next()?);
    // Countries sell names under co.uk, com.au, or.jp, gv.at: a short second label below two letters.
    let wanted = if top.len() == 2 && (second.len() <= 3 || is_generic(second)) { 3 } else { 2 };
    let start = name.rmatch_indices('.').nth(wanted - 1).map(|(dot, _)| dot + 1);
    match start {
        Some(start) => name.get(start..),
        None => (name.split('.').count() == wanted).then_some(name),
    }
}

/// Longer second-level labels that are public below a country.
fn is_generic(label: &str) -> bool {
    ["asso", "coop", "firm", "gouv", "govt", "info", "mobi", "museum", "name", "school"].contains(&label)
}

fn is_below(name: &str, suffix: &str) -> bool {
    name.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'))
}
