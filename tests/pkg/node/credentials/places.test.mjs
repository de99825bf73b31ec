/** Where credentials are looked for, and in which order. */

import assert from "node:assert/strict";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { after, before, describe, mock, test } from "node:test";

import { createClient } from "multiarch";
import { parseObject } from "../../../../pkg/node/credentials/json.js";
import { dockerCredentials } from "../../../../pkg/node/credentials/docker.js";
import { createMemoryRegistry } from "../../../../pkg/testing/index.js";
import { assertNowhere, canary } from "../../../support/canary.mjs";
import { scratch } from "../../../support/scratch.mjs";

const auth = (name) => ({ auth: Buffer.from(`${name}:secret`).toString("base64") });
const auths = (entries) => ({ auths: Object.fromEntries(Object.entries(entries).map(([key, name]) => [key, auth(name)])) });
const nameOf = async (find, registry, repository) => (await find(registry, { repository, actions: ["pull"] }))?.username;

let folder, count = 0;
before(async () => {
  folder = await scratch();
});
after(() => folder.remove());

/** A home with these files, and the environment of its user. */
async function home(files, env = {}) {
  const path = folder.join(`home-${(count += 1)}`);
  await mkdir(path, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(`${path}/${name}`), { recursive: true });
    await writeFile(`${path}/${name}`, typeof content === "string" ? content : JSON.stringify(content));
  }
  const within = Object.entries(env).map(([name, value]) => [name, value.replace("~", path)]);
  return { path, env: { HOME: path, USERPROFILE: path, PATH: "", XDG_RUNTIME_DIR: `${path}/session`, ...Object.fromEntries(within) } };
}

test("every place is looked into, the first that has something counts", async () => {
  const places = [
    ["variable", { DOCKER_AUTH_CONFIG: JSON.stringify(auths({ "registry.example": "variable" })) }, undefined],
    ["auth-file", { REGISTRY_AUTH_FILE: "~/auth-file" }, "auth-file"],
    ["docker", {}, ".docker/config.json"],
    ["runtime", { XDG_RUNTIME_DIR: "~/run" }, "run/containers/auth.json"],
    ["user", {}, ".config/containers/auth.json"],
  ];
  for (let first = 0; first <= places.length; first += 1) {
    const rest = places.slice(first);
    const files = rest.filter(([, , file]) => file).map(([name, , file]) => [file, auths({ "registry.example": name })]);
    const { env } = await home(Object.fromEntries(files), Object.assign({}, ...rest.map(([, variables]) => variables)));
    assert.equal(await nameOf(dockerCredentials({ env }), "registry.example"), rest[0]?.[0]);
  }
});

test("a place that has something for another registry only does not end the search", async () => {
  const { env } = await home(
    {
      ".docker/config.json": auths({ "other.example": "docker" }),
      ".config/containers/auth.json": auths({ "registry.example": "podman", "other.example": "podman" }),
    },
    { DOCKER_AUTH_CONFIG: JSON.stringify(auths({ "third.example": "variable" })), REGISTRY_AUTH_FILE: "~/absent" });
  const find = dockerCredentials({ env });
  assert.equal(await nameOf(find, "registry.example"), "podman");
  assert.equal(await nameOf(find, "other.example"), "docker");
  assert.equal(await nameOf(find, "third.example"), "variable");
  assert.equal(await nameOf(find, "fourth.example"), undefined);
});

test("DOCKER_CONFIG and XDG_CONFIG_HOME move their files", async () => {
  const files = {
    "moved/config.json": auths({ "registry.example": "moved" }),
    ".docker/config.json": auths({ "registry.example": "home", "other.example": "home" }),
    "xdg/containers/auth.json": auths({ "other.example": "xdg" }),
    ".config/containers/auth.json": auths({ "other.example": "home" }),
  };
  const { env } = await home(files, { DOCKER_CONFIG: "~/moved", XDG_CONFIG_HOME: "~/xdg" });
  assert.equal(await nameOf(dockerCredentials({ env }), "registry.example"), "moved");
  assert.equal(await nameOf(dockerCredentials({ env }), "other.example"), "xdg");
});

test("config and authFile are all that is looked into, but for the variable", async () => {
  const { path, env } = await home({
    ".docker/config.json": auths({ "registry.example": "home" }),
    "given/config.json": auths({ "other.example": "config", "third.example": "config" }),
    "auth.json": auths({ "third.example": "file" }),
  });
  const find = dockerCredentials({ env, config: `${path}/given`, authFile: `${path}/auth.json` });
  assert.equal(await nameOf(find, "registry.example"), undefined);
  assert.equal(await nameOf(find, "other.example"), "config");
  assert.equal(await nameOf(find, "third.example"), "file");
  const variable = { ...env, DOCKER_AUTH_CONFIG: JSON.stringify(auths({ "other.example": "variable" })) };
  assert.equal(await nameOf(dockerCredentials({ env: variable, config: `${path}/given` }), "other.example"), "variable");
});

test("the longest path by whole segments counts", async () => {
  const { env } = await home({ ".config/containers/auth.json": auths({
    "registry.example": "all", "registry.example/team": "team", "registry.example/team/app": "app", "registry.example/te": "no",
    "registry.example:5000/team": "port", "other.example/team": "other", "https://third.example/v1/": "old",
    "docker.io/library": "library", "index.docker.io/ada": "ada", "https://index.docker.io/v1/": "hub",
  }) });
  const find = dockerCredentials({ env });
  const rows = [
    ["registry.example", "team/app", "app"], ["registry.example", "team/app/deep", "app"], ["registry.example", "team/apple", "team"],
    ["registry.example", "team", "team"], ["registry.example", "teams/app", "all"], ["registry.example", undefined, "all"],
    ["registry.example:5000", "team/app", "port"], ["registry.example:5000", "x", undefined],
    ["other.example", "team/x", "other"], ["other.example", "x", undefined], ["other.example", undefined, undefined],
    ["third.example", "v1/x", "old"], ["docker.io", "library/alpine", "library"], ["docker.io", "ada/app", "ada"],
    ["docker.io", "x/y", "hub"], ["evil.example", "registry.example/team", undefined],
  ];
  for (const [registry, repository, name] of rows) {
    assert.equal(await nameOf(find, registry, repository), name, `${registry}/${repository}`);
  }
});

test("a client asks with the repository's own credentials", async () => {
  const registry = createMemoryRegistry({ auth: { type: "basic", users: { team: "secret", all: "secret" } } });
  const { env } = await home({ ".docker/config.json": auths({ "registry.example": "all", "registry.example/team": "team" }) });
  const seen = [];
  const fetch = (url, init) => {
    const given = /^Basic (.*)$/.exec(init.headers.authorization ?? "")?.[1];
    if (given) seen.push(Buffer.from(given, "base64").toString().split(":")[0]);
    return registry.fetch(url, init);
  };
  for (const repository of ["team/app", "other/app"]) {
    const client = createClient({ fetch, credentials: dockerCredentials({ env }) });
    await assert.rejects(client.resolve(`registry.example/${repository}`), { code: "MANIFEST_UNKNOWN" });
  }
  assert.deepEqual([...new Set(seen)], ["team", "all"]);
});

test("GITHUB_TOKEN is for ghcr.io, when asked, when nothing else is there", async () => {
  const token = canary();
  const { env } = await home({}, { GITHUB_TOKEN: token, GITHUB_ACTOR: "octocat" });
  const find = dockerCredentials({ env, github: true });
  assert.deepEqual(await find("ghcr.io"), { username: "octocat", password: token });
  for (const registry of ["ghcr.io.evil", "docker.io", "registry.example", "ghcr.io:443", "xghcr.io"]) {
    assert.equal(await find(registry), undefined, registry);
  }
  assert.equal(await dockerCredentials({ env })("ghcr.io"), undefined);
  const { env: other } = await home({ ".docker/config.json": auths({ "ghcr.io": "ada" }) }, { GITHUB_TOKEN: token });
  assert.equal(await nameOf(dockerCredentials({ env: other, github: true }), "ghcr.io"), "ada");
});

test("a link is followed, one to nowhere is no file, a circle is an error", async () => {
  const { path, env } = await home({ "real.json": auths({ "registry.example": "ada" }) });
  await mkdir(`${path}/.docker`);
  const config = `${path}/.docker/config.json`;
  await symlink("../real.json", config);
  assert.equal(await nameOf(dockerCredentials({ env }), "registry.example"), "ada");
  await rm(`${path}/real.json`);
  assert.equal(await nameOf(dockerCredentials({ env }), "registry.example"), undefined);
  await symlink(".docker/config.json", `${path}/real.json`);
  await assert.rejects(dockerCredentials({ env })("registry.example"), { code: "CREDENTIALS_INVALID", message: /\(ELOOP\)/ });
});

test("a file is read again after five minutes, a broken one at once", async (t) => {
  t.after(() => mock.restoreAll());
  let now = 1e12;
  mock.method(Date, "now", () => now);
  const { path, env } = await home({ ".docker/config.json": auths({ "registry.example": "old" }) });
  const find = dockerCredentials({ env });
  assert.equal(await nameOf(find, "registry.example"), "old");
  await writeFile(`${path}/.docker/config.json`, "broken");
  now += 299_999;
  assert.equal(await nameOf(find, "registry.example"), "old");
  now += 1;
  await assert.rejects(find("registry.example"), { code: "CREDENTIALS_INVALID" });
  await writeFile(`${path}/.docker/config.json`, JSON.stringify(auths({ "registry.example": "new" })));
  assert.equal(await nameOf(find, "registry.example"), "new");
});

describe("what is broken is named by its place", () => {
  test("in the variable", async () => {
    const secret = canary();
    for (const [text, message] of [
      [`{"auths": {"registry.example": {"auth": ${secret}}}}`, /^DOCKER_AUTH_CONFIG is not JSON: line 1, column 41$/],
      [`["${secret}"]`, /^DOCKER_AUTH_CONFIG is not a JSON object$/],
      [`{"auths": "${secret}"}`, /^"auths" in DOCKER_AUTH_CONFIG is not an object$/],
      [`{"auths": {"registry.example": {"auth": "!${secret}"}}}`, /^"auth" of registry.example in DOCKER_AUTH_CONFIG/],
    ]) {
      const { env } = await home({}, { DOCKER_AUTH_CONFIG: text });
      await assert.rejects(dockerCredentials({ env })("registry.example"), (error) => {
        assert.equal(error.code, "CREDENTIALS_INVALID");
        assert.match(error.message, message);
        assertNowhere(secret, error);
        return true;
      });
    }
  });

  test("by the line and column of the first token that cannot stand there, for every cut and every wrong token", () => {
    const text = JSON.stringify({ a: [1, -2.5e3, true, null, { b: "c\\\"d\u00e9" }], e: {}, f: [], g: "" }, null, 1);
    let checked = 0;
    const placed = (source) => {
      try {
        parseObject(source, "x");
        return undefined;
      } catch (error) {
        const { line, column } = error.details;
        return source.split("\n").slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
      }
    };
    for (let at = 1; at < text.length; at += 1) {
      const cut = placed(text.slice(0, at));
      assert.ok(cut <= at, `cut at ${at}: ${cut}`);
      const broken = `${text.slice(0, at)}\u0001${text.slice(at)}`;
      const found = placed(broken);
      // Inside of a string or a number, the token as a whole is what is wrong.
      assert.ok(found <= at && found >= at - 12, `broken at ${at}: ${found}`);
      checked += 2;
    }
    assert.equal(placed(text), undefined);
    assert.ok(checked > 100);
  });
});

test("reading leaves files as they are", async () => {
  const content = JSON.stringify(auths({ "registry.example": "ada" }));
  const { path, env } = await home({ ".docker/config.json": content });
  await dockerCredentials({ env })("registry.example");
  assert.equal(await readFile(`${path}/.docker/config.json`, "utf8"), content);
});
