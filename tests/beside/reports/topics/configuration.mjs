/** config.json as people and other programs write it. */

import { dockerImage, sha256 } from "../../../support/images.mjs";
import { logsIn, reads } from "./asks.mjs";
import { basic, challenge, login } from "./responses.mjs";

/** Google's key, as it is given to `docker login -u _json_key --password-stdin`. */
const KEY = '{\n  "type": "service_account",\n  "private_key": "-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n"\n}\n';

const EIGHT = [1, 2, 3, 4, 5, 6, 7, 8];

/** Where docker keeps the image of a draft, and what it wrote there before 23.0. */
const OLD_DRAFT = ".docker/manifests/FILE_x_list-1/FILE_x_app-1";
function oldDraft() {
  const { mediaType, digest, size, bytes, platform } = laidOut;
  return { Ref: "HOST/x/app:1", Descriptor: { mediaType, digest, size, platform }, SchemaV2Manifest: JSON.parse(bytes) };
}

/** An image whose manifest has docker's own layout, so that a draft without its bytes can be pushed. */
const laidOut = (() => {
  const image = dockerImage();
  const ordered = ({ mediaType, digest, size }) => ({ mediaType, size, digest });
  const { schemaVersion, mediaType, config, layers } = JSON.parse(image.bytes);
  const bytes = Buffer.from(JSON.stringify({ schemaVersion, mediaType, config: ordered(config), layers: layers.map(ordered) }, undefined, 3));
  return { ...image, bytes, digest: sha256(bytes), size: bytes.length };
})();

/** A registry that one login opens. */
const openedBy = (username, password) => ({
  answer: ({ headers }) => (headers.get("authorization") === basic(username, password) ? undefined : challenge('Basic realm="r"')),
});
/** One that hands out anonymous tokens, as Docker Hub and GHCR do. */
const publicImage = { auth: { type: "bearer", users: { ada: "pw" }, anonymous: ["pull"] } };

const READ = { out: /"schemaVersion": 2/ };
const auths = (auth, key = "HOST") => ({ auths: { [key]: { auth } } });
const row = (reports, about, config, registry, more = {}) => ({ reports, about, config, registry, ...reads(), right: READ, ...more });
const ada = openedBy("ada", "pw");
const opens = (reports, about, config, more) => row(reports, about, config, ada, more);

const JSON_KEY = "wercker/wercker#285, testcontainers/testcontainers-java#1492, buildkite-plugins/docker-login-buildkite-plugin#70";
const google = openedBy("_json_key", KEY);

const passwords = [
  row(JSON_KEY, "a password of several lines in config.json", auths(login("_json_key", KEY)), google),
  row(JSON_KEY, "a password of several lines in DOCKER_AUTH_CONFIG", undefined, google,
    { env: { DOCKER_AUTH_CONFIG: JSON.stringify(auths(login("_json_key", KEY))) }, docker: undefined, skopeo: undefined }),
  row(JSON_KEY, "a password of several lines from a helper", { credHelpers: { HOST: "t" } }, google,
    { helpers: { t: { kept: { HOST: { Username: "_json_key", Secret: KEY } } } } }),
  { reports: JSON_KEY, about: "a login with a password of several lines", registry: openedBy("_json_key", KEY.trimEnd()), input: KEY, ...logsIn("_json_key"), right: {} },
  row(JSON_KEY, "a password with a tab", auths(login("ada", "p\tw")), openedBy("ada", "p\tw")),
  row(JSON_KEY, "a password with a line break at its end", auths(login("ada", "pw\n")), openedBy("ada", "pw\n")),
  row("spotify/docker-client#764", "a colon in the password", auths(login("ada", "p:w:")), openedBy("ada", "p:w:")),
  row("docker/build-push-action#923", "a robot's name and an odd password", auths(login("robot$k8s+app", 'ä"\\ $1%')), openedBy("robot$k8s+app", 'ä"\\ $1%')),
];

const LINES = "ivanilves/lstags#221, banzaicloud/drone-kaniko#6, aevea/action-kaniko#20";
const long = "p".repeat(120);
const wrapped = login("ada", long).replace(/.{76}/g, "$&\n");
const spellings = [
  opens(LINES, "auth with a line break at its end", auths(`${login("ada", "pw")}\n`)),
  opens(LINES, "auth with CR LF at its end", auths(`${login("ada", "pw")}\r\n`)),
  row(LINES, "auth that is broken after 76 characters", auths(wrapped), openedBy("ada", long)),
  opens(LINES, "auth with a space in it", auths(` ${login("ada", "pw")}`), { right: { code: 1, err: "base64" } }),
  row("google/containerregistry#144", "credSstore, as Docker Desktop 2.0.0.3 wrote it", { stackOrchestrator: "swarm", credSstore: "osxkeychain", auths: { HOST: {} } },
    ada, { helpers: { osxkeychain: { kept: { HOST: { Username: "ada", Secret: "pw" } } } } }),
  ...["credsstore", "CREDSSTORE", "CredsStore"].map((key) => opens("google/containerregistry#144", `the key ${key}`, { [key]: "t" },
    { helpers: { t: { kept: { HOST: { Username: "ada", Secret: "pw" } } } } })),
  opens("google/containerregistry#144", "the key CredHelpers", { CredHelpers: { HOST: "t" } },
    { helpers: { t: { kept: { HOST: { Username: "ada", Secret: "pw" } } } } }),
  opens("google/containerregistry#144", "the keys Auths and Auth", { Auths: { HOST: { Auth: login("ada", "pw") } } }),
];

const empty = [["0 bytes", ""], ["white space", " \n\t\n"], ["null", "null"]].flatMap(([what, text]) => [
  row("docker/for-win#808", `a config.json of ${what}, public image`, text, publicImage),
  row("docker/for-win#808", `a config.json of ${what}, open registry`, text, {}),
]);

const further = [
  ...empty,
  opens("docker/for-win#808", "something after the object", `${JSON.stringify(auths(login("ada", "pw")))}\n{}\n`),
  opens("moby/moby#30779, docker/for-linux#474", "a key of auths with a path of another repository", auths(login("ada", "pw"), "HOST/other")),
  {
    reports: "moby/moby#30779, docker/for-linux#474", about: "a login to HOST/PATH, and an image of HOST", registry: ada, input: "pw",
    run: ["login HOST/other --username ada --password-stdin"], skopeo: ["login HOST/other --username ada --password-stdin"], right: {},
  },
  opens("moby/moby#30779, docker/for-linux#474", "a key of auths as a URL with /v1/", auths(login("ada", "pw"), "https://HOST/v1/")),
  opens("spotify/docker-client#1143, estesp/manifest-tool#92", "{} in auths beside credsStore", { auths: { HOST: {} }, credsStore: "t" },
    { helpers: { t: { kept: { HOST: { Username: "ada", Secret: "pw" } } } } }),
  row("keirlawson/docker_credential#8", "credHelpers with an empty name", { credHelpers: { HOST: "" }, ...auths(login("ada", "pw")) }, ada),
  opens("docker/hub-tool#155, microsoft/vscode-remote-release#7982", "keys of auths that are no hosts",
    { auths: { "hub-tool-token": { auth: login("x", "y") }, "https://index.docker.io/v1/access-token": {}, "1234abcd": {}, HOST: { auth: login("ada", "pw") } } }),
  opens("docker/for-win#14950, moby/moby#44790", "a byte order mark in config.json", `\ufeff${JSON.stringify(auths(login("ada", "pw")))}`),
  opens("docker/for-win#14950, moby/moby#44790", "UTF-16 in config.json", Buffer.from(`\ufeff${JSON.stringify(auths(login("ada", "pw")))}`, "utf16le"),
    { right: { code: 1, err: /not JSON|UTF-8|UTF-16/ } }),
  {
    reports: "docker/cli#987, distribution/distribution#2511", about: "a login for HOST, an image of HOST:443",
    registry: { at: "registry.example.com", ...ada }, config: auths(login("ada", "pw")), ...reads("HOST:443/x/app:1"),
    right: { code: 1, err: /no basic auth credentials/ },
  },
  { reports: "(draft folders)", about: "DOCKER_CONFIG is a relative path", config: auths(login("ada", "pw")), registry: ada, env: { DOCKER_CONFIG: ".docker" }, ...reads(), right: READ },
  { reports: "(draft folders)", about: "DOCKER_CONFIG with spaces", files: { "a b/config.json": auths(login("ada", "pw")) }, registry: ada,
    env: { DOCKER_CONFIG: "HOME/a b" }, run: reads().run, docker: reads().docker, right: READ },
  { reports: "(draft folders)", about: "DOCKER_CONFIG that does not exist: a draft is made and read", env: { DOCKER_CONFIG: "HOME/none/yet" },
    run: ["create HOST/x/list:1 HOST/x/app:1", "inspect HOST/x/list:1"], docker: ["manifest create HOST/x/list:1 HOST/x/app:1", "manifest inspect HOST/x/list:1"],
    right: { out: /manifest.list|image.index/ } },
  { reports: "(draft folders)", about: "DOCKER_CONFIG is a link", files: { "real/config.json": auths(login("ada", "pw")), link: { link: "real" } }, registry: ada,
    env: { DOCKER_CONFIG: "HOME/link" }, run: ["create HOST/x/list:1 HOST/x/app:1", "inspect HOST/x/list:1"],
    docker: ["manifest create HOST/x/list:1 HOST/x/app:1", "manifest inspect HOST/x/list:1"], right: READ },
  { reports: "(draft folders)", about: "eight lists at a time",
    run: [EIGHT.map((at) => `create HOST/x/list:${at} HOST/x/app:1`), ...EIGHT.map((at) => `inspect HOST/x/list:${at}`)],
    docker: [EIGHT.map((at) => `manifest create HOST/x/list:${at} HOST/x/app:1`), ...EIGHT.map((at) => `manifest inspect HOST/x/list:${at}`)], right: READ },
  { reports: "(draft folders)", about: "a draft of docker 18 to 20, without Raw", files: { [OLD_DRAFT]: oldDraft() },
    registry: { seed: { "x/app:1": laidOut } },
    run: ["push HOST/x/list:1"], docker: ["manifest push HOST/x/list:1"], right: { out: /^sha256:[0-9a-f]{64}$/m } },
];

export const CONFIGURATION = [...passwords, ...spellings, ...further];
