/** Versions and ranges, compared with npm's own implementation. */

import assert from "node:assert/strict";
import { test } from "node:test";

import semver from "semver";

import { compareVersions, parseRange, parseVersion } from "../../../pkg/cli/tags/semver.js";
import { Random } from "../../fuzz/random.mjs";

const VERSIONS = [
  "0.0.0", "0.0.1", "0.0.2", "0.1.0", "0.1.1", "0.2.0", "1.0.0-0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta", "1.0.0", "1.0.1", "1.1.0", "1.2.0-rc.1", "1.2.0",
  "1.2.3-0", "1.2.3-alpha.7", "1.2.3-beta", "1.2.3-beta.2", "1.2.3-beta.11", "1.2.3", "1.2.4", "1.3.0-0", "1.3.0", "2.0.0-0", "2.0.0-alpine", "2.0.0", "2.1.0", "10.0.0", "v1.2.3",
  "1.2.3+build", "1.2.3-beta+build.5", "9007199254740991.0.0", "1.25.3-alpine", "1.25.3-alpine3.18",
];
const NONE = ["", "1", "1.2", "v", "1.2.3.4", "01.2.3", "1.02.3", "1.2.3-", "1.2.3-01", "1.2.3-a..b", "latest", "1.2.x", " 1.2.3", "9007199254740992.0.0", `1.2.3-${"a".repeat(300)}`];
const RANGES = [
  "", "*", "x", "1", "1.x", "1.2", "1.2.x", "1.2.*", "v1.2", "=1.2.3", "1.2.3", "=v1.2.3", "^1.2.3", "^1.2", "^1", "^0", "^0.0", "^0.1", "^0.0.1", "^0.1.0", "^0.0.0", "^*", "^1.x", "^1.2.3-beta", "^0.0.1-beta",
  "~1.2.3", "~1.2", "~1", "~0", "~*", "~>1.2", "~1.2.3-beta.2", ">1", ">1.2", ">1.2.3", ">=1", ">=1.2.3-beta", "<1", "<1.2", "<1.2.3", "<=1", "<=1.2", "<=1.2.3", ">*", "<*", ">=*", "<=*", "<=x",
  ">=1.2 <2", ">= 1.2.0 < 1.3", ">1.2.3-alpha <1.2.3", "1.2 - 1.4", "1.0.0 - 2.0.0", "1 - 1.2.3", "1.2.3-alpha - 2.0.0-beta", "* - 1", "1 || 2", "1.2.3 || >=2 <3 || ^10", "||", ">=1.2.3 || <0.1", "<1.2.3-beta", ">=0.0.0-0",
  "1.2.3+build", "^1.2.3+build", "<2.0.0-0",
];

test("a version is one where npm has one, and they have npm's order", () => {
  for (const text of [...VERSIONS, ...NONE]) assert.equal(parseVersion(text) !== undefined, semver.valid(text) !== null && text === text.trim(), text);
  for (const one of VERSIONS) {
    for (const other of VERSIONS) {
      assert.equal(Math.sign(compareVersions(parseVersion(one), parseVersion(other))), semver.compare(one, other), `${one} ${other}`);
    }
  }
});

for (const prereleases of [false, true]) {
  test(`a range has the versions that npm's has, pre-releases ${prereleases ? "everywhere" : "where they are named"}`, () => {
    for (const range of RANGES) compare(range, prereleases);
  });
}

function compare(range, prereleases) {
  const own = parseRange(range, { prereleases });
  for (const version of VERSIONS) {
    assert.equal(own(parseVersion(version)), semver.satisfies(version, range, { includePrerelease: prereleases }), `${version} in "${range}"`);
  }
}

test("ranges that chance writes", () => {
  const random = new Random(7);
  const pick = (list) => random.pick(list);
  const part = () => pick(["0", "1", "2", "3", "x", "*"]);
  // Behind an x nothing else can be stated: npm reads "*.2" as no range, and "x.2" as any version.
  const partial = () => {
    const parts = Array.from({ length: 1 + random.below(3) }, part);
    const open = parts.findIndex((one) => /[x*]/.test(one));
    return parts.map((one, at) => (open >= 0 && at >= open ? "x" : one)).join(".");
  };
  const version = () => `${random.below(3)}.${random.below(3)}.${random.below(4)}${pick(["", "", "-beta", "-0", "-alpha.1"])}`;
  const simple = () => pick(["", "^", "~", ">", "<", ">=", "<=", "="]) + pick(["", "", " "]) + pick([partial, version])();
  const set = () => pick([simple, simple, () => `${simple()} ${simple()}`, () => `${version()} - ${pick([version, partial])()}`])();
  // Beside "any version" npm forgets the other alternatives, and the pre-releases that they name.
  const stated = () => set().replace(/(?<![.\w])x/g, "1");
  for (let at = 0; at < 2000; at += 1) compare(pick([set, set, () => `${stated()} || ${stated()}`])(), at % 2 === 1);
});

test("what is no range says so", () => {
  for (const text of ["latest", "^", "1.2.3.4", "^^1", ">>1", "1.2.3-01", "a - b", "1 - ", "9007199254740992.0.0", "1".repeat(300), "\u001b[2J"]) {
    assert.throws(() => parseRange(text), RangeError, text);
    assert.equal(semver.validRange(text), null, text);
  }
});
