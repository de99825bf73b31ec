/** The answers to questions about one reference, as plain data: `resolve`, `inspect`, `platforms`, and what badges show. */

import { diff as compare, formatPlatform, imagesOf } from "multiarch";

import { decimalSize } from "../core/sizes.js";

/** How many entries an answer lists. The largest real indexes have a few dozen. */
const LISTED = 500;
/** How many images are looked at at the same time: hosts allow six connections. */
const SIDE_BY_SIDE = 4;
/** Texts of a document, as long as they are shown, and how many of a kind. */
const TEXT = 1_000;
const MEMBERS = 100;

/** @typedef {import("./visitor.js").Visitor} Visitor */

/** Tag to digest, for a platform where one is asked for. */
export async function resolve({ references: [{ text, name }], platform }, { client }, policy) {
  const { mediaType, digest, size, ...found } = await client.resolve(text, wantedOf(platform, policy));
  const chosen = platform !== undefined && { platform: found.platform ? nameOf(found.platform) : platform };
  return { reference: text, digest, pinned: `${name}@${digest}`, mediaType, size, ...chosen };
}

/** What an index lists, or the one platform of an image. */
export async function platforms({ references: [reference] }, { client }) {
  const document = await client.manifest(reference.text);
  return { ...headOf(reference, document), ...(await entriesOf(reference, document, client)) };
}

async function entriesOf(reference, document, client) {
  if (document.kind !== "index") {
    const { platform } = await client.config(`${reference.name}@${document.digest}`);
    return { platforms: [{ platform: nameOf(platform), digest: document.digest, size: document.size, attestations: 0 }] };
  }
  const { images, left } = imagesIn(document);
  return { platforms: images.map(entryOf), ...leftOut(left) };
}

/** What each image of an index consists of, as far as the budget goes; of one image its config too. */
export async function inspect({ references: [reference], platform }, visitor, policy) {
  const { client } = visitor;
  const document = await client.manifest(reference.text, wantedOf(platform, policy));
  const head = headOf(reference, document);
  if (document.kind !== "index") {
    if (document.kind !== "image") return { ...head, artifactType: document.artifactType };
    const config = await client.config(`${reference.name}@${document.digest}`);
    return { ...head, ...contentOf(document), config: configOf(config) };
  }
  const { images, left } = imagesIn(document);
  const found = await eachWithin(images, visitor, async (image) => {
    try {
      const manifest = await client.manifest(`${reference.name}@${image.descriptor.digest}`);
      return { ...entryOf(image), ...contentOf(manifest) };
    } catch (error) {
      if (error?.code !== "MANIFEST_UNKNOWN") throw error;
      // The index stays of use without a child that the registry lost.
      return { ...entryOf(image), problem: error.code };
    }
  });
  const seen = found.filter((one) => one !== undefined);
  const others = images.filter((_, at) => found[at] === undefined).map(({ descriptor }) => descriptor.digest);
  return { ...head, platforms: seen, ...leftOut([...others, ...left]) };
}

/** What changed between two references, by platform; where the budget ends before that, by digests alone. */
export async function diff({ references, platform }, visitor) {
  const { client } = visitor;
  const [from, to] = await Promise.all(references.map(({ text }) => client.manifest(text)));
  const heads = { from: { reference: references[0].text, digest: from.digest }, to: { reference: references[1].text, digest: to.digest } };
  const [one, other] = [from, to].map((document, at) => ({ from: client, reference: `${references[at].name}@${document.digest}` }));
  try {
    return differenceOf(heads, await compare(one, other, { platform }));
  } catch (error) {
    if (!visitor.isSpent()) throw error;
    // The documents at hand say which images are others, and not what is in them.
    return { ...differenceOf(heads, await compare(from, to, { platform })), partial: true };
  }
}

function differenceOf(heads, { same, orderOnly, index, platforms: rows, fetchBytes }) {
  return {
    ...heads, same, orderOnly, ...(fetchBytes !== undefined && { fetchBytes }), ...(index.length > 0 && { index: index.slice(0, MEMBERS).map(memberOf) }),
    platforms: rows.slice(0, LISTED).map(changeOf), ...(rows.length > LISTED && { partial: true }),
  };
}

function changeOf({ platform, change, from, to, fetchBytes, layers, config, attestations }) {
  return {
    platform: platform ? nameOf(platform) : "unknown", change, ...(from && { from }), ...(to && { to }),
    ...(fetchBytes !== undefined && { fetchBytes }), ...(layers && { layers: countsOf(layers) }),
    ...(config && { config: config.slice(0, MEMBERS).map(memberOf) }), ...(attestations && { attestations: true }),
  };
}

const countsOf = ({ same, added, removed }) => ({ same, added: added.length, removed: removed.length });

/** A member that differs. A value that is long stands as its beginning. */
function memberOf({ path, from, to }) {
  return { path: path.slice(0, TEXT), ...(from !== undefined && { from: valueOf(from) }), ...(to !== undefined && { to: valueOf(to) }) };
}

function valueOf(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= TEXT ? value : text.slice(0, TEXT);
}

/** What a badge shows: its value, and the full text for screen readers. */
export async function shown({ references: [reference], platform = "linux/amd64", show }, { client }, policy) {
  if (show === "digest") {
    const { digest } = await client.resolve(reference.text);
    return { value: digest.slice(0, "sha256:".length + 12), full: digest };
  }
  if (show === "size") {
    const image = await client.manifest(reference.text, wantedOf(platform, policy));
    const { bytes, layers } = contentOf(image);
    const value = decimalSize(bytes);
    return { value, full: `${value} compressed, in ${layers} ${layers === 1 ? "layer" : "layers"}, for ${platform}` };
  }
  const document = await client.manifest(reference.text);
  const { platforms: entries } = await entriesOf(reference, document, client);
  const names = [...new Set(entries.map((entry) => entry.platform))];
  return { value: briefly(names), full: names.join(", ") };
}

const wantedOf = (platform, policy) => (platform === undefined ? {} : { platform, ...(policy && { policy }) });

/** Platforms of one system share its name: `linux/amd64, arm64`. */
function briefly(names) {
  const most = 6;
  let system;
  const parts = names.slice(0, most).map((name) => {
    const [own, ...rest] = name.split("/");
    const part = own === system && rest.length > 0 ? rest.join("/") : name;
    system = own;
    return part;
  });
  const more = names.length > most ? ` +${names.length - most}` : "";
  return names.length === 0 ? "none" : parts.join(", ") + more;
}

/** Work on each item, side by side, while the budget lasts: undefined for what it does not reach. */
async function eachWithin(items, visitor, work) {
  const results = new Array(items.length);
  let next = 0;
  let under = 0;
  async function one() {
    while (next < items.length && visitor.left() - under > 0) {
      const at = next++;
      under += 1;
      try {
        results[at] = await work(items[at]);
      } catch (error) {
        // The rest of the budget went into retries or redirects: what there is is an answer.
        if (visitor.left() > 0) throw error;
      } finally {
        under -= 1;
      }
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, one));
  return results;
}

function imagesIn(document) {
  const all = imagesOf(document).filter(({ descriptor }) => descriptor.problem === undefined);
  return { images: all.slice(0, LISTED), left: all.slice(LISTED, 2 * LISTED).map(({ descriptor }) => descriptor.digest) };
}

/** Says that an answer is not whole, and what is missing. */
const leftOut = (digests) => (digests.length === 0 ? {} : { partial: true, leftOut: digests });

function headOf({ name, text }, { mediaType, digest, size, kind, annotations }) {
  const notes = textsOf(annotations);
  return {
    reference: text, digest, pinned: `${name}@${digest}`, mediaType, size, kind, ...(Object.keys(notes).length > 0 && { annotations: notes }),
  };
}

function entryOf({ descriptor, attestations }) {
  const { digest, size, platform } = descriptor;
  return { platform: platform ? nameOf(platform) : "unknown", digest, size, attestations: attestations.length };
}

/** How many layers an image has, and what it takes to fetch it, in bytes. */
function contentOf({ layers, config }) {
  const sizes = layers.map(({ size }) => size);
  return { layers: layers.length, bytes: sizes.reduce((sum, size) => sum + size, config?.size ?? 0) };
}

function configOf({ platform, created, config }) {
  const { User, WorkingDir, Entrypoint, Cmd, Labels } = typeof config === "object" && config !== null ? config : {};
  const facts = {
    platform: nameOf(platform), created, user: textOf(User), workingDir: textOf(WorkingDir), entrypoint: listOf(Entrypoint),
    cmd: listOf(Cmd), labels: Labels && textsOf(Labels),
  };
  for (const name of Object.keys(facts)) if (facts[name] === undefined || facts[name] === "") delete facts[name];
  return facts;
}

/** A platform's specifier; what a document states for one may not be a platform at all. */
function nameOf(platform) {
  try {
    return formatPlatform(platform).slice(0, TEXT);
  } catch {
    return "unknown";
  }
}

const textOf = (value) => (typeof value === "string" ? value.slice(0, TEXT) : undefined);

const listOf = (value) => (Array.isArray(value) ? value.slice(0, MEMBERS).map((one) => textOf(one) ?? "") : undefined);

/** The texts of an object that a document holds, cut. */
function textsOf(value) {
  if (typeof value !== "object" || value === null) return {};
  const members = Object.entries(value).filter(([, text]) => typeof text === "string");
  return Object.fromEntries(members.slice(0, MEMBERS).map(([key, text]) => [key.slice(0, TEXT), text.slice(0, TEXT)]));
}
