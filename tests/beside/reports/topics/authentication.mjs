/** Challenges and token services as registries have them. */

import { ociImage } from "../../../support/images.mjs";
import { logsIn, reads, resolves } from "./asks.mjs";
import { basic, challenge, html, json, login, redirect, refusal } from "./responses.mjs";

const READ = { out: /"schemaVersion": 2/ };
const auths = { auths: { HOST: { auth: login("ada", "pw") } } };

/**
 * A registry with a token service: `token` answers what is sent to it; the registry takes the token "good" alone.
 *
 * @param {(asked: object) => Response} token
 * @param {{ at?: string, realm?: string, challenged?: (asked: object, place: object) => Response }} [options]
 */
function tokens(token, { at, realm = "ORIGIN/token", isRealm = ({ path }) => path === "/token", challenged, ...more } = {}) {
  return {
    at, ...more,
    answer(asked, place) {
      if (isRealm(asked)) return token(asked, place);
      if (asked.headers.get("authorization") === "Bearer good") return undefined;
      const to = realm.replace("ORIGIN", asked.url.origin);
      return challenged?.(asked, place, to) ?? challenge(`Bearer realm="${to}",service="svc",scope="repository:x/app:pull"`);
    },
  };
}

const isAda = ({ headers }) => headers.get("authorization") === basic("ada", "pw");
/** A token for ada; for any other user one without rights. */
const forAda = (asked) => json({ token: isAda(asked) ? "good" : "anonymous" });
const anyone = () => json({ token: "good" });

const OWNER = "dotnet/sdk-container-builds#284, docker/sbx-releases#535, docker/model-runner#1053";
const named = ([registry, service]) => tokens(forAda, {
  at: registry, realm: `https://${service}/token`, isRealm: ({ url }) => url.host === service,
});
const OWNERS = [
  ["registry.lan", "gitlab.lan"], ["registry.internal", "auth.internal"], ["registry.local", "gitlab.local"],
  ["registry.corp.lan", "gitlab.corp.lan"], ["registry.company.corp", "login.company.corp"],
  ["harbor.k8s.home.arpa", "auth.k8s.home.arpa"], ["registry.example.com", "gitlab.example.com"],
  ["registry.git.example.com", "git.example.com"],
].map((pair) => ({
  reports: OWNER, about: `the token service of ${pair[0]} is at ${pair[1]}`, registry: named(pair), config: auths, ...reads(), right: READ,
}));

const bearer = (members) => json({ token: "good", expires_in: 300, issued_at: "2026-01-01T00:00:00Z", ...members });
const TOKENS = {
  "expires_in as a text": ["distribution/distribution#1746", () => bearer({ expires_in: "300" })],
  "issued_at is empty": ["goharbor/harbor#13491", () => bearer({ issued_at: "" })],
  "issued_at is a number": ["moby/moby#20970", () => bearer({ issued_at: 1 })],
  "a token without expiry": ["oras-project/rust-oci-client#6", () => json({ token: "good" })],
  "only token": ["containerd/containerd#2157", () => json({ token: "good", expires_in: 60 })],
  "only access_token": ["google/go-containerregistry#81", () => json({ access_token: "good", expires_in: 60 })],
};

const REFUSED_POST = "oras-project/oras#968, containerd/containerd#12857, containerd/containerd#5288, containerd/containerd#4983";
const identity = { auths: { HOST: { auth: login("<token>", ""), identitytoken: "refresh" } } };
const posts = [
  [405, "as a method that is not known", () => refusal(405, "UNSUPPORTED", "POST is not taken")],
  [404, "as a page that is not there", () => refusal(404, "NOT_FOUND", "nothing here")],
  [200, "an HTML page", () => html()],
  [500, "an error of the service", () => refusal(500, "UNKNOWN", "once more")],
].map(([status, what, refuse]) => ({
  reports: REFUSED_POST, about: `an identity token whose POST is answered ${status}, ${what}`,
  registry: tokens((asked) => (asked.method === "POST" ? refuse() : forAda(asked))), config: identity, ...reads(), right: { code: 1, err: /\S/ },
}));

const BASIC_AND_BEARER = "podman-container-tools/skopeo#1300";
const CHALLENGES = {
  "Basic, then Bearer": (to) => `Basic realm="r", Bearer realm="${to}",service="svc",scope="repository:x/app:pull"`,
  "Bearer, then Basic": (to) => `Bearer realm="${to}",service="svc",scope="repository:x/app:pull", Basic realm="r"`,
  "Negotiate first": (to) => `Negotiate, Bearer realm="${to}",service="svc",scope="repository:x/app:pull"`,
  "upper case": (to) => `BEARER REALM="${to}",SERVICE="svc",SCOPE="repository:x/app:pull"`,
  "a service without quotes": (to) => `Bearer realm="${to}",service=svc,scope="repository:x/app:pull"`,
  "a relative realm": () => 'Bearer realm="/token",service="svc",scope="repository:x/app:pull"',
  "a realm with a query": (to) => `Bearer realm="${to}?account=1",service="svc",scope="repository:x/app:pull"`,
  "spaces around commas": (to) => `Bearer realm="${to}" , service="svc" , scope="repository:x/app:pull"`,
  "no service": (to) => `Bearer realm="${to}",scope="repository:x/app:pull"`,
};
const challenges = Object.entries(CHALLENGES).map(([about, text]) => ({
  reports: BASIC_AND_BEARER, about: `challenge: ${about}`,
  registry: tokens(anyone, { challenged: (_, __, to) => challenge(text(to)) }), config: auths, ...reads(),
  right: READ,
}));

const open = (isOpen) => ({
  answer: (asked) => (isOpen(asked) || isAda(asked) ? undefined : challenge('Basic realm="r"')),
});

const WRONG_PASSWORD = "oras-project/oras#968";

export const AUTHENTICATION = [
  ...OWNERS,
  {
    reports: OWNER, about: "the token service of registry:5000 is at gitlab: the login is used, or said to be held back",
    registry: named(["registry:5000", "gitlab"]), config: auths, ...resolves(),
    right: { code: "any", check: ({ stdout, stderr }) => {
      if (!stdout.includes("sha256:") && !stderr.includes("gitlab")) throw new Error(stderr);
    } },
  },
  {
    reports: OWNER, about: "a login that is held back because of the realm is not called a wrong one",
    registry: named(["registry.example.com", "gitlab.example.org"]), config: auths, ...resolves(),
    right: { code: 1, err: /gitlab\.example\.org/ },
  },
  {
    reports: "docker/sbx-releases#535, docker/model-runner#1053", about: "the token service of the same owner, untrusted certificates and --insecure",
    registry: { ...named(["registry.example.com", "gitlab.example.com"]), trusted: false }, insecure: true, config: auths, ...reads(), right: READ,
  },
  {
    reports: "sameersbn/docker-gitlab#754", about: "the realm at another port of the host",
    registry: tokens(forAda, { at: "registry.example.com", realm: "https://registry.example.com:5050/token", isRealm: ({ url }) => url.port === "5050" }),
    config: auths, ...reads(), right: READ,
  },
  {
    reports: "sameersbn/docker-gitlab#754", about: "the realm in plain http at another name",
    registry: tokens(forAda, { at: "registry.example.com", realm: "http://gitlab.example.com/token", isRealm: ({ url }) => url.host === "gitlab.example.com" }),
    config: auths, ...resolves(), right: { code: 1, err: /trusted-realm/ },
  },
  {
    reports: "sameersbn/docker-gitlab#754", about: "the realm in plain http at another name, with --trusted-realm",
    registry: tokens(forAda, { at: "registry.example.com", realm: "http://gitlab.example.com/token", isRealm: ({ url }) => url.host === "gitlab.example.com" }),
    config: auths, run: ["inspect --trusted-realm http://gitlab.example.com HOST/x/app:1"], docker: reads().docker, skopeo: reads().skopeo, right: READ,
  },
  ...Object.entries(TOKENS).map(([about, [reports, token]]) => ({ reports, about, registry: tokens(token), ...reads(), right: READ })),
  ...posts,
  ...challenges,
  ...["/v2/ is open, images want a login", "/v2/ wants a login, images are open"].map((about, at) => ({
    reports: "containers/image#2754", about, registry: open(({ path }) => (path === "/v2/") === (at === 0)), config: auths, ...reads(), right: READ,
  })),
  {
    reports: "containers/image#2754", about: "one repository wants a login: a list of its image and an open one", config: auths,
    registry: {
      seed: { "x/app:1": ociImage(), "private/app:1": ociImage({ architecture: "arm64" }) },
      answer: (asked) => (!asked.path.includes("/private/") || isAda(asked) ? undefined : challenge('Basic realm="r"')),
    },
    run: ["create HOST/x/list:1 HOST/x/app:1 HOST/private/app:1"], docker: ["manifest create HOST/x/list:1 HOST/x/app:1 HOST/private/app:1"], right: {},
  },
  {
    reports: "containers/image#2754", about: "only writes want a login", config: auths,
    registry: open(({ method, path }) => path === "/v2/" || method === "GET" || method === "HEAD"),
    run: ["copy HOST/x/app:1 HOST/y/app:2"], skopeo: ["copy docker://HOST/x/app:1 docker://HOST/y/app:2"], right: {},
  },
  {
    reports: "containers/image#641, google/go-containerregistry#2333", about: "a redirect to another registry that wants a token of its own",
    registry: {
      at: "registry.example.com",
      answer: ({ url, path }) => {
        if (url.host === "registry.example.com") return path === "/v2/" ? undefined : redirect(`https://other.example.org${path}`);
        return challenge('Bearer realm="https://other.example.org/token",service="svc"');
      },
    },
    ...reads(), right: { code: 1, err: /\S/ },
  },
  {
    reports: WRONG_PASSWORD, about: "a wrong password at a token service: its words come through",
    registry: tokens((asked) => (asked.headers.has("authorization") || asked.method === "POST"
      ? json({ details: "incorrect username or password" }, { status: 401 }) : json({ token: "anonymous" }))),
    config: auths, ...resolves(), right: { code: 1, err: /incorrect username or password(?!.*does not exist or is private)/s },
  },
  {
    reports: WRONG_PASSWORD, about: "a login with a wrong password", input: "pw",
    registry: tokens((asked) => (asked.headers.has("authorization") || asked.method === "POST"
      ? json({ details: "incorrect username or password" }, { status: 401 }) : json({ token: "anonymous" }))),
    ...logsIn(), right: { code: 1, err: /incorrect username or password|UNAUTHORIZED/ },
  },
];
