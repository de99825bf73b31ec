/** Listings: tags in pages, and referrers where registries do not know the call. */

import { artifact, ociImage, sha256 } from "../../../support/images.mjs";
import { listsTags } from "./asks.mjs";
import { html, json, manifestOf, redirect, refusal } from "./responses.mjs";

const isTags = ({ path }) => path.endsWith("/tags/list");
const OCI_INDEX = "application/vnd.oci.image.index.v1+json";

/** Two pages, of which the first links to the second as `link` says. */
const linked = (link, more = {}) => ({
  ...more,
  answer(asked, place) {
    if (!isTags(asked)) return undefined;
    if ((place.memo.pages = (place.memo.pages ?? 0) + 1) > 8) return refusal(400, "UNSUPPORTED", "round and round");
    const isSecond = asked.url.searchParams.has("last") || asked.url.searchParams.has("next_page");
    const headers = isSecond ? {} : { link: link(asked.url) };
    return json({ name: "x/app", tags: isSecond ? ["c", "d"] : ["a", "b"] }, { headers });
  },
});
const ALL = { out: "a\nb\nc\nd\n" };
const links = (reports, about, link, more) => ({ reports, about: `Link: ${about}`, registry: linked(link, more), ...listsTags(), right: ALL });

const NEXT = '; rel="next"';
const query = "n=2&last=b";
const FORMS = "(tags)";
const forms = [
  links("sonatype/nexus-public#1011", "the path of a proxied repository in front", ({ origin }) => `<${origin}/repository/docker-proxy/v2/x/app/tags/list?${query}>${NEXT}`),
  links("distribution/distribution#479", "absolute with another scheme", ({ host }) => `<https://${host}/v2/x/app/tags/list?${query}>${NEXT}`),
  links("distribution/distribution#479", "absolute with another port", ({ hostname }) => `<http://${hostname}:1/v2/x/app/tags/list?${query}>${NEXT}`),
  links("distribution/distribution#479", "absolute with the same origin", ({ origin }) => `<${origin}/v2/x/app/tags/list?${query}>${NEXT}`),
  links("distribution/distribution#479", "a slash before the query", () => `</v2/x/app/tags/list/?${query}>${NEXT}`),
  links("distribution/distribution#479", "spaces inside the brackets", () => `< /v2/x/app/tags/list?${query} >${NEXT}`),
  links("deitch/docker_registry2#56", "quay's escaped cursor", () => `</v2/x/app/tags/list?n=2&next_page=gAAAAAB%3D%3D>${NEXT}`),
  links("distribution/distribution#479", "a path and a query", () => `</v2/x/app/tags/list?${query}>${NEXT}`),
  links("distribution/distribution#479", "rel without quotes", () => `</v2/x/app/tags/list?${query}>; rel=next`),
  links("distribution/distribution#479", "REL in upper case", () => `</v2/x/app/tags/list?${query}>; REL="next"`),
  links("distribution/distribution#479", "a further parameter", () => `</v2/x/app/tags/list?${query}>; title="x"; rel="next"`),
  links("distribution/distribution#479", "a previous page first", () => `</v2/x/app/tags/list?n=2>; rel="prev", </v2/x/app/tags/list?${query}>${NEXT}`),
  links("distribution/distribution#479", "a query alone", () => `<?${query}>${NEXT}`),
  links("distribution/distribution#479", "relative to the listing", () => `<list?${query}>${NEXT}`),
  {
    ...links("distribution/distribution#479", "at another owner's host is not followed", () => `<https://other.example.org/v2/x/app/tags/list?${query}>${NEXT}`),
    right: { code: "any", check: ({ place }) => {
      const strange = place.requests.filter(({ url }) => String(url).includes("other.example.org"));
      if (strange.length > 0) throw new Error(`another host was asked: ${strange[0].url}`);
    } },
  },
];

const bodies = [
  ["tags: null", { name: "x/app", tags: null }, ""],
  ["Google's further members", { child: [], manifest: { "sha256:0": { tag: ["a"] } }, name: "x/app", tags: ["a"] }, "a\n"],
].map(([about, body, out]) => ({ reports: FORMS, about, registry: { answer: (asked) => (isTags(asked) ? json(body) : undefined) }, ...listsTags(), right: { out } }));
bodies.push({
  reports: FORMS, about: "a listing as text/plain",
  registry: { answer: (asked) => (isTags(asked) ? json({ name: "x/app", tags: ["a"] }, { headers: { "content-type": "text/plain" } }) : undefined) },
  ...listsTags(), right: { out: "a\n" },
});

/** The image, what refers to it, and the tag that stands in for the referrers call. */
const image = ociImage();
const note = artifact({ subject: image });
const digest = image.digest;
const listing = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ mediaType: note.mediaType, digest: note.digest, size: note.size, artifactType: "application/vnd.example.note" }] });
const fallback = { bytes: Buffer.from(listing), digest: sha256(Buffer.from(listing)), size: listing.length, mediaType: OCI_INDEX, blobs: [], children: [note] };
const isReferrers = ({ path }) => path.includes("/referrers/");
const seed = { "x/app:1": image, [`x/app:${digest.replace(":", "-")}`]: fallback };
const refers = { run: ["referrers HOST/x/app:1"] };
const NOTED = { out: new RegExp(note.digest) };
const unknownCall = (reports, about, says) => ({
  reports, about: `referrers: ${about}`, ...refers, right: NOTED,
  registry: { seed, answer: (asked) => (isReferrers(asked) ? says(asked) : asked.path === "/login" ? html() : undefined) },
});

const referrers = [
  unknownCall("oras-project/oras-go#633", "a redirect to a login page", () => redirect("/login")),
  unknownCall("google/go-containerregistry#1962", "406", () => refusal(406, "UNSUPPORTED", "not acceptable")),
  unknownCall("google/go-containerregistry#1962", "400 UNSUPPORTED", () => refusal(400, "UNSUPPORTED", "the operation is unsupported")),
  unknownCall("google/go-containerregistry#1962", "405", () => refusal(405, "UNSUPPORTED", "no such method")),
  unknownCall("sigstore/sigstore-js#1187", "200 and a page", () => html(200, "Welcome")),
  unknownCall("sigstore/sigstore-js#1187", "200 and JSON of another kind", () => json({ status: "ok" })),
  unknownCall("google/go-containerregistry#1962", "404", () => refusal(404, "NOT_FOUND", "page not found")),
];

const two = (change) => ({ schemaVersion: 2, mediaType: OCI_INDEX, ...change([
  { mediaType: note.mediaType, digest: `sha256:${"1".repeat(64)}`, size: 7 },
  { mediaType: note.mediaType, digest: note.digest, size: note.size, artifactType: "application/vnd.example.note" },
]) });
const lists = (reports, about, body, right = NOTED) => ({
  reports, about: `a listing of referrers: ${about}`, ...refers, right,
  registry: { seed, answer: (asked) => (isReferrers(asked) ? json(body, { headers: { "content-type": OCI_INDEX } }) : undefined) },
});
const listings = [
  lists("oras-project/oras#1120", 'one entry with artifactType "sbom"', two(([odd, good]) => ({ manifests: [{ ...odd, artifactType: "sbom" }, good] }))),
  lists("gardener/cc-utils#736", "one entry with annotations: null", two(([odd, good]) => ({ manifests: [{ ...odd, annotations: null }, good] }))),
  lists("gardener/cc-utils#736", "manifests: null", { schemaVersion: 2, mediaType: OCI_INDEX, manifests: null }, { out: "" }),
];

const HEAD = "crazy-max/diun#1614, andrey-pohilko/registry-cli#14, merll/docker-registry-util#3, containerd/containerd#6684, crossplane/crossplane#3223, distribution/distribution#1485";
const headless = (says) => ({ seed, answer: (asked) => (asked.method === "HEAD" && manifestOf(asked) ? says() : undefined) });
const HEADS = { "404 in HTML": () => html(404, "Not found"), 403: () => refusal(403, "DENIED", "no"), 405: () => refusal(405, "UNSUPPORTED", "no") };
const heads = Object.entries(HEADS).flatMap(([about, says]) => [
  { reports: HEAD, about: `HEAD of manifests is ${about}: referrers`, registry: headless(says), ...refers, right: NOTED },
  { reports: HEAD, about: `HEAD of manifests is ${about}: ratelimit`, registry: { ...headless(says), quirks: ["rateHeaders"] }, run: ["ratelimit HOST/x/app:1"], right: { out: /100/ } },
  { reports: HEAD, about: `HEAD of manifests is ${about}: resolve`, registry: headless(says), run: ["resolve HOST/x/app:1"], right: { out: new RegExp(digest) } },
]);

export const LISTING = [...forms, ...bodies, ...referrers, ...listings, ...heads];
