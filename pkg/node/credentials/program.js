/**
 * Programs that keep credentials, by docker's protocol: `docker-credential-<name> get|store|erase|list`, a registry on
 * stdin, JSON on stdout. What they write is never shown, since it may hold what they keep.
 */

import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

import { helperFailure } from "./failure.js";
import { isObject } from "./json.js";
import { isSameRegistry, keyOf, parseKey } from "./registries.js";

const TIMEOUT_MS = 15_000;
const OUTPUT_BYTES = 64 << 10;

/** The one answer that means that there is nothing, with exit code 1. */
const NONE = "credentials not found in native keychain";
/** In place of a user's name: the secret is an identity token. */
const TOKEN = "<token>";

/**
 * A credential helper that is installed. Fails with HELPER_INVALID for a name that is none, HELPER_MISSING when it is in
 * no folder of PATH. Relative folders, the current one among them, are never looked into.
 *
 * @param {unknown} name what `credsStore` or `credHelpers` says
 * @param {{ env: Record<string, string | undefined>, helperTimeoutMs?: number }} options
 */
export async function openHelper(name, { env, helperTimeoutMs = TIMEOUT_MS }) {
  if (typeof name !== "string" || !/^[A-Za-z0-9._-]+$/.test(name)) {
    throw helperFailure("HELPER_INVALID", "the name of a credential helper cannot be that of a program");
  }
  const program = `docker-credential-${name}`;
  const file = await findProgram(program, env);
  const ask = (action, input) => run({ program, file, action, input, env, timeoutMs: helperTimeoutMs });
  return new Helper(program, file, ask);
}

/** Whether the credential helper of this name is installed. */
export async function hasProgram(program, env) {
  return findProgram(program, env).then(() => true, () => false);
}

class Helper {
  #program;
  #ask;

  constructor(program, file, ask) {
    this.#program = program;
    this.file = file;
    this.#ask = ask;
  }

  /**
   * @param {string} registry
   * @returns {Promise<import("multiarch").Credentials | undefined>} undefined when it says that it has none
   */
  async get(registry) {
    const answer = await this.#ask("get", keyOf(registry));
    if (answer.none) return undefined;
    const { serverurl, username, secret } = this.#object(answer, "get");
    if (serverurl && !isSameRegistry(parseKey(String(serverurl)).domain, registry)) {
      throw this.#failed("get", "answered for another registry");
    }
    if (typeof username !== "string" || typeof secret !== "string" || !username || !secret) {
      throw this.#failed("get", "answered without a user name or a secret");
    }
    return username === TOKEN ? { identityToken: secret } : { username, password: secret };
  }

  /** Keeps credentials in place of older ones. */
  async store(registry, { username, password, identityToken }) {
    const kept = identityToken
      ? { Username: TOKEN, Secret: identityToken }
      : { Username: username, Secret: password };
    const { none } = await this.#ask("store", JSON.stringify({ ServerURL: keyOf(registry), ...kept }));
    if (none) throw this.#failed("store", "does not keep them");
  }

  /** By the key itself. @returns {Promise<boolean>} false when it says that it has none */
  async erase(key) {
    return !(await this.#ask("erase", key)).none;
  }

  /** The keys that it has credentials for. @returns {Promise<string[]>} */
  async list() {
    const answer = await this.#ask("list", "");
    return answer.none ? [] : Object.keys(this.#parsed(answer, "list"));
  }

  #parsed({ stdout }, action) {
    let content;
    try {
      content = JSON.parse(stdout);
    } catch {
      throw this.#failed(action, "did not answer with JSON");
    }
    if (!isObject(content)) throw this.#failed(action, "did not answer with a JSON object");
    return content;
  }

  /** By names in lower case: docker reads them in any. */
  #object(answer, action) {
    const members = Object.entries(this.#parsed(answer, action));
    return Object.fromEntries(members.map(([name, value]) => [name.toLowerCase(), value]));
  }

  #failed(action, what) {
    return helperFailure("HELPER_FAILED", `${this.#program} ${action} ${what}`, this.#program);
  }
}

async function findProgram(program, env) {
  // Windows spells the name in its own way, and a copy of the environment keeps that.
  const folders = (env.PATH ?? env.Path ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  let barred = false;
  for (const folder of folders) {
    // On Windows only a real program runs without a shell.
    const file = join(folder, process.platform === "win32" ? `${program}.exe` : program);
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) continue;
    if (await access(file, constants.X_OK).then(() => true, () => false)) return file;
    barred = true;
  }
  const why = barred ? "is there, but may not be run" : "is in no folder of PATH";
  throw helperFailure("HELPER_MISSING", `${program} ${why}`, program);
}

/** One run, of a process group of its own so that nothing of it outlives the time limit. */
function run({ program, file, action, input, env, timeoutMs }) {
  return new Promise((resolve, reject) => {
    const isGroup = process.platform !== "win32";
    const child = spawn(file, [action], {
      env, detached: isGroup, windowsHide: true, stdio: ["pipe", "pipe", "ignore"],
    });
    const fail = (code, what) => {
      clearTimeout(timer);
      reject(helperFailure(code, `${program} ${action} ${what}`, program));
    };
    const giveUp = (code, what) => {
      fail(code, what);
      end(child, isGroup);
    };
    const timer = setTimeout(
      () => giveUp("HELPER_TIMEOUT", `did not answer within ${timeoutMs / 1000} seconds`), timeoutMs);

    const chunks = [];
    let length = 0;
    child.stdout.on("data", (chunk) => {
      length += chunk.length;
      if (length <= OUTPUT_BYTES) chunks.push(chunk);
      else giveUp("HELPER_FAILED", `answered with more than ${OUTPUT_BYTES} bytes`);
    });
    child.once("error", ({ code }) => fail("HELPER_FAILED", `could not be started (${code})`));
    child.once("close", (code, signal) => {
      const stdout = Buffer.concat(chunks).toString("utf8");
      if (code === 0) {
        clearTimeout(timer);
        resolve({ stdout, none: false });
      } else if (code === 1 && stdout.trim() === NONE) {
        clearTimeout(timer);
        resolve({ stdout, none: true });
      } else {
        fail("HELPER_FAILED", signal ? `was ended by ${signal}` : `failed with exit code ${code}`);
      }
    });
    child.stdin.on("error", () => {}); // It need not read what it is asked.
    child.stdin.end(input);
  });
}

function end(child, isGroup) {
  child.stdout.destroy();
  try {
    if (isGroup) process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
