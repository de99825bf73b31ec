/** Whose credentials are whose: every spelling of every domain, asked for by every other. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { dockerCredentials } from "../../../../pkg/node/credentials/docker.js";
import { assertNowhere, canary } from "../../../support/canary.mjs";

const HUB = ["docker.io", "index.docker.io", "registry-1.docker.io"];
const DOMAINS = [
  "registry.example", "registry.example:5000", "registry.example:443", "registry.example.evil", "my-registry.example", "registry.exampl",
  "example", "localhost", "localhost:5000", "[::1]:5000", "127.0.0.1", "127.0.0.1:5000", "ghcr.io", "evil.docker.io", "docker.io.evil",
  ...HUB,
];

/** Keys of a domain as a whole, and keys that only resemble one. */
const OWN = [(domain) => domain, (domain) => `${domain}/`, (domain) => `https://${domain}`, (domain) => `https://${domain}/v1/`, (domain) => `http://${domain}/v2`];
const OTHERS = [
  (domain) => `${domain}/team`, (domain) => `${domain}x`, (domain) => `x${domain}`, (domain) => `.${domain}`, (domain) => `${domain}.`,
  (domain) => `user@${domain}`, (domain) => `${domain}@evil.example`, (domain) => `https://user@${domain}/v1/`, (domain) => `*.${domain}`,
  (domain) => `evil.example/${domain}`, (domain) => `https://evil.example/${domain}`, (domain) => `evil.example/https://${domain}`,
  (domain) => `${domain}#`, (domain) => `${domain}?`, (domain) => ` ${domain}`, (domain) => `${domain}\n`, (domain) => `${domain}\\evil`,
  (domain) => `ftp://${domain}`, (domain) => `//${domain}`, (domain) => `https:${domain}`, (domain) => `${domain}%2f`, (domain) => `${domain}:0`,
];

const isSame = (one, other) => one === other || (HUB.includes(one) && HUB.includes(other));

test("credentials are found by the registry's own domain alone", async (t) => {
  let cases = 0;
  for (const [spellings, belongs] of [[OWN, true], [OTHERS, false]]) {
    for (const domain of DOMAINS) {
      for (const spell of spellings) {
        const key = spell(domain);
        const password = canary();
        const auths = { [key]: { auth: Buffer.from(`ada:${password}`).toString("base64") } };
        const find = dockerCredentials({ config: "/nowhere", env: { DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) } });
        for (const registry of DOMAINS) {
          cases += 1;
          const found = await find(registry, { repository: "library/alpine" });
          if (belongs && isSame(domain, registry)) assert.deepEqual(found, { username: "ada", password }, `${key} for ${registry}`);
          else assertNowhere(password, found ?? "");
          assert.equal(found !== undefined, belongs && isSame(domain, registry), `${JSON.stringify(key)} for ${registry}`);
        }
      }
    }
  }
  assert.equal(cases, DOMAINS.length ** 2 * (OWN.length + OTHERS.length));
  t.diagnostic(`${cases} cases, each with a canary`);
});
