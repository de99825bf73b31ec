/** Opens an address in the user's browser, where there is one, and says where the page is. */

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { version } from "../../core/facts.js";
import { decimalSize } from "../../core/sizes.js";

/** The program that opens an address, by operating system. */
const OPENERS = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
  linux: ["xdg-open"],
};

/** Whether a browser would be seen by the user: not over SSH, and not without a display. */
const hasDisplay = (env) =>
  !isRemote(env) && (process.platform !== "linux" || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY));

const isRemote = (env) => Boolean(env.SSH_CONNECTION || env.SSH_TTY);

/**
 * @param {string} address
 * @param {{ isSecret: boolean, env: object }} options a secret address is given by a file that only the user reads: other
 *   users of the machine see the arguments of programs
 * @returns {Promise<boolean>} whether a browser was started
 */
export async function openBrowser(address, { isSecret, env }) {
  const [program, ...given] = OPENERS[process.platform] ?? OPENERS.linux;
  if (!hasDisplay(env)) return false;
  const target = isSecret ? await redirecting(address) : address;
  return new Promise((resolve) => {
    const child = spawn(program, [...given, target], { stdio: "ignore", detached: true, env });
    child.once("error", () => resolve(false));
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}

/** A file that redirects a browser. It is removed with its folder when this program ends. */
async function redirecting(address) {
  const folder = await mkdtemp(join(os.tmpdir(), "multiarch-"));
  const file = join(folder, "open.html");
  await writeFile(file, `<!doctype html><meta http-equiv="refresh" content="0; url=${address.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}">\n`, { mode: 0o600 });
  const remove = () => rm(folder, { recursive: true, force: true }).catch(() => {});
  setTimeout(remove, 30_000).unref();
  process.once("beforeExit", remove);
  return pathToFileURL(file).href;
}

/** What is printed once the page is there. */
export function announced({ url, port, isOpened, isOnce, host, registries, direct, offered, withLogins, write, env }) {
  const [first, ...others] = registries;
  const readable = others.length > 2 ? `${first} and ${others.length} other registries` : registries.join(", ");
  const logins = withLogins ? "with docker's logins for them" : "without your logins (--credentials)";
  return [
    `multiarch ${version}   ${url}${isOpened ? "   opened in your browser" : ""}${isOnce ? "   works once" : ""}`,
    `  this computer   ${host}`,
    ...offered.map(({ name, source: { size } }) => `  opens           ${name}${size === undefined ? "" : `, ${decimalSize(size)}`}; sent nowhere but to the page`),
    ...(registries.length > 0 ? [`  reads           ${readable}, ${logins}`] : []),
    ...(direct.length > 0 ? [`  read directly   ${direct.join(", ")}: by the page itself, without this server`] : []),
    ...(write.length > 0 ? [`  writes          ${write.join(", ")}, after a plan that you confirm in the page`] : []),
    ...(isRemote(env) ? [`  from afar       ssh -L ${port}:127.0.0.1:${port} ${os.hostname()}`] : []),
    "  Ctrl-C ends it",
    "",
  ].join("\n");
}
