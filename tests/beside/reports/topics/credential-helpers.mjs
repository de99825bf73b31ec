/** Credential helpers as they are, not as the protocol's text has them. */

import { logsIn, reads } from "./asks.mjs";
import { basic, challenge } from "./responses.mjs";

const READ = { out: /"schemaVersion": 2/ };
const ada = {
  answer: ({ headers }) => (headers.get("authorization") === basic("ada", "pw") ? undefined : challenge('Basic realm="r"')),
};
const publicImage = { auth: { type: "bearer", users: { ada: "pw" }, anonymous: ["pull"] } };
const forHost = { credHelpers: { HOST: "t" } };
const prints = (stdout, code = 0) => ({ t: { answers: { get: { stdout, code } } } });
const login = (extra = {}) => ({ Username: "ada", Secret: "pw", ...extra });

const answers = (reports, about, stdout, more = {}) => ({ reports, about, registry: ada, config: forHost, helpers: prints(stdout), ...reads(), right: READ, ...more });

const DEVPOD = "bazel-contrib/rules_oci#731";
const HOME_MADE = "bazel-contrib/rules_oci#731, fabric8io/docker-maven-plugin#930";

export const HELPERS = [
  ...[['{"ServerURL":"","Username":"","Secret":""}'], ["{}"]].map(([stdout]) => ({
    reports: DEVPOD, about: `a helper that answers ${stdout}, public image`, registry: publicImage, config: { credsStore: "devpod" },
    helpers: { devpod: { answers: { get: { stdout } } } }, ...reads(), right: READ,
  })),
  answers(HOME_MADE, "a helper with one ServerURL for every registry", JSON.stringify(login({ ServerURL: "https://index.docker.io/v1/" }))),
  answers(HOME_MADE, "a helper with text after the JSON", `${JSON.stringify(login())}\nWARNING: a newer version is here\n`),
  answers("fabric8io/docker-maven-plugin#930", "a helper with its JSON over several lines", JSON.stringify(login({ ServerURL: "HOST" }), undefined, 2)),
  answers(HOME_MADE, "a helper with keys in small letters", '{"username":"ada","secret":"pw"}'),
  answers(HOME_MADE, "a helper with null for ServerURL", '{"ServerURL":null,"Username":"ada","Secret":"pw"}'),
  {
    reports: "google/go-containerregistry#156, testcontainers/testcontainers-go#2752", about: "credentials not found in native keychain, public image",
    registry: publicImage, config: { credsStore: "t" }, helpers: prints("credentials not found in native keychain\n", 1), ...reads(), right: READ,
  },
  {
    reports: "google/go-containerregistry#156, testcontainers/testcontainers-go#2752", about: "credentials not found in native keychain, private image",
    registry: ada, config: { credsStore: "t" }, helpers: prints("credentials not found in native keychain\n", 1), ...reads(),
    right: { code: 1, err: /no basic auth credentials/ },
  },
  ...[["not implemented", "buildkite/elastic-ci-stack-for-aws#1671, CircleCI-Public/aws-ecr-orb#152, go-to-k/cdkd#438"],
    ["The specified item already exists in the keychain.", "docker/cli#3947"]].map(([said, reports]) => ({
    reports, about: `a login whose helper says "${said}"`, registry: ada, config: { credsStore: "t" },
    helpers: { t: { answers: { store: { stdout: `${said}\n`, code: 1 } } } }, input: "pw", ...logsIn(), skopeo: undefined,
    right: { code: 1, err: said },
  })),
  {
    reports: "getwud/wud#143, Docker-Proxy#103", about: "another owner's token service, public image",
    registry: {
      at: "registry.example.com",
      auth: { type: "bearer", users: { ada: "pw" }, anonymous: ["pull"], realm: "https://tokens.example.org/token" },
    },
    ...reads(), right: READ,
  },
  {
    reports: "getwud/wud#143, Docker-Proxy#103", about: "another owner's token service, public image, a missing helper",
    registry: {
      at: "registry.example.com",
      auth: { type: "bearer", users: { ada: "pw" }, anonymous: ["pull"], realm: "https://tokens.example.org/token" },
    },
    config: { credsStore: "desktop.exe" }, ...reads(), right: READ,
  },
];
