/** Debian's docker-registry (CNCF distribution 2.8) on loopback, with its data in a temporary folder. */

import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";

import { selfSigned } from "./certificate.mjs";
import { pushAll } from "./images.mjs";
import { freePort } from "./ports.mjs";
import { run } from "./run.mjs";
import { scratch } from "./scratch.mjs";

/**
 * @param {{ auth?: { username: string, password: string }, tokens?: object, tls?: boolean }} [options] `tokens` is a
 *   server of token-server.mjs that the registry believes
 * @returns {Promise<{ domain: string, url: string, auth?: object, certificate?: string, close: () => Promise<void> }>}
 *   `certificate` is the path of the authority of a TLS registry
 */
export async function startDockerRegistry({ auth, tokens, tls = false } = {}) {
  const folder = await scratch("docker-registry-");
  const files = tls ? await selfSigned(folder) : undefined;
  if (auth) await writeFile(folder.join("htpasswd"), await htpasswdLine(auth));

  // Another program may take the free port before the registry does, so a start may be repeated.
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    await writeFile(folder.join("config.yml"), configuration({ folder, port, auth, tokens, files }));
    const child = spawn("docker-registry", ["serve", folder.join("config.yml")], { stdio: ["ignore", "ignore", "pipe"] });
    const log = [];
    child.stderr.on("data", (chunk) => log.push(chunk));
    const ended = new Promise((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", () => resolve(Buffer.concat(log).toString().slice(-2000)));
    });
    const url = `${tls ? "https" : "http"}://127.0.0.1:${port}`;
    const problem = await Promise.race([answers(url), ended]);
    if (problem === undefined) {
      const close = async () => {
        child.kill("SIGKILL");
        await ended;
        await folder.remove();
      };
      return { domain: `127.0.0.1:${port}`, url, auth, certificate: files?.certificate, close };
    }
    if (attempt === 3) throw new Error(`docker-registry did not start: ${problem}`);
  }
}

/**
 * Pushes an image into a registry of this file or any other on plain http.
 *
 * @param {{ url: string, auth?: { username: string, password: string } }} registry
 * @param {string} repository
 * @param {string | undefined} tag
 * @param {import("./images.mjs").Image} image
 */
export function push({ url, auth }, repository, tag, image) {
  const authorization = auth && { authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString("base64")}` };
  const send = (to, init) => fetch(to, { ...init, headers: { ...init?.headers, ...authorization } });
  return pushAll(send, url, repository, tag, image);
}

function configuration({ folder, port, auth, tokens, files }) {
  return [
    "version: 0.1",
    "log: { level: error, accesslog: { disabled: true } }",
    `storage: { filesystem: { rootdirectory: ${JSON.stringify(folder.join("data"))} }, delete: { enabled: true } }`,
    "http:",
    `  addr: 127.0.0.1:${port}`,
    ...(files ? [`  tls: { certificate: ${JSON.stringify(files.certificate)}, key: ${JSON.stringify(files.key)} }`] : []),
    ...(auth ? [`auth: { htpasswd: { realm: test, path: ${JSON.stringify(folder.join("htpasswd"))} } }`] : []),
    ...(tokens ? [`auth: { token: { ${authOf(tokens)} } }`] : []),
    "",
  ].join("\n");
}

const authOf = ({ realm, service, issuer, certificate }) =>
  Object.entries({ realm, service, issuer, rootcertbundle: certificate }).map(([name, text]) => `${name}: ${JSON.stringify(text)}`).join(", ");

async function htpasswdLine({ username, password }) {
  const { code, stdout, stderr } = await run("htpasswd", ["-nbB", "-C", "4", username, password]);
  if (code !== 0) throw new Error(`htpasswd: ${stderr}`);
  return stdout;
}

/** Waits until /v2/ answers with anything. */
async function answers(url) {
  const { get } = url.startsWith("https") ? https : http;
  const once = () => new Promise((resolve) => {
    get(`${url}/v2/`, { rejectUnauthorized: false, agent: false }, (response) => {
      response.resume();
      resolve(true);
    }).once("error", () => resolve(false));
  });
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    if (await once()) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return "no answer within 30 s";
}
