/** `multiarch inspect`: docker's text for a draft or a manifest, or the registry's own bytes. */

import { createManifests, parseManifest, parseReference, useCore } from "../../entry/command.js";
import { OCI_INDEX, OCI_MANIFEST } from "../../core/facts.js";
import { isWithoutDraft } from "../../node/store/docker.js";

import { dockerText } from "../reports/docker-text.js";
import { connect, connectManifests, deadlineOf } from "../setup/connection.js";
import { Recording } from "../setup/recording.js";

export async function execute(references, flags, context) {
  const [reference] = [...references].reverse();
  // Loaded on demand: most calls name no platform.
  const wanted = flags.platform === undefined ? {} : (await import("../platform/wanted.js")).wantedPlatform(flags.platform);
  const { terminal } = context;
  if (!flags.raw && !wanted.platform) {
    return terminal.printDocument(terminal.spokenJson(await inspected(references, flags, context)));
  }
  const client = await connect(references, flags, context);
  if (flags.raw) return terminal.printDocument(await client.raw(reference, wanted));
  const chosen = (await client.resolve(reference, wanted)).reference;
  const verbose = flags.verbose === true;
  return terminal.printDocument(terminal.spokenJson(await createManifests({ client }).inspect(chosen, { verbose })));
}

/**
 * Docker's text. Mostly the core that reads is enough for it, and a start takes a tenth less time with that. Where it is not, or the
 * registry refuses, the whole core goes on from what the registry has answered: it has docker's sentences.
 */
async function inspected(references, flags, context) {
  const [reference, list] = [...references].reverse();
  const verbose = flags.verbose === true;
  let kept;
  if (list === undefined && !verbose && !flags.debug && !context.places && (await isPlain(reference, flags, context))) {
    kept = { recording: new Recording(), signal: deadlineOf(flags.deadline) };
    const text = await readText(reference, flags, context, kept);
    if (text !== undefined) return text;
    kept.recording.rewind();
  }
  await useCore("whole");
  const manifests = await connectManifests(references, flags, context, kept);
  return manifests.inspect(reference, { list, verbose });
}

/** Whether docker, too, asks the registry alone for a reference, and for what the reference says. */
async function isPlain(reference, { config }, { io }) {
  try {
    const { canonical, tag, digest } = parseReference(reference);
    if (tag !== undefined && digest !== undefined) return false;
    return await isWithoutDraft({ config, env: io.env }, tag ?? digest ? canonical : `${canonical}:latest`);
  } catch {
    return false;
  }
}

/**
 * Reads a document while the registry is waited for: a core compiles a function when it is first called, and those that read the answer
 * are so at hand when it comes.
 */
async function prepare() {
  dockerText(parseManifest(SAMPLE), OCI_INDEX);
}

const SAMPLE = JSON.stringify({
  schemaVersion: 2,
  mediaType: OCI_INDEX,
  manifests: [{
    mediaType: OCI_MANIFEST, size: 1, digest: `sha256:${"0".repeat(64)}`,
    platform: { architecture: "amd64", os: "linux" },
  }],
});

/** The text where all goes well at the first attempt; the whole core makes the next ones. */
async function readText(reference, flags, context, kept) {
  const client = await connect([reference], flags, context, { ...kept, retry: { attempts: 1 } });
  const read = client.manifest(reference).catch(() => undefined);
  setImmediate(() => void prepare().catch(() => {}));
  const document = await read;
  return document && dockerText(document, kept.recording.contentType);
}
