/** Connections: encodings, TLS, certificates, proxies and names. */

import { deflateSync, gzipSync } from "node:zlib";

import { ociImage } from "../../../support/images.mjs";
import { listsTags, reads, readsRaw, resolves } from "./asks.mjs";
import { basic, challenge, login } from "./responses.mjs";

const READ = { out: /"schemaVersion": 2/ };

/** Every answer of the registry with a body, in this encoding, although no request asks for it. */
const encoded = (name, pack) => ({
  async answer(asked, place) {
    const response = await place.proceed();
    if (asked.method === "HEAD" || response.headers.get("content-length") === "0" || response.body === null) return response;
    const bytes = pack(Buffer.from(await response.arrayBuffer()));
    const headers = new Headers(response.headers);
    headers.set("content-encoding", name);
    headers.set("content-length", String(bytes.length));
    return new Response(bytes, { status: response.status, headers });
  },
});
const ENCODED = "moby/moby#17595, quay/quay#1310";
const ENCODINGS = { gzip: encoded("gzip", gzipSync), "x-gzip": encoded("x-gzip", gzipSync), deflate: encoded("deflate", deflateSync) };
/** A client that does not end stands out where the connection is kept alive, as it is here for a minute. */
const encodings = Object.entries(ENCODINGS).flatMap(([name, registry]) => [
  { about: `${name}: inspect`, ...reads(), right: READ },
  { about: `${name}: inspect --raw`, ...readsRaw(), right: { out: ociImage().bytes.toString() } },
  { about: `${name}: tags`, ...listsTags(), right: { out: "1\n" } },
  { about: `${name}: referrers`, run: ["referrers HOST/x/app:1"], right: { out: "" } },
  { about: `${name}: an error`, ...reads("HOST/x/app:none"), right: { code: 1, err: "no such manifest" } },
].map((row) => ({ reports: ENCODED, registry, ...row })));

/** What servers say to plain http at a port that speaks TLS. */
const page = (status, text) => `HTTP/1.1 ${status}\r\nContent-Type: text/html\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`;
const plainly = (status, text) => page(status, text).replace("text/html", "text/plain");
const FRONTS = {
  "closes the connection (Envoy, HAProxy, stunnel, Node, Python)": null,
  "is Apache httpd": page("400 Bad Request", "<p>Your browser sent a request that this server could not understand.<br />\nReason: You're speaking plain HTTP to an SSL-enabled server port.<br />\n Instead use the HTTPS scheme to access this URL, please.<br />\n</p>\n"),
  "is Tomcat": plainly("400 ", "Bad Request\r\nThis combination of host and port requires TLS.\r\n"),
  "is Jetty": page("400 Illegal character CNTL=0x0", "<h1>Bad Message 400</h1><pre>reason: Illegal character CNTL=0x0</pre>"),
  "is HAProxy": page("400 Bad request", "<html><body><h1>400 Bad request</h1>\nYour browser sent an invalid request.\n</body></html>\n"),
  "redirects to https at the same port": "HTTP/1.1 301 Moved Permanently\r\nLocation: https://HOST/v2/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
  "is Go": plainly("400 Bad Request", "Client sent an HTTP request to an HTTPS server.\n"),
  "is nginx": page("400 Bad Request", "<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\r\n</html>\r\n"),
};
const fronts = Object.entries(FRONTS).flatMap(([who, plain]) => [
  { reports: "go-gitea/gitea#28039", about: `TLS on loopback, and the server ${who}: inspect`, registry: { tls: true, plain }, ...reads(), right: READ },
  { reports: "go-gitea/gitea#28039", about: `TLS on loopback, and the server ${who}: resolve`, registry: { tls: true, plain }, ...resolves(), right: { out: new RegExp(ociImage().digest) } },
]);

const CERTS = "moby/moby#25587, goharbor/harbor-helm#458, bazelbuild/rules_docker#1250, docker/for-linux#396, docker/cli#1358";
/** The folder of rootless docker, which needs no root to write. Docker takes loopback for insecure, and reads nothing for it. */
const rootless = { ROOTLESSKIT_STATE_DIR: "x" };
const folder = ".config/docker/certs.d/HOST";
const named = { at: "registry.example.com" };
const certificates = [
  {
    reports: CERTS, about: "the registry's authority in certs.d", registry: { ...named, trusted: false }, env: rootless,
    files: { [`${folder}/ca.crt`]: "CERTIFICATE" }, run: reads().run, docker: reads().docker, right: READ,
  },
  {
    reports: CERTS, about: "a client certificate in certs.d", registry: { ...named, trusted: false, clientCertificate: true }, env: rootless,
    files: { [`${folder}/ca.crt`]: "CERTIFICATE", [`${folder}/client.cert`]: "CERTIFICATE", [`${folder}/client.key`]: "KEY" },
    run: reads().run, docker: reads().docker, right: READ,
  },
  {
    reports: CERTS, about: "the registry's authority with --ca", registry: { ...named, trusted: false },
    run: ["inspect --ca HOME/authority.pem HOST/x/app:1"], right: READ,
  },
  { reports: CERTS, about: "an authority that nobody knows", registry: { ...named, trusted: false }, ...reads(), right: { code: 1, err: /certificate/ } },
];

const ada = { answer: ({ headers }) => (headers.get("authorization") === basic("ada", "pw") ? undefined : challenge('Basic realm="r"')) };
const proxied = (about, env) => ({ reports: "(proxies)", about, registry: named, env, ...reads(), right: READ });
const outside = (about, env) => ({
  reports: "(proxies)", about, env, ...reads(), right: READ,
});

export const CONNECTIONS = [
  ...encodings,
  ...fronts,
  ...certificates,
  {
    reports: "docker/cli#3250", about: "--insecure where only plain http is spoken",
    registry: { ...named, connects: () => null }, insecure: true, ...reads(), right: READ,
  },
  proxied("HTTPS_PROXY as a URL", {}),
  proxied("HTTPS_PROXY without a scheme", { HTTPS_PROXY: "PROXY" }),
  proxied("HTTPS_PROXY with a slash at its end", { HTTPS_PROXY: "http://PROXY/" }),
  proxied("https_proxy in small letters", { HTTPS_PROXY: undefined, https_proxy: "http://PROXY" }),
  proxied("HTTPS_PROXY with a user and a password", { HTTPS_PROXY: "http://ada:p%40w@PROXY" }),
  proxied("NO_PROXY for other names", { NO_PROXY: "example.org,.example.net,10.0.0.0/8,registry.example.com:5000" }),
  outside("NO_PROXY=* beside a proxy that is not there", { HTTPS_PROXY: "http://127.0.0.1:1", HTTP_PROXY: "http://127.0.0.1:1", NO_PROXY: "*" }),
  outside("a proxy is not used for loopback", { HTTPS_PROXY: "http://127.0.0.1:1", HTTP_PROXY: "http://127.0.0.1:1" }),
  outside("ALL_PROXY does not count", { ALL_PROXY: "http://127.0.0.1:1" }),
  {
    reports: "(proxies)", about: "a proxy that refuses to connect is asked no more often than once or twice",
    registry: { ...named, connects: () => "502 Bad Gateway" }, ...resolves(), retries: [],
    right: { code: 1, err: /502|Bad Gateway|proxy/i, check: ({ place }) => {
      const asked = place.requests.filter(({ method }) => method === "CONNECT").length;
      if (asked > 2) throw new Error(`the proxy was asked ${asked} times`);
    } },
  },
  { reports: "(names)", about: "an upper-case host", registry: { at: "registry.example.com", ...ada },
    config: { auths: { "Registry.Example.com": { auth: login("ada", "pw") } } },
    ...reads("Registry.Example.com/x/app:1"), right: READ },
  { reports: "(names)", about: "[::1] with a port", registry: { address: "::1" }, ...reads(), right: READ },
  { reports: "(names)", about: "a name without a dot and with a port", registry: { at: "registry:5000" }, ...reads(), right: READ },
];
