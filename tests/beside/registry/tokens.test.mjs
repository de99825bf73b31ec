/** Every call against a docker-registry that believes a token service: what each asks for, and how often. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { createClient, createManifests, digest } from "multiarch";

import { collected, documentOf, failed } from "../../support/calls.mjs";
import { canary } from "../../support/canary.mjs";
import { startDockerRegistry } from "../../support/docker-registry.mjs";
import { artifact, everything, ociImage, ociIndex } from "../../support/images.mjs";
import { scratch } from "../../support/scratch.mjs";
import { startTokenServer } from "../../support/token-server.mjs";

const ada = { username: "ada", password: canary() };
const images = [ociImage(), ociImage({ architecture: "arm64" })];
const index = ociIndex(...images);

/** The ways of a login: a password, or an identity token that stands for it. */
const LOGINS = {
  "a password": { method: "GET", credentials: () => ada },
  "an identity token": { method: "POST", credentials: (tokens) => ({ identityToken: tokens.identityTokenOf("ada") }) },
};

for (const [name, { method, credentials }] of Object.entries(LOGINS)) {
  describe(`docker-registry with a token server, and ${name}`, () => {
    let folder, tokens, registry, domain, repository;
    before(async () => {
      folder = await scratch();
      tokens = await startTokenServer(folder, { users: { ada: ada.password }, open: ["open/app"] });
      registry = await startDockerRegistry({ tokens });
      domain = registry.domain;
      repository = `${domain}/team/app`;
      const client = newClient();
      for (const to of [repository, `${domain}/open/app`]) {
        for (const { bytes, ...blob } of images.flatMap((image) => image.blobs)) await client.upload(to, bytes, blob);
        for (const image of images) await client.push(documentOf(image), `${to}:${image.platform.architecture}`);
        await client.push(documentOf(index), `${to}:1`);
      }
    });
    after(async () => {
      await registry.close();
      await tokens.close();
      await folder.remove();
    });

    const newClient = () => createClient({ credentials: () => credentials(tokens) });

    /** Does some work with a client that knows nothing; what it asked the token server for. */
    async function scopesOf(work) {
      const start = tokens.asked.length;
      const result = await work(newClient());
      const asked = tokens.asked.slice(start);
      for (const one of asked) assert.deepEqual([one.method, one.user, one.status], [method, "ada", 200]);
      return [asked.map(({ scopes }) => scopes.join(" ")), result];
    }

    const PULL = "repository:team/app:pull";
    const PUSH = "repository:team/app:pull,push";

    const READS = {
      resolve: (client) => client.resolve(`${repository}:1`),
      "resolve for a platform": (client) => client.resolve(`${repository}:1`, { platform: "linux/arm64" }),
      manifest: (client) => client.manifest(`${repository}:1`, { platform: "linux/amd64" }),
      config: (client) => client.config(`${repository}:1`, { platform: "linux/amd64" }),
      blob: async (client) => new Response(await client.blob(repository, images[0].blobs[0].digest)).arrayBuffer(),
      tags: (client) => collected(client.tags(repository)),
      referrers: (client) => collected(client.referrers(`${repository}:1`)),
      "rate limits": (client) => client.rateLimit(`${repository}:1`),
    };
    for (const [verb, read] of Object.entries(READS)) {
      test(`${verb}: one token, for pulling`, async () => {
        const [scopes] = await scopesOf((client) => Promise.all([read(client), read(client), read(client)]));
        assert.deepEqual(scopes, [PULL]);
      });
    }

    test("login: one token, for nothing", async () => {
      const [scopes, verified] = await scopesOf((client) => client.login(domain));
      assert.deepEqual([scopes, verified], [[""], true]);
    });

    test("upload and push: one token, for pulling and pushing", async () => {
      const bytes = new Uint8Array((9 << 20) + 1).map((_, at) => at ^ (at >> 7));
      const note = artifact({ subject: index, text: "note" });
      const [scopes] = await scopesOf(async (client) => {
        await client.upload(repository, new Blob([bytes]).stream(), { digest: digest(bytes), size: bytes.length });
        for (const { bytes: content, ...blob } of note.blobs) await client.upload(repository, content, blob);
        await client.push(documentOf(index), [`${repository}:2`, `${repository}:3`], { wait: true });
        await client.push(documentOf(index), `${repository}:2`, { expect: index.digest });
      });
      assert.deepEqual(scopes, [PUSH]);
      // What refers to another manifest is listed by reading and writing.
      const [further] = await scopesOf((client) => client.push(documentOf(note), `${repository}@${note.digest}`));
      assert.deepEqual(new Set(further), new Set([PUSH, PULL]));
      assert.equal(further.length, 2);
      assert.deepEqual((await collected(newClient().referrers(`${repository}:1`))).map((one) => one.digest), [note.digest]);
    });

    test("mount: pushing there, and pulling here", async () => {
      const [{ digest: blob }] = images[0].blobs;
      const [scopes, mounted] = await scopesOf((client) => client.mount(blob, repository, `${domain}/team/mounted`));
      assert.equal(mounted, true);
      assert.deepEqual(scopes, [`repository:team/mounted:pull,push ${PULL}`]);
    });

    test("copy: pulling here, pushing there, and both for the mounts", async () => {
      const [scopes, copied] = await scopesOf((client) => client.copy(`${repository}:1`, `${domain}/team/copied:1`));
      assert.equal(copied.digest, index.digest);
      assert.deepEqual(scopes, [PULL, `repository:team/copied:pull,push ${PULL}`]);
      for (const image of everything(index)) {
        if (image.mediaType?.includes("manifest")) await newClient().manifest(`${domain}/team/copied@${image.digest}`);
      }
    });

    test("create, annotate, inspect and push of a list", async () => {
      const list = `${domain}/team/list:1`;
      const [scopes, { digest: pushed }] = await scopesOf(async (client) => {
        const manifests = createManifests({ client });
        await manifests.create(list, images.map(({ platform }) => `${repository}:${platform.architecture}`));
        await manifests.annotate(list, `${repository}:arm64`, { variant: "v8" });
        assert.match(await manifests.inspect(list), /"variant": "v8"/);
        return manifests.push(list, { purge: true });
      });
      assert.deepEqual(scopes, [PULL, `repository:team/list:pull,push ${PULL}`]);
      const [read, text] = await scopesOf((client) => createManifests({ client }).inspect(list));
      assert.deepEqual(read, ["repository:team/list:pull"]);
      assert.match(text, /"variant": "v8"/);
      assert.equal((await newClient().resolve(list)).digest, pushed);
    });

    test("delete: a token of its own", async () => {
      const gone = `${domain}/team/gone`;
      await newClient().copy(`${repository}:amd64`, `${gone}:1`);
      const [scopes] = await scopesOf((client) => client.delete(`${gone}@${images[0].digest}`));
      assert.deepEqual(scopes, ["repository:team/gone:*"]);
      assert.equal(await failed(newClient().resolve(`${gone}:1`)), "MANIFEST_UNKNOWN");
    });

    test("an anonymous client reads what is open and nothing else, and a wrong password is tried once", async () => {
      const anonymous = createClient();
      const start = tokens.asked.length;
      const found = await Promise.all(Array.from({ length: 8 }, () => anonymous.resolve(`${domain}/open/app:1`)));
      assert.ok(found.every((one) => one.digest === index.digest));
      const refused = await Promise.all(Array.from({ length: 8 }, () => failed(anonymous.resolve(`${repository}:1`))));
      assert.deepEqual(new Set(refused), new Set(["UNAUTHORIZED"]));
      const scopes = tokens.asked.slice(start).map((one) => [one.user, one.scopes.join(" ")]);
      assert.deepEqual(scopes, [[undefined, "repository:open/app:pull"], [undefined, PULL]]);

      const wrong = createClient({ credentials: () => ({ username: "ada", password: "wrong" }) });
      const before = tokens.asked.length;
      const codes = await Promise.all(Array.from({ length: 8 }, () => failed(wrong.resolve(`${repository}:1`))));
      assert.deepEqual(new Set(codes), new Set(["UNAUTHORIZED"]));
      assert.deepEqual(tokens.asked.slice(before).map(({ status }) => status), [401]);
      assert.equal(await failed(wrong.login(domain)), "UNAUTHORIZED");
    });
  });
}
