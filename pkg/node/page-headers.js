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

export const SECURITY_HEADERS = securityHeaders([]);
