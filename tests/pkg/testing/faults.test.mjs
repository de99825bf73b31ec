/** The faults of the in-memory registry: which requests meet one, and what happens to them. */

import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { ociImage } from "../../support/images.mjs";
import { NAME, emptyRegistry, put } from "../../support/registry-requests.mjs";

suite("faults", () => {
  const path = `/v2/${NAME}/manifests/1`;
  async function faulty(answer, match = {}) {
    const { registry, ask } = emptyRegistry({ faults: [{ match, answer }] });
    await registry.putManifest(NAME, "1", ociImage().bytes);
    return { registry, ask, size: ociImage().size };
  }

  test("an answer instead of the true one, so often and no more", async () => {
    const { ask } = await faulty(
      { status: 503, headers: { "retry-after": "7" }, body: { errors: [] } },
      { method: "get", path: /manifests/, skip: 1, times: 2 },
    );
    assert.equal((await ask(path, { method: "HEAD" })).status, 200);
    const statuses = [];
    for (let round = 0; round < 4; round++) statuses.push((await ask(path)).status);
    assert.deepEqual(statuses, [200, 503, 503, 200]);
  });

  test("an answer with status never reaches the registry, one without is carried out", async () => {
    const image = ociImage();
    for (const [answer, stored] of [
      [{ status: 500 }, false],
      [{ headers: { "docker-content-digest": null } }, true],
      ["reset", false],
      ["lost", true],
    ]) {
      const { registry, ask } = emptyRegistry({ faults: [{ match: { method: "PUT" }, answer }] });
      await ask(path, put(image.bytes, image.mediaType)).catch(() => {});
      assert.equal(registry.manifest(NAME, "1") !== undefined, stored, JSON.stringify(answer));
    }
  });

  test("headers are set and removed", async () => {
    const { ask } = await faulty({
      headers: { "docker-content-digest": null, "content-type": "text/plain" },
    });
    const got = await ask(path);
    assert.deepEqual(
      [got.headers.get("docker-content-digest"), got.headers.get("content-type")],
      [null, "text/plain"],
    );
    assert.equal(got.status, 200);
  });

  test("a broken connection looks as fetch shows it", async () => {
    const { ask } = await faulty("reset");
    await assert.rejects(
      ask(path),
      (error) => error instanceof TypeError && error.cause.code === "ECONNRESET",
    );
  });

  test("a body cut short, changed, broken, or stuck", async () => {
    const cut = await (await faulty({ truncate: 10 })).ask(path);
    assert.equal(cut.headers.get("content-length"), String(ociImage().size));
    assert.equal((await cut.arrayBuffer()).byteLength, 10);

    const changed = Buffer.from(await (await (await faulty({ corrupt: 3 })).ask(path)).arrayBuffer());
    const { bytes } = ociImage();
    assert.deepEqual(
      [...changed.keys()].filter((position) => changed[position] !== bytes[position]),
      [3],
    );

    const broken = await (await faulty({ resetAfter: 5 })).ask(path);
    await assert.rejects(broken.arrayBuffer(), (error) => error.cause.code === "ECONNRESET");

    const controller = new AbortController();
    const stuck = await (await faulty({ stallAfter: 5 })).ask(path, { signal: controller.signal });
    const reader = stuck.body.getReader();
    assert.equal((await reader.read()).value.length, 5);
    const next = reader.read();
    controller.abort("enough");
    await assert.rejects(next, (reason) => reason === "enough");
  });

  test("waiting ends with the signal", async () => {
    for (const answer of ["stall", { delayMs: 60_000 }]) {
      const { ask } = await faulty(answer);
      const controller = new AbortController();
      const waiting = ask(path, { signal: controller.signal });
      controller.abort("enough");
      await assert.rejects(waiting, (reason) => reason === "enough");
    }
    const { ask } = await faulty({ delayMs: 1 });
    assert.equal((await ask(path)).status, 200);
    await assert.rejects(ask(path, { signal: AbortSignal.abort("before") }), (reason) => reason === "before");
  });

  test("the list is live, and a function decides alone", async () => {
    const { registry, ask } = await faulty({ status: 500 }, { times: 0 });
    registry.faults.push(
      { match: { path: (text) => text.endsWith("/1") }, answer: { status: 418 } },
      { match: { path: "/v2/" }, answer: { status: 419 } },
    );
    assert.equal((await ask(path)).status, 418);
    assert.equal((await ask("/v2/")).status, 419);
    const deciding = emptyRegistry({ faults: ({ method }) => (method === "HEAD" ? { status: 429 } : undefined) });
    assert.equal((await deciding.ask("/v2/", { method: "HEAD" })).status, 429);
    assert.equal((await deciding.ask("/v2/")).status, 200);
  });

  test("redirects are followed as fetch follows them", async () => {
    const { registry, ask } = await faulty(
      { status: 307, headers: { location: "https://elsewhere.example/v2/" } },
      { path },
    );
    const followed = await ask(path, { headers: { authorization: "Basic eDp5" } });
    assert.equal(followed.status, 200);
    assert.deepEqual(
      registry.requests.map(({ url, headers }) => [new URL(url).host, headers.authorization]),
      [
        ["registry.example", "Basic ***"],
        ["elsewhere.example", undefined],
      ],
    );
    assert.equal((await ask(path, { redirect: "manual" })).status, 307);
    await assert.rejects(ask(path, { redirect: "error" }), TypeError);
    const circle = await faulty({ status: 302, headers: { location: path } });
    await assert.rejects(circle.ask(path), TypeError);
  });
});
