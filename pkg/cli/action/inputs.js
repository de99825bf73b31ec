/** What the action is asked for: the inputs of a step, as arguments and environment of `multiarch create`. */

import { MultiarchError } from "../../entry/command.js";
import { keyOf } from "../../node/credentials/registries.js";

/** Inputs with a flag of their own. `list` is given on lines, and where no value holds a comma or a blank, with those too. */
const FLAGS = [
  { input: "tags", flag: "target", list: /[\s,]+/ },
  { input: "annotations", flag: "annotation", list: /[\r\n]+/ },
  { input: "platforms", flag: "platform", list: /[\r\n]+/ },
  { input: "files", flag: "file", list: /[\r\n]+/ },
  { input: "expect", flag: "expect" },
  { input: "on-duplicate", flag: "on-duplicate" },
  { input: "order", flag: "order" },
  { input: "type", flag: "type" },
];

/** Inputs that are `true` or `false`, and the flag for the value that is not the default. */
const SWITCHES = [
  { input: "append", flag: "append", on: true },
  { input: "attestations", flag: "no-attestations", on: false },
  { input: "dry-run", flag: "dry-run", on: true },
];

const DIGEST = /^(?:[^@\s]*@)?sha256:[0-9a-f]{64}$/;

/**
 * @param {Record<string, string | undefined>} env that of the step: INPUT_NAME for each input, as the runner sets them
 * @returns {{ argv: string[], env: object, secrets: string[] }} the command line, its environment, and what no log may show;
 *   throws OPTION_INVALID
 */
export function commandOf(env) {
  const input = (name) => (env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
  const list = (name, separator) => input(name).split(separator).map((item) => item.trim()).filter(Boolean);
  const metadata = input("metadata");
  if (input("tags") === "" && metadata === "") {
    throw wrong("the index needs a name", "Give `tags`, or `metadata` from docker/metadata-action.");
  }
  const argv = ["create", "--json"];
  for (const { input: name, flag, list: separator } of FLAGS) {
    const values = separator ? list(name, separator) : [input(name)].filter(Boolean);
    // With `=` a value that begins with a dash is a value.
    argv.push(...values.map((value) => `--${flag}=${value}`));
  }
  for (const { input: name, flag, on } of SWITCHES) {
    if (switchOf(name, input(name), !on) === on) argv.push(`--${flag}`);
  }
  if (metadata !== "") argv.push("--metadata=env");
  const digests = digestsOf(input("digests"), input("image"));
  argv.push(...digests.flags, "--", ...list("images", /[\s,]+/), ...digests.sources);
  const login = loginOf({ registry: input("registry"), username: input("username"), password: input("password") }, env.DOCKER_AUTH_CONFIG);
  return {
    argv,
    env: { ...env, ...(metadata !== "" && { DOCKER_METADATA_OUTPUT_JSON: metadata }), ...login.env },
    secrets: login.secrets,
  };
}

/** YAML's words for truth, as the runner passes them on. */
function switchOf(name, text, otherwise) {
  const word = text.toLowerCase();
  if (word === "") return otherwise;
  if (word === "true" || word === "false") return word === "true";
  throw wrong(`the input ${name} is neither true nor false`, "Write true or false.");
}

/** A list of digests, or the folder that holds files named by them. */
function digestsOf(text, image) {
  const items = text.split(/[\s,]+/).filter(Boolean);
  const isList = items.length > 0 && items.every((item) => DIGEST.test(item));
  if (!isList) return { flags: text === "" ? [] : [`--digests=${text}`, ...(image === "" ? [] : [`--image=${image}`])], sources: [] };
  return { flags: [], sources: items.map((item) => (item.includes("@") ? item : `${image}@${item}`)) };
}

/** The login of the step beside those of the environment, as docker writes logins; it lives in this process alone. */
function loginOf({ registry, username, password }, others) {
  if (username === "" && password === "") return { env: {}, secrets: [] };
  if (username === "" || password === "") {
    throw wrong("a login needs both a username and a password", "Give both, or neither where a step before has logged in.");
  }
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  const auths = { ...authsIn(others), [keyOf(registry === "" ? "docker.io" : registry)]: { auth } };
  return { env: { DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) }, secrets: [password, auth] };
}

function authsIn(text) {
  if (!text) return {};
  try {
    return JSON.parse(text).auths;
  } catch {
    // The cause would repeat a part of the text.
    throw wrong("DOCKER_AUTH_CONFIG is not JSON", "Give it the text of a docker config.json, or leave it out.");
  }
}

const wrong = (message, hint) => new MultiarchError({ code: "OPTION_INVALID", message, hint });
