/** What sources have: each is read once, and stays in the tab's memory. */

import { isAttestation, parseImageConfig, parseReference } from "../multiarch.js";
import { entriesOf } from "../../pkg/client/sources.js";
import { createCells } from "../state/cells.js";
import { archiveAt } from "../state/archives.js";
import { pasted, source } from "../state/inspector.js";
import { refusal } from "../state/source.js";
import { createMemory, REPOSITORY } from "./memory.js";

export const memory = createMemory();

const cells = createCells();
const REFERENCE_DIGEST = "vnd.docker.reference.digest";

/**
 * @typedef {object} Row
 * @property {object} descriptor
 * @property {object} [platform] as the source states it
 * @property {string[]} digests of the image and its attestations
 * @property {string[]} texts the entry and its attestations as documents write them; none for a single image
 * @property {number} attestations
 *
 * @typedef {object} Source
 * @property {object} root its document @property {Row[]} rows
 * @property {string} [name] the repository that has it; none for what is of this tab
 * @property {{ name: string, domain: string }} [place] where its manifests are read; none for a document of this tab
 * @property {boolean} isWhole whether the memory has all that makes its entries
 */

/** The cell of a source by its text in the recipe. */
export const sourceCell = (text) => cells.of(text, () => (text.startsWith("paste:") ? readPasted(text.slice("paste:".length)) : readReference(text)));

async function readReference(text) {
  const { name, domain } = source.readable(text);
  const client = source.clientOf(name);
  const found = await entriesOf(readingInto(memory, client), text);
  return { ...rowsOf(found), isWhole: true, place: { name, domain }, ...(!archiveAt(domain) && { name }) };
}

/** A document of this tab. The config of a single image is not with it, so that its platform has to be stated. */
async function readPasted(digest) {
  const document = pasted(digest);
  if (!document) throw refusal("FORGOTTEN", "This source was pasted or dropped in another tab. Such documents stay in their tab.", "Open it again, or take the source out.");
  const reading = {
    async manifest(reference) {
      if (parseReference(reference).digest === digest) return memory.keep(document) && document;
      throw refusal("NOT_HERE", "An index inside of a pasted one is in its registry, and which that is the document does not say.");
    },
    config: async () => ({}),
  };
  return { ...rowsOf(await entriesOf(reading, `${REPOSITORY}@${digest}`)), isWhole: document.kind === "index" };
}

/** Reads as a client, and keeps what it read. */
function readingInto({ keep, keepBlob }, client) {
  const manifest = async (reference) => {
    const document = await client.manifest(reference);
    keep(document);
    return document;
  };
  return {
    manifest,
    async config(reference) {
      const { name, digest } = parseReference(reference);
      const { config } = await client.manifest(`${name}@${digest}`);
      const bytes = await source.bytes(name, digest, config, "config");
      keepBlob(config.digest, bytes);
      return parseImageConfig(bytes, { digest: config.digest });
    },
  };
}

/** Images with the attestations about them, in the order of the source. */
function rowsOf({ root, entries }) {
  const listed = new Set(entries.map(({ descriptor }) => descriptor.digest));
  const isAbout = ({ descriptor }) => isAttestation(descriptor) && listed.has(descriptor.annotations[REFERENCE_DIGEST]);
  const about = entries.filter(isAbout);
  const rows = entries.filter((one) => !isAbout(one)).map(({ descriptor, text }) => {
    const own = about.filter((one) => one.descriptor.annotations[REFERENCE_DIGEST] === descriptor.digest);
    const digests = [descriptor.digest, ...own.map((one) => one.descriptor.digest)];
    return { descriptor, platform: descriptor.platform, digests, texts: text === undefined ? [] : [text, ...own.map((one) => one.text)], attestations: own.length };
  });
  return { root, rows };
}
