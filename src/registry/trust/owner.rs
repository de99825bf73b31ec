//! Whether two names belong to one owner, as far as names show it.

use crate::http::url::private::{is_below, zone_of};
use crate::registry::trust::suffixes::registrable;

/// Token services that belong to a registry although their names do not show it: (registry's suffix, realm).
const KNOWN_REALMS: &[(&str, &str)] = &[("scw.cloud", "api.scaleway.com")];

/// Names below these belong to many owners: sharing one says nothing. Every customer of a cloud can have a name there
/// and would be trusted with the passwords of all others. These do not stand in the public suffix list.
const SHARED_SUFFIXES: &[&str] = &[
    "aliyuncs.com",
    "amazonaws.com",
    "amazonaws.com.cn",
    "appdomain.cloud",
    "azurecontainerapps.io",
    "azurecr.cn",
    "azurecr.io",
    "azurecr.us",
    "cloudapp.azure.com",
    "desec.io",
    "fastly.net",
    "github.dev",
    "gitpod.io",
    "jfrog.io",
    "judiciary.uk",
    "koyeb.app",
    "lhr.life",
    "loca.lt",
    "modal.run",
    "myhuaweicloud.com",
    "myqcloud.com",
    "nip.io",
    "on.aws",
    "openshiftapps.com",
    "oraclecloud.com",
    "ovh.net",
    "pkg.dev",
    "railway.app",
    "scalingo.io",
    "scw.cloud",
    "sslip.io",
    "stackblitz.io",
    "surge.sh",
    "tencentcr.com",
    "vultr.com",
    "vultrcr.com",
    "windows.net",
    "wordpress.com",
    "xip.io",
];

/// Whether both names belong to one owner: they lie under one registrable domain, or in one zone that exists only
/// inside of a network, whose names one administrator gives out. The error of a guess is "no", which costs
/// credentials at a foreign realm until the user names that in `trustedRealms`; the other error would let one customer
/// of a provider collect the passwords of another.
pub(crate) fn share_owner(one: &str, other: &str) -> bool {
    let is_known = KNOWN_REALMS.iter().any(|(suffix, realm)| *realm == other && is_below(one, suffix));
    let is_inside = zone_of(one).is_some_and(|zone| zone_of(other) == Some(zone));
    is_known || is_alibaba(one, other) || is_inside || is_one_domain(one, other)
}

fn is_one_domain(one: &str, other: &str) -> bool {
    let is_shared = SHARED_SUFFIXES.iter().any(|suffix| one == *suffix || is_below(one, suffix));
    !is_shared && registrable(one).is_some_and(|domain| registrable(other) == Some(domain))
}

/// Alibaba's token services: `dockerauth.REGION.aliyuncs.com`, with `-ee` and `-vpc`, and for one region
/// `dockerauth-REGION.aliyuncs.com`, for registries anywhere below `aliyuncs.com`. Customers have names below a service
/// of a region (`BUCKET.oss-REGION`), never beside one. Source: Alibaba's list of domains for nodes of ACK clusters.
fn is_alibaba(registry: &str, realm: &str) -> bool {
    let Some(rest) = realm.strip_suffix(".aliyuncs.com").filter(|_| is_below(registry, "aliyuncs.com"))
    else {
        return false;
    };
    let is_region = |text: &str| matches!(text.as_bytes(), [_, _, b'-', ..]) && !text.contains('.');
    match rest.split_once('.') {
        Some((service, region)) => {
            let services = ["dockerauth", "dockerauth-vpc", "dockerauth-ee", "dockerauth-ee-vpc"];
            services.contains(&service) && is_region(region)
        }
        None => rest.strip_prefix("dockerauth-").is_some_and(is_region),
    }
}
