/** A registry of this tab: what was read stays here, so that the package's own `create` makes the list without another request. */

import { digest as digestOf } from "../multiarch.js";
import { createClient } from "../whole.js";

/** A name that no registry can have. */
export const REPOSITORY = "compose.invalid/list";

export function createMemory() {
  const manifests = new Map();
  const blobs = new Map();
  const known = { manifests, blobs };

  /** Answers as a registry does. Nothing leaves the tab. */
  async function answer(url) {
    const [, kind, digest] = /\/v2\/list\/(manifests|blobs)\/([^/]+)$/.exec(decodeURIComponent(new URL(url).pathname)) ?? [];
    const found = known[kind]?.get(digest);
    if (found === undefined) return new Response('{"errors":[]}', { status: 404, headers: { "content-type": "application/json" } });
    return new Response(found.bytes, { headers: { "content-type": found.mediaType, "docker-content-digest": digest, "content-length": String(found.bytes.length) } });
  }

  return {
    client: createClient({ fetch: answer, retry: { attempts: 1 } }),
    /** Keeps a document, and says under which reference it is. */
    keep({ bytes, mediaType, digest = digestOf(bytes) }) {
      manifests.set(digest, { bytes, mediaType });
      return `${REPOSITORY}@${digest}`;
    },
    keepBlob: (digest, bytes) => blobs.set(digest, { bytes, mediaType: "application/octet-stream" }),
    has: (digest) => manifests.has(digest),
  };
}
