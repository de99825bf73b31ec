// From a route to a document: the only file of the page that asks the package for content.
import {
  createClient,
  MultiarchError,
  parseImageConfig,
  parseManifest,
  parseReference,
} from "../pkg/entry/browser.js";

/** The config of a larger image than this is left alone; the package reads no larger one either. */
const CONFIG_BYTES = 4 << 20;

/** What the page was served with: where its registry proxy is, and examples for the start page. */
export async function readSite() {
  try {
    const response = await fetch(new URL("config.json", import.meta.url), { credentials: "omit" });
    const site = await response.json();
    const via = typeof site.via === "string" ? new URL(site.via, location.href).href : undefined;
    return { via, examples: Array.isArray(site.examples) ? site.examples : [] };
  } catch {
    return { examples: [] };
  }
}

/** A client that reaches registries through the site's proxy, or nothing on a site without one. */
export function createSource(site) {
  return site.via ? createClient({ via: site.via }) : undefined;
}

/** A refusal of the page itself, shaped like the package's errors. */
function refusal(message, hint) {
  return Object.assign(new Error(message), { hint, retryable: false });
}

/**
 * The document that a reference names.
 * @returns {Promise<{ reference: object, document: object, asked?: string }>} `asked` is the digest that was asked for
 */
export async function loadReference(source, text, signal) {
  const reference = parseReference(text.trim());
  if (!source) {
    throw refusal(
      "This page was served without a registry proxy, and registries do not let web pages read from them.",
      "Paste or drop the manifest's JSON instead, or start the page together with its proxy: `cargo xtask demo`.",
    );
  }
  const document = await source.manifest(text.trim(), { signal });
  return { reference, document, asked: reference.digest };
}

/** A document from bytes that the user brought. `asked` is the digest it should have, if the user knows it. */
export function loadPaste({ bytes, asked }) {
  return { document: parseManifest(bytes, asked ? { digest: asked } : {}), asked };
}

/**
 * The config of an image, verified against its descriptor while it is read.
 * @returns {Promise<object | undefined>} nothing when the document's config is not an image config
 */
export async function loadConfig(source, name, document, signal) {
  const descriptor = document.config;
  if (!source || document.kind !== "image" || !descriptor || descriptor.problem) return undefined;
  if (descriptor.size > CONFIG_BYTES) {
    throw refusal(
      `The config is ${descriptor.size} bytes long, too long to be read here.`,
      "Image configs are a few kilobytes.",
    );
  }
  const stream = await source.blob(`${name}@${document.digest}`, descriptor.digest, { signal });
  return parseImageConfig(new Uint8Array(await new Response(stream).arrayBuffer()), {
    digest: descriptor.digest,
  });
}

/** Any rejection as something that the error panel can show. */
export function asError(error) {
  return error instanceof MultiarchError || error?.hint
    ? error
    : refusal(
        String(error?.message ?? error),
        "This is a defect of the page; please report it with what you did.",
      );
}
