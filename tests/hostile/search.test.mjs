/** The search itself: a leak is found in every spelling, and a search that finds nothing has searched. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createCanaries, search, shownBy } from "./canaries.mjs";
import { judge } from "./play.mjs";

const HOME = "https://home.example";
const AWAY = "https://away.example";

test("a secret is found as it is, escaped, and in base64 wherever it begins", () => {
  const canaries = createCanaries();
  const secret = canaries.keep("password", "p/ss w+rd-of-some-length", HOME);
  const base64 = ["", "a", "ab", "abc"].map((before) => Buffer.from(`${before}${secret}:tail`).toString("base64"));
  for (const content of [secret, encodeURIComponent(secret), ...base64]) {
    const found = (origin) => search(canaries.all(), [{ where: "there", origin, content: Buffer.from(`<${content}>`) }]).leaks;
    assert.deepEqual(found(AWAY), ["the password was found in there"]);
    assert.equal(found(undefined).length, 1);
    assert.deepEqual(found(HOME), []);
  }
});

test("an error is searched with its causes, its details and its stack", () => {
  const error = new Error("outside", { cause: new Error("inside", { cause: new Error("innermost") }) });
  error.details = { list: ["detail"] };
  const texts = shownBy(error).map(({ content }) => content).join("\n");
  for (const part of ["outside", "inside", "innermost", "detail", import.meta.url.split("/").at(-1)]) assert.ok(texts.includes(part), part);
});

test("an origin that was not to be asked, and a secret at one that was, are both reported", () => {
  const canaries = createCanaries();
  const secret = canaries.make("password", HOME);
  const setting = { canaries, origins: { registry: HOME, tokens: HOME, storage: HOME } };
  const stage = (origin, text) => ({ broken: [], record: [{ origin, bytes: Buffer.from(text) }] });
  assert.equal(judge(setting, stage(HOME, secret), undefined, []).canaries, 1);
  assert.throws(() => judge(setting, stage(AWAY, "GET /"), undefined, []), /away\.example was asked: GET \//);
  assert.throws(() => judge(setting, stage(AWAY, secret), () => [AWAY], []), /password was found in what https:\/\/away/);
  assert.throws(() => judge(setting, stage(HOME, ""), undefined, [{ where: "stderr", content: secret }]), /found in stderr/);
});
