/** Headless Firefox, over its own remote protocol, Marionette: numbered commands as JSON on a socket, each with its length before it. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { scratch } from "./scratch.mjs";

const EXECUTABLE = process.env.FIREFOX || "/usr/bin/firefox-esr";
/** How long a start, and what a page does, may take. */
const PATIENCE_MS = 20_000;

/** What a browser does of its own accord would be refused by a machine without a network; and a port of its own. */
const PREFERENCES = {
  "marionette.port": 0,
  "app.normandy.enabled": false,
  "app.update.enabled": false,
  "browser.safebrowsing.downloads.remote.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,",
  "toolkit.telemetry.enabled": false,
};

/** Starts a browser without a past. @returns {Promise<Firefox>} */
export async function startFirefox() {
  const folder = await scratch("multiarch-firefox-");
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
  await writeFile(folder.join("user.js"), lines.join(""));
  const child = spawn(EXECUTABLE, ["--headless", "--marionette", "--no-remote", "--profile", folder.path], {
    stdio: "ignore", env: { ...process.env, HOME: folder.path, MOZ_CRASHREPORTER_DISABLE: "1" },
  });
  // Where it cannot be started there is nothing to wait for.
  const ended = once(child, "close").catch(() => {});
  const close = async () => {
    if (child.pid !== undefined) child.kill("SIGKILL");
    await ended;
    await folder.remove();
  };
  try {
    const firefox = new Firefox(await socketOf(folder, child), close);
    await firefox.send("WebDriver:NewSession", { capabilities: { alwaysMatch: { webSocketUrl: false } } });
    await firefox.send("WebDriver:SetTimeouts", { script: PATIENCE_MS, pageLoad: PATIENCE_MS });
    return firefox;
  } catch (error) {
    await close();
    throw error;
  }
}

/** Firefox writes its port into its folder, once it listens. */
async function socketOf(folder, child) {
  for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
    if (child.exitCode !== null || child.pid === undefined) throw new Error(`${EXECUTABLE} could not be started, or has ended`);
    const port = await readFile(folder.join("MarionetteActivePort"), "utf8").catch(() => "");
    if (port.trim() !== "") {
      const socket = connect(Number(port), "127.0.0.1");
      await once(socket, "connect");
      return socket;
    }
    await sleep(50);
  }
  throw new Error(`${EXECUTABLE} did not listen`);
}

class Firefox {
  #socket;
  #last = 0;
  #waiting = new Map();
  #unread = Buffer.alloc(0);

  constructor(socket, close) {
    this.#socket = socket.on("data", (bytes) => this.#take(bytes)).on("error", () => {}).on("close", () => this.#end());
    this.close = close;
  }

  /** A command; rejects with what Firefox says of it. */
  send(name, parameters = {}) {
    const number = (this.#last += 1);
    const text = JSON.stringify([0, number, name, parameters]);
    this.#socket.write(`${Buffer.byteLength(text)}:${text}`);
    return new Promise((resolve, reject) => this.#waiting.set(number, { resolve, reject, name }));
  }

  #take(bytes) {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    for (;;) {
      const colon = this.#unread.indexOf(":");
      const end = colon + 1 + Number(this.#unread.subarray(0, Math.max(colon, 0)));
      if (colon < 0 || this.#unread.length < end) return;
      const message = JSON.parse(this.#unread.subarray(colon + 1, end));
      this.#unread = this.#unread.subarray(end);
      if (Array.isArray(message)) this.#settle(message);
    }
  }

  #settle([, number, error, result]) {
    const { resolve, reject, name } = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (error) reject(new Error(`${name}: ${error.error}: ${error.message}`));
    else resolve(result);
  }

  #end() {
    for (const { reject, name } of this.#waiting.values()) reject(new Error(`${name}: Firefox has ended`));
    this.#waiting.clear();
  }

  /** Opens an address, anew where only its hash is another one. */
  async open(url) {
    await this.send("WebDriver:Navigate", { url: "about:blank" });
    await this.send("WebDriver:Navigate", { url });
  }

  /** What a function gives in the page, called with `args`. */
  async evaluate(run, ...args) {
    const script = `return (${run})(...arguments);`;
    return (await this.send("WebDriver:ExecuteScript", { script, args, sandbox: null })).value;
  }

  /** Waits until an element is there whose text fits. */
  async see(selector, text = "") {
    const shows = (selector, text) => [...document.querySelectorAll(selector)].some((one) => one.textContent.includes(text));
    for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
      if (await this.evaluate(shows, selector, text)) return;
      await sleep(50);
    }
    const shown = await this.evaluate(() => document.querySelector("main")?.textContent);
    throw new Error(`${selector} with "${text}" did not come; the page says: ${shown}`);
  }

  async #element(selector) {
    const { value } = await this.send("WebDriver:FindElement", { using: "css selector", value: selector });
    return Object.values(value)[0];
  }

  async click(selector) {
    await this.send("WebDriver:ElementClick", { id: await this.#element(selector) });
  }

  /** Types into a field; "\ue007" is Enter. */
  async type(selector, text) {
    await this.send("WebDriver:ElementSendKeys", { id: await this.#element(selector), text });
  }

  /** A PNG of what is seen. */
  async picture() {
    return Buffer.from((await this.send("WebDriver:TakeScreenshot", { full: false })).value, "base64");
  }

  size(width, height) {
    return this.send("WebDriver:SetWindowRect", { width, height });
  }
}
