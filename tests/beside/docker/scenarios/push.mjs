/** `push` beside `docker manifest push`: the scenarios. */

import { isDeepStrictEqual } from "node:util";

import { IMAGES, digestOf } from "../images.mjs";
import { APP, LIST, create, differing, draft, kept, seed, steps } from "./names.mjs";

/** The list is there, and the image whose layer is nowhere with it. */
const LAYERS_ELSEWHERE = {
  code: 0,
  stdout: new RegExp(`^Pushed ref REGISTRY/team/list@${digestOf("urls-elsewhere")} with digest: \\S+\nsha256:[0-9a-f]{64}\n$`),
  stderr: "",
  registry: (_, { "team/list": { 1: { mediaType, body } } }) => ({
    "team/list": { 1: { mediaType, body, children: { [digestOf("urls-elsewhere")]: true } } },
  }),
};
/** The image, which docker refuses, and the list. */
const FROM_ELSEWHERE = {
  code: 0,
  stdout: new RegExp(`^Pushed ref OTHER/team/list@${digestOf("amd64")} with digest: \\S+\nsha256:[0-9a-f]{64}\n$`),
  stderr: "",
  registry: (_, { "team/list": { 1: { mediaType, body } } }) => ({
    "team/list": { 1: { mediaType, body, children: { [digestOf("amd64")]: true } } },
  }),
};
/** A draft as `create` makes it of an index. */
const LISTED = (() => {
  const { bytes, mediaType, digest, size } = IMAGES["oci-amd64"];
  const platform = { architecture: "amd64", os: "linux" };
  const annotations = { "org.example.a": "1" };
  const Entry = JSON.stringify({ mediaType, digest, size, annotations, platform, "x-own": 1 });
  return {
    Ref: `REGISTRY/team/app@${digest}`, Descriptor: { mediaType, digest, size, annotations, platform }, Raw: bytes.toString("base64"),
    OCIManifest: JSON.parse(bytes.toString()), Multiarch: { Entry, Sources: [{ Ref: "REGISTRY/team/app:1", Digest: digestOf("annotated-index") }] },
  };
})();

const two = seed("team/app", "amd64", "arm64");
const three = seed("team/app", "amd64", "arm64", "armv7");
const SAME = "REGISTRY/team/app:list";
const same = (...images) => `create --insecure ${SAME} ${images.map((image) => `${APP}:${image}`).join(" ")}`;

export const PUSH = [
  { id: "push: to the same repository", seed: three, memory: true, steps: steps(same("arm64", "amd64", "armv7"), `push --insecure ${SAME}`, `inspect ${SAME}`) },
  { id: "push: to another repository", seed: three, memory: true, steps: steps(create("arm64", "amd64", "armv7"), `push --insecure ${LIST}`, `inspect --insecure ${LIST}`) },
  { id: "push: without --insecure on loopback", seed: two, steps: steps(create("amd64"), `push ${LIST}`) },
  { id: "push: OCI images", seed: seed("team/app", "oci-amd64", "oci-arm64"), memory: true, steps: steps(create("oci-amd64", "oci-arm64"), `push --insecure ${LIST}`, `rm ${LIST}`, `inspect --insecure ${LIST}`) },
  { id: "push: docker and OCI images in one list", seed: seed("team/app", "amd64", "oci-arm64"), memory: true, steps: steps(create("amd64", "oci-arm64"), `push --insecure ${LIST}`) },
  { id: "push: OCI first, then docker", seed: { "a/app:1": "oci-amd64", "b/app:1": "arm64" }, steps: steps(`create --insecure ${LIST} REGISTRY/b/app:1 REGISTRY/a/app:1`, `push --insecure ${LIST}`) },
  { id: "push: images of two repositories, one of them the target", seed: { "team/list:amd64": "amd64", "other/app:arm64": "arm64" }, steps: steps(`create --insecure ${LIST} REGISTRY/team/list:amd64 REGISTRY/other/app:arm64`, `push --insecure ${LIST}`) },
  { id: "push: after annotations", seed: three, memory: true, steps: steps(create("amd64", "arm64", "armv7"), `annotate --variant v3 ${LIST} ${APP}:amd64`, `annotate --os-version 1.2 --os-features a,b ${LIST} ${APP}:arm64`, `push --insecure ${LIST}`, `inspect --insecure -v ${LIST}`) },
  { id: "push: annotations in need of escapes", seed: two, memory: true, steps: steps(create("amd64"), ["annotate", "--os-version", '<1&2>e"é', LIST, `${APP}:amd64`], `push --insecure ${LIST}`) },
  { id: "push: windows with features", seed: seed("team/app", "windows", "windows-features"), memory: true, steps: steps(create("windows", "windows-features"), `push --insecure ${LIST}`) },
  { id: "push: --purge", seed: two, memory: true, steps: steps(create("amd64", "arm64"), `push --insecure --purge ${LIST}`, `push --insecure ${LIST}`, create("amd64")) },
  { id: "push: -p", seed: two, steps: steps(same("amd64"), `push -p --insecure ${SAME}`, `inspect --insecure ${SAME}`) },
  { id: "push: --purge of a list that changes meanwhile", registry: { faults: [{ match: { method: "PUT" }, answer: { delayMs: 300 } }] }, seed: two, swap: false, steps: steps(
    create("amd64"),
    { args: `push --insecure --purge ${LIST}`, meanwhile: { write: { [draft("arm64")]: JSON.stringify(absentDraft(`${APP}:arm64`)) } },
      differs: { "purge-changed": { stderr: "warning: REGISTRY/team/list:1 was changed during the push, and stays in local storage\n", drafts: kept("amd64", "arm64") } } }) },
  { id: "push: --purge=false keeps the list", seed: two, steps: steps(create("amd64"), `push --insecure --purge=false ${LIST}`, `inspect ${LIST}`) },
  { id: "push: twice", seed: two, memory: true, steps: steps(create("amd64"), `push --insecure ${LIST}`, `push --insecure ${LIST}`) },
  { id: "push: over another list", seed: { ...two, "team/list:1": "index" }, steps: steps(create("amd64"), `push --insecure ${LIST}`) },
  { id: "push: two tags of the same image", seed: { "team/app:1": "amd64", "team/app:2": "amd64" }, memory: true, steps: steps(`create --insecure ${LIST} ${APP}:1 ${APP}:2`, `push --insecure ${LIST}`) },
  { id: "push: by digest from the same repository", seed: two, steps: steps(`create --insecure ${SAME} ${APP}@${digestOf("amd64")}`, `push --insecure ${SAME}`) },
  { id: "push: a list named by tag and digest", seed: two, steps: steps(`create --insecure REGISTRY/team/list:1@${digestOf("amd64")} ${APP}:amd64`, `push --insecure REGISTRY/team/list:1@${digestOf("amd64")}`) },
  { id: "push: a list named by digest", seed: two, steps: steps(`create --insecure REGISTRY/team/list@${digestOf("amd64")} ${APP}:amd64`, `push --insecure REGISTRY/team/list@${digestOf("amd64")}`) },
  { id: "push: a platform that nobody knows", seed: seed("team/app", "beos"), steps: steps(create("beos"), `push --insecure ${LIST}`) },
  { id: "push: an image with layers in odd types", seed: seed("team/app", "layered"), steps: steps(create("layered"), `push --insecure ${LIST}`) },
  { id: "push: foreign layers", registry: {}, seed: seed("team/app", "foreign"), steps: steps(create("foreign"), `push --insecure ${LIST}`) },
  { id: "push: a layer that no repository has, with an empty list of URLs", registry: {}, seed: seed("team/app", "urls-empty"), steps: steps(create("urls-empty"), `push --insecure ${LIST}`) },
  { id: "push: a layer that no repository has, in an image for Windows", registry: {}, seed: seed("team/app", "windows-lacking"), steps: steps(create("windows-lacking"), `push --insecure ${LIST}`) },
  { id: "push: a layer that is elsewhere, in an image for Linux", registry: {}, seed: seed("team/app", "urls-elsewhere"), swap: false, steps: steps(
    create("urls-elsewhere"), { args: `push --insecure ${LIST}`, differs: { "layers-elsewhere": LAYERS_ELSEWHERE } }) },
  { id: "push: a text in odd layout", registry: {}, seed: seed("team/app", "odd-layout"), steps: steps(create("odd-layout"), `push --insecure ${LIST}`) },
  { id: "push: latest by default", seed: two, steps: steps(`create --insecure REGISTRY/team/list ${APP}:amd64`, "push --insecure REGISTRY/team/list") },
  { id: "push: flags behind the argument", seed: two, steps: steps(create("amd64"), `push ${LIST} --insecure -p`) },

  { id: "push: an os is missing", seed: seed("team/app", "amd64", "no-platform"), steps: steps(create("amd64", "no-platform"), `push --insecure ${LIST}`) },
  { id: "push: an architecture is missing", seed: seed("team/app", "no-arch"), steps: steps(create("no-arch"), `push --insecure ${LIST}`, `annotate --arch amd64 ${LIST} ${APP}:no-arch`, `push --insecure ${LIST}`) },
  { id: "push: a list that does not exist", memory: true, steps: steps(`push ${LIST}`, "push list", "push --purge list") },
  { id: "push: a name that is none", steps: steps("push Team/List", ["push", ""], "push list@sha256:abc") },
  { id: "push: images of another registry", seed: two, swap: false, steps: steps(
    `create --insecure OTHER/team/list:1 ${APP}:amd64`,
    differing("push --insecure OTHER/team/list:1", "other-registries", FROM_ELSEWHERE),
    differing("push -p --insecure OTHER/team/list:1", "other-registries", { ...FROM_ELSEWHERE, drafts: [] })) },
  { id: "push: two images for one platform", seed: seed("team/app", "amd64", "amd64-2"), steps: steps(create("amd64", "amd64-2"), differing(`push --insecure ${LIST}`, "one-platform-twice", {
    stderr: `warning: linux/amd64 is the platform of ${APP}:amd64 (${digestOf("amd64")}) and of ${APP}:amd64-2 (${digestOf("amd64-2")}): clients take either of them\n` })) },
  { id: "push: an image out of an index", seed: { "team/app:1": "annotated-index" }, files: { [draft("one")]: JSON.stringify(LISTED) }, swap: false, steps: steps(
    `inspect ${LIST}`, `inspect -v ${LIST}`, `inspect ${LIST} ${LISTED.Ref}`,
    differing(`push --insecure ${LIST}`, "entries-kept-whole", {
      stdout: /^Pushed ref \S+ with digest: \S+\nsha256:\w+\n$/,
      registry: (theirs, mine) => {
        const [before, after] = [theirs, mine].map((one) => JSON.parse(one["team/list"][1].body).manifests);
        const kept = { ...before[0], annotations: { "org.example.a": "1" }, "x-own": 1 };
        return isDeepStrictEqual(after, [kept]) ? mine : kept;
      },
    }),
    `rm ${LIST}`) },
  { id: "push: nobody listens", files: { "manifests/NOWHERE_team_list-1/NOWHERE_team_list-x": JSON.stringify(absentDraft("NOWHERE/team/list:x")) }, steps: steps("push --insecure NOWHERE/team/list:1", "push NOWHERE/team/list:1") },
  { id: "push: nobody listens, images of another repository", files: { "manifests/NOWHERE_team_list-1/NOWHERE_team_app-x": JSON.stringify(absentDraft("NOWHERE/team/app:x")) }, steps: steps("push --insecure NOWHERE/team/list:1") },
  { id: "push: an image went from the repository", seed: two, registry: { quirks: ["childrenRequired"] }, steps: steps(
    "create --insecure REGISTRY/team/list:1 REGISTRY/team/app:amd64",
    { write: { "manifests/REGISTRY_team_list-1/REGISTRY_team_list-gone": JSON.stringify(absentDraft("REGISTRY/team/list:gone")) } },
    `push --insecure ${LIST}`) },
];

/** A draft of an image that the registry does not have. */
function absentDraft(reference) {
  const { bytes, mediaType, digest, size } = IMAGES.s390x;
  const platform = { architecture: "s390x", os: "linux" };
  return {
    Ref: reference, Descriptor: { mediaType, digest, size, platform }, Raw: bytes.toString("base64"),
    SchemaV2Manifest: JSON.parse(bytes.toString()),
  };
}
