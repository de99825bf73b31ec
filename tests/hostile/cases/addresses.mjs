/** URLs that no registry may send a client to, in every spelling that some client fell for. */

/** Addresses of no server on the internet: label, URL. */
const INSIDE = [
  ["metadata service", "https://169.254.169.254/latest/meta-data/"],
  ["metadata service in decimal", "https://2852039166/latest/"],
  ["metadata service in hexadecimal", "https://0xa9fea9fe/latest/"],
  ["metadata service in octal", "https://0251.0376.0251.0376/latest/"],
  ["metadata service in mixed bases", "https://0xa9.254.0251.254/latest/"],
  ["metadata service in three parts", "https://169.254.43518/latest/"],
  ["metadata service mapped into IPv6", "https://[::ffff:169.254.169.254]/latest/"],
  ["metadata service mapped, in groups", "https://[::ffff:a9fe:a9fe]/latest/"],
  ["metadata service by NAT64", "https://[64:ff9b::a9fe:a9fe]/latest/"],
  ["metadata service by 6to4", "https://[2002:a9fe:a9fe::]/latest/"],
  ["metadata service of IPv6", "https://[fd00:ec2::254]/latest/"],
  ["metadata service by name", "https://metadata.google.internal/computeMetadata/v1/"],
  ["Azure's wire server", "https://168.63.129.16/machine"],
  ["a carrier's address", "https://100.100.100.200/latest/"],
  ["private address", "https://10.0.0.1/"],
  ["private address of the middle block", "https://172.16.0.1/"],
  ["private address of the small block", "https://192.168.1.1/"],
  ["loopback address", "https://127.0.0.1/"],
  ["loopback address, short", "https://127.1/"],
  ["loopback address of IPv6", "https://[::1]/"],
  ["this network", "https://0.0.0.0/"],
  ["zero", "https://0/"],
  ["link-local address of IPv6", "https://[fe80::1]/"],
  ["broadcast address", "https://255.255.255.255/"],
  ["localhost", "https://localhost/"],
  ["name below localhost", "https://registry.localhost/"],
  ["bare name", "https://intranet/"],
  ["local name", "https://printer.local/"],
];

/** Texts that hosts read differently from one another, or that are no web addresses. */
const CROOKED = [
  ["userinfo", ({ stranger }) => stranger.replace("https://", "https://user:secret@")],
  ["userinfo that looks like the registry", ({ registry, stranger }) => `${registry}@${stranger.slice(8)}/`],
  ["backslash", ({ registry, stranger }) => `${registry}\\@${stranger.slice(8)}/`],
  ["escape in the authority", ({ stranger }) => `https://%65vil.${stranger.slice(8)}/`],
  ["space in the authority", ({ stranger }) => `https://${stranger.slice(8)} /`],
  ["tab in the scheme", ({ stranger }) => `ht\ttps://${stranger.slice(8)}/`],
  ["zone in an address", () => "https://[fe80::1%25eth0]/"],
  ["port out of range", ({ stranger }) => `${stranger.replace(/\d+$/, "99999")}/`],
  ["empty authority", () => "https:///path"],
  ["file", () => "file:///etc/passwd"],
  ["ftp", ({ stranger }) => `ftp://${stranger.slice(8)}/`],
  ["gopher", () => "gopher://127.0.0.1:6379/_FLUSHALL"],
  ["javascript", () => "javascript:alert(1)"],
  ["data", () => "data:application/json,{}"],
  ["empty label", () => "https://registry..example/"],
  ["letters beyond ASCII", () => "https://\xe9vil.example/"],
];

/** Names of the internet over plain http. */
const PLAIN = [
  ["the registry without TLS", ({ registry }) => registry.replace("https:", "http:")],
  ["the token service without TLS", ({ tokens }) => tokens.replace("https:", "http:")],
  ["a stranger without TLS", ({ stranger }) => stranger.replace("https:", "http:")],
  ["the metadata service without TLS", () => "http://169.254.169.254/latest/meta-data/"],
];

/** `[label, (origins) => URL]` */
export const REFUSED = [...INSIDE.map(([label, url]) => [label, () => url]), ...CROOKED, ...PLAIN];
