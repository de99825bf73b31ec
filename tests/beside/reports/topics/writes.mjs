/** Pushes and copies to registries with rules and gaps of their own. */

import { ociImage, ociIndex } from "../../../support/images.mjs";
import { copies } from "./asks.mjs";
import { html, json, manifestOf, redirect, refusal, withHeaders } from "./responses.mjs";

const image = ociImage();
const index = ociIndex(image, ociImage({ architecture: "arm64" }));
const arrives = (digest = image.digest, repository = "y/app", tag = "2") => ({
  check: ({ place }) => {
    const found = place.registry.manifest(repository, tag);
    if (found?.digest !== digest) throw new Error(`${repository}:${tag} is ${found?.digest}, not ${digest}`);
  },
});

const isPut = (asked) => asked.method === "PUT" && manifestOf(asked);
const isTag = (reference) => !reference.includes(":");

/** A tag that exists is put once only. */
const immutable = (says) => ({
  seed: { "x/app:1": index },
  answer(asked, { registry }) {
    const target = isPut(asked);
    return target && isTag(target.reference) && registry.manifest(target.repository, target.reference) ? says() : undefined;
  },
});
const IMMUTABLE = "podman-container-tools/container-libs#918, replicatedhq/kots#5940, moby/buildkit#3776, aws/aws-cli#8671, aws/containers-roadmap#2179";
const REFUSALS = {
  "as ECR has them": () => refusal(400, "TAG_INVALID", "The image tag '2' already exists in the 'y/app' repository and cannot be overwritten because the tag is immutable."),
  "as Harbor has them": () => refusal(412, "PRECONDITION", "Failed to process request due to 'y/app:2' configured as immutable."),
};
const createPush = "create --push HOST/y/list:2 HOST/x/app:1";
const immutables = Object.entries(REFUSALS).flatMap(([about, says]) => [
  {
    reports: IMMUTABLE, about: `immutable tags ${about}: the same copy again`, registry: immutable(says),
    run: ["copy HOST/x/app:1 HOST/y/app:2", "copy HOST/x/app:1 HOST/y/app:2"],
    skopeo: ["copy --all docker://HOST/x/app:1 docker://HOST/y/app:2", "copy --all docker://HOST/x/app:1 docker://HOST/y/app:2"],
    right: arrives(index.digest),
  },
  {
    reports: IMMUTABLE, about: `immutable tags ${about}: the same create --push again`, registry: { ...immutable(says), seed: { "x/app:1": image } },
    run: [createPush, createPush], right: {},
  },
  {
    reports: IMMUTABLE, about: `immutable tags ${about}: the same push again`, registry: { ...immutable(says), seed: { "x/app:1": image } },
    run: ["create HOST/x/list:2 HOST/x/app:1", "push HOST/x/list:2", "push HOST/x/list:2"],
    docker: ["manifest create HOST/x/list:2 HOST/x/app:1", "manifest push HOST/x/list:2", "manifest push HOST/x/list:2"],
    right: {},
  },
  {
    reports: IMMUTABLE, about: `immutable tags ${about}: another digest`, registry: { ...immutable(says), seed: { "x/app:1": image, "y/app:2": ociImage({ text: "other" }) } },
    ...copies(), right: { code: 1, err: /TAG_IMMUTABLE/ },
  },
]);

const HEAD = "crazy-max/diun#1614, andrey-pohilko/registry-cli#14, merll/docker-registry-util#3, containerd/containerd#6684, crossplane/crossplane#3223, distribution/distribution#1485";
const HEADS = { "404 in HTML": () => html(404, "Not found"), 403: () => refusal(403, "DENIED", "no"), 405: () => refusal(405, "UNSUPPORTED", "no") };
const heads = Object.entries(HEADS).flatMap(([about, says]) => {
  const registry = { answer: (asked) => (asked.method === "HEAD" && manifestOf(asked) ? says() : undefined) };
  return [
    { reports: HEAD, about: `HEAD of manifests is ${about}: create and push`, registry, run: ["create HOST/x/list:1 HOST/x/app:1", "push HOST/x/list:1"],
      docker: ["manifest create HOST/x/list:1 HOST/x/app:1", "manifest push HOST/x/list:1"], right: {} },
    { reports: HEAD, about: `HEAD of manifests is ${about}: copy`, registry, ...copies(), right: arrives() },
    { reports: HEAD, about: `HEAD of manifests is ${about}: delete`, registry, run: ["delete HOST/x/app:1"], right: {} },
  ];
});

const isOpening = ({ method, path }) => method === "POST" && path.endsWith("/blobs/uploads/");
const isMount = (asked) => isOpening(asked) && asked.url.searchParams.has("mount");
const other = ({ url }) => url.origin.replace("127.0.0.1", "localhost");

export const WRITES = [
  ...immutables,
  ...heads,
  {
    reports: "containerd/containerd#14086", about: "a mount is answered 403", registry: { answer: (asked) => (isMount(asked) ? refusal(403, "DENIED", "no mounts") : undefined) },
    ...copies(), right: arrives(),
  },
  {
    reports: "estesp/manifest-tool#53, estesp/manifest-tool#42", about: "a mount is answered 401", registry: { answer: (asked) => (isMount(asked) ? refusal(401, "UNAUTHORIZED", "no mounts") : undefined) },
    ...copies(), right: arrives(),
  },
  {
    reports: "containers/image#756", about: "an upload without Location", registry: { quirks: ["mountRefused"],
      answer: async (asked, place) => (isOpening(asked) ? withHeaders(await place.proceed(), { location: null }) : undefined) },
    ...copies(), right: { code: 1, err: /upload/ },
  },
  {
    reports: "containerd/containerd#11949", about: "uploads that are sent to another registry", registry: { quirks: ["mountRefused"],
      answer: (asked) => (isOpening(asked) && asked.url.hostname === "127.0.0.1" ? redirect(other(asked) + asked.path) : undefined) },
    ...copies(), right: { code: 1, err: /REDIRECT_REFUSED/ },
  },
  {
    reports: "containerd/containerd#11949", about: "uploads that are sent to another registry, with --upload-origin", registry: { quirks: ["mountRefused"],
      answer: (asked) => (isOpening(asked) && asked.url.hostname === "127.0.0.1" ? redirect(other(asked) + asked.path + asked.url.search) : undefined) },
    run: ["copy --upload-origin http://OTHER HOST/x/app:1 HOST/y/app:2"], skopeo: copies().skopeo, right: arrives(),
  },
  {
    reports: "goharbor/harbor#2473", about: "301 on a POST at the registry itself is followed", registry: { quirks: ["mountRefused"],
      answer: (asked) => (isOpening(asked) && !asked.url.searchParams.has("again") ? redirect(`${asked.path}?again=1`, 301) : undefined) },
    ...copies(), right: arrives(),
  },
  {
    reports: "apple/swift-container-plugin#44", about: "a relative Location of an upload whose _state must stay as it is", registry: { quirks: ["mountRefused"],
      async answer(asked, place) {
        const at = asked.url.searchParams.get("at");
        if (asked.path.includes("/uploads/") && at !== null && !asked.url.search.includes("_state=a%2Bb%2Fc%3D%3D")) return refusal(400, "BLOB_UPLOAD_INVALID", "the state was changed");
        const response = await place.proceed();
        const location = response.headers.get("location");
        return location?.includes("?at=") ? withHeaders(response, { location: `${location}&_state=a%2Bb%2Fc%3D%3D` }) : response;
      } },
    ...copies(), right: arrives(),
  },
  {
    reports: "podman-container-tools/skopeo#1101", about: "no PATCH", registry: { quirks: ["mountRefused"],
      answer: ({ method }) => (method === "PATCH" ? refusal(405, "UNSUPPORTED", "no PATCH") : undefined) },
    ...copies(), right: arrives(),
  },
  {
    reports: "distribution/distribution#4715", about: "HEAD that is 404 without the right Accept", registry: {
      answer: (asked) => (asked.method === "HEAD" && manifestOf(asked) && !(asked.headers.get("accept") ?? "").includes("application/vnd.oci.image.manifest.v1+json")
        ? refusal(404, "MANIFEST_UNKNOWN", "OCI manifest found, but the request does not accept it") : undefined) },
    run: ["resolve HOST/x/app:1"], skopeo: ["inspect --raw docker://HOST/x/app:1"], right: { out: new RegExp(image.digest) },
  },
  {
    reports: "renovatebot/renovate#2315", about: "no Docker-Content-Digest at all: copy", registry: { quirks: ["noDigestHeader"] }, ...copies(), right: arrives(),
  },
];
