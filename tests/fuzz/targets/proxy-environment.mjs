/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY, a line each, and behind them the URL that is asked for. */

import assert from "node:assert/strict";

import { environmentProxy } from "../../../pkg/node/http/proxy-from-env.js";

const SECRET = "canary-password";

export const words = [
  `http://ada:${SECRET}@proxy.corp:3128`, "https://", "socks5://", "proxy.corp", ":3128", "*", "*.corp", ".corp", "10.0.0.0/8",
  "fd00::/8", "[::1]", "127.0.0.1", "localhost", "registry.example:443", ",", "\u2028", "\r", "/", "/33", "::ffff:10.0.0.1",
];

export const seeds = [
  `http://ada:${SECRET}@proxy.corp:3128\nhttp://plain.corp\nlocalhost,.corp, registry.example:8443\nhttps://registry.example/v2/`,
  "proxy.corp:3128\n\n10.0.0.0/8,fd00::/8,*.example\nhttps://10.1.2.3/v2/",
  "https://[fd00::1]:3128\n\n[::1],127.0.0.1:80,registry.example\nhttps://registry.example:8443/",
  "\nhttp://[::1]:1\n*\nhttp://a.b.c/",
  `socks5://ada:${SECRET}@x\n\n\nhttps://127.0.0.1/`,
];

export function round(text) {
  const [https, http, none, ...rest] = text.split("\n");
  // A value may have several lines: shells allow that.
  const [url = "", ...more] = rest;
  const target = URL.canParse(url) && /^https?:/.test(url) ? new URL(url) : new URL("https://registry.example/v2/");
  const exceptions = [none, ...more].join("\n");
  const env = { HTTPS_PROXY: https, http_proxy: http, NO_PROXY: exceptions };
  let proxy;
  try {
    proxy = environmentProxy(target, env);
  } catch (error) {
    assert.match(error.message, /^the proxy's address is not a URL$|^a [^ ]* proxy is not supported, /, error.stack);
    assert.ok(!error.message.includes(SECRET), error.message);
    return error.message.slice(0, 24);
  }
  if (exceptions.split(",").some((entry) => entry.trim() === "*")) assert.equal(proxy, undefined);
  if (["localhost", "127.0.0.1", "[::1]"].includes(target.hostname)) assert.equal(proxy, undefined);
  if (exceptions === "" && (target.protocol === "https:" ? https : http) && target.hostname === "registry.example") {
    assert.ok(proxy instanceof URL);
  }
  return proxy === undefined ? "direct" : `${proxy.protocol} ${proxy.port === "" ? "" : "port"}`;
}
