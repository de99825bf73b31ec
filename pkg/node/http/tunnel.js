/** https through an http proxy: a CONNECT request opens a tunnel, and TLS runs end to end. */

import http from "node:http";
import https from "node:https";

import { LONGEST_MS } from "../../core/timers.js";
import { failure } from "./failure.js";

/** An https agent whose connections all go through one proxy. */
export class TunnelAgent extends https.Agent {
  #open;

  /**
   * @param {URL} proxy
   * @param {{ connectTimeoutMs: number } & https.AgentOptions} options
   */
  constructor(proxy, { connectTimeoutMs, ...options }) {
    super(options);
    this.#open = (authority) => openTunnel(proxy, authority, connectTimeoutMs);
  }

  createConnection(options, callback) {
    const host = options.host.includes(":") ? `[${options.host}]` : options.host;
    this.#open(`${host}:${options.port}`).then(
      (socket) => callback(null, super.createConnection({ ...options, socket })),
      (error) => callback(error),
    );
  }
}

/** The Proxy-Authorization header for a proxy with `user:password@` in its URL, else none. */
export function proxyAuthorization(proxy) {
  if (!proxy.username) return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** The host and the port of a proxy. */
export function proxyEndpoint(proxy) {
  const secure = proxy.protocol === "https:";
  return { host: proxy.hostname.replace(/^\[|\]$/g, ""), port: proxy.port || (secure ? 443 : 80) };
}

/** ERR_PROXY_TUNNEL for a proxy that cannot be reached: the registry was not asked. Other errors stay. */
export function proxyFailure(proxy, error) {
  if (error.code === "ERR_PROXY_TUNNEL" || !isUnreachable(error)) return error;
  return failure("ERR_PROXY_TUNNEL", `the proxy ${proxy.host} cannot be reached (${error.code})`);
}

/** Whether the proxy refused the connection. A connection that broke later may succeed next time. */
function isUnreachable({ code = "", syscall }) {
  return syscall === "connect" || syscall === "getaddrinfo" || /^(ERR_TLS_|CERT_|UNABLE_TO_|.*SELF_SIGNED)/.test(code);
}

function openTunnel(proxy, authority, timeout) {
  const { request } = proxy.protocol === "https:" ? https : http;
  return new Promise((resolve, reject) => {
    const connect = request({
      ...proxyEndpoint(proxy),
      method: "CONNECT",
      path: authority,
      headers: { host: authority, ...proxyAuthorization(proxy) },
      agent: false,
      timeout: Math.min(timeout, LONGEST_MS),
    });
    connect.once("connect", (response, socket) => {
      if (response.statusCode >= 200 && response.statusCode < 300) return resolve(socket);
      socket.destroy();
      reject(failure("ERR_PROXY_TUNNEL", `the proxy ${proxy.host} answered ${response.statusCode} to CONNECT`));
    });
    connect.once("timeout", () => {
      connect.destroy(failure("ERR_PROXY_TUNNEL", `the proxy ${proxy.host} does not answer`));
    });
    connect.once("error", (error) => reject(proxyFailure(proxy, error)));
    connect.end();
  });
}
