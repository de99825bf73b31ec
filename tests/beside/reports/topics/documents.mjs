/** Documents as other tools write them. */

import { artifact, dockerImage, entry, indexWithAttestations, ociImage, ociIndex, sha256 } from "../../../support/images.mjs";
import { copies, creates, reads, readsRaw, resolves } from "./asks.mjs";
import { manifestOf, refusal, withHeaders } from "./responses.mjs";

/** An image whose document was changed; its bytes are what `change` leaves. */
function altered(image, change) {
  const document = JSON.parse(image.bytes);
  const bytes = Buffer.from(JSON.stringify(change(document) ?? document));
  return { ...image, bytes, digest: sha256(bytes), size: bytes.length };
}

const image = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const index = ociIndex(image, arm64);
const firstLayer = (change) => altered(image, ({ layers, ...rest }) => ({ ...rest, layers: [{ ...layers[0], ...change }] }));
const firstEntry = (change) => altered(index, ({ manifests: [first, ...others], ...rest }) => ({ ...rest, manifests: [{ ...first, ...change }, ...others] }));
const holding = (document) => ({ registry: { seed: { "x/app:1": document } } });

const bytesOf = ({ bytes }) => bytes.toString();
const arrives = (document) => ({
  check: ({ place }) => {
    const found = place.registry.manifest("y/app", "2");
    if (found?.digest !== document.digest) throw new Error(`the copy is ${found?.digest}, not ${document.digest}`);
  },
});

/** A manifest with one unusual member each, and the public report of it. */
const MANIFESTS = {
  'artifactType "sbom"': ["oras-project/oras#1120", altered(image, (body) => ({ ...body, artifactType: "sbom" }))],
  'artifactType ""': ["oras-project/oras#1120", altered(image, (body) => ({ ...body, artifactType: "" }))],
  'artifactType "vuln-scan"': ["google/go-containerregistry#1697", altered(image, (body) => ({ ...body, artifactType: "vuln-scan" }))],
  'a layer of type "tar"': ["regclient/regclient#707", firstLayer({ mediaType: "tar" })],
  'a layer of type ""': ["regclient/regclient#707", firstLayer({ mediaType: "" })],
  "a layer's type with a parameter": ["regclient/regclient#707", firstLayer({ mediaType: "text/plain; charset=utf-8" })],
  "a config's type with a parameter": ["regclient/regclient#707", altered(image, (body) => ({ ...body, config: { ...body.config, mediaType: "application/json; charset=utf-8" } }))],
  "no layers": ["moby/moby#27568, opencontainers/image-spec#1025, opencontainers/image-spec#1013", altered(image, ({ layers, ...body }) => body)],
  "layers: null": ["moby/moby#27568", altered(image, (body) => ({ ...body, layers: null }))],
  "annotations: null in a manifest": ["gardener/cc-utils#736", altered(image, (body) => ({ ...body, annotations: null }))],
  "subject: null": ["gardener/cc-utils#736", altered(image, (body) => ({ ...body, subject: null }))],
  "urls: null in a layer": ["gardener/cc-utils#736", firstLayer({ urls: null })],
};

const INDEXES = {
  "platform: null in an entry": ["gardener/cc-utils#736", firstEntry({ platform: null })],
  "os.features: null in a platform": ["gardener/cc-utils#736", firstEntry({ platform: { os: "linux", architecture: "amd64", "os.features": null } })],
  "urls: null in an entry": ["gardener/cc-utils#736", firstEntry({ urls: null })],
  "annotations: null in an entry": ["gardener/cc-utils#736", firstEntry({ annotations: null })],
  'artifactType "x" in an entry': ["oras-project/oras#1120", firstEntry({ artifactType: "x" })],
  'artifactType "word" of an index': ["oras-project/oras#1120", altered(index, (body) => ({ ...body, artifactType: "word" }))],
  "annotations: null in an index": ["gardener/cc-utils#736", altered(index, (body) => ({ ...body, annotations: null }))],
};

const rowsOf = (documents, asks) => Object.entries(documents).flatMap(([about, [reports, document]]) =>
  Object.entries(asks).map(([verb, ask]) => ({ reports, about: `${about}: ${verb}`, ...holding(document), ...ask(document) })));

const manifests = rowsOf(MANIFESTS, {
  inspect: () => ({ ...reads(), right: { out: /"schemaVersion": 2/ } }),
  "inspect --raw": (document) => ({ ...readsRaw(), right: { out: bytesOf(document) } }),
  copy: (document) => ({ ...copies(), right: arrives(document) }),
  create: () => ({ ...creates(), right: { out: "Created manifest list HOST/x/list:1\n" } }),
});

const indexes = rowsOf(INDEXES, {
  inspect: () => ({ ...reads(), right: { out: /"manifests": \[/ } }),
  "inspect --raw": (document) => ({ ...readsRaw(), right: { out: bytesOf(document) } }),
  copy: (document) => ({ ...copies(), right: arrives(document) }),
  "resolve linux/arm64": () => ({ run: ["resolve --platform linux/arm64 HOST/x/app:1"], right: { out: new RegExp(arm64.digest) } }),
});

/** An index whose attestations the registry does not serve. */
const attested = indexWithAttestations(image, arm64);
const statements = attested.children.slice(2).map(({ digest }) => digest);
const unserved = {
  seed: { "x/app:1": attested },
  answer: (asked) => statements.includes(manifestOf(asked)?.reference) && ["GET", "HEAD"].includes(asked.method)
    ? refusal(404, "MANIFEST_UNKNOWN", "manifest unknown") : undefined,
};

const strict = (bytes, mediaType) => ({ bytes: Buffer.from(bytes), digest: sha256(Buffer.from(bytes)), mediaType, size: bytes.length, blobs: [], children: [] });

const schema1 = strict('{"schemaVersion":1,"name":"x/app","tag":"1","architecture":"amd64","fsLayers":[],"history":[],"signatures":[]}',
  "application/vnd.docker.distribution.manifest.v1+prettyjws");

const untyped = (document) => altered(document, ({ mediaType, ...body }) => body);
const variantless = ociIndex(entry(arm64, { platform: { os: "linux", architecture: "arm64" } }));
const mixed = altered(dockerImage(), (body) => ({ ...body, layers: JSON.parse(image.bytes).layers }));
mixed.blobs = [...dockerImage().blobs, ...image.blobs];

const further = [
  {
    reports: "opencontainers/image-spec#1025", about: "an index that holds a manifest's members is still refused (CVE-2021-41190)",
    ...holding(altered(index, (body) => ({ ...body, config: JSON.parse(image.bytes).config, layers: [] }))),
    ...reads(), right: { code: 1 },
  },
  {
    reports: "openshift/oc-mirror#1526", about: "attestations that are not served: inspect",
    registry: unserved, ...reads(), right: { out: /"architecture": "unknown"/ },
  },
  {
    reports: "openshift/oc-mirror#1526", about: "attestations that are not served: copy of one platform",
    registry: unserved, run: ["copy --no-attestations --platform linux/arm64 HOST/x/app:1 HOST/y/app:2"],
    skopeo: ["copy --override-arch arm64 docker://HOST/x/app:1 docker://HOST/y/app:2"], right: arrives(arm64),
  },
  {
    reports: "openshift/oc-mirror#1526", about: "attestations that are not served: the error of a whole copy says what is missing",
    registry: unserved, ...copies(), right: { code: 1, err: /attestation/ },
  },
  {
    reports: "openshift/oc-mirror#1526", about: "attestations that are not served: resolve",
    registry: unserved, ...resolves(), right: { out: new RegExp(attested.digest) },
  },
  {
    reports: "openshift/oc-mirror#1526", about: "attestations that are not served: the error of a copy of two platforms says what is missing",
    registry: unserved, run: ["copy --platform linux/amd64,linux/arm64 HOST/x/app:1 HOST/y/app:2"], right: { code: 1, err: /attestation/ },
  },
  {
    reports: "zarf-dev/zarf#5272", about: "the blobs of attestations are there before their manifests",
    registry: { seed: { "x/app:1": attested }, quirks: ["childrenRequired"] }, ...copies(), right: arrives(attested),
  },
  {
    reports: "inspektor-gadget/inspektor-gadget#5494", about: 'entries for linux/""',
    ...holding(ociIndex(image, entry(artifact(), { platform: { os: "linux", architecture: "" } }))), ...reads(), right: { out: /"architecture": ""/ },
  },
  {
    reports: "estesp/manifest-tool#37, estesp/manifest-tool#88", about: "variant armv8",
    registry: { seed: { "x/app:1": ociIndex(image, entry(arm64, { platform: { os: "linux", architecture: "arm64", variant: "armv8" } })) } },
    run: ["resolve --platform linux/arm64 HOST/x/app:1"], skopeo: ["inspect --override-arch arm64 --config docker://HOST/x/app:1"],
    right: { code: 1, err: /armv8/ },
  },
  {
    reports: "podman-container-tools/podman#6507", about: "arm64 without a variant",
    ...holding(variantless), run: ["resolve --platform linux/arm64/v8 HOST/x/app:1"],
    skopeo: ["inspect --override-arch arm64 --override-variant v8 --config docker://HOST/x/app:1"], right: { out: new RegExp(arm64.digest) },
  },
  { reports: "imjasonh/kontain.me#222", about: "a docker manifest with OCI layers: inspect", ...holding(mixed), ...reads(), right: { out: /oci\.image\.layer/ } },
  { reports: "imjasonh/kontain.me#222", about: "a docker manifest with OCI layers: create", ...holding(mixed), ...creates(), right: {} },
  {
    reports: "GoogleContainerTools/jib#2819, gardener/cc-utils#1238", about: "no mediaType in an OCI manifest: create",
    ...holding(untyped(image)), ...creates(), right: {},
  },
  {
    reports: "GoogleContainerTools/jib#2819", about: "no mediaType in an OCI manifest: resolve",
    ...holding(untyped(image)), ...resolves(), right: { out: new RegExp(untyped(image).digest) },
  },
  {
    reports: "gardener/cc-utils#1238", about: "no mediaType in an OCI index: copy",
    ...holding(untyped(index)), ...copies(), right: arrives(untyped(index)),
  },
  { reports: "podman-container-tools/podman#16200", about: "schema 1: inspect", ...holding(schema1), ...reads(), right: { code: 1, err: "unsupported manifest media type and no default available" } },
  { reports: "podman-container-tools/podman#16200", about: "schema 1: inspect --raw prints the bytes", ...holding(schema1), ...readsRaw(), right: { out: bytesOf(schema1) } },
  {
    reports: "renovatebot/renovate#2315", about: "no Docker-Content-Digest at all",
    registry: { quirks: ["noDigestHeader"] }, ...resolves(), right: { out: new RegExp(image.digest) },
  },
  ...["00000", ""].map((text) => ({
    reports: "renovatebot/renovate#2315", about: `Docker-Content-Digest: ${JSON.stringify(text)}`,
    registry: { answer: async (asked, place) => manifestOf(asked) && withHeaders(await place.proceed(), { "docker-content-digest": text }) },
    ...reads(), right: { out: /"schemaVersion": 2/ },
  })),
];

export const DOCUMENTS = [...manifests, ...indexes, ...further];
