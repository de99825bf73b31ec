/** `multiarch inspect`: docker's text for a draft or a manifest, or the registry's own bytes. */

import { createManifests, parseReference, useWholeCore } from "../../entry/command.js";
import { draftNameOf, isWithoutDraft } from "../../node/store/docker.js";

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
  await useWholeCore();
  const manifests = await connectManifests(references, flags, context, kept);
  return manifests.inspect(reference, { list, verbose });
}

/** Whether docker, too, asks the registry alone for a reference, and for what the reference says. */
async function isPlain(reference, { config }, { io }) {
  try {
    const parsed = parseReference(reference);
    if (parsed.tag !== undefined && parsed.digest !== undefined) return false;
    return await isWithoutDraft({ config, env: io.env }, draftNameOf(parsed));
  } catch {
    return false;
  }
}

/** The text where all goes well at the first attempt; the whole core makes the next ones. */
async function readText(reference, flags, context, kept) {
  const client = await connect([reference], flags, context, { ...kept, retry: { attempts: 1 } });
  const document = await client.manifest(reference).catch(() => undefined);
  return document && dockerText(document, kept.recording.contentType);
}
