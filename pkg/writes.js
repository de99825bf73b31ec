/** The client's calls that write. Each takes `run`, which makes one call on the core's client. */

import { coreDocument } from "./document.js";
import { optionInvalid } from "./errors.js";
import { optionalText, optionsOf, plainList, platformOf, text } from "./values.js";

/** How much of a caller's bytes crosses into the core at once. */
const CHUNK = 1 << 20;

/** Pushes a document under one or several references of one repository. */
export async function push(run, document, reference, options) {
  if (!ArrayBuffer.isView(document?.bytes)) throw optionInvalid("push(document) takes a document of parseManifest");
  const given = Array.isArray(reference) ? Array.from(reference) : [reference];
  const references = given.map((one) => text(one, "push(document, reference)"));
  const { expect, wait = false } = optionsOf(options, "push");
  return JSON.parse(await run(options, (client, at, instance, core) =>
    client.push(at, coreDocument(document, core, instance), { references, expect, wait: Boolean(wait) })));
}

/** Asks a registry to take a blob over from another of its repositories. */
export async function mount(run, digest, from, to, options) {
  const given = {
    digest: text(digest, "mount(digest)"),
    from: text(from, "mount(digest, from)"),
    to: text(to, "mount(digest, from, to)"),
  };
  return run(options, (client, at) => client.call(at, "mount", given));
}

/** Sends a blob, unless the repository holds it. */
export async function upload(run, repository, body, descriptor, options) {
  const target = text(repository, "upload(repository)");
  const { digest, size } = optionsOf(descriptor, "upload");
  const promised = text(digest, "the digest of upload");
  if (!(Number.isSafeInteger(size) && size >= 0)) throw optionInvalid("the size of upload is a whole number of bytes");
  const reader = readerOf(body);
  const cancel = (reason) => reader.cancel(reason);
  return run(options, (client, at, instance, core, call) => {
    const content = { body: { getReader: () => owned(reader, call), cancel } };
    return client.call(at, "upload", { repository: target, digest: promised, size, content });
  });
}

/** Copies a reference with everything below it. */
export async function copy(run, from, to, options) {
  const names = { from: text(from, "copy(from)"), to: text(to, "copy(from, to)") };
  const { platforms, policy, attestations } = optionsOf(options, "copy");
  const list = plainList(platforms);
  const wanted = {
    platforms: Array.isArray(list) ? list.map(platformOf) : list,
    policy: optionalText(policy, "policy"),
    attestations: attestations !== false,
  };
  const { descriptor, preserved } = JSON.parse(await run(options, (client, at) =>
    client.call(at, "copy", { ...names, wanted })));
  return { ...descriptor, preserved };
}

/** What refers to a manifest, page by page as it is asked for. */
export async function* referrers(run, reference, options) {
  let subject = text(reference, "referrers(reference)");
  const { artifactType } = optionsOf(options, "referrers");
  const kind = optionalText(artifactType, "artifactType");
  let page;
  do {
    const given = { reference: subject, artifactType: kind, page };
    const found = JSON.parse(await run(options, (client, at) => client.call(at, "referrers", given)));
    yield* found.referrers;
    ({ subject, next: page } = found);
  } while (page !== undefined);
}

/** Deletes a tag, or a manifest by its digest. */
export async function remove(run, reference, options) {
  const given = text(reference, "delete(reference)");
  await run(options, (client, at) => client.call(at, "delete", { reference: given }));
}

/** A reader of the caller's content: a stream, or bytes a piece at a time. */
function readerOf(body) {
  if (typeof body?.getReader === "function") return body.getReader();
  if (!ArrayBuffer.isView(body)) throw optionInvalid("upload(repository, body) takes bytes or a stream of bytes");
  const bytes = new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  let offset = 0;
  return {
    async read() {
      if (offset >= bytes.length) return { done: true };
      const value = bytes.subarray(offset, (offset += CHUNK));
      return { done: false, value };
    },
    async cancel() {},
  };
}

/** The reader, whose failures are the caller's own and come out as they are. */
function owned(reader, call) {
  return {
    async read() {
      try {
        const { done, value } = await reader.read();
        if (!done && !ArrayBuffer.isView(value)) throw optionInvalid("the stream of upload gives bytes");
        return { done, value };
      } catch (error) {
        call.failure ??= { error };
        throw error;
      }
    },
    cancel: (reason) => reader.cancel(reason),
  };
}
