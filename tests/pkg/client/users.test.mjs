/** One client that serves many users: what each of them is let in with. */

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "multiarch";

import { indexOf } from "../../support/vectors.mjs";

const text = indexOf([{ os: "linux", architecture: "amd64" }]);
const TYPE = JSON.parse(text).mediaType;
const failure = (promise) => promise.then(() => assert.fail("it succeeded"), (error) => error);
const basic = (username, password) => `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
const refusal = (challenge) => new Response("", { status: 401, headers: { "www-authenticate": challenge } });

/** A registry with a token service that names the user in the token; Mallory's password is wrong. */
function registry() {
  const seen = [];
  const fetch = async (url, { headers }) => {
    const { authorization } = headers;
    const user = users.getStore();
    await sleep(1 + (seen.length % 5));
    if (new URL(url).pathname === "/token") {
      if (authorization === basic("mallory", "secret")) return refusal('Basic realm="r"');
      const [name] = Buffer.from(authorization?.slice(6) ?? "bm9ib2R5", "base64").toString().split(":");
      return Response.json({ token: `T-${name}`, expires_in: 300 });
    }
    if (!authorization) return refusal('Bearer realm="https://registry.example/token"');
    seen.push([user, authorization]);
    return new Response(text, { headers: { "content-type": TYPE } });
  };
  return { fetch, seen };
}

const users = new AsyncLocalStorage();
/** Who is asked for their credentials; anonymous for no name. */
const provider = () => {
  const username = users.getStore();
  return username && { username, password: "secret" };
};
const as = (user, work) => users.run(user, work);

describe("a provider that answers by the caller", () => {
  test("every user has tokens of their own, one after the other", async () => {
    const { fetch, seen } = registry();
    const client = createClient({ fetch, credentials: provider });
    for (const user of ["ada", "bob", undefined, "ada", "bob", undefined]) {
      await as(user, () => client.manifest("registry.example/a/b:1"));
    }
    const shown = seen.map(([, authorization]) => authorization);
    const once = ["Bearer T-ada", "Bearer T-bob", "Bearer T-nobody"];
    assert.deepEqual(shown, [...once, ...once]);
  });

  test("and side by side, where one of them is refused", async () => {
    const { fetch, seen } = registry();
    const client = createClient({ fetch, credentials: provider });
    const names = Array.from({ length: 30 }, (_, at) => ["ada", "bob", "mallory"][at % 3]);
    const results = await Promise.all(names.map((user) => as(user, async () => {
      const call = client.manifest("registry.example/a/b:1");
      if (user !== "mallory") return call.then(() => user);
      return (await failure(call)).code;
    })));
    assert.deepEqual(results, names.map((user) => (user === "mallory" ? "UNAUTHORIZED" : user)));
    assert.equal(seen.length, 20);
    for (const name of ["ada", "bob"]) {
      assert.equal(seen.filter(([, authorization]) => authorization === `Bearer T-${name}`).length, 10, name);
    }
  });

  test("is not asked where no login is needed", async () => {
    let asked = 0;
    const fetch = async () => new Response(text, { headers: { "content-type": TYPE } });
    const client = createClient({ fetch, credentials: () => void (asked += 1) });
    await client.manifest("registry.example/a/b:1");
    await client.manifest("registry.example/a/b:1");
    assert.equal(asked, 0);
  });
});

test("origins that are patterns are refused, not ignored", async () => {
  for (const options of [{ trustedRealms: ["*.example"] }, { uploadOrigins: ["ok.example", "*.s3.amazonaws.com"] }]) {
    const error = await failure((async () => createClient({ ...options, fetch }).manifest("registry.example/a/b:1"))());
    assert.equal(error.code, "OPTION_INVALID", error.message);
  }
});
