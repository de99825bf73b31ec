/** A tag that points at an index, for changes that lose nothing of what others write there: see `updates.js`. */

import { MultiarchError } from "../core/errors.js";
import { init } from "../core/load.js";
import { parseDigest } from "../nouns/digest.js";
import { emptyIndex } from "../lists/edit.js";
import { update } from "./updates.js";

export class Tag {
  /**
   * @param {import("multiarch").Client} client
   * @param {{ name: string, tag: string, opened?: (document: object) => Promise<object>, signal?: AbortSignal }} place `opened`
   *   makes an index of what the tag points at, where it may be something else
   */
  constructor(client, { name, tag, opened = (document) => document, signal }) {
    Object.assign(this, { client, name, tag, opened, options: { signal } });
    this.reference = `${name}:${tag}`;
  }

  /** What the tag points at. Rejects with MANIFEST_UNKNOWN where there is none and there has to be one. */
  async read({ mayBeAbsent = true } = {}) {
    const at = performance.now();
    try {
      const document = await this.client.manifest(this.reference, this.options);
      return { digest: document.digest, document: await this.opened(document), at };
    } catch (error) {
      if (!mayBeAbsent || !isUnknown(error)) throw error;
      return { digest: null, document: emptyIndex(), at };
    }
  }

  /**
   * What the tag points at, and what a change of it begins with: that, or what is expected, if the registry still has it and
   * both can be merged. Rejects with PRECONDITION_FAILED where not, and with DIGEST_INVALID.
   *
   * @param {{ expect?: string | null, merge: boolean, mayBeAbsent?: boolean }} wanted
   */
  async begin({ expect, merge, mayBeAbsent }) {
    if (typeof expect === "string") {
      await init();
      parseDigest(expect);
    }
    const current = await this.read({ mayBeAbsent: mayBeAbsent ?? expect !== undefined });
    if (expect === undefined || current.digest === expect) return { base: current.document, current };
    if (expect === null && merge) return { base: emptyIndex(), current };
    if (!merge || current.digest === null) throw this.#missed(expect, current);
    try {
      const document = await this.client.manifest(`${this.name}@${expect}`, this.options);
      return { base: await this.opened(document), current };
    } catch (error) {
      if (!isUnknown(error)) throw error;
      throw this.#missed(expect, current, "The registry has what was expected no more, so nothing can be merged with it: look at what the tag points at now.");
    }
  }

  /** The tag's digest; null where there is no such tag. */
  async look() {
    try {
      return (await this.client.resolve(this.reference, this.options)).digest;
    } catch (error) {
      if (isUnknown(error)) return null;
      throw error;
    }
  }

  /** Puts a changed index under the tag, merged with what others write there meanwhile; see `update`. */
  update(change) {
    return update({
      ...change, reference: this.reference, signal: this.options.signal,
      read: () => this.read(),
      write: (document, expect) => this.client.push(document, this.reference, { ...this.options, expect }),
      look: () => this.look(),
    });
  }

  #missed(expect, { digest }, hint) {
    const now = digest ? `the tag ${this.tag} points at ${digest}` : `there is no tag ${this.tag}`;
    return new MultiarchError({
      code: "PRECONDITION_FAILED", reference: this.reference, hint,
      message: `${now}, not as expected: ${expect ?? "no such tag"}`,
      details: { expected: expect ?? "", ...(digest && { actual: digest }) },
    });
  }
}

const isUnknown = ({ code }) => code === "MANIFEST_UNKNOWN" || code === "NAME_UNKNOWN";
