/** Frameworks with a server of their own: an app is developed, or built and started, and asked once for each use. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { CARRIED, carried } from "./carried.mjs";
import { PACKAGES, byTool } from "./combinations.mjs";
import { staged } from "./stage.mjs";
import { versionOf } from "./tools.mjs";

/**
 * Tests each combination, with one server for those of a tool.
 *
 * @param {import("./combinations.mjs").Combination[]} combinations `tool` names a framework and its `command`
 * @param {object} framework
 * @param {(combination: object) => Promise<{ path: string, join: Function, remove: Function }>} framework.app makes the app
 * @param {(app: object, combination: object, registry: object) => Promise<string | undefined>} framework.build builds it where the
 *   command does so, and gives the folder of what browsers load
 * @param {(app: object, combination: object, registry: object) => Promise<{ url: string, output?: () => string, close: Function }>} framework.serve
 * @param {Record<string, string>} framework.paths where each use is asked for
 */
export function testFramework(combinations, { app, build, serve, paths }) {
  const stage = staged({ visits: true });

  async function started(combination) {
    const made = await app(combination);
    const loaded = await build(made, combination, stage.registry);
    if (loaded) assert.deepEqual(await carried(loaded, made), CARRIED[combination.carries ?? "file"]);
    const server = await serve(made, combination, stage.registry);
    return { ...server, close: () => server.close().then(made.remove) };
  }

  async function answered({ url, output = () => "" }, use) {
    const { domain, expected } = stage.registry;
    const place = `${url}${paths[use]}`;
    if (use.includes("route")) {
      const response = await fetch(`${place}?registry=${domain}`);
      assert.deepEqual([response.status, await response.text()], [200, expected], output());
    } else {
      const { answer, complaints } = await stage.visitor.visit(place);
      assert.deepEqual([answer, complaints], [expected, []], output());
    }
  }

  for (const ones of byTool(combinations)) {
    const [first] = ones;
    describe(`${first.tool}, ${versionOf(PACKAGES[first.version])}`, () => {
      let server;
      before(async () => (server = await started(first)));
      after(() => server?.close());
      for (const { use } of ones) test(use, () => answered(server, use));
    });
  }
}
