/** `create` beside `docker manifest create`: the scenarios. */

import { IMAGES, digestOf } from "../images.mjs";
import { APP, CREATED, LIST, SHOWN, create, differing, kept, listed, seed, steps } from "./names.mjs";

const two = seed("team/app", "amd64", "arm64");
const inspect = `inspect ${LIST}`;
const entry = (image) => `inspect ${LIST} ${APP}:${image}`;

const FLAT = "indexes-as-sources";
/** The outcome where the images of an index of APP, by their names in images.mjs, become drafts. */
const made = (...images) => ({ ...CREATED, drafts: listed(...images.map(digestOf)) });
const shownAs = (...images) => [differing(inspect, FLAT, { ...SHOWN, drafts: listed(...images.map(digestOf)) })];
const WINDOWS = listed(...IMAGES["windows-index"].children.map(({ digest }) => digest));
const OWN = ["REGISTRY_team_list-1/REGISTRY_team_list-amd64", `REGISTRY_team_list-1/REGISTRY_team_list@${digestOf("arm64").replace(":", "-")}`];
/** The drafts that are there, if one of them is as expected. */
const alike = (drafts, wanted) => (Object.values(drafts).some((text) => wanted.test(text)) ? drafts : `no draft with ${wanted}`);

export const CREATE = [
  { id: "create: one image", seed: two, memory: true, steps: steps(create("amd64"), inspect) },
  { id: "create: two images", seed: two, memory: true, steps: steps(create("amd64", "arm64"), inspect) },
  {
    id: "create: eight images, in the order of their files", memory: true,
    seed: seed("team/app", "amd64", "arm64", "armv7", "386", "s390x", "ppc64le", "riscv64", "windows"),
    steps: steps(create("windows", "s390x", "riscv64", "ppc64le", "armv7", "arm64", "amd64", "386"), inspect),
  },
  { id: "create: OCI images make an OCI index", seed: seed("team/app", "oci-amd64", "oci-arm64"), memory: true, steps: steps(create("oci-amd64", "oci-arm64"), inspect, `${inspect} -v`) },
  { id: "create: the first file decides the type, here docker's", seed: seed("team/app", "amd64", "oci-arm64"), steps: steps(create("oci-arm64", "amd64"), inspect) },
  {
    id: "create: the first file decides the type, here OCI's", seed: { "a/app:1": "oci-amd64", "b/app:1": "arm64" },
    steps: steps(`create --insecure ${LIST} REGISTRY/b/app:1 REGISTRY/a/app:1`, inspect),
  },
  { id: "create: without --insecure on loopback", seed: two, steps: steps(differing(`create ${LIST} ${APP}:amd64`, "loopback-http", { ...CREATED, drafts: kept("amd64") })) },
  { id: "create: a second time", seed: two, steps: steps(create("amd64"), create("arm64"), inspect) },
  { id: "create: --amend adds", seed: two, memory: true, steps: steps(create("amd64"), `create --insecure --amend ${LIST} ${APP}:arm64`, inspect) },
  { id: "create: -a adds", seed: two, steps: steps(create("amd64"), `create --insecure -a ${LIST} ${APP}:arm64`, inspect) },
  { id: "create: --amend of nothing", seed: two, steps: steps(`create --insecure --amend ${LIST} ${APP}:arm64`, inspect) },
  { id: "create: --amend=false of an existing list", seed: two, steps: steps(create("amd64"), `create --insecure --amend=false ${LIST} ${APP}:arm64`, inspect) },
  { id: "create: --amend with the same image", seed: two, steps: steps(create("amd64"), `create --insecure --amend ${LIST} ${APP}:amd64`, inspect) },
  {
    id: "create: --amend keeps annotations", seed: two,
    steps: steps(create("amd64"), `annotate --variant v3 ${LIST} ${APP}:amd64`, `create --insecure --amend ${LIST} ${APP}:amd64 ${APP}:arm64`, inspect),
  },
  {
    id: "create: --amend takes a reused draft from no registry", seed: two,
    steps: steps(create("amd64"), `create --amend ${LIST} ${APP}:amd64`, inspect),
  },
  { id: "create: the same image twice", seed: two, steps: steps(create("amd64", "amd64"), inspect) },
  {
    id: "create: two tags of the same image", seed: { "team/app:1": "amd64", "team/app:2": "amd64" }, memory: true,
    steps: steps(`create --insecure ${LIST} ${APP}:1 ${APP}:2`, inspect),
  },
  {
    id: "create: by tag and by digest", seed: two,
    steps: steps(`create --insecure ${LIST} ${APP}:amd64 ${APP}@${digestOf("amd64")}`, inspect),
  },
  { id: "create: by digest", seed: two, memory: true, steps: steps(`create --insecure ${LIST} ${APP}@${digestOf("arm64")}`, inspect) },
  {
    id: "create: by tag with digest", seed: two,
    steps: steps(`create --insecure ${LIST} ${APP}:amd64@${digestOf("amd64")}`, inspect, `inspect ${LIST} ${APP}:amd64@${digestOf("amd64")}`),
  },
  {
    id: "create: a tag with the digest of another image", seed: two,
    steps: steps(`create --insecure ${LIST} ${APP}:amd64@${digestOf("arm64")}`, inspect),
  },
  { id: "create: latest by default", seed: { "team/app:latest": "amd64" }, steps: steps(`create --insecure REGISTRY/team/list ${APP}`, "inspect REGISTRY/team/list") },
  { id: "create: a list named by digest", seed: two, steps: steps(`create --insecure REGISTRY/team/list@${digestOf("amd64")} ${APP}:amd64`, `inspect REGISTRY/team/list@${digestOf("amd64")}`) },
  { id: "create: of other repositories", seed: { "one/app:1": "amd64", "two/app:1": "arm64" }, memory: true, steps: steps(`create --insecure ${LIST} REGISTRY/one/app:1 REGISTRY/two/app:1`, `${inspect} -v`) },
  { id: "create: of another registry", seed: two, steps: steps(`create --insecure OTHER/team/list:1 ${APP}:amd64`, `inspect -v OTHER/team/list:1`) },
  { id: "create: flags between and behind the arguments", seed: two, steps: steps(`create ${LIST} --insecure ${APP}:amd64 -a`, inspect) },
  { id: "create: -- ends the flags", seed: two, steps: steps(`create --insecure -- ${LIST} ${APP}:amd64`, inspect, `create --insecure ${LIST} -- --amend`) },
  { id: "create: --insecure=false and then --insecure", seed: two, steps: steps(`create --insecure=false --insecure ${LIST} ${APP}:amd64`, inspect) },

  ...["odd-artifact-type", "odd-layer-type", "odd-config-type", "no-layers", "null-members", "no-version", "null-type"].map((image) => ({
    id: `create: ${image}`, seed: seed("team/app", image), registry: {}, steps: steps(create(image), inspect, entry(image)),
  })),
  {
    id: "create: a tag that is a list", seed: { "team/app:list": "list" },
    steps: steps(differing(create("list"), FLAT, made("amd64", "arm64", "armv7")), ...shownAs("amd64", "arm64", "armv7")),
  },
  { id: "create: a tag that is an index", seed: { "team/app:index": "index" }, steps: steps(differing(create("index"), FLAT, made("oci-amd64", "oci-arm64"))) },
  { id: "create: an index with attestations", seed: { "team/app:attested": "attested" }, steps: steps(differing(create("attested"), FLAT, { ...CREATED, drafts: listed(...IMAGES.attested.children.map(({ digest }) => digest)) })) },
  { id: "create: an index inside an index", seed: { "team/app:nested": "nested-index" }, steps: steps(differing(create("nested"), FLAT, made("oci-amd64", "oci-arm64"))) },
  { id: "create: one image by its tag and in an index", seed: { "team/app:index": "index", "team/app:oci-amd64": "oci-amd64" }, steps: steps(
    differing(create("index", "oci-amd64"), FLAT, { ...CREATED, drafts: [...kept("oci-amd64"), ...listed(digestOf("oci-amd64"), digestOf("oci-arm64"))] })) },
  { id: "create: annotate by the index of one image", seed: { "team/app:index": "windows-index" }, steps: steps(
    differing(create("index"), FLAT, { ...CREATED, drafts: WINDOWS }),
    differing(`annotate --variant v9 ${LIST} ${APP}:index`, FLAT, { code: 0, stderr: "", drafts: (_, mine) => alike(mine, /"variant":"v9"/) })) },
  { id: "create: annotate by the index of two images", seed: { "team/app:index": "index" }, steps: steps(
    differing(create("index"), FLAT, made("oci-amd64", "oci-arm64")),
    differing(`annotate --variant v9 ${LIST} ${APP}:index`, FLAT, {
      stderr: new RegExp(`^${APP}:index is 2 images in ${LIST}: (?=[^\n]*${digestOf("oci-amd64")})(?=[^\n]*${digestOf("oci-arm64")})[^\n]+\n$`),
      drafts: listed(digestOf("oci-amd64"), digestOf("oci-arm64")) }),
    differing(`annotate --variant v9 ${LIST} linux/arm64`, FLAT, { code: 0, stderr: "", drafts: (_, mine) => alike(mine, /"variant":"v9"/) })) },
  { id: "create: short names", seed: { "team/list:amd64": "amd64", "team/list:arm64": "arm64" }, steps: steps(
    differing(`create --insecure ${LIST} :amd64 @${digestOf("arm64")}`, "short-names", { ...CREATED, drafts: OWN }),
    differing(`inspect ${LIST} ${digestOf("arm64")}`, "short-names", { ...SHOWN, drafts: OWN })) },
  { id: "create: a missing tag", seed: two, memory: true, steps: steps(create("gone")) },
  { id: "create: a missing repository", seed: two, memory: true, steps: steps(`create --insecure ${LIST} REGISTRY/no/where:1`) },
  { id: "create: a missing digest", seed: two, memory: true, steps: steps(`create --insecure ${LIST} ${APP}@sha256:${"0".repeat(64)}`) },
  { id: "create: the second image is missing", seed: two, steps: steps(
    differing(create("amd64", "gone", "arm64"), "create-whole-or-nothing", { drafts: [] }),
    differing(create("amd64", "arm64"), "create-whole-or-nothing", { ...CREATED, drafts: kept("amd64", "arm64") }),
    differing(inspect, "create-whole-or-nothing", { stdout: /"amd64"[^]*"arm64"/, drafts: kept("amd64", "arm64") })) },
  { id: "create: --amend when an image is missing", seed: two, steps: steps(create("amd64"), `create --insecure --amend ${LIST} ${APP}:gone ${APP}:arm64`, inspect) },
  { id: "create: nobody listens", seed: two, steps: steps(`create --insecure ${LIST} NOWHERE/team/app:1`) },
  { id: "create: nobody listens, without --insecure", steps: steps(`create ${LIST} NOWHERE/team/app:1`) },

  { id: "create: a config without a platform", seed: seed("team/app", "no-platform"), steps: steps(create("no-platform"), inspect, entry("no-platform")) },
  { id: "create: an OCI config without a platform", seed: seed("team/app", "oci-no-platform"), steps: steps(create("oci-no-platform"), inspect) },
  { id: "create: a config without an architecture", seed: seed("team/app", "no-arch"), steps: steps(create("no-arch"), inspect) },
  { id: "create: a platform that nobody knows", seed: seed("team/app", "beos"), steps: steps(create("beos"), inspect) },
  { id: "create: a platform in other letters", seed: seed("team/app", "odd-case"), steps: steps(
    differing(create("odd-case"), "letter-case", { code: 1, stdout: "", stderr: /letter case/, drafts: [] }),
    differing(`${inspect} -v`, "letter-case", { code: 1, stdout: "", stderr: "no such manifest: REGISTRY/team/list:1\n", drafts: [] })) },
  { id: "create: windows with features", seed: seed("team/app", "windows-features"), memory: true, steps: steps(create("windows-features"), inspect, `${inspect} -v`) },
  { id: "create: a platform in need of escapes", seed: seed("team/app", "html-platform"), memory: true, steps: steps(create("html-platform"), inspect, `${inspect} -v`) },
  { id: "create: an artifact", seed: seed("team/app", "note"), steps: steps(create("note"), inspect, `${inspect} -v`) },
  { id: "create: an attestation", seed: seed("team/app", "statement"), steps: steps(create("statement"), inspect) },
  { id: "create: annotations in need of escapes", seed: seed("team/app", "oci-annotated"), steps: steps(create("oci-annotated"), entry("oci-annotated"), `${entry("oci-annotated")} -v`) },
  { id: "create: a text in odd layout", seed: seed("team/app", "odd-layout"), registry: {}, steps: steps(create("odd-layout"), inspect, entry("odd-layout"), `inspect -v ${LIST} ${APP}:odd-layout`) },
  { id: "create: a text with escapes of its own", seed: seed("team/app", "compact-escapes"), memory: true, steps: steps(create("compact-escapes"), entry("compact-escapes"), `inspect -v ${LIST}`) },
];
