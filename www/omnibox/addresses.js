/** Addresses of the web pages and endpoints of registries, as the references that they are about. */

import { withoutTransport } from "./commands.js";

/** Docker Hub's names for its own registry. */
const HUB = /^(?:registry-1\.docker\.io|index\.docker\.io|registry\.hub\.docker\.com)$/;

/** What the pages of a site name, by its host. Each gets the path's segments and the query. */
const SITES = {
  "hub.docker.com": hub,
  "quay.io": quay,
  "github.com": github,
  "gallery.ecr.aws": ([owner, name]) => name && { ref: `public.ecr.aws/${owner}/${name}` },
};

/** @returns {{ ref: string } | undefined} nothing where this is no address */
export function fromAddress(text) {
  if (/^(?:docker|oci):\/\//.test(text)) return { ref: withoutTransport(text) };
  const written = /^https?:\/\//.test(text) ? text : /^(?:hub\.docker\.com|github\.com|quay\.io\/repository|gallery\.ecr\.aws)\//.test(text) ? `https://${text}` : "";
  if (written === "" || !URL.canParse(written)) return undefined;
  const { host, pathname, searchParams } = new URL(written);
  const segments = pathname.split("/").filter((segment) => segment !== "");
  return endpoint(host, segments) ?? SITES[host]?.(segments, searchParams) ?? { ref: [host, ...segments].join("/") };
}

/** `/v2/<name>/manifests/<reference>`, `/v2/<name>/tags/list`. */
function endpoint(host, [version, ...rest]) {
  const domain = HUB.test(host) ? "docker.io" : host;
  const [kind, last] = rest.slice(-2);
  if (version !== "v2" || rest.length < 3) return undefined;
  const name = `${domain}/${rest.slice(0, -2).join("/")}`;
  if (kind === "tags") return { ref: name };
  return kind === "manifests" || kind === "blobs" ? { ref: joined(name, last) } : undefined;
}

/** `/_/alpine`, `/r/grafana/grafana/tags`, `/layers/library/alpine/3.20/images/sha256-…`. */
function hub([kind, owner, name, tag], query) {
  if (kind === "_") return owner && { ref: tagged(owner, query.get("name")) };
  if (kind === "r") return name && { ref: tagged(`${owner}/${name}`, query.get("name")) };
  if (kind === "layers") return tag && { ref: tagged(`${owner}/${name}`, tag) };
  if (kind === "repository") return name && { ref: [owner === "docker" ? "" : owner, name].filter(Boolean).join("/") };
  return undefined;
}

/** `/repository/org/name?tab=tags&tag=1`, and `/org/name`. */
function quay([first, ...rest], query) {
  const path = first === "repository" ? rest : [first, ...rest];
  return path.length >= 2 && { ref: tagged(`quay.io/${path.slice(0, 2).join("/")}`, query.get("tag") ?? path[3]) };
}

/** `/owner/repository/pkgs/container/name`, `/orgs/owner/packages/container/package/name`, `/users/…`. */
function github(segments, query) {
  const at = segments.indexOf("container");
  const isOwned = segments[0] === "orgs" || segments[0] === "users";
  const owner = isOwned ? segments[1] : segments[0];
  const name = segments[at + (segments[at + 1] === "package" ? 2 : 1)];
  if (at < 2 || !owner || !name) return undefined;
  return { ref: tagged(`ghcr.io/${owner}/${decodeURIComponent(name)}`.toLowerCase(), query.get("tag")) };
}

const tagged = (name, tag) => (tag ? `${name}:${tag}` : name);
const joined = (name, last) => (last.includes(":") ? `${name}@${last}` : `${name}:${last}`);
