/** What the tools say that judge npm packages before they are published. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { installPackage } from "../support/package.mjs";
import { run } from "../support/run.mjs";

const BIN = fileURLToPath(new URL("../node_modules/.bin/", import.meta.url));

let installed;
before(async () => (installed = await installPackage()));
after(() => installed?.remove());

const packageJson = () => JSON.parse(readFileSync(installed.join("node_modules/multiarch/package.json")));

test("publint has nothing to say but that a field for older bundlers is one", async () => {
  const { code, stdout, stderr } = await run(`${BIN}publint`, ["--strict", installed.join("node_modules/multiarch"), "--pack", "false"]);
  assert.equal(code, 0, stdout + stderr);
  assert.doesNotMatch(stdout, /Errors?:|Warnings?:/);
  const suggestions = stdout.split("\n").filter((line) => /^\d+\. /.test(line));
  assert.ok(suggestions.every((line) => line.includes("pkg.browser")), stdout);
});

test("attw finds the types of every entry, for ES modules and for bundlers", async () => {
  const tarball = installed.join("multiarch-0.1.0.tgz");
  // A CommonJS module imports them with `import()`, or with `require` and `module: nodenext`.
  const args = [tarball, "--profile", "esm-only", "--format", "json"];
  const { code, stdout, stderr } = await run(`${BIN}attw`, args, { env: { NO_COLOR: "1" } });
  assert.equal(code, 0, stdout + stderr);
  const { analysis } = JSON.parse(stdout);
  assert.deepEqual(Object.keys(analysis.entrypoints).sort(), Object.keys(packageJson().exports).sort());
});

test("what npm's provenance and a visitor need is stated", () => {
  const { repository, homepage, bugs, author, license, publishConfig } = packageJson();
  assert.match(repository.url, /^git\+https:\/\/.+\.git$/);
  for (const fact of [homepage, bugs, author, license]) assert.ok(fact);
  assert.deepEqual(publishConfig, { access: "public", provenance: true });
});

test("links of the texts lead to the repository, at this version", () => {
  const { repository, version } = packageJson();
  const place = `${repository.url.replace(/^git\+|\.git$/g, "")}/blob/v${version}/`;
  const targets = (pattern) => ["README.md", "CHANGELOG.md"].flatMap((name) =>
    [...readFileSync(installed.join("node_modules/multiarch", name), "utf8").matchAll(pattern)].map(([, target]) => target));
  const links = targets(/\]\(([^)]+)\)/g);
  assert.ok(links.includes(`${place}docs/errors.md`));
  assert.deepEqual(links.filter((target) => !target.startsWith("https://")), []);
  const pictures = targets(/\b(?:src|srcset)="([^"]+)"/g);
  assert.deepEqual(pictures, ["dark", "light"].map((name) => `${place.replace("/blob/", "/raw/")}docs/pictures/inspector-${name}.png`));
});

test("the notices of what it carries come along, and a list of it for programs", () => {
  for (const name of ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "THIRD-PARTY-NOTICES", "sbom.cdx.json"]) {
    assert.ok(installed.files.includes(name), name);
  }
  const sbom = JSON.parse(readFileSync(installed.join("node_modules/multiarch/sbom.cdx.json")));
  assert.deepEqual([sbom.bomFormat, sbom.metadata.component.version], ["CycloneDX", packageJson().version]);
  const notices = readFileSync(installed.join("node_modules/multiarch/THIRD-PARTY-NOTICES"), "utf8");
  for (const { name, version } of sbom.components) assert.ok(notices.includes(`${name} ${version} (`), name);
});
