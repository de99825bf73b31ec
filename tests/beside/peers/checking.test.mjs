/** What none of the other tools has: a list that is checked, and two lists that are compared by what they mean. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { createClient } from "multiarch";

import { IMAGES, useLab } from "./lab.mjs";

const lab = useLab();
const { at } = lab;
const client = createClient();

describe("a check", () => {
  test("of required platforms passes for arm64 with attestations, by one GET and HEADs", async () => {
    await client.create(at("checked"), [at("bx-amd64"), at("bx-arm64")]);
    let checked;
    const asked = await lab.asked(async () => {
      checked = await lab.cli("check", "--platform", "linux/amd64,linux/arm64/v8", "--json", at("checked"));
    });
    assert.equal(checked.code, 0, checked.stdout + checked.stderr);
    const gets = asked.filter((line) => line.startsWith("GET ") && !line.endsWith("/v2/"));
    assert.equal(gets.length, 1, asked.join("\n"));
    assert.ok(asked.every((line) => /^(GET|HEAD) /.test(line)), asked.join("\n"));
  });

  test("exits with 3 and names the platform that is missing", async () => {
    const { code, stdout } = await lab.cli("check", "--platform", "linux/amd64,linux/riscv64", at("multi"));
    assert.equal(code, 3);
    assert.match(stdout, /linux\/riscv64/);
  });

  test("exits with 4 and names the child that the registry has lost", async () => {
    await lab.cli("copy", "-q", at("multi"), `${lab.domain}/lab/broken:1`);
    await client.delete(`${lab.domain}/lab/broken@${IMAGES.s390x.digest}`);
    const { code, stdout } = await lab.cli("check", `${lab.domain}/lab/broken:1`);
    assert.equal(code, 4, stdout);
    assert.ok(stdout.includes(IMAGES.s390x.digest.slice(0, 19)), stdout);
    const { stdout: json } = await lab.cli("check", "--json", `${lab.domain}/lab/broken:1`);
    const [{ findings }] = JSON.parse(json);
    assert.deepEqual(findings.filter(({ severity }) => severity === "error").map(({ code: kind, digest }) => [kind, digest]), [["MANIFEST_MISSING", IMAGES.s390x.digest]]);
  });

  test("writes JUnit for a build server", async () => {
    const { code, stdout } = await lab.cli("check", "--platform", "linux/riscv64", "--junit", "-", at("multi"));
    assert.equal(code, 3);
    assert.match(stdout, /<testsuites[\s\S]*<failure[\s\S]*linux\/riscv64/);
  });
});

describe("a diff", () => {
  test("of the lab's index and two of its platforms has four removed platforms, and the attestations that are gone", async () => {
    await client.create(at("filtered"), [at("multi")], { platforms: ["linux/amd64", "linux/arm64"], attestations: false });
    const { code, stdout } = await lab.cli("diff", "--json", at("multi"), at("filtered"));
    assert.equal(code, 1);
    const { platforms, orderOnly } = JSON.parse(stdout);
    const changed = platforms.filter(({ change }) => change === "removed").map(({ platform }) => platform).sort();
    assert.deepEqual(changed, ["linux/arm/v7", "linux/ppc64le", "linux/s390x", "windows(10.0.17763.1234)/amd64"]);
    assert.equal(platforms.filter(({ attestations }) => attestations?.from.length === 1 && attestations.to.length === 0).length, 2);
    assert.equal(orderOnly, false);
  });

  test("of the same entries in another order reports the order only", async () => {
    await client.create(at("one-order"), ["amd64", "arm64", "win"].map(at));
    await client.create(at("other-order"), ["win", "arm64", "amd64"].map(at));
    const { code, stdout } = await lab.cli("diff", at("one-order"), at("other-order"));
    // What takes the first entry that fits may choose another one now.
    assert.equal(code, 1);
    assert.match(stdout, /order only/);
    const { orderOnly, platforms } = JSON.parse((await lab.cli("diff", "--json", at("one-order"), at("other-order"))).stdout);
    assert.deepEqual([orderOnly, platforms.map(({ change }) => change)], [true, ["same", "same", "same"]]);
  });
});
