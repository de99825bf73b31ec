/** The in-memory registry as the registries that it can be: quirks of their own, profiles, and attacks by name. */

import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { suite, test } from "node:test";

import { ATTACKS, createMemoryRegistry, PROFILES, QUIRKS } from "multiarch/testing";

import { dockerImage, entry, ociImage, ociIndex, pushAll } from "../../support/images.mjs";

const BASE = "https://registry.example";
const NAME = "team/app";
const USERS = { ada: "secret" };
const BASIC = { authorization: `Basic ${btoa("ada:secret")}` };
const image = ociImage();

/** A registry with an image as `1`, and requests to it. */
async function registryWithImage({ quirks, auth, faults }) {
  const registry = createMemoryRegistry({ quirks, auth, faults });
  await registry.putManifest(NAME, "1", image.bytes, { mediaType: image.mediaType });
  return { registry, ask: (path, init) => registry.fetch(new URL(path, BASE), init) };
}

const put = (content, mediaType) => ({ method: "PUT", body: content, headers: { "content-type": mediaType } });
const putImage = put(image.bytes, image.mediaType);
const codeOf = async (response) => (await response.json()).errors[0].code;

/** A token for `scope`, and what the registry says to it. */
async function withToken(ask, path, scope, headers) {
  const { token } = await (await ask(`/token?scope=${scope}`, { headers })).json();
  return ask(path, { headers: { authorization: `Bearer ${token}` } });
}

const bearer = { type: "bearer", users: USERS };

const tried = {
  capitalSchemes: [{ type: "basic", users: USERS }, async ({ ask }) => {
    assert.match((await ask("/v2/")).headers.get("www-authenticate"), /^BASIC /);
  }],
  escapedErrors: [undefined, async ({ ask }) => {
    assert.match(await (await ask(`/v2/${NAME}/manifests/none`)).text(), /^\{&quot;errors&quot;/);
  }],
  headFails: [undefined, async ({ ask }) => {
    assert.equal((await ask(`/v2/${NAME}/manifests/1`, { method: "HEAD" })).status, 500);
    assert.equal((await ask(`/v2/${NAME}/manifests/1`)).status, 200);
  }],
  hiddenMissing: [{ ...bearer, anonymous: ["pull"] }, async ({ ask }) => {
    const scope = "repository:nobody/here:pull";
    const answer = await withToken(ask, "/v2/nobody/here/manifests/1", scope);
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get("www-authenticate"), /nobody\/here:pull/);
  }],
  lateTags: [undefined, async ({ ask }) => {
    assert.equal((await ask(`/v2/${NAME}/manifests/2`, putImage)).status, 201);
    assert.equal((await ask(`/v2/${NAME}/manifests/2`)).status, 404);
    assert.equal((await ask(`/v2/${NAME}/manifests/2`)).status, 200);
  }],
  latin1Json: [undefined, async ({ ask }) => {
    assert.equal((await ask(`/v2/${NAME}/tags/list`)).headers.get("content-type"), "application/json;charset=ISO-8859-1");
  }],
  noTokenForDelete: [bearer, async ({ ask }) => {
    const path = `/v2/${NAME}/manifests/1`;
    assert.equal((await withToken(ask, path, `repository:${NAME}:pull`, BASIC)).status, 200);
    assert.equal((await withToken(ask, path, `repository:${NAME}:pull,delete`, BASIC)).status, 401);
  }],
  noTokenPost: [bearer, async ({ ask }) => {
    const body = new URLSearchParams({ grant_type: "password", username: "ada", password: "secret" });
    assert.equal((await ask("/token", { method: "POST", body })).status, 404);
  }],
  ociChildrenOnly: [undefined, async ({ ask }) => {
    const mixed = ociIndex(entry(dockerImage()));
    const answer = await ask(`/v2/${NAME}/manifests/2`, put(mixed.bytes, mixed.mediaType));
    assert.deepEqual([answer.status, await codeOf(answer)], [400, "MANIFEST_INVALID"]);
    const pure = ociIndex(entry(image));
    assert.equal((await ask(`/v2/${NAME}/manifests/2`, put(pure.bytes, pure.mediaType))).status, 201);
  }],
  ownErrorCodes: [undefined, async ({ ask }) => {
    assert.equal(await codeOf(await ask("/v2/nobody/here/tags/list")), "NOT_FOUND");
  }],
  patchCreated: [undefined, async ({ ask }) => {
    const opened = await ask(`/v2/${NAME}/blobs/uploads/`, { method: "POST" });
    assert.equal((await ask(opened.headers.get("location"), { method: "PATCH", body: "part" })).status, 201);
  }],
  rateHeaders: [undefined, async ({ ask }) => {
    const { headers } = await ask(`/v2/${NAME}/manifests/1`);
    assert.deepEqual([headers.get("ratelimit-limit"), headers.get("ratelimit-remaining")], ["100;w=21600", "99;w=21600"]);
  }],
  repositoriesFirst: [undefined, async ({ ask }) => {
    const answer = await ask("/v2/nobody/here/manifests/1", putImage);
    assert.deepEqual([answer.status, await codeOf(answer)], [404, "NAME_UNKNOWN"]);
    assert.equal((await ask(`/v2/${NAME}/manifests/2`, putImage)).status, 201);
  }],
  sessionCookie: [undefined, async ({ ask }) => {
    assert.equal((await ask("/v2/")).headers.getSetCookie().length, 1);
  }],
  strictPages: [undefined, async ({ ask }) => {
    assert.equal((await ask(`/v2/${NAME}/tags/list?n=1001`)).status, 400);
    assert.equal((await ask(`/v2/${NAME}/tags/list?n=1000`)).status, 200);
  }],
  taggedStay: [undefined, async ({ ask }) => {
    const gone = (reference) => ask(`/v2/${NAME}/manifests/${reference}`, { method: "DELETE" });
    assert.equal(await codeOf(await gone(image.digest)), "GOOGLE_MANIFEST_DANGLING_TAG");
    assert.deepEqual([(await gone("1")).status, (await gone(image.digest)).status], [202, 202]);
  }],
  talkativeTags: [undefined, async ({ ask }) => {
    const listing = await (await ask(`/v2/${NAME}/tags/list`)).json();
    assert.deepEqual(listing, { child: [], manifest: {}, name: NAME, tags: ["1"] });
  }],
  tokenForAnybody: [bearer, async ({ ask }) => {
    assert.equal((await ask(`/token?scope=repository:${NAME}:pull`)).status, 200);
    assert.equal((await withToken(ask, `/v2/${NAME}/manifests/1`, `repository:${NAME}:pull`)).status, 401);
  }],
};

suite("quirks of particular registries", () => {
  for (const [quirk, [auth, tryIt]] of Object.entries(tried)) {
    test(quirk, async () => {
      await tryIt(await registryWithImage({ quirks: [quirk], auth }));
      // And without the quirk the same expectation fails: each switch does something.
      await assert.rejects(async () => tryIt(await registryWithImage({ auth })));
    });
  }
});

suite("profiles", () => {
  test("each names quirks that exist and says what it is", () => {
    for (const [name, { about, auth, quirks }] of Object.entries(PROFILES)) {
      assert.match(about, /\w/, name);
      assert.match(auth, /^(basic|bearer)$/, name);
      assert.deepEqual(quirks.filter((quirk) => !Object.hasOwn(QUIRKS, quirk)), [], name);
    }
  });

  test("every quirk of a particular registry is part of a profile", () => {
    const used = new Set(Object.values(PROFILES).flatMap(({ quirks }) => quirks));
    assert.deepEqual(Object.keys(tried).filter((quirk) => !used.has(quirk)), []);
  });

  test("a profile gives the kind of authentication, and all of its quirks", async () => {
    const { ask } = await registryWithImage({ quirks: ["nexus"], auth: { users: USERS } });
    assert.match((await ask("/v2/")).headers.get("www-authenticate"), /^BASIC /);
    const got = await ask(`/v2/${NAME}/tags/list`, { headers: BASIC });
    assert.equal((await got.json()).tags[1], null);
  });

  test("an image can be pushed and read in each", async () => {
    for (const name of Object.keys(PROFILES)) {
      const { registry } = await registryWithImage({ quirks: [name] });
      const single = dockerImage({ text: name });
      const chunked = PROFILES[name].quirks.includes("chunkedOnly");
      if (chunked) continue;
      await pushAll(registry.fetch, BASE, NAME, "2", single);
      assert.deepEqual(Buffer.from(registry.manifest(NAME, "2").bytes), single.bytes, name);
    }
  });
});

suite("attacks", () => {
  const path = `/v2/${NAME}/manifests/1`;

  test("each changes the answer, or the connection", async () => {
    const signal = AbortSignal.timeout(20_000);
    const honest = await registryWithImage({});
    const plain = await shown(await honest.ask(path, { signal }));
    for (const [attack, about] of Object.entries(ATTACKS)) {
      assert.match(about, /\w/);
      if (attack === "redirectLoop" || attack === "slow") continue; // below
      const listing = attack === "nullTags";
      const { ask } = await registryWithImage({ faults: [{ answer: attack }] });
      const answer = await ask(listing ? `/v2/${NAME}/tags/list` : path, { signal, redirect: "manual" });
      assert.notDeepEqual(await shown(answer), plain, attack);
    }
  });

  /** Status, headers and the first bytes. */
  async function shown(response) {
    const reader = response.body?.getReader();
    const pieces = [];
    for (let size = 0; reader && size < 2000;) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      size += value.length;
    }
    await reader?.cancel();
    return [response.status, Object.fromEntries(response.headers), Buffer.concat(pieces).toString("latin1")];
  }

  test("a bomb is what it says", async () => {
    const { ask } = await registryWithImage({ faults: [{ answer: "gzipBomb" }] });
    const packed = Buffer.from(await (await ask(path)).arrayBuffer());
    assert.ok(gunzipSync(packed).length / packed.length > 900);
  });

  test("a slow body comes byte by byte", async () => {
    const { ask } = await registryWithImage({ faults: [{ answer: "slow" }] });
    const reader = (await ask(path)).body.getReader();
    for (const byte of image.bytes.subarray(0, 3)) assert.deepEqual([...(await reader.read()).value], [byte]);
    await reader.cancel();
  });

  test("a redirect loop leads to itself", async () => {
    const { ask } = await registryWithImage({ faults: [{ answer: "redirectLoop" }] });
    const answer = await ask(path, { redirect: "manual" });
    assert.deepEqual([answer.status, answer.headers.get("location")], [307, BASE + path]);
  });

  test("content is attacked where it would have been given, refusals stay", async () => {
    const { ask } = await registryWithImage({ auth: bearer, faults: [{ answer: "wrongBit" }] });
    const refusal = await ask(path);
    assert.deepEqual([refusal.status, await codeOf(refusal)], [401, "UNAUTHORIZED"]);
  });

  test("an unknown one is refused by name", () => {
    assert.throws(() => createMemoryRegistry({ faults: [{ answer: "noSuchAttack" }] }), /"noSuchAttack" is not a fault; known are reset/);
  });
});
