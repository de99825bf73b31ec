/** From names to content: with what lists (`listing.js`), all that asks the package for anything of a registry. */

import { createClient, needReader, parseImageConfig, parseManifest, parseReference } from "../multiarch.js";
import { archiveAt, isArchive } from "./archives.js";
import { directFetch } from "./direct.js";
import { listening } from "./pulls.js";

/** The longest config and the longest statement that are read; the proxy passes nothing longer on. */
const BLOB_BYTES = 4 << 20;
/** A reader waits for no longer delay: what a registry puts off is shown with a button that asks again. */
const PATIENCE = { attempts: 2, maxDelayMs: 2_000 };

/** What the page was served with. */
export async function readSite() {
  try {
    const response = await fetch(new URL("config.json", document.baseURI), { credentials: "same-origin", cache: "no-store" });
    const site = await response.json();
    return {
      via: typeof site.via === "string" ? new URL(site.via, location.href).href : undefined,
      host: typeof site.host === "string" ? site.host : undefined,
      registries: listOf(site.registries, isText),
      direct: listOf(site.direct, isText),
      insecure: listOf(site.insecure, isText),
      examples: listOf(site.examples, (one) => typeof one?.reference === "string"),
      files: listOf(site.files, (one) => typeof one?.path === "string" && typeof one.name === "string"),
      write: listOf(site.write, isText),
    };
  } catch {
    return NOTHING;
  }
}

/** A page without settings: what is pasted or opened can be seen. */
export const NOTHING = { registries: [], direct: [], insecure: [], examples: [], files: [], write: [] };

const isText = (value) => typeof value === "string";
const listOf = (value, isGood) => (Array.isArray(value) ? value.filter(isGood) : []);

/** A refusal of the page itself, shaped like the package's errors. */
export function refusal(code, message, hint) {
  return Object.assign(new Error(message), { code, hint, retryable: false });
}

/** @param {{ via?: string, registries: string[], direct: string[], insecure: string[] }} site */
export function createSource({ via, registries, direct, insecure }) {
  const client = via ? createClient({ via, fetch: listening(via), retry: PATIENCE }) : undefined;
  /** Asks registries that allow requests of other origins, and is let out to them alone. */
  const ownClient = direct.length > 0 ? createClient({ registries: direct, insecure, fetch: directFetch, retry: PATIENCE, privateAddresses: "listed" }) : undefined;

  /** The client of a repository: an archive's own, the one for what the page reads by itself, or the one that goes through the proxy. */
  function clientOf(name) {
    const [domain] = name.split("/");
    return archiveAt(domain)?.client ?? (direct.includes(domain) ? ownClient : client);
  }

  /** The same, once there is a core that has every call that reads. That of an archive has one of its own. */
  async function readerOf(name) {
    if (!archiveAt(name.split("/")[0])) await needReader();
    return clientOf(name);
  }

  /** Refuses what this page cannot read before anything is asked. */
  function readable(text) {
    const reference = parseReference(text.trim());
    const { domain, familiar } = reference;
    if (archiveAt(domain)) return reference;
    if (isArchive(domain)) {
      throw refusal("FORGOTTEN", "This address names an archive that was opened in another tab. Archives stay in the tab that they were opened in.", "Open the file again.");
    }
    if (direct.includes(domain)) return reference;
    if (!client && direct.length === 0) {
      const message = "This copy of the page cannot reach registries: it was served without a proxy, and registries do not let web pages read from them.";
      throw refusal("NO_PROXY", message, `Open the image on your own machine: \`npx multiarch serve ${familiar}\``);
    }
    if (!client || (registries.length > 0 && !registries.includes(domain))) {
      const message = `This page may not read ${domain}, which was not asked. It may read ${listed([...registries, ...direct])}.`;
      throw refusal("NOT_SERVED", message, `Start it with that registry: \`multiarch serve --registry ${domain} ${familiar}\``);
    }
    return reference;
  }

  /** The bytes of a blob as a stream that fails before its end where they are not those of the digest. @param {string} owner the digest of its manifest */
  const blob = (name, owner, digest, signal) => clientOf(name).blob(`${name}@${owner}`, digest, { signal });

  async function small(name, owner, { digest, size }, what, signal) {
    if (size > BLOB_BYTES) {
      throw refusal("TOO_LARGE", `The ${what} is ${size} bytes long, too long to be read here.`, "Up to 4 MiB are read.");
    }
    const stream = await blob(name, owner, digest, signal);
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  return {
    readable,
    client,
    clientOf,
    readerOf,
    blob,
    /** A config or a statement as bytes. */
    bytes: small,
    /** Without a tag or digest, the tags of the repository, or the images of the archive; where one is meant, its only one. */
    async open(text, signal, { isImage = false } = {}) {
      const reference = readable(text);
      const { name, tag, digest } = reference;
      const opened = archiveAt(reference.domain);
      const meant = isImage && opened && !tag && !digest && opened.only;
      if (meant) return this.open(meant, signal);
      if (!tag && !digest) {
        if (opened) return { kind: "archive", opened, name };
        const { tagsOf } = await import("./listing.js");
        return { kind: "repository", reference, name, ...(await tagsOf(clientOf(name), name, signal)) };
      }
      const document = await clientOf(name).manifest(text.trim(), { signal });
      return { kind: "document", reference, name, document, asked: digest, opened, title: opened?.nameOf(document.digest) };
    },
    /** What `diff` takes. */
    sideOf: (name, digest) => ({ reference: `${name}@${digest}`, from: clientOf(name) }),
    /** What is wrong with a manifest and what it lists: a HEAD for each. */
    check: async (name, digest) => (await readerOf(name)).check(`${name}@${digest}`),
    head: (name, tag) => clientOf(name).resolve(`${name}:${tag}`),
    manifest: (name, digest) => clientOf(name).manifest(`${name}@${digest}`),
    resolve: async (name, digest, options) => (await readerOf(name)).resolve(`${name}@${digest}`, options),
    async config(name, { digest: owner, config: descriptor }) {
      const bytes = await small(name, owner, descriptor, "config");
      return parseImageConfig(bytes, { digest: descriptor.digest });
    },
  };
}

const listed = (names) => (names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} others` : names.join(", "));

/**
 * A document from bytes of this tab. One that has another digest than `asked` is given all the same, with both digests:
 * the page shows it as what was not asked for.
 */
export function documentOf({ bytes, asked }) {
  const document = parseManifest(bytes);
  const isOther = asked !== undefined && asked !== document.digest;
  return { kind: "document", document, asked, ...(isOther && { mismatch: { asked, found: document.digest } }) };
}

/** What browsers say of a part of the page that its server does not give: Chromium and Firefox, Safari. */
const NOT_LOADED = /dynamically imported module|importing a module script failed/i;

/** The error for a part of the page that its server does not give. */
export const notLoaded = () =>
  refusal("LOAD_FAILED", "A part of this page could not be loaded: its server does not answer, or has another version of it.", "Start it again if it has ended, and reload the page.");

/** Any rejection as something that the error panel can show. */
export function asError(error) {
  // Of either core, whose errors are of different classes.
  if (error?.name === "MultiarchError" || error?.hint) return error;
  if (NOT_LOADED.test(error?.message)) return notLoaded();
  return refusal("INTERNAL", String(error?.message ?? error), "This is a defect of the page; please report it with what you did.");
}
