/** What can be done about a refusal of the page's own proxy, in words for the reader: the package's hint is for programs. */

const HINTS = {
  PROXY_LIMIT: "Start it with a larger budget: `multiarch serve --layer-budget 5GB`",
  PROXY_TARGET: "Start it with that registry: `multiarch serve --registry DOMAIN`",
  PROXY_ORIGIN: "Open the page at the address that `multiarch serve` printed.",
};

/** @returns {{ code?: string, hint?: string }} what the reader sees of an error */
export function refusalFor({ code, hint, details }) {
  if (code !== "VIA_REFUSED") return { code, hint };
  const own = details?.registryCode;
  return { code: own ?? code, hint: HINTS[own] ?? hint };
}
