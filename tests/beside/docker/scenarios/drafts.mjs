/** Files in docker's folder of drafts, good and damaged: the scenarios. */

import { sha256 } from "../../../support/images.mjs";
import { IMAGES, digestOf } from "../images.mjs";
import { APP, LIST, create, differing, draft, kept, seed, steps } from "./names.mjs";

const two = seed("team/app", "amd64", "arm64");
const verbs = (image = "amd64") => [
  `inspect --insecure ${LIST}`, `inspect ${LIST} ${APP}:${image}`, `annotate --variant v2 ${LIST} ${APP}:${image}`,
  `push --insecure ${LIST}`, `create --insecure --amend ${LIST} ${APP}:arm64`, `create --insecure ${LIST} ${APP}:arm64`, `rm ${LIST}`,
];
/** What every verb makes of a list with such a file in it. */
const broken = (id, content, extra) => ({
  id: `drafts: ${id}`, seed: two, swap: false,
  steps: steps(create("amd64"), { write: { [draft("amd64")]: content } }, ...verbs()), ...extra,
});

/** inspect goes on to the registry, as docker does for corrupt files. */
const ABSENT = "no such manifest: REGISTRY/team/list:1\n";

/**
 * Files that docker takes for drafts, or panics over, and multiarch takes for corrupt. `first` is what inspect of the
 * list says unless it is what docker says.
 */
const corrupt = (id, difference, content, sentence, first) => broken(id, content, {
  steps: steps(create("amd64"), { write: { [draft("amd64")]: content } }, ...verbs().map((args, at) => (at === 0 && !first ? args : differing(args, difference, {
    code: 1,
    stdout: "",
    stderr: at === 0 ? first : sentence,
    drafts: { [kept("amd64")[0]]: content },
    ...(args.startsWith("push") && { registry: {} }),
  })))),
});
/** Two names for one file: the error names both, and nothing is done. */
const refused = (args, one, other, drafts) => differing(args, "names-that-share-a-file", {
  code: 1, stdout: "", stderr: new RegExp(`(?=[^]*REGISTRY/${one})(?=[^]*REGISTRY/${other})`), drafts,
});

/** A draft by hand. */
function file(image, changes = {}, name = image) {
  const { bytes, digest, size, mediaType, platform } = IMAGES[image];
  const kind = mediaType.includes("oci") ? "OCIManifest" : "SchemaV2Manifest";
  return {
    Ref: `REGISTRY/team/app:${name}`,
    Descriptor: { mediaType, digest, size, platform: { architecture: platform.architecture, os: platform.os } },
    Raw: bytes.toString("base64"),
    [kind]: JSON.parse(bytes.toString()),
    ...changes,
  };
}
const text = (...args) => JSON.stringify(file(...args));
const lowered = (value) => Object.fromEntries(Object.entries(value).map(([key, content]) => [key.toLowerCase(), content]));
const reversed = (value) => Object.fromEntries(Object.entries(value).reverse());
const legacy = (image, changes = {}) => {
  const { Ref, SchemaV2Manifest } = file(image);
  const compact = JSON.stringify(SchemaV2Manifest);
  return { Ref, Digest: sha256(Buffer.from(compact)), SchemaV2Manifest, Platform: { architecture: "amd64", os: "linux" }, ...changes };
};

/** Files of docker's folder that multiarch is to read, and to leave as docker does. */
const readable = (id, content, extra) => ({
  id: `drafts: ${id}`, seed: two, files: { [draft("amd64")]: typeof content === "string" ? content : JSON.stringify(content) },
  steps: steps(`inspect ${LIST}`, `inspect -v ${LIST}`, `inspect ${LIST} ${APP}:amd64`, `annotate --variant v2 ${LIST} ${APP}:amd64`, `push --insecure ${LIST}`, `rm ${LIST}`), ...extra,
});

/** Docker goes wherever a link leads; here to another draft. */
const ELSEWHERE = "elsewhere/REGISTRY_team_app-amd64";
const linked = (title, link, target, sentence) => ({
  id: `drafts: ${title}`, seed: two, swap: false, files: { [`manifests/${ELSEWHERE}`]: text("amd64") },
  steps: steps({ write: { [`manifests/${link}`]: { link: target } } }, ...verbs().map((args, at) => differing(args, "draft-links", {
    code: 1, stdout: "", stderr: at === 0 ? "no such manifest: REGISTRY/team/list:1\n" : sentence,
    drafts: { [link]: `-> ${target}`, [ELSEWHERE]: text("amd64") }, ...(args.startsWith("push") && { registry: {} }),
  }))),
});

const SHARING = { "team/app:a-b": "amd64", "team/app-a:b": "arm64" };
const AB = ["REGISTRY_a_b-1/REGISTRY_team_app-amd64"];

export const DRAFTS = [
  broken("a truncated file", text("amd64").slice(0, 200)),
  broken("an empty file", ""),
  broken("a file that is not JSON", "what is this?"),
  broken("a file that is another JSON value", "[]"),
  corrupt("an empty object", "draft-without-reference", "{}", /\S/, ABSENT),
  corrupt("null", "draft-without-reference", "null", /\S/, ABSENT),
  broken("a reference that is not canonical", text("amd64", { Ref: "app" })),
  broken("a reference that is none", text("amd64", { Ref: "REGISTRY/team/App" })),
  broken("a reference of the wrong type", text("amd64", { Ref: 5 })),
  broken("bytes that are not Base64", text("amd64", { Raw: "***" })),
  corrupt("a digest that is none", "draft-digest", text("amd64", { Descriptor: { ...file("amd64").Descriptor, digest: "sha256:abc" } }), /^digest parse of image "REGISTRY\/team\/app:amd64" failed: invalid checksum digest length\n$/),
  broken("a size of the wrong type", text("amd64", { Descriptor: { ...file("amd64").Descriptor, size: "big" } })),
  {
    id: "drafts: no manifest in it", seed: two, swap: false, files: { [draft("amd64")]: text("amd64", { SchemaV2Manifest: undefined }) },
    steps: steps(
      `inspect ${LIST}`,
      `inspect ${LIST} ${APP}:amd64`,
      `annotate --variant v2 ${LIST} ${APP}:amd64`,
      `push --insecure ${LIST}`,
      `rm ${LIST}`),
  },
  broken("two values in one file", `${text("amd64")}{}`),
  broken("a byte order mark", `\ufeff${text("amd64")}`),
  {
    id: "drafts: a file of somebody else beside the entries", seed: two, swap: false,
    steps: steps(create("amd64"), { write: { "manifests/REGISTRY_team_list-1/.DS_Store": "\u0000\u0001" } }, ...verbs()),
  },
  {
    id: "drafts: a folder beside the entries", seed: two, swap: false,
    steps: steps(create("amd64"), { write: { "manifests/REGISTRY_team_list-1/sub/": "" } }, ...verbs()),
  },
  {
    id: "drafts: a file where the list's folder belongs", seed: two, swap: false,
    files: { "manifests/REGISTRY_team_list-1": "no folder" }, steps: steps(`inspect --insecure ${LIST}`, `annotate --variant v2 ${LIST} ${APP}:amd64`, `push --insecure ${LIST}`, create("amd64"), `rm ${LIST}`),
  },
  {
    id: "drafts: other lists work beside a corrupt one", seed: two, swap: false,
    files: { "manifests/REGISTRY_team_bad-1/REGISTRY_team_app-amd64": "{" },
    steps: steps(create("amd64", "arm64"), `annotate --variant v2 ${LIST} ${APP}:amd64`, `inspect ${LIST}`, `push --insecure ${LIST}`, "rm REGISTRY/team/bad:1", `rm ${LIST}`),
  },
  { id: "drafts: an empty folder is a list without entries", seed: two, swap: false, files: { "manifests/REGISTRY_team_list-1/": "" }, steps: steps(`inspect ${LIST}`, `inspect -v ${LIST}`, `push --insecure ${LIST}`, `annotate --variant v2 ${LIST} ${APP}:amd64`, `create --insecure ${LIST} ${APP}:amd64`, `create --insecure --amend ${LIST} ${APP}:amd64`, `inspect ${LIST}`) },
  linked("a link in the place of a list's folder", "REGISTRY_team_list-1", "elsewhere", /: a symbolic link is not followed\n$/),
  linked("a link in the place of a draft", kept("amd64")[0], `../${ELSEWHERE}`, /: a symbolic link is not followed\n$/),
  { id: "drafts: a corrupt file and the registry has a list of that name", seed: { ...two, "team/list:1": "index" }, swap: false, files: { [draft("amd64")]: "{" }, steps: steps(`inspect --insecure ${LIST}`, `inspect --insecure -v ${LIST}`) },

  readable("keys in small letters", lowered(file("amd64"))),
  readable("keys in another order, and unknown ones", { Extra: [1], ...reversed(file("amd64")), more: { a: 1 } }),
  readable("in lines and columns", JSON.stringify(file("amd64"), undefined, 4)),
  readable("keys twice", text("amd64").replace('{"Ref":', '{"Ref":"REGISTRY/team/other:1","Ref":')),
  readable("features of a platform that docker does not write", { ...file("amd64"), Descriptor: { ...file("amd64").Descriptor, annotations: { "org.example": "<1>" }, urls: ["https://registry.example"], artifactType: "x/y", platform: { architecture: "amd64", os: "linux", "os.features": ["a"], features: ["sse"] } } }),
  readable("no platform", { ...file("amd64"), Descriptor: { ...file("amd64").Descriptor, platform: undefined } }),
  readable("without the raw bytes", { ...file("amd64"), Raw: undefined }),
  readable("from before 18.09", legacy("amd64")),
  readable("from before 18.09, another digest", legacy("amd64", { Digest: digestOf("arm64") })),
  corrupt("from before 18.09, no digest", "draft-digest", JSON.stringify(legacy("amd64", { Digest: "" })), /^digest parse of image /),
  {
    id: "drafts: raw bytes of another manifest", seed: two, swap: false,
    files: { [draft("amd64")]: text("amd64", { Raw: IMAGES.arm64.bytes.toString("base64") }) },
    steps: steps(
      `inspect ${LIST}`,
      `inspect -v ${LIST}`,
      `inspect ${LIST} ${APP}:amd64`,
      `annotate --variant v2 ${LIST} ${APP}:amd64`,
      `push --insecure ${LIST}`,
      `rm ${LIST}`),
  },
  readable("another descriptor's digest", { ...file("amd64"), Descriptor: { ...file("amd64").Descriptor, digest: digestOf("arm64") } }),
  readable("under a name that does not fit", text("amd64", {}, "other")),
  { id: "drafts: without the raw bytes, and create fetches anew", seed: two, files: { [draft("amd64")]: text("amd64", { Raw: undefined }) }, steps: steps(`create --insecure --amend ${LIST} ${APP}:amd64`, `inspect -v ${LIST}`, `push --insecure ${LIST}`) },
  { id: "drafts: from before 18.09, in the target's own repository", seed: { ...two, "team/list:x": "amd64" }, files: { "manifests/REGISTRY_team_list-1/REGISTRY_team_list-x": JSON.stringify({ ...legacy("amd64"), Ref: "REGISTRY/team/list:x" }) }, steps: steps(`inspect ${LIST}`, `push --insecure ${LIST}`) },

  { id: "drafts: two images that share a file, in one create", seed: SHARING, steps: steps(
    refused(`create --insecure ${LIST} ${APP}:a-b REGISTRY/team/app-a:b`, "team/app:a-b", "team/app-a:b", []),
    differing(`inspect --insecure ${LIST}`, "names-that-share-a-file", { code: 1, stdout: "", stderr: "no such manifest: REGISTRY/team/list:1\n", drafts: [] })) },
  { id: "drafts: two images that share a file, by --amend", seed: SHARING, steps: steps(
    `create --insecure ${LIST} ${APP}:a-b`,
    refused(`create --insecure --amend ${LIST} REGISTRY/team/app-a:b`, "team/app:a-b", "team/app-a:b", kept("a-b")),
    `inspect -v ${LIST}`) },
  { id: "drafts: two lists that share a folder", seed: two, steps: steps(
    `create --insecure REGISTRY/a/b:1 ${APP}:amd64`,
    refused(`create --insecure REGISTRY/a_b:1 ${APP}:arm64`, "a/b:1", "a_b:1", AB),
    refused(`create --insecure --amend REGISTRY/a_b:1 ${APP}:arm64`, "a/b:1", "a_b:1", AB)) },
  { id: "drafts: what multiarch keeps beside them", seed: two, steps: steps(
    { ...create("amd64"), own: true, differs: { "own-folder": { own: true } } }) },
  { id: "drafts: docker's folder with a list that multiarch did not make", seed: two, files: { [draft("amd64")]: text("amd64"), [draft("arm64")]: text("arm64") }, memory: true, steps: steps(`inspect ${LIST}`, `annotate --os-version 1 ${LIST} ${APP}:arm64`, `create --insecure --amend ${LIST} ${APP}:amd64`, `push --insecure --purge ${LIST}`) },
];
