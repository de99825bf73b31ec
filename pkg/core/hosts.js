/**
 * What the kinds of hosts without Node have in common, for the entries of either core: how its module is loaded there, and
 * what requests are given. An entry imports the module, or names its file, because hosts and bundlers look for that in its text.
 *
 * @typedef {import("./load.js").Environment} Environment
 * @typedef {Environment["glue"]} Glue
 */

import { compile } from "./load.js";

/** What every request of a page asks of the browser: no ambient cookies, no stale answers, no trace of the page. */
const REQUEST_INIT = { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" };

/**
 * Edge hosts, which compile modules when a program is deployed, and serve each visitor in a context of its own.
 *
 * @param {Glue} glue
 * @param {WebAssembly.Module} module
 * @returns {Environment}
 */
export const edgeHost = (glue, module) => ({ glue, compile: () => module, userAgent: true, waitsAlone: true });

/**
 * Any host that may compile at run time, with the module as text.
 *
 * @param {Glue} glue
 * @param {() => Uint8Array} wasm
 * @returns {Environment}
 */
export const inlineHost = (glue, wasm) => ({ glue, compile: () => new WebAssembly.Module(wasm()), requestInit: REQUEST_INIT });

/**
 * Browsers: the module's file is fetched; where that fails, it is imported as text, if there is one.
 *
 * @param {Glue} glue
 * @param {() => Promise<Response>} file
 * @param {() => Promise<{ default: () => Uint8Array }>} [text]
 * @returns {Environment}
 */
export function browserHost(glue, file, text) {
  const fetched = async () => compile(await file());
  const fetchedOrText = () => fetched().catch(async (error) => {
    const { default: wasm } = await text().catch(() => Promise.reject(error));
    return WebAssembly.compile(wasm());
  });
  return { glue, load: text ? fetchedOrText : fetched, requestInit: REQUEST_INIT };
}
