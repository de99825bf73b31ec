/** What can be done about a refusal of a proxy or a failed request, in words for the reader: the package's hint is for programs. */

import { NOT_ALLOWED } from "../state/direct.js";

const HINTS = {
  PROXY_LIMIT: "Start it with a larger budget: `multiarch serve --layer-budget 5GB`",
  PROXY_TARGET: "Start it with that registry: `multiarch serve --registry DOMAIN`",
  PROXY_ORIGIN: "Open the page at the address that `multiarch serve` printed.",
};

/**
 * @param {any} error
 * @param {{ isDirect: boolean, origin: string }} about whether the page asks the registry by itself, and the page's origin
 * @returns {{ code?: string, hint?: string }} what the reader sees of the error
 */
export function refusalFor({ code, hint, details, registry }, about) {
  if (code === "NETWORK") return { code, hint: networkHint(details?.cause, registry, about) };
  if (code !== "VIA_REFUSED") return { code, hint };
  const own = details?.registryCode;
  return { code: own ?? code, hint: HINTS[own] ?? hint };
}

function networkHint(cause, registry, { isDirect, origin }) {
  if (cause === NOT_ALLOWED) {
    return `Let it send the header \`Access-Control-Allow-Origin: ${origin}\` with every answer, and answer OPTIONS without a login: ` +
      "with 204, not 401, and with `Access-Control-Allow-Headers: Accept, Authorization` besides. " +
      `Or read it through a proxy: \`multiarch serve --registry ${registry}\``;
  }
  if (isDirect) return "Nothing answers there: see whether the registry runs, and whether it speaks TLS.";
  return `What the page reads registries through does not answer: start \`multiarch serve\` again, or, where that is a proxy elsewhere, let it list ${origin} among its origins.`;
}
