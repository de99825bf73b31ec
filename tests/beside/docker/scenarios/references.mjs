/** References that are no reference, and short ones: the scenarios. */

import { createHash } from "node:crypto";

import { IMAGES, digestOf } from "../images.mjs";
import { APP, CREATED, LIST, SHOWN, differing, seed, steps } from "./names.mjs";

const HEX = "0123456789abcdef".repeat(4);
const SHA512 = `sha512:${createHash("sha512").update(IMAGES.amd64.bytes).digest("hex")}`;
/** The draft of that image. */
const SHA512_DRAFTS = [`REGISTRY_team_list-1/REGISTRY_team_app@${SHA512.replace(":", "-")}`];
const LONG = `REGISTRY/team/${"a".repeat(120)}:${"t".repeat(128)}`;
const two = seed("team/app", "amd64", "arm64");

/** Names that are refused before any registry is asked, in every place where a name can stand. */
const REFUSED = {
  "an empty text": "",
  blanks: " ",
  "a blank in the middle": "team/a pp",
  "capitals in a repository": "Team",
  "capitals in a path": "REGISTRY/team/App",
  "an empty tag": "team/app:",
  "a short digest": "team/app@sha256:abc",
  "a digest without one digit": `team/app@sha256:${HEX.slice(1)}`,
  "a digest with one digit too many": `team/app@sha256:${HEX}0`,
  "a digest in capitals": `team/app@sha256:${HEX.toUpperCase()}`,
  "a digest of an algorithm that is not known": `team/app@md5:${HEX}`,
  "an empty digest": "team/app@",
  "a URL": "http://registry.example/team/app",
  "three underscores": "team___app",
  "a dot at the start of a component": "team/.app",
  "a dash at the start": "-app",
  "64 hexadecimal digits": HEX,
  "a path of 256 characters": `registry.example/${"a".repeat(256)}`,
  "a tag of 129 characters": `team/app:${"t".repeat(129)}`,
  "a slash at the end": "team/app/",
  "two colons": "team/app:1:2",
};

const dashed = (name) => (name.startsWith("-") ? ["--"] : []);

export const REFERENCES = [
  ...Object.entries(REFUSED).map(([title, name]) => ({
    id: `references: ${title}`,
    steps: steps(
      ["create", ...dashed(name), name, "one"], ["create", ...dashed(name), "one", name], ["annotate", ...dashed(name), name, "one"],
      ["annotate", ...dashed(name), "one", name], ["inspect", ...dashed(name), name], ["inspect", ...dashed(name), "one", name],
      ["push", ...dashed(name), name], ["rm", ...dashed(name), name]),
    swap: false,
  })),
  { id: "references: familiar names are docker.io's", steps: steps("rm list", "rm team/list:2", "rm index.docker.io/list", "rm docker.io/library/list:1", "push library/list", "inspect list one", "rm localhost/list", "rm Registry.Example/list", "rm registry.example:5000/list", "rm [::1]:5000/list") },
  { id: "references: a list under a familiar name", seed: two, steps: steps(`create --insecure list ${APP}:amd64`, "inspect -v list", "annotate --variant v2 docker.io/library/list:latest REGISTRY/team/app:amd64", "inspect -v index.docker.io/library/list", "rm docker.io/list") },
  { id: "references: sha512", seed: two, steps: steps(`create --insecure ${LIST} ${APP}@sha512:${HEX}${HEX}`, `inspect --insecure ${APP}@sha384:${HEX}${HEX.slice(32)}`) },
  { id: "references: a sha512 digest that is there", seed: { [`team/app@${SHA512}`]: "amd64" }, registry: {}, steps: steps(
    differing(`create --insecure ${LIST} ${APP}@${SHA512}`, "digest-sha512", { ...CREATED, drafts: SHA512_DRAFTS }),
    differing(`inspect --insecure ${APP}@${SHA512}`, "digest-sha512", { ...SHOWN, drafts: SHA512_DRAFTS })) },
  { id: "references: a tag of 128 characters", seed: { [`team/app:${"t".repeat(128)}`]: "amd64" }, steps: steps(`create --insecure ${LIST} ${APP}:${"t".repeat(128)}`, `inspect ${LIST} ${APP}:${"t".repeat(128)}`) },
  { id: "references: a file name of more than 255 bytes", seed: { [`team/${"a".repeat(120)}:${"t".repeat(128)}`]: "amd64" }, steps: steps(
    // Docker leaves an empty folder behind, which is a list.
    differing(`create --insecure ${LIST} ${LONG}`, "names-too-long", { drafts: [] }),
    differing(`create --insecure ${LONG} ${LONG}`, "names-too-long", { drafts: [] })) },
  { id: "references: separators in components", seed: { "te.am/a_b__c--d:1.0_x-y": "amd64" }, steps: steps("create --insecure REGISTRY/te.am/a_b__c--d:L REGISTRY/te.am/a_b__c--d:1.0_x-y", "push --insecure REGISTRY/te.am/a_b__c--d:L") },
  { id: "references: capitals in a tag", seed: { "team/app:AMD64": "amd64" }, steps: steps(`create --insecure ${LIST} ${APP}:AMD64`, `inspect ${LIST}`) },
  { id: "references: capitals sort before small letters", seed: { "team/app:B": "amd64", "team/app:a": "oci-arm64", "team/app:_": "armv7", "team/app:1": "s390x" }, steps: steps(`create --insecure ${LIST} ${APP}:a ${APP}:B ${APP}:_ ${APP}:1`, `inspect ${LIST}`, `push --insecure ${LIST}`) },
  { id: "references: a tag beside its digest sorts by the file's name", seed: two, steps: steps(`create --insecure ${LIST} ${APP}:arm64 ${APP}@${digestOf("amd64")} ${APP}:amd64`, `inspect -v ${LIST}`) },
];
