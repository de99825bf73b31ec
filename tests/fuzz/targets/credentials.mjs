/** Docker's and podman's files: only what is filed under the registry itself comes back, and no error holds a secret. */

import assert from "node:assert/strict";

import { MultiarchError } from "../../../pkg/index.js";
import { readEntry, writeEntry } from "../../../pkg/node/credentials/entry.js";
import { contentOf } from "../../../pkg/node/credentials/file.js";
import { parseFirst, parseObject, plain } from "../../../pkg/node/credentials/json.js";
import { isSameRegistry, keysFor, parseKey } from "../../../pkg/node/credentials/registries.js";
import { dockerCredentials } from "../../../pkg/node/credentials/docker.js";

const SECRET = "canary-password";
const AUTH = Buffer.from(`ada:${SECRET}`).toString("base64");
const REGISTRY = "registry.example";
const REPOSITORY = "team/app";

export const words = [
  '"auths":', '"auth":', '"identitytoken":', '"registrytoken":', '"username":', '"password":', '"credHelpers":', '"credsStore":',
  `"${AUTH}"`, `"${SECRET}"`, `"${REGISTRY}"`, `"${REGISTRY}/team"`, `"https://${REGISTRY}/v1/"`, '"https://index.docker.io/v1/"',
  "null", "{}", "[]", "\ufeff", "/", ":5000",
];

export const seeds = [
  { auths: { [REGISTRY]: { auth: AUTH } } },
  { auths: { [`https://${REGISTRY}/v1/`]: { username: "ada", password: SECRET, email: "a@b.example" } } },
  { auths: { [`${REGISTRY}/team`]: { auth: AUTH }, [`${REGISTRY}/team/app`]: { identitytoken: SECRET }, other: {} } },
  { auths: { "https://index.docker.io/v1/": { registrytoken: SECRET } }, credsStore: "", HttpHeaders: { a: "b" } },
  { auths: null, credHelpers: {}, proxies: { default: {} } },
  {},
].flatMap((content) => [JSON.stringify(content), `\ufeff${JSON.stringify(content, null, "\t")}\n`]);

export async function round(text) {
  const provider = dockerCredentials({ config: "/nothing/is/here", env: { DOCKER_AUTH_CONFIG: text } });
  sameAsEngine(text.replace(/^\ufeff/, ""));
  let found;
  try {
    found = await provider(REGISTRY, { repository: REPOSITORY });
  } catch (error) {
    return refused(error, text);
  }
  if (found === undefined) return "none";
  const { auths } = contentOf(parseObject(text, "text"), "text");
  const keys = keysFor(Object.keys(auths), REGISTRY, REPOSITORY);
  assert.ok(keys.length > 0, "credentials of another registry");
  for (const key of keys) {
    const { domain, path } = parseKey(key);
    assert.ok(isSameRegistry(domain, REGISTRY), key);
    assert.ok(path === "" || `${REPOSITORY}/`.startsWith(`${path}/`), key);
  }
  const known = ["username", "password", "identityToken", "registryToken"];
  for (const [name, value] of Object.entries(found)) {
    assert.ok(known.includes(name) && typeof value === "string", name);
  }
  const { registryToken, ...kept } = found;
  if (registryToken === undefined && (kept.username ?? "x") !== "" && !kept.username?.includes(":") && isWritten(kept)) {
    assert.deepEqual({ username: "", password: "", ...readEntry(writeEntry(kept), REGISTRY, "file") }, { username: "", password: "", ...kept });
  }
  return `found ${Object.keys(found)} ${keys.length}`;
}

/** docker's own format holds neither half a pair nor NULs at the end, and base64 of UTF-8 no half a surrogate pair. */
function isWritten({ username, password }) {
  if (username === undefined && password === undefined) return true;
  return Boolean(username) && !/^\0|\0$/.test(password ?? "") && `${username}${password}`.isWellFormed();
}

/** What the engine takes for JSON is read as the engine reads it. More is read: the first value of a longer text. */
function sameAsEngine(source) {
  let content;
  try {
    content = JSON.parse(source);
  } catch {
    return;
  }
  // No program writes JSON deeper than this, and the reader goes no further.
  if (source.split(/[[{]/).length > 1000) return;
  assert.deepEqual(plain(parseFirst(source)), content);
}

function refused(error, text) {
  assert.ok(error instanceof MultiarchError, error.stack);
  assert.equal(error.code, "CREDENTIALS_INVALID", error.message);
  const source = text.replace(/^\ufeff/, "");
  if (/is not JSON: line \d+, column \d+$/.test(error.message)) {
    assert.throws(() => JSON.parse(source), "JSON to the engine");
    const { line, column } = error.details;
    const lines = source.split("\n");
    assert.ok(line <= lines.length && column <= lines[line - 1].length + 1, error.message);
    return "not JSON";
  }
  // A key is named by the message: who writes a password there has it shown.
  const names = Array.from(source.matchAll(/"((?:[^"\\]|\\.)*)"\s*:/g), ([, name]) => name);
  const isShown = (secret) => error.message.includes(secret) && !names.some((name) => name.includes(secret));
  assert.ok(![SECRET, AUTH].some(isShown), error.message);
  return error.message.replace(/entry for .* in|of .* in/s, "");
}
