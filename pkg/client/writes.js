/** The client's calls that write. `run` makes one call on the core's client. */

import { coreDocument, documentGiven } from "../nouns/document.js";
import { optionInvalid } from "../core/errors.js";
import { Content } from "../core/content.js";
import {
  asIs, digestText, flag, guarded, isNothing, listOf, optionalSize, optionalText, optionsOf, platformOf, referenceText,
} from "../core/arguments.js";

const PUSH = {
  expect: (value, name) => (typeof value === "string" ? digestText(value, name) : value),
  wait: flag,
};
const BLOB = { digest: asIs, size: asIs };
const COPY = {
  platforms: platformsOf, policy: optionalText, attestations: (value) => value !== false, sparse: flag, referrers: flag,
};

/** Pushes a document under one or several references of one repository. */
export async function push(run, document, reference, options) {
  const given = documentGiven(document, "push(document)");
  const name = "push(document, reference)";
  const isList = guarded(name, () => Array.isArray(reference));
  const references = isList ? listOf(reference, name, referenceText) : [referenceText(reference, name)];
  const { expect, wait = false } = optionsOf(options, "push", PUSH);
  return JSON.parse(await run(options, ({ client, host, glue, instance }) =>
    new Promise((resolve, reject) =>
      client.push(host, host.flags, coreDocument(given, glue, instance), { references, expect, wait }, { resolve, reject }))));
}

/** Asks a registry to take a blob over from another of its repositories. */
export async function mount(run, digest, from, to, options) {
  const given = {
    digest: digestText(digest, "mount(digest)"),
    from: referenceText(from, "mount(digest, from)"),
    to: referenceText(to, "mount(digest, from, to)"),
  };
  return run(options, ({ ask }) => ask("mount", given));
}

/** Sends a blob, unless the repository holds it. */
export async function upload(run, repository, body, descriptor, options) {
  const target = referenceText(repository, "upload(repository)");
  const { digest, size } = optionsOf(descriptor, "upload", BLOB);
  const promised = digestText(digest, "the digest of upload");
  if (optionalSize(size, "the size of upload") === undefined) throw optionInvalid("the size of upload is a whole number of bytes");
  const reader = readerOf(body);
  return run(options, ({ ask, host }) => {
    const refused = (why) => ownFailure(host, optionInvalid(`the stream of upload gives bytes: ${why}`));
    // The caller may pause as long as it likes.
    const content = new Content(() => owned(reader, host), { pace: host.pace, signal: host.signal }, refused);
    return ask("upload", { repository: target, digest: promised, size, content });
  });
}

/** Copies a reference with everything below it. */
export async function copy(run, from, to, options) {
  const names = { from: referenceText(from, "copy(from)"), to: referenceText(to, "copy(from, to)") };
  const wanted = optionsOf(options, "copy", COPY);
  const { descriptor, preserved, referrers } = JSON.parse(await run(options, ({ ask }) => ask("copy", { ...names, wanted })));
  return { ...descriptor, preserved, ...(wanted.referrers && { referrers }) };
}

/** Deletes a tag, or a manifest by its digest. */
export async function remove(run, reference, options) {
  const given = referenceText(reference, "delete(reference)");
  await run(options, ({ ask }) => ask("delete", { reference: given }));
}

function platformsOf(value, name) {
  if (isNothing(value)) return undefined;
  if (guarded(name, () => !Array.isArray(value))) throw optionInvalid(`${name} is not a list with at least one platform`);
  return listOf(value, name, platformOf);
}

/** A reader of the caller's content: a stream, or bytes in one piece. */
function readerOf(body) {
  const name = "upload(repository, body)";
  return guarded(name, () => {
    if (typeof body?.getReader === "function") return body.getReader();
    if (!ArrayBuffer.isView(body)) throw optionInvalid(`${name} takes bytes or a stream of bytes`);
    let value = body;
    return {
      async read() {
        const step = { done: value === undefined, value };
        value = undefined;
        return step;
      },
    };
  });
}

/** The reader, whose failures are the caller's own and are thrown unchanged. */
function owned(reader, host) {
  return {
    async read() {
      try {
        return await reader.read();
      } catch (error) {
        throw ownFailure(host, error);
      }
    },
    cancel: (reason) => reader.cancel?.(reason),
  };
}

/** Ends the call with this error. */
function ownFailure(host, error) {
  host.failure ??= { error };
  return error;
}
