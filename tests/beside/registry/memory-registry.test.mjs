/** Real tools against the in-memory registry: skopeo pushes and pulls, docker builds and pushes a list. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { suite, test } from "node:test";

import { createMemoryRegistry } from "multiarch/testing";
import { serve } from "multiarch/node";

import { dockerVersion, dockerWith } from "../../support/docker.mjs";
import {
  dockerImage,
  everything,
  indexWithAttestations,
  ociImage,
  pushAll,
  writeLayout,
} from "../../support/images.mjs";
import { run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const ADA = { username: "ada", password: "p:ss wörd" };
const USERS = { [ADA.username]: ADA.password };
const WAYS = {
  "without authentication": { login: undefined, auth: undefined },
  "with Basic": { login: ADA, auth: { type: "basic", users: USERS } },
  "with Bearer": { login: ADA, auth: { type: "bearer", users: USERS } },
};

/** A served registry, a folder, and a fetch that carries the login; all of it goes away with the test. */
async function servedRegistry(t, { auth, login }) {
  const registry = createMemoryRegistry({ auth });
  const server = await serve(registry.fetch);
  const folder = await scratch("memory-registry-");
  t.after(() => Promise.all([server.close(), folder.remove()]));
  const domain = new URL(server.url).host;
  const skopeo = async (...args) => {
    const { code, stdout, stderr } = await run("skopeo", [...args], {
      env: { HOME: folder.path, XDG_RUNTIME_DIR: folder.path },
    });
    assert.equal(code, 0, `skopeo ${args.join(" ")}: ${stderr}`);
    return stdout;
  };
  const creds = (flag) => (login ? [flag, `${login.username}:${login.password}`] : []);
  return { registry, server, folder, domain, skopeo, creds, login };
}

/** Whether a tool is here. Where it is missing the test says so; in CI, where all of them are installed, it fails. */
async function present(t, name) {
  const version = name === "docker" ? await dockerVersion() : await versionOf(name);
  if (version !== undefined) return true;
  assert.ok(!process.env.CI, `${name} is missing in CI`);
  t.diagnostic(`${name} is not installed: nothing was compared with it`);
  return false;
}

async function versionOf(name) {
  const { code, stdout } = await run(name, ["--version"]).catch(() => ({ code: 1 }));
  return code === 0 ? stdout : undefined;
}

async function layoutBlobs(path, image) {
  const read = ({ digest }) => readFile(`${path}/blobs/sha256/${digest.slice("sha256:".length)}`);
  return Promise.all(everything(image).map(read));
}

for (const [name, way] of Object.entries(WAYS)) {
  suite(name, () => {
    test("skopeo pushes an index, pulls it back, lists its tags and deletes it", async (t) => {
      if (!(await present(t, "skopeo"))) return;
      const { registry, folder, domain, skopeo, creds } = await servedRegistry(t, way);
      const image = indexWithAttestations(ociImage(), ociImage({ architecture: "arm64" }));
      const remote = `docker://${domain}/team/app:1.0`;
      await writeLayout(folder.join("out"), "app", image);

      await skopeo(
        "copy",
        "--all",
        "--dest-tls-verify=false",
        ...creds("--dest-creds"),
        `oci:${folder.join("out")}:app`,
        remote,
      );
      assert.deepEqual(registry.manifest("team/app", "1.0").bytes, new Uint8Array(image.bytes));
      for (const { digest, bytes } of image.children.flatMap(({ blobs }) => blobs)) {
        assert.deepEqual(registry.blob("team/app", digest), new Uint8Array(bytes));
      }

      await skopeo(
        "copy",
        "--all",
        "--src-tls-verify=false",
        ...creds("--src-creds"),
        remote,
        `oci:${folder.join("back")}:app`,
      );
      assert.deepEqual(
        await layoutBlobs(folder.join("back"), image),
        everything(image).map(({ bytes }) => bytes),
      );

      assert.equal(
        await skopeo("inspect", "--raw", "--tls-verify=false", ...creds("--creds"), remote),
        image.bytes.toString(),
      );
      const listed = JSON.parse(
        await skopeo("list-tags", "--tls-verify=false", ...creds("--creds"), `docker://${domain}/team/app`),
      );
      assert.deepEqual(listed.Tags, ["1.0"]);

      await skopeo("delete", "--tls-verify=false", ...creds("--creds"), remote);
      assert.equal(registry.manifest("team/app", image.digest), undefined);
      assert.deepEqual(registry.tags("team/app"), []);
    });

    test("skopeo copies an image between repositories and into a folder", async (t) => {
      if (!(await present(t, "skopeo"))) return;
      const { registry, folder, domain, skopeo, creds } = await servedRegistry(t, way);
      const image = ociImage({ os: "linux", architecture: "arm", variant: "v7" });
      await writeLayout(folder.join("out"), "app", image);
      const both = [
        "--src-tls-verify=false",
        "--dest-tls-verify=false",
        ...creds("--src-creds"),
        ...creds("--dest-creds"),
      ];
      await skopeo(
        "copy",
        "--dest-tls-verify=false",
        ...creds("--dest-creds"),
        `oci:${folder.join("out")}:app`,
        `docker://${domain}/one/app:1`,
      );
      await skopeo("copy", ...both, `docker://${domain}/one/app:1`, `docker://${domain}/two/app:1`);
      assert.equal(registry.manifest("two/app", "1").digest, image.digest);

      await skopeo(
        "copy",
        "--src-tls-verify=false",
        ...creds("--src-creds"),
        `docker://${domain}/two/app:1`,
        `dir:${folder.join("dir")}`,
      );
      assert.deepEqual(await readFile(folder.join("dir", "manifest.json")), image.bytes);
    });

    test("docker creates a list across repositories, pushes it with mounts and inspects it", async (t) => {
      if (!(await present(t, "docker"))) return;
      const { registry, folder, domain, login } = await servedRegistry(t, way);
      const images = [dockerImage(), dockerImage({ architecture: "arm64" })];
      const open = createAuthorised(registry, login);
      for (const image of images)
        await pushAll(open, `http://${domain}`, "parts/app", image.platform.architecture, image);
      const cli = await dockerWith(folder, login ? { [domain]: login } : {});
      const docker = async (...args) => {
        const { code, stdout, stderr } = await cli.run(["manifest", ...args]);
        assert.equal(code, 0, `docker manifest ${args.join(" ")}: ${stderr}`);
        return stdout;
      };

      const list = `${domain}/team/list:1`;
      await docker("create", "--insecure", list, `${domain}/parts/app:amd64`, `${domain}/parts/app:arm64`);
      registry.requests.length = 0;
      const pushed = (await docker("push", "--insecure", list)).trim().split("\n").at(-1);

      const stored = registry.manifest("team/list", "1");
      assert.equal(stored.digest, pushed);
      const { manifests } = JSON.parse(Buffer.from(stored.bytes).toString());
      assert.deepEqual(
        manifests.map(({ digest }) => digest),
        images.map(({ digest }) => digest),
      );
      for (const { digest } of images.flatMap(({ blobs }) => blobs))
        assert.ok(registry.blob("team/list", digest));
      const mounts = registry.requests.filter(
        ({ method, url, status }) => method === "POST" && url.includes("mount=") && status === 201,
      );
      assert.equal(mounts.length, 4);
      assert.deepEqual(JSON.parse(await docker("inspect", "--insecure", list)).manifests, manifests);
    });
  });
}

/** A fetch straight into the registry that knows the login: Basic as it is, Bearer by a token for what it pushes. */
function createAuthorised(registry, login) {
  if (!login) return registry.fetch;
  const basic = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
  return async (url, init) => {
    const first = await registry.fetch(url, { ...init, headers: { ...init.headers, authorization: basic } });
    const challenge = first.headers.get("www-authenticate") ?? "";
    if (first.status !== 401 || !challenge.startsWith("Bearer")) return first;
    const [realm, service, scope] = ["realm", "service", "scope"].map(
      (key) => new RegExp(`${key}="([^"]*)"`).exec(challenge)[1],
    );
    const issued = await registry.fetch(`${realm}?${new URLSearchParams({ service, scope })}`, {
      headers: { authorization: basic },
    });
    const { token } = await issued.json();
    return registry.fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
  };
}
