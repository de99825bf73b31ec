/** Passwords are any text: from a pipe, a file, the environment, a credential helper and a caller, to Basic and token services. */

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { createClient } from "multiarch";
import { dockerCredentials } from "../../../../pkg/node/credentials/docker.js";
import { serve } from "../../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../../pkg/testing/index.js";
import { assertNowhere, canary } from "../../../support/canary.mjs";
import { installHelper } from "../../../support/credential-helper.mjs";
import { multiarchHere } from "../../../support/run.mjs";
import { scratch } from "../../../support/scratch.mjs";

const secret = canary();
/** As Google hands out a key: a file of several lines, with the newline at its end. */
const key = `{\n  "type": "service_account",\n  "private_key": "-----BEGIN PRIVATE KEY-----\\n${secret}\\n"\n}\n`;
const authOf = (username, password) => Buffer.from(`${username}:${password}`).toString("base64");

let folder, count = 0;
before(async () => (folder = await scratch()));
after(() => folder.remove());

async function place(content) {
  const path = folder.join(`place-${(count += 1)}`);
  await mkdir(`${path}/bin`, { recursive: true });
  if (content !== undefined) await writeFile(`${path}/config.json`, JSON.stringify(content));
  return { bin: `${path}/bin`, file: `${path}/config.json`, env: { PATH: `${path}/bin`, HOME: path, DOCKER_CONFIG: path, XDG_RUNTIME_DIR: path } };
}

/** A registry on loopback that lets in this user only. */
async function registryOf(t, type, username, password) {
  const memory = createMemoryRegistry({ auth: { type, users: { [username]: password } } });
  const server = await serve((request) => memory.fetch(request));
  t.after(() => server.close());
  return new URL(server.url).host;
}

/** Whether the registry has let the command in: it knows no such repository then. */
async function isLetIn(domain, env) {
  const { code, stderr } = await multiarchHere(["tags", `${domain}/a/b`], { env });
  assertNowhere(secret, stderr);
  assert.deepEqual([code, /\[NAME_UNKNOWN\]/.test(stderr)], [1, true], stderr);
}

for (const type of ["basic", "bearer"]) {
  describe(`a password of several lines, to ${type}`, () => {
    test("from a pipe, and from the file that login has written", async (t) => {
      const domain = await registryOf(t, type, "_json_key", key);
      const { env } = await place();
      // One newline is the pipe's, as docker has it.
      const args = ["login", domain, "--username", "_json_key", "--password-stdin"];
      const { code, stdout, stderr } = await multiarchHere(args, { env, input: `${key}\n` });
      assert.deepEqual([code, stdout], [0, "Login Succeeded\n"], stderr);
      assertNowhere(secret, stderr);
      await isLetIn(domain, env);
    });

    test("from docker's file, the environment and a credential helper", async (t) => {
      const domain = await registryOf(t, type, "_json_key", key);
      const auths = { [domain]: { auth: authOf("_json_key", key) } };
      await isLetIn(domain, (await place({ auths })).env);
      await isLetIn(domain, { ...(await place()).env, DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) });
      const helped = await place({ credHelpers: { [domain]: "fake" } });
      await installHelper(helped.bin, "fake", {}, { [domain]: { Username: "_json_key", Secret: key } });
      await isLetIn(domain, helped.env);
    });

    test("from a caller", async (t) => {
      const domain = await registryOf(t, type, "_json_key", key);
      assert.equal(await createClient({ credentials: () => ({ username: "_json_key", password: key }) }).login(domain), true);
    });
  });
}

test("tabs, control characters and letters beyond ASCII are sent as they are", async (t) => {
  for (const password of [`a\t${secret}`, `${secret}\n`, `\u0000${secret}\u007f\u001b`, `ä:ß ${secret}`, `${secret}\ud83d\udd11`]) {
    const domain = await registryOf(t, "basic", "ada", password);
    assert.equal(await createClient({ credentials: () => ({ username: "ada", password }) }).login(domain), true, JSON.stringify(password));
  }
});

test("one newline at the end of stdin is the pipe's, and one carriage return before it", async (t) => {
  for (const [input, password] of [["pw\n", "pw"], ["pw\r\n", "pw"], ["pw\r", "pw"], ["pw\n\n", "pw\n"], ["pw\n\r\n", "pw\n"], ["\ufeffpw", "\ufeffpw"], [" pw \n", " pw "]]) {
    const domain = await registryOf(t, "basic", "ada", password);
    const { env } = await place();
    const { stdout } = await multiarchHere(["login", domain, "-u", "ada", "--password-stdin"], { env, input });
    assert.equal(stdout, "Login Succeeded\n", JSON.stringify(input));
    assert.deepEqual(await dockerCredentials({ env })(domain), { username: "ada", password });
  }
  const { env } = await place();
  const { code, stderr } = await multiarchHere(["login", "registry.example", "-u", "ada", "--password-stdin"], { env, input: Buffer.from([0x70, 0xe4, 0x0a]) });
  assert.deepEqual([code, stderr], [1, "--password-stdin found bytes on stdin that are not UTF-8\n"]);
});

test("a colon in the user name is what is wrong, and is said", async (t) => {
  const domain = await registryOf(t, "basic", "ada", "pw");
  const { env } = await place();
  const { code, stderr } = await multiarchHere(["login", domain, "-u", "ada:b", "-p", secret], { env });
  assert.equal(code, 1);
  assert.match(stderr, /the user name of the credentials holds a colon, which cannot be sent \[OPTION_INVALID\]\nhint: A server takes what follows the first colon/);
  assertNowhere(secret, stderr);
});
