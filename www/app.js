// The page: a route makes a state, a state makes nodes. One way, every time.
import { digest, init, printable, version } from "../pkg/entry/browser.js";
import { choose, DEFAULT_POLICY } from "./choice.js";
import { announce } from "./dom.js";
import { count, kindOf } from "./format.js";
import { connectForms, openPaste, showReference } from "./forms.js";
import { asError, createSource, loadConfig, loadPaste, loadReference, readSite } from "./load.js";
import { adoptQuery, hashOf, readRoute } from "./route.js";
import { createRenderer } from "./render.js";
import { contentView } from "./views/content.js";
import { imageView } from "./views/image.js";
import { noticeView } from "./views/notice.js";
import { pickerView } from "./views/picker.js";
import { platformsView } from "./views/platforms.js";
import { summaryView } from "./views/summary.js";
import { verdictView } from "./views/verdict.js";

/** The parts of the page: where each stands, how it is made, and what of the state it is made from. */
const render = createRenderer([
  { mount: "notice", view: noticeView, inputs: (s) => [s.phase, s.error, s.site, s.route.ref, s.route.paste] },
  { mount: "summary", view: summaryView, inputs: (s) => [s.document, s.choice] },
  { mount: "picker", view: pickerView, inputs: (s) => [s.document, s.route.platform, s.route.policy] },
  { mount: "verdict", view: verdictView, inputs: (s) => [s.document, s.choice] },
  { mount: "platforms", view: platformsView, inputs: (s) => [s.document, s.choice] },
  { mount: "image", view: imageView, inputs: (s) => [s.document, s.config, s.configError] },
  { mount: "content", view: contentView, inputs: (s) => [s.document] },
]);

/** Pasted documents by the digest of their bytes: they live as long as this tab. */
const pastes = new Map();
/** Which index on this page led to a digest, for the way back up. */
const listedBy = new Map();

let state = { phase: "starting", route: {}, site: { examples: [] } };
let source;
let running = new AbortController();

export async function start() {
  adoptQuery(location, history);
  let site;
  try {
    [site] = await Promise.all([readSite(), init()]);
  } catch (error) {
    update({ phase: "error", error: asError(error) });
    return;
  }
  source = createSource(site);
  document.getElementById("version").textContent = `multiarch ${version}`;
  update({ site });
  connectForms({ go, paste });
  addEventListener("hashchange", () => follow());
  await follow();
}

function update(changes) {
  state = { ...state, ...changes };
  render(state);
  document.title = titleOf(state);
  if (changes.route) showReference(changes.route.ref);
}

/** What a tab and the history call the page. */
function titleOf({ route, reference, phase }) {
  const about = reference?.familiar ?? (phase === "document" && route.paste ? "pasted document" : undefined);
  return about ? `${printable(about)} · multiarch` : "multiarch inspector";
}

/** Goes to a route; the address bar is the only way in, so that back and forward work. */
function go(route) {
  const hash = hashOf(route);
  if (hash === location.hash || (hash === "#" && location.hash === "")) follow({ again: true });
  else location.hash = hash;
}

function paste(bytes, asked) {
  const key = digest(bytes);
  pastes.set(key, { bytes, asked });
  go({ paste: key });
}

/** Shows what the address bar says. */
async function follow({ again = false } = {}) {
  const route = readRoute(location.hash);
  const before = state.route;
  running.abort();
  running = new AbortController();
  const { signal } = running;
  const same = !again && state.document && route.ref === before.ref && route.paste === before.paste;
  if (same) update({ route });
  else if (!(await open(route, signal))) return;
  await Promise.all([readConfig(signal), answer(signal)]);
  if (!signal.aborted) show(route.at);
}

/** A state without a document. */
const BLANK = Object.fromEntries(
  ["error", "document", "reference", "name", "asked", "config", "configError", "choice"].map((field) => [
    field,
    undefined,
  ]),
);

/** Loads the route's document. @returns {Promise<boolean>} whether there is one to go on with */
async function open(route, signal) {
  if (!route.ref && !route.paste) {
    update({ ...BLANK, route, phase: "start" });
    return false;
  }
  update({ ...BLANK, route, phase: "loading" });
  try {
    const loaded = route.paste ? fromPastes(route.paste) : await loadReference(source, route.ref, signal);
    if (signal.aborted) return false;
    if (!loaded) {
      update({ phase: "forgotten" });
      return false;
    }
    display(loaded, route);
    return true;
  } catch (error) {
    if (!signal.aborted) {
      update({ ...BLANK, phase: "error", error: asError(error) });
      announce(`Error: ${state.error.message}`);
    }
    return false;
  }
}

function display(loaded, route) {
  const { document, reference } = loaded;
  const name = reference?.name;
  if (name) for (const entry of document.manifests) listedBy.set(`${name}@${entry.digest}`, route.ref);
  if (route.paste) openPaste(false);
  update({ ...loaded, phase: "document", name, listedBy });
  const entries = document.kind === "index" ? `, ${count(document.manifests.length, "entry", "entries")}` : "";
  announce(`Loaded: ${kindOf(document)}${entries}.`);
}

function fromPastes(key) {
  const pasted = pastes.get(key);
  return pasted && loadPaste(pasted);
}

/** Reads the config of the image on the page, unless that was done. */
async function readConfig(signal) {
  if (state.config || state.configError) return;
  try {
    const config = await loadConfig(state.name && source, state.name, state.document, signal);
    if (!signal.aborted) update({ config });
  } catch (error) {
    if (!signal.aborted) update({ configError: asError(error) });
  }
}

/** Answers the picker's question for the document on the page. */
async function answer(signal) {
  const { platform, policy = DEFAULT_POLICY } = state.route;
  if (!state.document || !platform) {
    update({ choice: undefined });
    return;
  }
  try {
    const choice = await choose({ ...state, source }, platform, policy, signal);
    if (signal.aborted) return;
    update({ choice });
    announce(document.querySelector("#verdict .verdict-line, #verdict .panel-message")?.textContent ?? "");
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Scrolls to the part that the route names. */
function show(at) {
  const target = at && document.getElementById(`at-${at}`);
  if (!target) return;
  target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
}
