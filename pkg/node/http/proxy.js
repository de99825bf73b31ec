/**
 * The http proxy that the environment names, by the rules of Go's `http.ProxyFromEnvironment`, which docker, skopeo and crane
 * follow: HTTPS_PROXY and HTTP_PROXY by the URL's scheme, NO_PROXY as a list of domains, addresses and networks, and
 * never a proxy for localhost or a loopback address.
 *
 * Most machines name none. What reads NO_PROXY, `proxy-from-env.js`, is loaded where one is named.
 */

/**
 * What the environment names as the proxy for requests to such URLs, HTTPS_PROXY or HTTP_PROXY by the scheme; empty or undefined
 * for none.
 *
 * @param {URL} url
 * @param {Record<string, string | undefined>} env
 * @returns {string | undefined}
 */
export function namedProxy(url, env) {
  return url.protocol === "https:" ? pick(env, "HTTPS_PROXY") : httpProxy(env);
}

/** The upper-case name wins, as in Go; an empty value counts as absent. */
export function pick(env, name) {
  return env[name] || env[name.toLowerCase()];
}

/** In a CGI program HTTP_PROXY may be a header of the request ("httpoxy"), so it is ignored. */
function httpProxy(env) {
  return env.REQUEST_METHOD ? env.http_proxy : pick(env, "HTTP_PROXY");
}

/**
 * The URL of a proxy; `proxy.corp:3128` means http.
 *
 * @param {string | URL} value
 * @returns {URL}
 */
export function proxyUrl(value) {
  const text = String(value);
  const full = text.includes("://") ? text : `http://${text}`;
  // The value may hold a password, so no message repeats it.
  if (!URL.canParse(full)) throw new TypeError("the proxy's address is not a URL");
  const proxy = new URL(full);
  if (proxy.protocol !== "http:" && proxy.protocol !== "https:") {
    throw new TypeError(`a ${proxy.protocol.slice(0, -1)} proxy is not supported, only http and https are`);
  }
  return proxy;
}
