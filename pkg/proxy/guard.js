/**
 * Who may ask. Two attacks stand behind this: a page anywhere on the web that talks to a proxy on this
 * machine, and the same page after its own name was made to lead to this machine (DNS rebinding).
 */

import { Refusal } from "./answers.js";

/**
 * @param {string[]} origins those under which the proxy is reached, and those whose pages may use it, beside
 *   loopback
 * @returns {(request: Request, url: URL) => string | undefined} the foreign origin that asks and may;
 *   undefined for the proxy's own. Throws PROXY_ORIGIN
 */
export function createGuard(origins) {
  const listed = new Set(origins);

  return function guard({ headers }, url) {
    if (!isLoopback(url.hostname) && !listed.has(url.origin)) {
      throw new Refusal("PROXY_ORIGIN", "this proxy does not answer under that name");
    }
    const origin = headers.get("origin");
    if (origin !== null && origin !== url.origin) {
      if (listed.has(origin)) return origin;
      throw new Refusal("PROXY_ORIGIN", "pages of that origin may not use this proxy");
    }
    // Absent where no browser asks; "none" where a person typed the address.
    const site = headers.get("sec-fetch-site");
    if (site !== null && site !== "same-origin" && site !== "none") {
      throw new Refusal("PROXY_ORIGIN", "only pages of the proxy's own origin may use it");
    }
    return undefined;
  };
}

/** The URL parser has brought every spelling of an IPv4 address into this form. */
const isLoopback = (hostname) =>
  hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
