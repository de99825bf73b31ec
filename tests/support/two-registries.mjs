/** The command line between two registries in memory, each served on loopback: one holds an image, the other is written to. */

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";

import { serve } from "../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../pkg/testing/index.js";
import { indexWithAttestations, ociImage, pushAll } from "./images.mjs";
import { multiarchHere } from "./run.mjs";
import { scratch } from "./scratch.mjs";

const [amd64, arm64, s390x] = ["amd64", "arm64", "s390x"].map((architecture) => ociImage({ architecture }));

/** What `team/app:1` of the first registry is. */
export const IMAGES = { index: indexWithAttestations(amd64, arm64, s390x), amd64, arm64, s390x };

/**
 * New registries for each test of the file that calls this, and a folder for all of them.
 *
 * @returns an object whose `registry`, `server`, `domain` are those of the first, `other` and `target` those of the second;
 *   `intercept` may answer a request in place of the second, `reopen(options)` makes both anew, the second with options
 */
export function twoRegistries() {
  const lab = { intercept: undefined };

  async function open(options) {
    lab.registry = createMemoryRegistry();
    const second = createMemoryRegistry(options);
    lab.server = await serve(lab.registry.fetch);
    lab.other = { ...(await serve(async (request) => (await lab.intercept?.(request)) ?? second.fetch(request))), registry: second };
    [lab.domain, lab.target] = [lab.server, lab.other].map(({ url }) => new URL(url).host);
    await pushAll(fetch, lab.server.url, "team/app", "1", IMAGES.index);
  }
  const close = () => Promise.all([lab.server.close(), lab.other.close()]);

  before(async () => {
    lab.folder = await scratch();
  });
  after(() => lab.folder.remove());
  beforeEach(async () => {
    lab.intercept = undefined;
    await open();
  });
  afterEach(close);

  lab.reopen = async (options) => {
    await close();
    await open(options);
  };
  lab.config = () => ["--config", lab.folder.join("docker")];
  lab.source = () => `${lab.domain}/team/app:1`;
  lab.cli = (args, options) => multiarchHere([...lab.config(), ...args], options);
  /** What a command prints that succeeds and has nothing to say beside. */
  lab.printed = async (args, options) => {
    const { code, stdout, stderr } = await lab.cli(args, options);
    assert.deepEqual([code, stderr], [0, ""], args.join(" "));
    return stdout;
  };
  return lab;
}
