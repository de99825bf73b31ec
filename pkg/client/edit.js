/** `client.edit`: an index in a registry changed in place, by the same editor that changes documents. */

import { MultiarchError, optionInvalid } from "../core/errors.js";
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX } from "../core/facts.js";
import { init } from "../core/load.js";
import { inParallel } from "../core/parallel.js";
import { asIs, digestText, flag, optionalText, optionsOf, referenceText } from "../core/arguments.js";
import { IndexEditor, edited, editIndex, optionalDuplicate } from "../lists/edit.js";
import { parseReference } from "../nouns/reference.js";
import { optionalSignal } from "./call-host.js";
import { EDITS, expanded } from "./edit-operations.js";
import { stepsOf } from "./edit-steps.js";
import { combined, update } from "./updates.js";

const OPTIONS = {
  expect: (value, name) => (typeof value === "string" ? digestText(value, name) : value),
  to: optionalText,
  dryRun: flag,
  wrap: flag,
  ignoreMissing: flag,
  merge: (value) => value !== false,
  onDuplicate: optionalDuplicate,
  signal: optionalSignal,
};

/** How many copies go side by side; each is many requests. */
const COPIES = 4;

/** Changes the index that a reference names, and puts it under the same tag or under another one. */
export async function edit(client, reference, change, options) {
  const given = referenceText(reference, "edit(reference)");
  if (typeof change !== "function") throw optionInvalid("edit(reference, change) takes a function");
  const asked = { merge: true, ...optionsOf(options, "edit", OPTIONS) };
  if (asked.expect !== undefined && asked.expect !== null && typeof asked.expect !== "string") {
    throw optionInvalid("expect takes a digest, or null for a tag that must not exist");
  }
  await init();
  const place = placeOf(given, asked);
  const work = new Edit(client, place, asked);
  const { base, current } = await work.begin();
  const editor = new IndexEditor(base, EDITS);
  await change(editor, base);
  return work.finish(editor, { base, current });
}

/** What is read and what is written. */
function placeOf(given, { to, expect }) {
  const { name, tag: stated, digest } = parseReference(given);
  const tag = stated ?? (digest ? undefined : "latest");
  if (digest && expect !== undefined && expect !== digest) {
    throw optionInvalid(`expect says ${expect}, and the reference says ${digest}`);
  }
  const from = tag && !digest ? `${name}:${tag}` : `${name}@${digest}`;
  if (to === undefined) {
    return { name, from, target: name, tag, expect: digest && tag ? digest : expect, isSame: tag !== undefined };
  }
  const other = /[/:@]/.test(to) ? parseReference(to) : { name, tag: to };
  if (other.digest) throw optionInvalid(`to takes a tag or a reference with a tag, not ${to}`);
  const target = { target: other.name, tag: other.tag ?? "latest" };
  const isSame = other.name === name && target.tag === tag && !digest;
  return { name, from, ...target, expect, isSame };
}

class Edit {
  constructor(client, place, asked) {
    Object.assign(this, { client, place, asked, options: { signal: asked.signal } });
    const { target, tag } = place;
    this.reference = tag && `${target}:${tag}`;
  }

  /** The index that the change begins with, and what the tag points at. */
  async begin() {
    const { from, expect, isSame, name, tag } = this.place;
    if (!isSame) return { base: await this.#opened(await this.client.manifest(from, this.options)) };
    const current = await this.read(expect !== undefined);
    if (expect === undefined || current.digest === expect) return { base: current.document, current };
    if (expect === null) return { base: EMPTY(), current };
    const missed = (hint) => new MultiarchError({
      code: "PRECONDITION_FAILED", reference: `${name}:${tag}`, hint,
      message: `${current.digest ? `the tag ${tag} points at ${current.digest}` : `there is no tag ${tag}`}, not as expected: ${expect}`,
      details: { expected: expect, ...(current.digest && { actual: current.digest }) },
    });
    if (!this.asked.merge || current.digest === null) throw missed();
    try {
      return { base: await this.#opened(await this.client.manifest(`${name}@${expect}`, this.options)), current };
    } catch (error) {
      if (!isUnknown(error)) throw error;
      throw missed("The registry has what was expected no more, so nothing can be merged with it: look at what the tag points at now.");
    }
  }

  /** What the tag points at, as an index. */
  async read(mayBeAbsent) {
    const at = performance.now();
    const { name, tag } = this.place;
    try {
      const document = await this.client.manifest(`${name}:${tag}`, this.options);
      return { digest: document.digest, document: await this.#opened(document), at };
    } catch (error) {
      if (!mayBeAbsent || !isUnknown(error)) throw error;
      return { digest: null, document: EMPTY(), at };
    }
  }

  /** The index as it is, or one of the single manifest. */
  async #opened(document) {
    if (document.kind === "index") return document;
    const { from, name } = this.place;
    if (!this.asked.wrap) {
      throw new MultiarchError({
        code: "NOT_AN_INDEX", message: `${from} is ${document.mediaType}, not an index`, reference: from,
        hint: "Only an index has entries to edit; with `wrap` it begins with this one as its only entry.",
      });
    }
    const { mediaType, digest } = document;
    const config = document.kind === "image" ? await this.client.config(`${name}@${digest}`, this.options) : undefined;
    const platform = config?.platform.os ? config.platform : undefined;
    return editIndex({ mediaType: mediaType === DOCKER_MANIFEST ? DOCKER_LIST : OCI_INDEX }).add(document, { platform }).build();
  }

  /** Makes the change, and writes what came of it. */
  async finish(editor, { base, current }) {
    const { client, place, asked, options } = this;
    const made = await expanded(client, IndexEditor.operations(editor), { base, name: place.name, ...asked });
    const ours = made.apply(edited);
    const change = { base, ours, reference: this.reference, byPlatform: made.isOrdered, merge: asked.merge };
    const planned = current ? combined(change, current) : ours;
    if (current?.digest === planned.digest) return this.#published(planned, { steps: [] });
    const { copies, unknown } = this.#needed(base, ours, made);
    const steps = [
      ...stepsOf(base, ours),
      ...copies.map(({ from, to }) => `copy ${from} to ${to}`),
      `put ${planned.digest} (${planned.size} bytes) ${this.reference ? `as ${this.reference}` : `into ${place.target}`}`,
    ];
    await inParallel(unknown, COPIES, (digest) => client.resolve(`${place.target}@${digest}`, options));
    if (asked.dryRun) return this.#published(planned, { steps });
    await inParallel(made.documents, COPIES, (document) => client.push(document, `${place.target}@${document.digest}`, options));
    await inParallel(copies, COPIES, ({ from, to }) => client.copy(from, to, options));
    if (current) {
      const { document, conflicts } = await this.#updated({ ...change, current });
      return this.#published(document, { steps, conflicts });
    }
    const condition = this.reference && { expect: place.expect };
    await client.push(ours, this.reference ?? `${place.target}@${ours.digest}`, { ...options, ...condition });
    return this.#published(ours, { steps });
  }

  #published(document, { steps, conflicts = [] }) {
    const { mediaType, digest, size } = document;
    const references = [`${this.reference ?? this.place.target}@${digest}`];
    return { references, descriptor: { mediaType, digest, size }, document, steps, conflicts };
  }

  #updated(change) {
    const { client, options, reference } = this;
    return update({
      ...change, signal: this.asked.signal,
      read: () => this.read(true),
      write: (document, expect) => client.push(document, reference, { ...options, expect }),
      look: () => client.resolve(reference, options).then(({ digest }) => digest, (error) => {
        if (isUnknown(error)) return null;
        throw error;
      }),
    });
  }

  /** What has to be in the target before the index is: copies to make, and digests that have not been seen yet. */
  #needed(base, ours, { sources, documents }) {
    const { name, target } = this.place;
    const before = new Set(base.manifests.map(({ digest }) => digest));
    const own = new Set(documents.map(({ digest }) => digest));
    const copies = [];
    const unknown = [];
    for (const digest of new Set(ours.manifests.map((entry) => entry.digest))) {
      const from = sources.get(digest) ?? (before.has(digest) ? name : undefined);
      if (own.has(digest)) continue;
      if (from === undefined) unknown.push(digest);
      else if (from !== target && !(before.has(digest) && name === target)) {
        copies.push({ from: `${from}@${digest}`, to: `${target}@${digest}` });
      }
    }
    return { copies, unknown };
  }
}

const EMPTY = () => editIndex({ mediaType: OCI_INDEX }).build();

const isUnknown = ({ code }) => code === "MANIFEST_UNKNOWN" || code === "NAME_UNKNOWN";
