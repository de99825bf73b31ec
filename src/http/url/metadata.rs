//! Where machines in a cloud find their own credentials: nothing that a registry may name.
//!
//! A service counts where its provider documents it, or where a client that its provider maintains asks it (cloud-init's
//! data sources, the SDKs). Whole blocks stand here only where all of the block belongs to the provider's services.

/// A block of addresses: its first one and the length of its prefix.
type Block = ([u16; 8], u32);

/// An IPv4 block: its first address and the length of its prefix.
const V4: &[(u32, u32)] = &[
    // Link-local (RFC 3927), 169.254.0.0/16: 169.254.169.254 at Amazon EC2, Azure, Google, Oracle, IBM, DigitalOcean,
    // Hetzner, Vultr, Akamai, Exoscale, UpCloud, OpenStack and others; 169.254.170.2 Amazon ECS and 169.254.170.23 EKS
    // (AmazonECS/developerguide/task-iam-roles, eks/userguide/pod-id-agent-setup); 169.254.169.252 GKE;
    // 169.254.42.42 Scaleway (cloud-init, Scaleway); 169.254.0.23 Tencent (cloud documents 213/32364).
    (0xa9fe_0000, 16),
    // 168.63.129.16, Azure's WireServer (virtual-network/what-is-ip-address-168-63-129-16).
    (0xa83f_8110, 32),
    // 100.100.100.200, Alibaba (ecs/user-guide/view-instance-metadata).
    (0x6464_64c8, 32),
    // 192.0.0.192, Oracle Cloud Infrastructure Classic.
    (0xc000_00c0, 32),
];

/// IPv6 blocks.
const V6: &[Block] = &[
    // Link-local (RFC 4291 section 2.5.6): fe80::a9fe:a9fe is OpenStack's (Neutron, "IPv6 metadata").
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10),
    // Amazon's local services, all of fd00:ec2::/32: ::254 EC2 (AWSEC2/UserGuide/instancedata-data-retrieval) and ::23
    // EKS Pod Identity (eks/userguide/pod-id-agent-setup) hand out credentials.
    ([0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0], 32),
    // Google (compute/docs/metadata/querying-metadata). The block around it belongs to customers' networks.
    ([0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254], 128),
    // Oracle (the OCI Python SDK, instance_principals_security_token_signer).
    ([0xfd00, 0x00c1, 0, 0, 0, 0, 0xa9fe, 0xa9fe], 128),
    // Scaleway (cloud-init, Scaleway).
    ([0xfd00, 0x0042, 0, 0, 0, 0, 0, 0x0042], 128),
    // Akamai, formerly Linode (cloud-init, Akamai).
    ([0xfd00, 0xa9fe, 0xa9fe, 0, 0, 0, 0, 0x0001], 128),
    // Alibaba (cloud-init, AliYun).
    ([0xfd00, 0x0100, 0, 0, 0, 0, 0x0100, 0x0200], 128),
];

/// Names of these services.
const NAMES: &[&str] = &[
    // Google (compute/docs/metadata/querying-metadata); the short one in App Engine.
    "metadata",
    "metadata.google.internal",
    "metadata.goog",
    // Amazon EC2's own names for 169.254.169.254.
    "instance-data",
    "instance-data.ec2.internal",
    // Tencent (cloud documents 213/4934).
    "metadata.tencentyun.com",
    // IBM (apidocs/vpc-metadata), over https the only way to it.
    "api.metadata.cloud.ibm.com",
    // Exoscale (compute/instances/how-to/cloud-init-user-data).
    "metadata.exoscale.com",
    // Equinix Metal, and its earlier name (cloud-init's EquinixMetal).
    "metadata.platformequinix.com",
    "metadata.packet.net",
    // Rancher 1 (docs, metadata-service).
    "rancher-metadata",
    // Apache CloudStack's virtual router (cloud-init, CloudStack).
    "data-server",
    // No page of Microsoft's names it; deny lists of others do, and no registry has business there.
    "metadata.azure.internal",
];

pub(crate) fn is_v4(bits: u32) -> bool {
    V4.iter().any(|(first, length)| (bits ^ first).checked_shr(32 - length) == Some(0))
}

pub(crate) fn is_v6(parts: [u16; 8]) -> bool {
    let bits = |parts: &[u16; 8]| parts.iter().fold(0_u128, |bits, part| bits << 16 | u128::from(*part));
    V6.iter().any(|(first, length)| (bits(&parts) ^ bits(first)).checked_shr(128 - length) == Some(0))
}

pub(crate) fn is_name(name: &str) -> bool {
    NAMES.contains(&name)
}
