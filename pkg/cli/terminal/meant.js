/** The platform or the tag that was probably meant, of those that there are. */

import { nearest } from "../../core/nearest.js";

/** How long the registry is asked for its tags, and how many are read. */
const PATIENCE_MS = 2000;
const MOST_TAGS = 10_000;

const SYSTEMS = ["darwin", "freebsd", "linux", "windows"];
/** Go's architectures that images are built for: one of these is no slip, although another is one letter away. */
const ARCHITECTURES = ["386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64", "s390x", "wasm"];

/**
 * @param {any} error
 * @param {(repository: string, options: object) => AsyncIterable<string>} [tagsOf] lists the tags of a repository; without it none is looked for
 * @returns {Promise<string | undefined>} never rejects
 */
export async function meantBy({ code, reference, details }, tagsOf) {
  if (code === "PLATFORM_NOT_FOUND") return platformMeant(details);
  const [, repository, tag] = /^([^@]+):([\w.-]+)$/.exec(reference ?? "") ?? [];
  if (code !== "MANIFEST_UNKNOWN" || tag === undefined || !tagsOf) return undefined;
  const meant = nearest(tag, await tagsIn(repository, tagsOf));
  return meant && `Did you mean ${repository}:${meant}?`;
}

function platformMeant({ platform = "", available = [] } = {}) {
  const [os, architecture] = platform.split("/");
  if (SYSTEMS.includes(os) && ARCHITECTURES.includes(architecture)) return undefined;
  const meant = nearest(platform, available);
  return meant && `Did you mean ${meant}?`;
}

async function tagsIn(repository, tagsOf) {
  const tags = [];
  try {
    for await (const tag of tagsOf(repository, { signal: AbortSignal.timeout(PATIENCE_MS) })) {
      tags.push(tag);
      if (tags.length >= MOST_TAGS) break;
    }
  } catch {
    // What was read by then will do.
  }
  return tags;
}
