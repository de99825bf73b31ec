/** Names that a registry chooses and that lead into a private network: seen where they are resolved. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { createClient, init } from "multiarch";
import { nodeFetch } from "multiarch/node";

import { createRoutes } from "../../../../pkg/node/http/routes.js";
import { selfSigned } from "../../../support/certificate.mjs";
import { startServer } from "../../../support/recording.mjs";
import { scratch } from "../../../support/scratch.mjs";
import { indexOf } from "../../../support/vectors.mjs";

const text = indexOf([{ os: "linux", architecture: "amd64" }]);
const TYPE = JSON.parse(text).mediaType;
const failure = (promise) => promise.then(() => assert.fail("it succeeded"), (error) => error);

/** A `dns.lookup` of the test's own: name -> addresses. */
function resolverOf(names) {
  return (hostname, options, done) => {
    const found = names[hostname]?.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    if (!found) return done(Object.assign(new Error(`no ${hostname}`), { code: "ENOTFOUND" }));
    return options.all ? done(null, found) : done(null, found[0].address, found[0].family);
  };
}

const PRIVATE = [
  "127.0.0.1", "10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "168.63.129.16",
  "224.0.0.1", "::1", "::", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::",
];

describe("a name that a registry chose", () => {
  before(() => init());

  for (const address of PRIVATE) {
    test(`is not connected to when it resolves to ${address}`, async () => {
      const send = nodeFetch({ proxy: false, lookup: resolverOf({ "elsewhere.test": [address] }) });
      const { cause } = await failure(send("http://elsewhere.test:1/", { namedBy: "registry.test" }));
      assert.equal(cause.code, "ERR_ADDRESS_REFUSED");
    });
  }

  test("is not connected to when one of its addresses is private", async () => {
    const lookup = resolverOf({ "elsewhere.test": ["192.0.32.8", "10.0.0.5"] });
    const { cause } = await failure(nodeFetch({ proxy: false, lookup })("http://elsewhere.test:1/", { namedBy: "registry.test" }));
    assert.equal(cause.code, "ERR_ADDRESS_REFUSED");
  });

  test("is not connected to when its registry has moved into the private network", async () => {
    const lookup = resolverOf({ "elsewhere.test": ["10.0.0.5"] });
    const seenFrom = async (...addresses) => {
      const route = createRoutes({ proxy: false, lookup, env: {} });
      const { meet } = await route(new URL("http://registry.test/"), {});
      addresses.forEach((address) => meet(address));
      const { options } = await route(new URL("http://elsewhere.test/"), { namedBy: "registry.test" });
      return new Promise((resolve) => options.lookup("elsewhere.test", {}, (error, address) => resolve(error?.code ?? address)));
    };
    const many = Array.from({ length: 40 }, (_, at) => `10.0.1.${at}`);
    for (const addresses of [[], ["192.0.32.8"], ["192.0.32.8", "10.0.0.1"], ["10.0.0.1", "192.0.32.8", undefined], many]) {
      assert.equal(await seenFrom(...addresses), "ERR_ADDRESS_REFUSED", addresses.join());
    }
    assert.equal(await seenFrom("10.0.0.1", undefined, "10.0.0.2"), "10.0.0.5");
  });

  test("is another matter when the user chose it", async () => {
    const { cause } = await failure(nodeFetch({ proxy: false, lookup: resolverOf({ "mine.test": ["127.0.0.1"] }) })("http://mine.test:1/"));
    assert.equal(cause.code, "ECONNREFUSED");
  });
});

describe("a registry in a private network", () => {
  before(() => init());

  const lookupOf = (met, address) => async () => {
    const { guardedLookup } = await import("../../../../pkg/node/http/addresses.js");
    const lookup = guardedLookup("registry.test", () => [met], resolverOf({ "elsewhere.test": [address] }));
    return new Promise((resolve, reject) => {
      lookup("elsewhere.test", {}, (error, found) => (error ? reject(error) : resolve(found)));
    });
  };

  for (const address of [
    "169.254.169.254", "::ffff:169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fe80::1", "fd00:ec2::254",
  ]) {
    test(`does not lead to ${address}, unless it is there itself`, async () => {
      assert.equal((await failure(lookupOf("127.0.0.1", address)())).code, "ERR_ADDRESS_REFUSED");
      assert.equal(await lookupOf(address, address)(), address);
      assert.equal(await lookupOf("127.0.0.1", "10.0.0.5")(), "10.0.0.5");
    });
  }
});

describe("through the client", () => {
  let folder;
  let registry;
  let inside;
  before(async () => {
    folder = await scratch();
    const files = await selfSigned(folder);
    const [cert, key] = await Promise.all([readFile(files.certificate), readFile(files.key)]);
    inside = await startServer((_, response) => response.writeHead(200, { "content-type": TYPE }).end(text), { cert, key });
    registry = await startServer((request, response) => {
      const port = new URL(inside.url).port;
      if (request.url.includes("/realm/")) {
        const challenge = `Bearer realm="https://auth.elsewhere.test:${port}/token"`;
        return response.writeHead(401, { "www-authenticate": challenge }).end();
      }
      return response.writeHead(307, { location: `https://elsewhere.test:${port}/x` }).end();
    }, { cert, key });
  });
  after(() => Promise.all([registry.close(), inside.close(), folder.remove()]));

  /** Answers for the registry as if it were met at `address`. */
  function clientThatMet(address) {
    const lookup = resolverOf({ "registry.test": ["127.0.0.1"], "elsewhere.test": ["127.0.0.1"], "auth.elsewhere.test": ["127.0.0.1"] });
    const send = nodeFetch({ proxy: false, insecure: true, lookup });
    return createClient({
      retry: { attempts: 1 },
      fetch: (url, init) => send(url, address && init.namedBy ? { ...init, namedBy: address } : init),
    });
  }
  const domain = () => `registry.test:${new URL(registry.url).port}`;

  test("a redirect and a realm of a public registry into a private network are refused, and nothing is connected", async () => {
    const client = clientThatMet("public.test");
    for (const path of ["a/b", "realm/b"]) {
      const error = await failure(client.manifest(`${domain()}/${path}:1`));
      assert.equal(error.code, "ADDRESS_REFUSED", `${path}: ${error.message}`);
      assert.equal(error.retryable, false);
    }
    assert.equal(inside.requests.length, 0);
  });

  test("a registry that is in the private network itself may lead there", async () => {
    const found = await clientThatMet().manifest(`${domain()}/a/b:1`);
    assert.equal(found.size, Buffer.byteLength(text));
    assert.equal(inside.requests.length, 1);
  });
});

test("other fetch functions get the registry that chose a URL, and only for URLs that one chose", async () => {
  const seen = [];
  const fetch = async (url, { namedBy }) => {
    seen.push([new URL(url).host, namedBy]);
    const answers = {
      "registry.example": () => new Response(null, { status: 307, headers: { location: "https://cdn.example/x" } }),
      "cdn.example": () => new Response(text, { headers: { "content-type": TYPE } }),
    };
    return answers[new URL(url).host]();
  };
  await createClient({ fetch }).manifest("registry.example/a/b:1");
  assert.deepEqual(seen, [["registry.example", undefined], ["cdn.example", "registry.example"]]);
});

test("a token service that the user trusts is the user's choice", async () => {
  const seen = {};
  const fetch = async (url, { namedBy, headers }) => {
    const { host } = new URL(url);
    seen[host] = namedBy;
    if (host === "auth.example.net") return Response.json({ token: "t" });
    if (headers.authorization) return new Response(text, { headers: { "content-type": TYPE } });
    return new Response("", { status: 401, headers: { "www-authenticate": 'Bearer realm="https://auth.example.net/token"' } });
  };
  await createClient({ fetch }).manifest("registry.example/a/b:1");
  assert.equal(seen["auth.example.net"], "registry.example");
  await createClient({ fetch, trustedRealms: ["auth.example.net"] }).manifest("registry.example/a/b:1");
  assert.equal(seen["auth.example.net"], undefined);
});
