/**
 * The archives of a command line. Commands get references in their places, and a client that answers for them, so that every
 * command works with archives as it works with registries; what is printed has the user's words again.
 */

import { Contents, readContents } from "../../archive/contents.js";
import { failure } from "../../archive/failure.js";
import { uncompressed } from "../../archive/compression.js";
import { isFolder } from "../../archive/input.js";
import { fetchOf } from "../../archive/open.js";
import { Place } from "../../archive/place.js";
import { archiveAt, archiveFrom } from "../../node/archive/files.js";
import { Writer } from "../../node/archive/writer.js";
import { isArchive, parseArchive } from "./words.js";

/** How many warnings about an archive are shown. */
const WARNED = 3;

/** Standard input in the place of a file. */
const PIPED = "-";

/** Flags whose values are references, and those that are written to. */
const REFERENCES = ["image", "tag", "target", "to"];

/** Every text of a command line that may be a reference. */
function texts(rest, flags) {
  const named = REFERENCES.flatMap((name) => flags[name] ?? []);
  const operations = (flags.operations ?? []).map(({ value }) => value?.reference ?? value);
  return [...rest, ...named, ...operations].filter((text) => typeof text === "string");
}

export class Places {
  #places = new Map();
  #closing = [];

  /**
   * Opens the archives of a command line, each once.
   *
   * @param {string[]} rest
   * @param {Record<string, any>} flags
   * @param {object} command its row in the table
   * @param {{ stdin: object }} io
   */
  static async open(rest, flags, command, io) {
    const places = new Places();
    const isWritten = (at) => command.writes?.(at, flags) === true;
    const targets = [
      ...rest.filter((_, at) => isWritten(at)), ...[flags.target ?? [], flags.to ?? [], flags.tag ?? []].flat(),
    ].filter(isArchive);
    try {
      for (const text of new Set([...targets, ...texts(rest, flags).filter(isArchive)])) {
        await places.#open(text, targets, io);
      }
    } catch (error) {
      await places.close();
      throw error;
    }
    places.rest = rest.map((text, at) => places.#reference(text, isWritten(at), command));
    places.flags = places.#translated(flags);
    return places;
  }

  async #open(text, targets, io) {
    const archive = parseArchive(text);
    const { word, path } = archive;
    const key = `${word}:${path}`;
    if (this.#places.has(key)) return;
    if (path === "") throw failure("OPTION_INVALID", `${text} names no ${archive.isFolder ? "folder" : "file"}`, { hint: `Write ${word}:PATH or ${word}:PATH:NAME.` });
    const isTarget = targets.some((target) => keyOf(target) === key);
    const { contents, stamp } = await this.#contents(archive, isTarget, io);
    const writer = isTarget ? new Writer(path, archive, contents, stamp) : undefined;
    this.#places.set(key, { place: new Place(contents, writer), writer });
  }

  async #contents(archive, isTarget, { stdin }) {
    const { path, kind } = archive;
    if (path === PIPED && isTarget) throw failure("OPTION_INVALID", "an archive cannot be written to standard output", { hint: "Name a file." });
    const found = await (path === PIPED ? archiveFrom(stdin) : archiveAt(path, { isWritten: isTarget })).catch((error) => {
      if (isTarget && ["ENOENT", "ENOTDIR"].includes(error.cause?.code)) return undefined;
      throw error;
    });
    if (!found) return { contents: Contents.none(kind) };
    const { source, stamp, spool, close } = found;
    this.#closing.push(close);
    if (isFolder(source) !== archive.isFolder) {
      const word = archive.isFolder ? "oci-archive" : "oci";
      throw failure("ARCHIVE_INVALID", `${path} is a ${archive.isFolder ? "file" : "folder"}`, { hint: `Write ${word}:${path}.` });
    }
    if (isTarget && (await isEmpty(source))) return { contents: Contents.none(kind), stamp };
    try {
      const contents = await readContents(isFolder(source) ? source : await uncompressed(source, { spool }));
      if (!isTarget || !archive.isFolder || contents.kind === kind) return { contents, stamp };
    } catch (error) {
      throw error.code?.startsWith("ARCHIVE_") ? inArchive(error, path) : error;
    }
    const wanted = kind === "dir" ? "folder of one image as skopeo writes it" : "OCI layout";
    throw failure("ARCHIVE_UNSUPPORTED", `${path} is no ${wanted}`, { hint: "Write to another folder." });
  }

  /** The reference for an archive's name; other texts stay. */
  #reference(text, isWritten, { repository, edits } = {}) {
    if (!isArchive(text)) return text;
    const { name, digest } = parseArchive(text);
    const { place } = this.#places.get(keyOf(text));
    if (repository) return `${place.domain}/image`;
    if (digest) return place.reference(`@${digest}`);
    if (!isWritten) return place.reference(name);
    return place.target(edits ? nameIn(place.contents, name) : name);
  }

  #translated(flags) {
    const translated = { ...flags };
    const target = (text) => this.#reference(text, true);
    for (const name of REFERENCES) {
      if (Array.isArray(flags[name])) translated[name] = flags[name].map(target);
      else if (typeof flags[name] === "string") translated[name] = target(flags[name]);
    }
    translated.operations = flags.operations?.map(({ name, value }) => ({
      name,
      value: typeof value === "string" ? this.#reference(value, false)
        : typeof value?.reference === "string" ? { ...value, reference: this.#reference(value.reference, false) } : value,
    }));
    return translated;
  }

  /** The archives, for a command that looks into them itself. */
  contents(reference) {
    for (const { place } of this.#places.values()) if (reference.startsWith(`${place.domain}/`)) return place.contents;
    return undefined;
  }

  /** What tools read in two ways in the archives, a line for each. */
  warnings() {
    return [...this.#places].flatMap(([key, { place }]) => {
      const warnings = place.contents.findings.filter(({ severity }) => severity === "warning");
      const lines = warnings.slice(0, WARNED).map(({ code, message }) => `${key}: ${message} [${code}]`);
      return warnings.length > WARNED ? [...lines, `${key}: ${warnings.length - WARNED} more; \`multiarch ls\` lists them`] : lines;
    });
  }

  /** A fetch function that answers for the archives. */
  answering(ask) {
    return fetchOf(new Map([...this.#places.values()].map(({ place }) => [place.domain, place])), ask);
  }

  /** A text in which references to the archives are the user's words. */
  spoken(text) {
    let spoken = text;
    for (const [key, { place }] of this.#places) {
      const pattern = new RegExp(`${place.domain.replaceAll(".", "\\.")}(?:/image)?(?::([A-Za-z0-9_.-]+?)(?=[.]?(?:[^A-Za-z0-9_.-]|$)))?`, "g");
      spoken = spoken.replace(pattern, (_, tag) => {
        const name = tag && (place.nameOf(tag) ?? (tag === "_unnamed" ? "" : tag));
        return name ? `${key}:${name}` : key;
      });
    }
    return spoken;
  }

  /** Moves what was written into the archives. */
  async commit() {
    for (const { place, writer } of this.#places.values()) await writer?.commit((tag) => place.nameOf(tag));
  }

  /** Closes the archives; what was not moved into them is removed. */
  async close() {
    for (const { writer } of this.#places.values()) await writer?.discard();
    for (const close of this.#closing.splice(0)) await close();
  }
}

/** The name of an image that is changed, as the archive has it. */
function nameIn(contents, wanted) {
  const { name, descriptor } = contents.image(wanted);
  if (name !== undefined) return name;
  const message = `the image ${descriptor.digest} has no name in the archive`;
  throw failure("ARCHIVE_IMAGE_UNKNOWN", message, { hint: "Write the change under a name with --to." });
}

const keyOf = (text) => {
  const { word, path } = parseArchive(text);
  return `${word}:${path}`;
};

/** Whether there is nothing yet in what is written to. */
async function isEmpty(source) {
  if (!isFolder(source)) return source.size === 0;
  return (await source.sizeOf("index.json")) === undefined && (await source.sizeOf("manifest.json")) === undefined;
}

function inArchive(error, path) {
  const { code, message, hint, details } = error;
  return failure(code, `${path}: ${message}`, { hint, details, cause: error });
}
