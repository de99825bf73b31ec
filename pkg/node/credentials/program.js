/**
 * Runs credential helpers by docker's protocol: `docker-credential-<name> get|store|erase|list`, a registry on stdin, JSON
 * on stdout; with another exit code than 0, a reason on stdout. Of their output only that reason is ever shown, as docker
 * does, and nothing that could be a secret.
 */

import { spawn } from "node:child_process";

import { printable } from "../../nouns/printable.js";
import { helperFailure } from "./failure.js";
import { Members, fieldsOf, parseFirst } from "./json.js";
import { commandOf, findProgram } from "./lookup.js";
import { keyOf } from "./registries.js";

const TIMEOUT_MS = 15_000;
const OUTPUT_BYTES = 64 << 10;
/** How many characters of a reason are shown. */
const REASON = 200;

/** The answer, with exit code 1, that there are no credentials. */
const NONE = "credentials not found in native keychain";
/** The user name that marks the secret as an identity token. */
const TOKEN = "<token>";

/**
 * Opens an installed credential helper. Fails with HELPER_INVALID for an invalid name, HELPER_MISSING when it is in no
 * folder of PATH. Relative folders, the current one among them, are ignored.
 *
 * @param {unknown} name the value in `credsStore` or `credHelpers`
 * @param {{ env: Record<string, string | undefined>, helperTimeoutMs?: number }} options
 */
export async function openHelper(name, { env, helperTimeoutMs = TIMEOUT_MS }) {
  if (typeof name !== "string" || !/^[A-Za-z0-9._-]+$/.test(name)) {
    throw helperFailure("HELPER_INVALID", "the name of a credential helper cannot be that of a program");
  }
  const program = `docker-credential-${name}`;
  const file = await installed(program, env);
  const ask = (action, input, secret) => run({ program, file, action, input, secret, env, timeoutMs: helperTimeoutMs });
  return new Helper(program, file, ask);
}

/** Whether the credential helper of this name is installed. */
export async function hasProgram(program, env) {
  return (await findProgram(program, env)).file !== undefined;
}

export class Helper {
  #program;
  #ask;

  constructor(program, file, ask) {
    this.#program = program;
    this.file = file;
    this.#ask = ask;
  }

  /**
   * @param {string} registry
   * @returns {Promise<import("multiarch").Credentials | undefined>} undefined when it has none
   */
  async get(registry) {
    const answer = await this.#ask("get", keyOf(registry));
    if (answer.none) return undefined;
    // The answer's ServerURL is ignored, as docker does: it may spell the registry in its own way.
    const { username = "", secret = "" } = this.#fields(answer, "get");
    if (username === "" && secret === "") return undefined;
    if (typeof username !== "string" || typeof secret !== "string" || !username || !secret) {
      throw this.#failed("get", "answered without a user name or a secret");
    }
    return username === TOKEN ? { identityToken: secret } : { username, password: secret };
  }

  /** Stores credentials in place of older ones. */
  async store(registry, { username, password, identityToken }) {
    const kept = identityToken
      ? { Username: TOKEN, Secret: identityToken }
      : { Username: username, Secret: password };
    const { none } = await this.#ask("store", JSON.stringify({ ServerURL: keyOf(registry), ...kept }), kept.Secret);
    if (none) throw this.#failed("store", "does not keep them");
  }

  /** Erases the credentials under this key. @returns {Promise<boolean>} false when it has none */
  async erase(key) {
    return !(await this.#ask("erase", key)).none;
  }

  /** The keys with credentials. @returns {Promise<string[]>} */
  async list() {
    const answer = await this.#ask("list", "");
    return answer.none ? [] : this.#members(answer, "list").map(([key]) => key);
  }

  /** The members of the first value, as docker reads it: what follows, a note or a line of a log, is ignored. */
  #members({ stdout }, action) {
    let content;
    try {
      content = parseFirst(stdout);
    } catch {
      // The text may be a secret: the error states neither it nor the position.
    }
    if (content === undefined) throw this.#failed(action, "did not answer with JSON");
    if (content === null) return [];
    if (!(content instanceof Members)) throw this.#failed(action, "did not answer with a JSON object");
    return content.list;
  }

  #fields(answer, action) {
    return fieldsOf(this.#members(answer, action), ["username", "secret"]);
  }

  #failed(action, what) {
    return helperFailure("HELPER_FAILED", `${this.#program} ${action} ${what}`, this.#program);
  }
}

async function installed(program, env) {
  const { file, isBarred } = await findProgram(program, env);
  if (file !== undefined) return file;
  const why = isBarred ? "is there, but may not be run" : "is in no folder of PATH";
  throw helperFailure("HELPER_MISSING", `${program} ${why}`, program);
}

/**
 * The reason that a failed program states: one line of several words, shortened. Not JSON, not a single word, which may be
 * a secret, and not a line with the secret that it was given.
 */
function reasonOf(stdout, secret) {
  const line = stdout.trim().split(/[\r\n]/)[0].trim();
  if (!/\S\s+\S/.test(line) || stdout.includes("{") || (secret && stdout.includes(secret))) return "";
  return `: ${printable(line.length > REASON ? `${line.slice(0, REASON)}…` : line)}`;
}

/** Runs the program once, in its own process group, so that no child of it outlives the time limit. */
function run({ program, file, action, input, secret, env, timeoutMs }) {
  const command = commandOf(file, action, env);
  if (!command) throw helperFailure("HELPER_FAILED", `${program} is in a folder that no script can be run in`, program);
  return new Promise((resolve, reject) => {
    const isGroup = process.platform !== "win32";
    const { file: started, args, ...how } = command;
    const child = spawn(started, args, {
      ...how, env, detached: isGroup, windowsHide: true, stdio: ["pipe", "pipe", "ignore"],
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
        const how = signal ? `was ended by ${signal}` : `failed with exit code ${code}${reasonOf(stdout, secret)}`;
        fail("HELPER_FAILED", how);
      }
    });
    child.stdin.on("error", () => {}); // It need not read its input.
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
