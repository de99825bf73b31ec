/** The page's state: what the address says, what was loaded for it, and what a person may do. */

import { computed, signal } from "@preact/signals";
import { digest, init, needReader, printable } from "../multiarch.js";
import { statedHost } from "../words/stated.js";
import { adoptQuery, atOf, hashOf, readAt, readRoute, subjectOf } from "./route.js";
import { remember } from "./lately.js";
import { keep, kept, restored, unfolded } from "./place.js";
import { asError, createSource, documentOf, NOTHING, readSite } from "./source.js";

export const site = signal(NOTHING);
export const route = signal({});

/**
 * What is on the page: its phase, and what was opened. "starting", "start", "loading", "document", "repository", "archive", "compare",
 * "composing", "failed", "forgotten".
 */
export const page = signal({ phase: "starting" });

/** What the page's live region says. */
export const said = signal("");

/** The host that the browser states, where the server states none. */
const guessed = signal(undefined);

/** This computer, where its server or its browser says what it is. */
export const ownHost = computed(() => {
  if (site.value.host) return { specifier: site.value.host, by: "server" };
  return guessed.value ? { specifier: guessed.value, by: "browser" } : undefined;
});

/** The host that is asked about, and who named it. */
export const host = computed(() => (route.value.platform ? { specifier: route.value.platform, by: "asked" } : ownHost.value));

/** Which part is open. */
export const at = computed(() => readAt(route.value.at));

export let source;

/** Documents of this tab by the digest of their bytes. */
const pastes = new Map();
/** What was opened, by subject: the way back needs no request. */
const openings = new Map();
/** Which index on this page led to a digest, for the way back up. */
export const listedBy = new Map();

let running = new AbortController();

/** @type {Record<string, import("./parts.js").Part>} the views that not every visit needs, by the phase that shows each */
let views;
/** @type {import("./parts.js").Part} what shows an error with what can be done about it */
let explained;
/** @type {(recipe: string) => Promise<object>} opens a list that is composed; what is above this file passes it in */
let openCompose;

/** Loads the module and the settings, and shows what the address says. */
export async function start(later) {
  ({ views, explained, openCompose } = later);
  adoptQuery(location, history);
  if (location.hash.length < 2) views.start.need().catch(() => {});
  history.scrollRestoration = "manual";
  try {
    const [found, stated] = await Promise.all([readSite(), statedHost(navigator), init()]);
    guessed.value = stated;
    site.value = found;
    // What the page asks by itself needs a core that can.
    if (found.direct.length > 0) await needReader();
  } catch (error) {
    page.value = { phase: "failed", error: asError(error) };
    return;
  }
  source = createSource(site.value);
  addEventListener("hashchange", () => follow());
  addEventListener("scroll", keep, { passive: true });
  try {
    const first = await openServed(site.value.files);
    if (first && location.hash.length < 2) history.replaceState(null, "", location.pathname + hashOf(first));
  } catch (error) {
    page.value = { phase: "failed", error: asError(error) };
    return;
  }
  await follow({ isFirst: true });
}

/** Goes to a route as a person who follows a link does: back returns. */
export function go(next) {
  const hash = hashOf(next);
  if (hash === location.hash || (hash === "#" && location.hash === "")) return follow({ again: true });
  location.hash = hash;
  return undefined;
}

/** Changes what is shown of the same document: no entry of the history, no focus moved, nothing closed. */
export function pick(changes) {
  const next = { ...route.value, ...changes };
  history.replaceState(kept(), "", location.pathname + hashOf(next));
  route.value = next;
}

/** Opens a part of the document: an entry, or a tab of what is open. */
export const show = (part) => pick({ at: atOf({ ...at.value, ...part }) });

/** Shows bytes of this tab. `asked` is the digest that they should have. */
export function openBytes(bytes, asked) {
  const key = keepPaste(bytes, asked);
  openings.delete(subjectOf({ paste: key }));
  return taken([`paste:${key}`]) ?? go({ paste: key });
}

/** A document of this tab by the digest of its bytes; undefined for one of another tab. */
export const pasted = (key) => (pastes.has(key) ? documentOf(pastes.get(key)).document : undefined);

/** Where a list is composed, what is opened becomes a source of it. */
export const taken = (sources) => (page.value.phase === "composing" ? page.value.take(sources) ?? true : undefined);

function keepPaste(bytes, asked) {
  const key = digest(bytes);
  pastes.set(key, { bytes, asked });
  return key;
}

/** Opens what the server offers. @returns {Promise<Route | undefined>} where the first of it is shown */
async function openServed(files) {
  if (files.length === 0) return undefined;
  const served = await import("./served.js");
  return served.openServed(files, { keepPaste, onProgress: (reading) => (page.value = { phase: "loading", reading }) });
}

/** Begins a list, unless one is open. What was open is offered as its first source. */
export const composeHere = () => page.value.phase !== "composing" && go({ compose: "new" });

/** Asks again for what the address says. */
export const again = () => follow({ again: true });

/** Says something through the page's one live region. */
export function announce(text) {
  said.value = text;
}

async function follow({ again = false, isFirst = false } = {}) {
  const before = route.value;
  const next = readRoute(location.hash);
  const subject = subjectOf(next);
  const isSame = !again && !isFirst && subject === subjectOf(before) && page.value.phase !== "loading";
  route.value = next;
  if (isSame) return;
  running.abort();
  running = new AbortController();
  const { signal } = running;
  if (again) openings.delete(subject);
  unfolded.value = new Set(history.state?.unfolded);
  const last = page.value.phase === "document" ? before : page.value.last;
  if (!openings.has(subject)) page.value = { phase: "loading", last };
  const opened = openings.get(subject) ?? (await open(next, signal));
  if (signal.aborted) return;
  if (!["failed", "loading", "composing"].includes(opened.phase)) openings.set(subject, opened);
  page.value = { ...opened, last };
  arrived(opened, isFirst);
}

/** @returns {Promise<object>} what `page` becomes; never rejects */
async function open(next, signal) {
  let opened;
  try {
    opened = await openSubject(next, signal);
    const view = views[opened.phase];
    if (view) opened = { ...opened, View: await view.need() };
  } catch (error) {
    opened = { phase: "failed", error: asError(error), ...(await tagsBeside(error, next)) };
  }
  // What can be done about it is there with it, where that part of the page can be loaded.
  if (opened.phase === "failed") await explained.need().catch(() => {});
  return opened;
}

async function openSubject(next, signal) {
  if (next.a || next.b) return openTwo(next, signal);
  if (next.compose) return openCompose(next.compose);
  if (next.paste) {
    const pasted = pastes.get(next.paste);
    return pasted ? { phase: "document", isPasted: true, ...documentOf(pasted) } : { phase: "forgotten" };
  }
  if (!next.ref) return { phase: "start" };
  const { kind, ...opened } = await source.open(next.ref, signal);
  return { phase: kind, ...opened };
}

async function openTwo({ a, b }, signal) {
  // Its view comes beside what it shows; where that fails, it is asked for again.
  views.compare.need().catch(() => {});
  const sides = await Promise.all([a, b].map((text) => source.open(text ?? "", signal, { isImage: true })));
  return { phase: "compare", sides };
}

/** The tags that do exist, where one does not. */
async function tagsBeside(error, { ref }) {
  if (error.code !== "MANIFEST_UNKNOWN" || !ref) return {};
  try {
    const { name, tag } = source.readable(ref);
    if (!tag) return {};
    const { tagsOf } = await import("./listing.js");
    return { name, wanted: tag, tags: (await tagsOf(source.clientOf(name), name)).tags };
  } catch {
    return {};
  }
}

/** What follows once something is shown: its title, its place in the lists, where the reader was. */
function arrived(opened, isFirst) {
  const { phase, reference, name, document: opened_, opened: archive } = opened;
  const about = archive?.file ?? reference?.familiar ?? { document: "pasted document", composing: "list to compose" }[phase];
  document.title = about ? `${printable(about)} · multiarch` : "multiarch inspector";
  if (phase === "document" || phase === "repository" || phase === "archive") {
    if (name && opened_) for (const entry of opened_.manifests) listedBy.set(`${name}@${entry.digest}`, route.value.ref);
    if (reference && !archive) remember(reference.familiar, route.value);
    announce(`Loaded ${about}.`);
  }
  if (phase === "composing") announce("Compose a list.");
  if (phase === "failed") announce(`Error: ${opened.error.message}`);
  if (!isFirst) requestAnimationFrame(() => restored(() => document.querySelector("h1")?.focus({ preventScroll: true })));
}
