/** What the command line says about logins: helpers that refuse, and logins under another name of the same place. */

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { assertNowhere, canary } from "../../support/canary.mjs";
import { selfSigned } from "../../support/certificate.mjs";
import { installHelper } from "../../support/credential-helper.mjs";
import { startForwardProxy, startServer } from "../../support/recording.mjs";
import { multiarchHere } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

let folder, count = 0;
before(async () => {
  folder = await scratch();
});
after(() => folder.remove());

async function place(content) {
  const path = folder.join(`place-${(count += 1)}`);
  await mkdir(path);
  await writeFile(`${path}/config.json`, JSON.stringify(content));
  return { path, env: { PATH: path, HOME: path, DOCKER_CONFIG: path, XDG_RUNTIME_DIR: path } };
}

describe("login and logout with a helper that refuses", () => {
  const password = canary();
  const registry = createMemoryRegistry({ auth: { type: "basic", users: { ada: password } } });

  for (const sentence of ["not implemented", "The specified item already exists in the keychain."]) {
    test(`show its own line: ${sentence}`, async () => {
      const { url, close } = await serve(registry.fetch);
      const domain = new URL(url).host;
      const { path, env } = await place({ credsStore: "t" });
      await installHelper(path, "t", {
        store: { stdout: `${sentence}\n`, stderr: password, code: 1 }, erase: { stdout: sentence, code: 3 }, list: { code: 1 },
      });
      const login = await multiarchHere(["login", domain, "-u", "ada", "--password-stdin"], { env, input: password });
      assert.deepEqual([login.code, login.stdout], [1, ""]);
      assert.match(login.stderr, new RegExp(`^multiarch: docker-credential-t store failed with exit code 1: ${sentence} \\[HELPER_FAILED\\]\n`));
      assertNowhere(password, login.stderr);
      assert.equal(await readFile(`${path}/config.json`, "utf8"), '{"credsStore":"t"}');
      const logout = await multiarchHere(["logout", domain], { env });
      assert.match(logout.stderr, new RegExp(`docker-credential-t erase failed with exit code 3: ${sentence} `));
      await close();
    });
  }
});

describe("a login under another name of the same place", () => {
  let server, proxy, files;
  before(async () => {
    files = await selfSigned(folder);
    const tls = { cert: await readFile(files.certificate), key: await readFile(files.key) };
    server = await startServer((_, response) => response.writeHead(401, { "www-authenticate": 'Basic realm="r"' }).end(), tls);
    // Whatever port is asked for, this server answers.
    proxy = await startForwardProxy({ port: server.port });
  });
  after(async () => {
    await server.close();
    await proxy.close();
  });

  const auth = Buffer.from("ada:pw").toString("base64");
  const rows = [
    ["registry.example:443", { "registry.example": { auth } }, "registry.example"],
    ["registry.example", { "registry.example:443": { auth } }, "registry.example:443"],
    ["registry.example:443", { "other.example": { auth } }, undefined],
    ["registry.example:443", {}, undefined],
  ];
  for (const [domain, auths, named] of rows) {
    test(`${domain} with a login for ${Object.keys(auths)}`, async () => {
      const { env } = await place({ auths });
      const args = ["--ca", files.certificate, "resolve", `${domain}/x/app:1`];
      const { code, stderr } = await multiarchHere(args, { env: { ...env, HTTPS_PROXY: proxy.url } });
      assert.equal(code, 1);
      assert.match(stderr, /\[UNAUTHORIZED\]\n/);
      assert.ok(server.requests.every(({ headers }) => headers.authorization === undefined), "as docker: nothing is sent");
      const hint = `hint: There is a login for ${named}, which is the same place by another name: write ${named} in the ` +
        `reference, or run \`multiarch login ${domain}\`.\n`;
      assert.equal(stderr.includes(hint), named !== undefined, stderr);
      // Beside docker's sentence too: it alone would say nothing of the login.
      const inspect = ["--ca", files.certificate, "inspect", `${domain}/x/app:1`];
      const worded = await multiarchHere(inspect, { env: { ...env, HTTPS_PROXY: proxy.url } });
      assert.match(worded.stderr, /no basic auth credentials\n/);
      assert.equal(worded.stderr.includes(hint), named !== undefined, worded.stderr);
    });
  }
});
