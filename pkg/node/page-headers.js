/** What every answer of the inspector's server carries: the policy of its page first. */

const policyFor = (sources) => [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  ["connect-src 'self'", ...sources].join(" "),
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** @param {string[]} sources origins from which the page may read, beside its own */
export const securityHeaders = (sources) => ({
  "content-security-policy": policyFor(sources),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
});

const SELF = "connect-src 'self'";

/**
 * The page, whose own policy lets it read from these origins too.
 *
 * @param {string} html @param {string[]} sources
 */
export function connecting(html, sources) {
  const parts = html.split(SELF);
  if (parts.length !== 2) throw new Error("the page does not carry its policy");
  return parts.join([SELF, ...sources].join(" "));
}

/**
 * The origins of registries that the page reads by itself: over TLS, and without it where they are on this machine or named as
 * insecure.
 *
 * @param {string[]} domains @param {string[]} [insecure] those of them that may speak plain http
 */
export const originsOf = (domains, insecure = []) =>
  domains.flatMap((domain) => [`https://${domain}`, ...(LOOPBACK.test(domain) || insecure.includes(domain) ? [`http://${domain}`] : [])]);

/** A registry of this machine, which speaks plain http as a rule. */
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/;
