/** `client.edit`: an index in a registry changed in place, by the same editor that changes documents. */

import { MultiarchError, optionInvalid } from "../core/errors.js";
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX } from "../core/facts.js";
import { init } from "../core/load.js";
import { inParallel } from "../core/parallel.js";
import { flag, optionalText, optionsOf, referenceText } from "../core/arguments.js";
import { IndexEditor, edited, editIndex, optionalDuplicate } from "../lists/edit.js";
import { parseReference } from "../nouns/reference.js";
import { optionalSignal } from "./call-host.js";
import { EDITS, expanded } from "./edit-operations.js";
import { optionalExpectation } from "./expectation.js";
import { stepsOf } from "./edit-steps.js";
import { Tag } from "./tag.js";
import { combined } from "./updates.js";

const OPTIONS = {
  expect: optionalExpectation,
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
  await init();
  const place = placeOf(given, asked);
  const work = new Edit(client, place, asked);
  const begun = await work.begin();
  const editor = new IndexEditor(begun.from, EDITS);
  await change(editor, begun.from);
  return work.finish(editor, begun);
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
    const options = { signal: asked.signal };
    Object.assign(this, { client, place, asked, options });
    const { target, tag: name } = place;
    if (!name) return;
    const opened = place.isSame ? (document) => this.#opened(document) : undefined;
    this.tag = new Tag(client, { name: target, tag: name, opened, ...options });
  }

  /** The index that is changed; and of the tag what its change begins with, and what it points at. */
  async begin() {
    const { place, tag, asked: { merge } } = this;
    const wanted = { expect: place.expect, merge };
    if (place.isSame) {
      const { base, current } = await tag.begin(wanted);
      return { from: base, base, current };
    }
    const from = await this.#opened(await this.client.manifest(place.from, this.options));
    return { from, ...(tag && await tag.begin({ ...wanted, mayBeAbsent: true })) };
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
  async finish(editor, { from, base, current }) {
    const { client, place, tag, asked, options } = this;
    const made = await expanded(client, IndexEditor.operations(editor), { base: from, name: place.name, ...asked });
    const ours = made.apply(edited);
    const change = { base, ours, current, reference: tag?.reference, byPlatform: made.isOrdered, merge: asked.merge };
    const planned = tag ? combined(change, current) : ours;
    if (current?.digest === planned.digest) return this.#published(planned, { steps: [] });
    const { copies, unknown } = this.#needed(from, ours, made);
    const steps = [
      ...stepsOf(from, ours),
      ...copies.map(({ from: source, to }) => `copy ${source} to ${to}`),
      `put ${planned.digest} (${planned.size} bytes) ${tag ? `as ${tag.reference}` : `into ${place.target}`}`,
    ];
    await inParallel(unknown, COPIES, (digest) => client.resolve(`${place.target}@${digest}`, options));
    if (asked.dryRun) return this.#published(planned, { steps });
    await inParallel(made.documents, COPIES, (document) => client.push(document, `${place.target}@${document.digest}`, options));
    await inParallel(copies, COPIES, ({ from: source, to }) => client.copy(source, to, options));
    if (tag) {
      const { document, conflicts } = await tag.update(change);
      return this.#published(document, { steps, conflicts });
    }
    await client.push(ours, `${place.target}@${ours.digest}`, options);
    return this.#published(ours, { steps });
  }

  #published(document, { steps, conflicts = [] }) {
    const { mediaType, digest, size } = document;
    const references = [`${this.tag?.reference ?? this.place.target}@${digest}`];
    return { references, descriptor: { mediaType, digest, size }, document, steps, conflicts };
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
