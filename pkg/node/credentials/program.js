/**
 * Programs that keep credentials, by docker's protocol: `docker-credential-<name> get|store|erase|list`, a registry on
 * stdin, JSON on stdout; with another exit code than 0 a sentence on stdout says why. Of what they write only that
 * sentence is ever shown, as docker does it, and nothing that could be what they keep.
 */

import { spawn } from "node:child_process";

import { printable } from "../../index.js";
import { helperFailure } from "./failure.js";
import { Members, fieldsOf, parseFirst } from "./json.js";
import { commandOf, findProgram } from "./lookup.js";
import { keyOf } from "./registries.js";

const TIMEOUT_MS = 15_000;
const OUTPUT_BYTES = 64 << 10;
/** How much of a sentence is shown. */
const SENTENCE = 200;

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
   * @returns {Promise<import("multiarch").Credentials | undefined>} undefined when it says that it has none
   */
  async get(registry) {
    const answer = await this.#ask("get", keyOf(registry));
    if (answer.none) return undefined;
    // It may call the registry what it likes: it was asked for this one, and docker does not look at its ServerURL.
    const { username = "", secret = "" } = this.#fields(answer, "get");
    if (username === "" && secret === "") return undefined;
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
    const { none } = await this.#ask("store", JSON.stringify({ ServerURL: keyOf(registry), ...kept }), kept.Secret);
    if (none) throw this.#failed("store", "does not keep them");
  }

  /** By the key itself. @returns {Promise<boolean>} false when it says that it has none */
  async erase(key) {
    return !(await this.#ask("erase", key)).none;
  }

  /** The keys that it has credentials for. @returns {Promise<string[]>} */
  async list() {
    const answer = await this.#ask("list", "");
    return answer.none ? [] : this.#members(answer, "list").map(([key]) => key);
  }

  /** Of the first value, as docker reads it: what follows, a note or a line of a log, is nobody's. */
  #members({ stdout }, action) {
    let content;
    try {
      content = parseFirst(stdout);
    } catch {
      // What stands there may be a secret: neither it nor its place is told.
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
 * What a program that fails says of it: one line of several words, cut short. JSON is none, a single word may be what it
 * keeps, and a line with the secret that it was given is not shown.
 */
function sentenceOf(stdout, secret) {
  const line = stdout.trim().split(/[\r\n]/)[0].trim();
  if (!/\S\s+\S/.test(line) || stdout.includes("{") || (secret && stdout.includes(secret))) return "";
  return `: ${printable(line.length > SENTENCE ? `${line.slice(0, SENTENCE)}…` : line)}`;
}

/** One run, of a process group of its own so that nothing of it outlives the time limit. */
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
        const how = signal ? `was ended by ${signal}` : `failed with exit code ${code}${sentenceOf(stdout, secret)}`;
        fail("HELPER_FAILED", how);
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
