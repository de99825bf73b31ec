/** What credential helpers write: whole credentials, none, or an error without a secret. */

import assert from "node:assert/strict";

import { MultiarchError } from "../../../pkg/index.js";
import { Helper } from "../../../pkg/node/credentials/program.js";

const SECRET = "canary-password";
const REGISTRY = "registry.example";

export const words = [
  '"ServerURL":', '"Username":', '"Secret":', '"serverurl":', '"SECRET":', `"${SECRET}"`, '"<token>"', `"https://${REGISTRY}/v1/"`,
  `"${REGISTRY}"`, '"https://index.docker.io/v1/"', '"other.example"', "null", "{}", "[]", "\ufeff",
];

export const seeds = [
  JSON.stringify({ ServerURL: REGISTRY, Username: "ada", Secret: SECRET }),
  JSON.stringify({ ServerURL: `https://${REGISTRY}/v1/`, Username: "<token>", Secret: SECRET }),
  JSON.stringify({ username: "ada", secret: SECRET }, null, 1),
  JSON.stringify({ ServerURL: "", Username: "", Secret: "" }),
  JSON.stringify({ [REGISTRY]: "ada", "https://index.docker.io/v1/": "eve" }),
  "credentials not found in native keychain\n",
  "",
];

export async function round(text) {
  const helper = new Helper("docker-credential-x", "/nothing/docker-credential-x", async () => ({ stdout: text, none: false }));
  const ends = [];
  for (const work of [() => helper.get(REGISTRY), () => helper.list()]) {
    try {
      ends.push(checked(await work()));
    } catch (error) {
      assert.ok(error instanceof MultiarchError, error.stack);
      assert.equal(error.code, "HELPER_FAILED");
      assert.ok(!error.message.includes(SECRET), error.message);
      ends.push(error.message);
    }
  }
  return ends.join();
}

function checked(found) {
  if (found === undefined) return "none";
  if (Array.isArray(found)) {
    assert.ok(found.every((key) => typeof key === "string"));
    return `${found.length} keys`;
  }
  const names = Object.keys(found).sort();
  assert.ok(["identityToken", "password,username"].includes(names.join()), names.join());
  for (const value of Object.values(found)) assert.ok(typeof value === "string" && value !== "");
  return names.join();
}
