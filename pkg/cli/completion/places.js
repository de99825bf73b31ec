/** What a registry, docker's folder and its logins offer. Nothing here fails: what cannot be asked in time offers nothing. */

import { homedir } from "node:os";
import { join } from "node:path";

/** How long a shell may wait. */
const PATIENCE_MS = 2000;
const MOST_TAGS = 500;
/** How many tags are read for those that begin as the word does. */
const MOST_READ = 10_000;

/** A reference up to its tag: `host:5000/app` has none yet. */
const BEFORE_TAG = /^(.*[^/:]):([\w.-]*)$/;

/** The tags that a reference may end with: asked for when its colon stands there. */
export function tags(reference, line, context) {
  const [, repository, typed] = BEFORE_TAG.exec(reference) ?? [];
  // The colon before a port has no slash behind it either: nothing is asked of a name without a path that has a dot or is localhost.
  if (repository === undefined || /^(?:localhost|[^/]*\.[^/]*)$/.test(repository)) return [];
  return offered([], async (signal) => {
    const client = await connected(repository, line, context);
    const found = [];
    let read = 0;
    for await (const tag of client.tags(repository, { signal })) {
      if (tag.startsWith(typed)) found.push({ value: `${repository}:${tag}` });
      if (found.length >= MOST_TAGS || (read += 1) >= MOST_READ) break;
    }
    return found;
  });
}

/** The platforms of the index that a reference names; none where reading it would cost a pull. */
export function platforms(reference, line, context) {
  return offered([], async (signal) => {
    const [{ countsPulls }, { formatPlatform, leavesOf }] = await Promise.all([import("../overview/pulls.js"), import("../../entry/command.js")]);
    if (countsPulls(reference)) return [];
    const client = await connected(reference, line, context);
    const document = await client.manifest(reference, { signal });
    if (document.kind !== "index") return [];
    const { images } = await leavesOf(document, async () => ({ manifests: [], json: {} }));
    return [...new Set(images.filter(({ platform }) => platform).map(({ platform }) => formatPlatform(platform)))];
  });
}

/** The lists in docker's folder. */
export function drafts(line, context) {
  return offered([], async () => {
    const [{ useWholeCore }, { connectManifests }] = await Promise.all([import("../../entry/command.js"), import("../setup/connection.js")]);
    await useWholeCore();
    return (await (await connectManifests([], flagsOf(line), context)).ls()).map((value) => ({ value, about: "local list" }));
  });
}

/** The registries that there is a login for. */
export function registries(line, { io }) {
  return offered([], async () => {
    const folder = flagsOf(line).config ?? io.env.DOCKER_CONFIG ?? join(io.env.HOME ?? homedir(), ".docker");
    const { readConfig } = await import("../../node/credentials/file.js");
    const { auths, credHelpers } = await readConfig(join(folder, "config.json"));
    return [...Object.keys(auths ?? {}), ...Object.keys(credHelpers ?? {})].map((name) => ({ value: name.replace(/^https?:\/\//, "").replace(/\/.*$/, "") }));
  });
}

async function connected(reference, line, context) {
  const { connect } = await import("../setup/connection.js");
  return connect([reference], flagsOf(line), context);
}

/** The flags of the line that say how a registry is reached. */
function flagsOf({ given }) {
  const last = (name) => given.get(name)?.at(-1);
  return {
    ca: last("ca"), cert: last("cert"), key: last("key"), config: last("config"), insecure: given.has("insecure"), "github-token": given.has("github-token"),
    retries: 0, timeout: PATIENCE_MS, deadline: PATIENCE_MS,
  };
}

/** What `work` finds in time, or else `nothing`. */
async function offered(nothing, work) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), PATIENCE_MS);
  try {
    return await work(controller.signal);
  } catch {
    return nothing;
  } finally {
    clearTimeout(timer);
  }
}
