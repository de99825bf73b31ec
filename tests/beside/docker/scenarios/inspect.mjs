/** `inspect` beside `docker manifest inspect`: the scenarios. */

import { digestOf } from "../images.mjs";
import { APP, LIST, SHOWN, create, differing, seed, steps } from "./names.mjs";

const remote = (image, extra) => ({
  id: `inspect: ${image}`, seed: seed("team/app", image), memory: true,
  steps: steps(`inspect --insecure ${APP}:${image}`, `inspect --insecure -v ${APP}:${image}`), ...extra,
});
/** Where docker gives up. */
const odd = (image, id, ...fields) => {
  const { steps: commands, ...rest } = remote(image);
  return { ...rest, steps: commands.map((step, at) => (fields[at] ? differing(step, id, fields[at]) : step)) };
};
const two = seed("team/app", "amd64", "arm64");

export const INSPECT = [
  remote("amd64"),
  remote("oci-arm64"),
  remote("windows-features"),
  remote("html-platform"),
  remote("no-platform"),
  odd("odd-case", "letter-case", undefined, { code: 1, stdout: "", stderr: /letter case/ }),
  remote("oci-annotated"),
  remote("note"),
  remote("list"),
  remote("index"),
  remote("attested"),
  remote("mixed-index"),
  remote("mixed-list"),
  remote("bare-index"),
  remote("annotated-index"),
  remote("windows-index"),
  odd("nested-index", "inspect-odd-indexes", SHOWN, SHOWN),
  odd("empty-index", "inspect-odd-indexes", SHOWN, { code: 0, stdout: "[]\n", stderr: "" }),
  remote("odd-layout", { registry: {}, memory: false }),
  remote("compact-escapes", { registry: {}, memory: false }),
  remote("oci-no-type", { registry: {}, memory: false }),
  remote("foreign", { registry: {}, memory: false }),
  remote("odd-artifact-type", { registry: {}, memory: false }),
  remote("odd-layer-type", { registry: {}, memory: false }),
  remote("odd-config-type", { registry: {}, memory: false }),
  remote("no-layers", { registry: {}, memory: false }),
  remote("null-members", { registry: {}, memory: false }),
  remote("no-version", { registry: {}, memory: false }),
  remote("null-type", { registry: {}, memory: false }),
  remote("null-index", { registry: {}, memory: false }),
  { id: "inspect: by digest", seed: { "team/app:1": "index" }, steps: steps(`inspect --insecure ${APP}@${digestOf("index")}`, `inspect --insecure -v ${APP}@${digestOf("oci-arm64")}`) },
  { id: "inspect: by tag with digest", seed: { "team/app:1": "index" }, steps: steps(`inspect --insecure ${APP}:1@${digestOf("index")}`, `inspect --insecure --verbose ${APP}:1@${digestOf("index")}`) },
  { id: "inspect: latest by default", seed: { "team/app:latest": "amd64" }, steps: steps(`inspect --insecure ${APP}`, `inspect -v --insecure ${APP}`) },
  { id: "inspect: without --insecure on loopback", seed: two, steps: steps(differing(`inspect ${APP}:amd64`, "loopback-http", SHOWN), differing(`inspect -v ${APP}:amd64`, "loopback-http", SHOWN)) },
  { id: "inspect: nobody listens", steps: steps("inspect --insecure NOWHERE/team/app:1", "inspect NOWHERE/team/app:1") },
  { id: "inspect: a missing tag", seed: two, memory: true, steps: steps(`inspect --insecure ${APP}:gone`, `inspect --insecure -v ${APP}:gone`) },
  { id: "inspect: a missing repository", memory: true, steps: steps("inspect --insecure REGISTRY/no/where:1") },
  { id: "inspect: a missing digest", seed: two, memory: true, steps: steps(`inspect --insecure ${APP}@sha256:${"0".repeat(64)}`) },
  { id: "inspect: a local list, verbose and not", seed: two, memory: true, steps: steps(create("amd64", "arm64"), `inspect ${LIST}`, `inspect -v ${LIST}`, `inspect --verbose ${LIST}`, `inspect --verbose=false ${LIST}`) },
  { id: "inspect: a local OCI list", seed: seed("team/app", "oci-amd64", "oci-windows"), steps: steps(create("oci-amd64", "oci-windows"), `inspect ${LIST}`, `inspect -v ${LIST}`) },
  { id: "inspect: an entry of a local list", seed: two, memory: true, steps: steps(create("amd64", "arm64"), `inspect ${LIST} ${APP}:arm64`, `inspect ${LIST} -v ${APP}:arm64`) },
  { id: "inspect: an entry after its platform was annotated", seed: two, steps: steps(create("arm64"), `annotate --variant v9 --os-features a ${LIST} ${APP}:arm64`, `inspect -v ${LIST} ${APP}:arm64`, `inspect -v ${LIST}`) },
  { id: "inspect: an entry that a list does not have", seed: two, steps: steps(create("amd64"), `inspect ${LIST} ${APP}:arm64`, `inspect -v ${LIST} ${APP}:arm64`) },
  { id: "inspect: an entry of a list that does not exist", steps: steps(`inspect ${LIST} ${APP}:arm64`) },
  { id: "inspect: the local list goes before the registry's", seed: { ...two, "team/list:1": "index" }, steps: steps(create("amd64"), `inspect --insecure ${LIST}`, `rm ${LIST}`, `inspect --insecure ${LIST}`) },
  { id: "inspect: a local list with an entry of another registry", seed: two, steps: steps(`create --insecure OTHER/team/list:1 ${APP}:amd64`, differing("inspect OTHER/team/list:1", "other-registries", SHOWN), "inspect -v OTHER/team/list:1") },
  { id: "inspect: names that are none", steps: steps("inspect Team/App", ["inspect", ""], "inspect app@sha256:abc", "inspect list Team/App", "inspect Team/List app") },
];
