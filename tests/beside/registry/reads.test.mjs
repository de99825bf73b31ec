/** The commands that read, against docker's own registry and beside skopeo. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { push, startDockerRegistry } from "../../support/docker-registry.mjs";
import { dockerWith } from "../../support/docker.mjs";
import { documents } from "../../support/documents.mjs";
import { samples, sha256 } from "../../support/images.mjs";
import { startForwardProxy, startServer } from "../../support/recording.mjs";
import { multiarchHere, run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const LOGIN = { username: "ada", password: "se:cret" };

const MACHINE = { x64: "linux/amd64", arm64: "linux/arm64" }[process.arch];
/** What a machine runs besides its own. */
const ALSO = { "linux/arm64": ["linux/arm/v7"] };

/** Docker's sentence about a single image that does not run here; nothing for one that does. */
function warning({ os, architecture, variant, osVersion, osFeatures = [] }) {
  const system = osVersion ? `${os}(${[osVersion, ...osFeatures].join("+")})` : os;
  const platform = [system, architecture, variant].filter(Boolean).join("/");
  if (platform === MACHINE || ALSO[MACHINE]?.includes(platform)) return "";
  return `WARNING: The requested image's platform (${platform}) does not match the detected host platform (${MACHINE}) ` +
    "and no specific platform was requested\n";
}

for (const auth of [undefined, LOGIN]) {
  describe(`resolve from docker-registry ${auth ? "with htpasswd" : "without auth"}`, () => {
    const images = documents();
    let registry, folder, config;
    before(async () => {
      folder = await scratch();
      registry = await startDockerRegistry({ auth });
      ({ config } = await dockerWith(folder, auth && { [registry.domain]: auth }));
      for (const [name, image] of Object.entries(images)) await push(registry, `team/${name}`, "1", image);
    });
    after(async () => {
      await registry.close();
      await folder.remove();
    });
    const repository = (name) => `${registry.domain}/team/${name}`;
    const ours = (...args) => multiarchHere(["resolve", ...args], { env: { DOCKER_CONFIG: config } });

    test("a tag is pinned to the digest that was pushed", async () => {
      for (const [name, { digest, platform }] of Object.entries(images)) {
        const { code, stdout, stderr } = await ours(`${repository(name)}:1`);
        assert.deepEqual([code, stdout], [0, `${repository(name)}@${digest}\n`]);
        assert.equal(stderr, platform ? warning(platform) : "", name);
      }
    });

    test("a digest stays, with or without its tag", async () => {
      const pinned = `${repository("docker-list")}@${images["docker-list"].digest}`;
      assert.equal((await ours(pinned)).stdout, `${pinned}\n`);
      assert.equal((await ours(pinned.replace("@", ":1@"))).stdout, `${pinned}\n`);
    });

    test("every entry of a list is found by its own platform, under every policy", async () => {
      for (const { platform, digest } of images["docker-list"].children) {
        const specifier = [platform.os, platform.architecture, platform.variant].filter(Boolean).join("/");
        for (const policy of ["containerd", "strict", "first", "podman"]) {
          const { stdout, stderr } = await ours("--platform", specifier, "--policy", policy, `${repository("docker-list")}:1`);
          assert.equal(stdout, `${repository("docker-list")}@${digest}\n`, `${specifier} ${policy} ${stderr}`);
        }
      }
    });

    test("a nested index is followed to its image", async () => {
      const { stdout } = await ours("--platform", "linux/riscv64", `${repository("nested")}:1`);
      const inner = images.nested.children[1].children[1];
      assert.equal(stdout, `${repository("nested")}@${inner.digest}\n`);
    });

    test("a single image must be for the platform", async () => {
      const fits = await ours("--platform", "linux/amd64", `${repository("oci-single")}:1`);
      assert.equal(fits.stdout, `${repository("oci-single")}@${images["oci-single"].digest}\n`);
      const other = await ours("--platform", "linux/s390x", `${repository("oci-single")}:1`);
      assert.equal(other.code, 1);
      assert.match(other.stderr, /\[PLATFORM_NOT_FOUND\]\n/);
      assert.match(other.stderr, /linux\/amd64/);
    });

    test("an absent platform lists those that exist, and --explain says why each is none", async () => {
      const { code, stdout, stderr } = await ours("--explain", "--platform", "linux/mips64le", `${repository("docker-list")}:1`);
      assert.deepEqual([code, stdout], [1, ""]);
      const [, error] = /^multiarch: (.*) \[PLATFORM_NOT_FOUND\]$/m.exec(stderr);
      for (const specifier of ["amd64", "arm/v6", "arm/v7", "arm64/v8", "386", "ppc64le", "riscv64", "s390x"]) {
        assert.ok(error.split(/[ ,]+/).includes(`linux/${specifier}`), stderr);
      }
      assert.equal(stderr.match(/architecture is /g).length, 8, stderr);
    });

    // skopeo names the config of what it chose, so a config of ours must have the same bytes.
    const QUESTIONS = [
      ["docker-list", "linux/amd64"], ["docker-list", "linux/arm/v6"], ["docker-list", "linux/arm/v7"],
      ["docker-list", "linux/arm64"], ["docker-list", "linux/386"], ["docker-list", "linux/ppc64le"],
      ["docker-list", "linux/riscv64"], ["docker-list", "linux/s390x"], ["oci-index", "linux/amd64"],
      ["oci-index", "linux/arm64"], ["oci-index", "linux/arm/v7"], ["attested", "linux/arm64"],
      ["windows", "windows/amd64"], ["windows", "linux/amd64"], ["oci-index-of-docker", "linux/s390x"],
      ["docker-list", "linux/mips64le"], ["windows", "windows/arm64"],
    ];
    for (const [name, specifier] of QUESTIONS) {
      test(`skopeo chooses the same of ${name} for ${specifier}`, async () => {
        const [os, architecture, variant] = specifier.split("/");
        const theirs = await run("skopeo", [
          "--override-os", os, "--override-arch", architecture, ...(variant ? ["--override-variant", variant] : []),
          "inspect", "--config", "--raw", "--tls-verify=false",
          ...(auth ? ["--creds", `${auth.username}:${auth.password}`] : []), `docker://${repository(name)}:1`,
        ]);
        const mine = await ours("--policy", "podman", "--platform", specifier, `${repository(name)}:1`);
        assert.equal(mine.code, theirs.code, `${mine.stderr}\n${theirs.stderr}`);
        if (theirs.code !== 0) return;
        const chosen = await multiarchHere(["--config", config, "inspect", "--raw", mine.stdout.trim()]);
        assert.equal(JSON.parse(chosen.stdout).config.digest, sha256(theirs.bytes));
      });
    }

    test("tags", async () => {
      const { stdout } = await multiarchHere(["--config", config, "tags", repository("docker-list")]);
      assert.equal(stdout, "1\n");
    });
  });
}

describe("a registry with TLS and a certificate of its own", () => {
  let registry, folder;
  const { single } = samples();
  before(async () => {
    folder = await scratch();
    registry = await startDockerRegistry({ tls: true });
    const { nodeFetch } = await import("../../../pkg/node/http/fetch.js");
    const { pushAll } = await import("../../support/images.mjs");
    await pushAll(nodeFetch({ insecure: true }), registry.url, "team/app", "1", single);
  });
  after(async () => {
    await registry.close();
    await folder.remove();
  });
  const resolve = (flags, env = {}) =>
    multiarchHere(["--config", folder.path, "resolve", ...flags, `${registry.domain}/team/app:1`], { env });

  test("is refused, with both ways out", async () => {
    const { code, stderr } = await resolve([]);
    assert.equal(code, 1);
    assert.match(stderr, /\[TLS_FAILED\]\nhint: .*--ca FILE.*--insecure/);
  });

  test("is read with --ca, SSL_CERT_FILE or --insecure", async () => {
    for (const [flags, env] of [
      [["--ca", registry.certificate]], [["--insecure"]], [[], { SSL_CERT_FILE: registry.certificate }],
    ]) {
      const { stdout, stderr } = await resolve(flags, env);
      assert.equal(stdout, `${registry.domain}/team/app@${single.digest}\n`, stderr);
    }
  });

  test("a --ca file that is not there is named", async () => {
    const { code, stderr } = await resolve(["--ca", folder.join("absent.pem")]);
    assert.equal(code, 1);
    assert.match(stderr, /absent\.pem.*\[FILE_UNREADABLE\]/);
  });
});

describe("failures differ in code and hint", () => {
  let open, locked, page, folder, proxy, refused;
  before(async () => {
    folder = await scratch();
    open = await startDockerRegistry();
    locked = await startDockerRegistry({ auth: LOGIN });
    await push(open, "team/app", "1", samples().single);
    await push(locked, "team/app", "1", samples().single);
    page = await startServer((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Log in</title>");
    });
    proxy = await startForwardProxy();
    const gone = await startServer(() => {});
    refused = gone.domain;
    await gone.close();
  });
  after(async () => {
    for (const server of [open, locked, page, proxy]) await server.close();
    await folder.remove();
  });

  const port = (domain) => domain.split(":")[1];
  const asking = (verb) => (reference, { flags = [], env = {}, config = folder.path } = {}) =>
    multiarchHere(["--config", config, verb, ...flags, reference], { env });
  const [inspect, resolve] = ["inspect", "resolve"].map(asking);
  const through = () => ({ env: { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url } });

  /** What is asked, and the code that must come. */
  const failures = () => [
    ["UNAUTHORIZED", resolve(`${locked.domain}/team/app:1`)],
    ["MANIFEST_UNKNOWN", resolve(`${open.domain}/team/app:2`)],
    ["NOT_A_REGISTRY", resolve(`${page.domain}/team/app:1`)],
    ["PLAIN_HTTP", resolve(`registry.example:${port(open.domain)}/team/app:1`, through())],
    ["CONNECTION_REFUSED", resolve(`${refused}/team/app:1`)],
    ["HOST_NOT_FOUND", resolve("registry.invalid/team/app:1")],
  ];

  test("401, 404, a web page, plain http, a refused connection, an unknown domain", async () => {
    const hints = new Set();
    for (const [code, outcome] of failures()) {
      const { code: exit, stdout, stderr } = await outcome;
      assert.deepEqual([exit, stdout], [1, ""]);
      const [, got, hint] = /^multiarch: .* \[([A-Z_]+)\]\nhint: (.+)\n$/.exec(stderr) ?? assert.fail(stderr);
      assert.equal(got, code, stderr);
      hints.add(hint);
    }
    assert.equal(hints.size, 6);
  });

  test("--insecure reads plain http where https is the rule", async () => {
    const reference = `registry.example:${port(open.domain)}/team/app:1`;
    const { code, stdout, stderr } = await inspect(reference, { ...through(), flags: ["--insecure", "--raw"] });
    assert.equal(code, 0, stderr);
    assert.equal(stdout, samples().single.bytes.toString());
  });

  test("wrong credentials are not a missing image", async () => {
    const { config } = await dockerWith(folder, { [locked.domain]: { username: "ada", password: "wrong" } });
    const { code, stderr } = await resolve(`${locked.domain}/team/app:1`, { config });
    assert.equal(code, 1);
    assert.match(stderr, /\[UNAUTHORIZED\]/);
    assert.doesNotMatch(stderr, /wrong|YWRhOndyb25n/);
  });

  test("a broken config.json is named, not shown, and only when it is needed", async () => {
    const { config } = await dockerWith(folder);
    const { writeFile } = await import("node:fs/promises");
    await writeFile(`${config}/config.json`, '{"auths": {"secret": ');
    assert.equal((await resolve(`${open.domain}/team/app:1`, { config })).code, 0);
    const { code, stderr } = await resolve(`${locked.domain}/team/app:1`, { config });
    assert.equal(code, 1);
    assert.match(stderr, /config\.json is not JSON: line 1, column 22 \[CREDENTIALS_INVALID\]\nhint: /);
    assert.doesNotMatch(stderr, /secret/);
  });

  test("--debug tells of requests without queries and secrets", async () => {
    const { config } = await dockerWith(folder, { [locked.domain]: LOGIN });
    const { code, stderr } = await inspect(`${locked.domain}/team/app:1`, { config, flags: ["-D"] });
    assert.equal(code, 0);
    assert.equal(
      stderr.replace(/ \d+ ms$/gm, ""),
      [401, 200].map((status) => `GET ${locked.url}/v2/team/app/manifests/1 ${status}\n`).join(""),
    );
  });
});
