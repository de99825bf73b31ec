/** The executable of `cargo xtask binary`, away from everything it was built of: registries, logins, TLS, files. */

import assert from "node:assert/strict";
import { chmod, copyFile, mkdir, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { serve } from "../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../pkg/testing/index.js";
import { selfSigned } from "../support/certificate.mjs";
import { pushAll, samples } from "../support/images.mjs";
import { BIN, multiarch, run } from "../support/run.mjs";
import { scratch } from "../support/scratch.mjs";
import { startTlsFront } from "../support/tls-front.mjs";

const BUILT = fileURLToPath(new URL("../../target/binary/multiarch", import.meta.url));
const { attested } = samples();

let folder, server, locked, host;
before(async () => {
  const [made, modules] = await Promise.all([BUILT, BIN].map(async (path) => (await stat(path)).mtimeMs));
  assert.ok(made >= modules, `${BUILT} is older than ${BIN}: run \`cargo xtask binary\``);
  folder = await scratch();
  await mkdir(folder.join("bin"));
  // The name under which docker finds its plugins; the program is the same.
  for (const name of ["multiarch", "docker-multiarch"]) {
    await copyFile(BUILT, folder.join("bin", name));
    await chmod(folder.join("bin", name), 0o755);
  }
  const open = createMemoryRegistry();
  server = await serve(open.fetch);
  host = new URL(server.url).host;
  await pushAll(open.fetch, server.url, "team/app", "1", attested);
  locked = await serve(createMemoryRegistry({ auth: { type: "bearer", users: { ada: "secret" } } }).fetch);
});
after(async () => {
  await Promise.all([server?.close(), locked?.close()]);
  await folder?.remove();
});

/** The binary with nothing in its environment but a home. */
function binary(args, { name = "multiarch", input } = {}) {
  return run("env", ["-i", `HOME=${folder.path}`, `DOCKER_CONFIG=${folder.join("docker")}`, folder.join("bin", name), ...args], { cwd: folder.path, input });
}

async function printed(...args) {
  const { code, stdout, stderr } = await binary(args);
  assert.equal(code, 0, stderr);
  return stdout;
}

test("prints what the package prints", async () => {
  for (const args of [["version"], ["--help"], ["inspect", `${host}/team/app:1`], ["resolve", "--platform", "linux/arm64", `${host}/team/app:1`], ["digest", "--json", BIN]]) {
    const [one, other] = [await binary(args), await multiarch(args)];
    assert.deepEqual([one.code, one.stdout, one.stderr], [other.code, other.stdout, other.stderr], args.join(" "));
  }
});

test("makes an index, and pins a file", async () => {
  const reference = (await printed("create", "-t", `${host}/team/app:2`, `${host}/team/app:1`)).trim();
  assert.match(reference, /^127\.0\.0\.1:\d+\/team\/app:2@sha256:[0-9a-f]{64}$/);
  await writeFile(folder.join("compose.yaml"), `services:\n  app:\n    image: ${host}/team/app:2\n`);
  await printed("pin", "compose.yaml");
  assert.equal(await readFile(folder.join("compose.yaml"), "utf8"), `services:\n  app:\n    image: ${reference}\n`);
});

test("carries the inspector page", async () => {
  const exported = folder.join("page");
  await printed("serve", "--export", exported);
  const page = new URL("../../pkg/inspector/", import.meta.url);
  const names = await readdir(page);
  assert.deepEqual((await readdir(exported)).sort(), [...names, "_headers", "config.json"].sort());
  for (const name of names) assert.ok((await readFile(`${exported}/${name}`)).equals(await readFile(new URL(name, page))), name);
});

test("logs in, and uses the login", async () => {
  const registry = new URL(locked.url).host;
  const refused = await binary(["login", "-u", "ada", "--password-stdin", registry], { input: "wrong" });
  assert.deepEqual([refused.code, refused.stdout], [1, ""]);
  const { code, stderr } = await binary(["login", "-u", "ada", "--password-stdin", registry], { input: "secret" });
  assert.equal(code, 0, stderr);
  await printed("copy", `${host}/team/app:1`, `${registry}/team/app:1`);
  assert.equal(await printed("inspect", "--raw", `${registry}/team/app:1`), attested.bytes.toString());
});

test("speaks TLS, with an authority that it is given and with none", async () => {
  const { certificate, key } = await selfSigned(folder);
  const [cert, secret] = await Promise.all([certificate, key].map((path) => readFile(path)));
  const front = await startTlsFront(server.url, { cert, key: secret });
  try {
    const reference = `${front.domain}/team/app:1`;
    assert.equal(await printed("--ca", certificate, "inspect", "--raw", reference), attested.bytes.toString());
    const { code, stderr } = await binary(["inspect", `${front.domain.replace("127.0.0.1", "localhost")}/team/app:1`]);
    assert.deepEqual([code, /certificate/.test(stderr)], [1, true], stderr);
  } finally {
    await front.close();
  }
});

test("is docker's plugin under the plugin's name, and fails as a program does", async () => {
  const { stdout } = await binary(["docker-cli-plugin-metadata"], { name: "docker-multiarch" });
  assert.equal(JSON.parse(stdout).Vendor, "multiarch");
  const { code, stderr } = await binary(["multiarch", "inspect", `${host}/team/app:none`], { name: "docker-multiarch" });
  assert.deepEqual([code, stderr.includes("    at ")], [1, false], stderr);
  assert.equal((await binary(["none"])).code, 1);
});
