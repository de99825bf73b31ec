/** Temporary folders that go away with the test. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @returns {Promise<{ path: string, join: (...names: string[]) => string, remove: () => Promise<void> }>} */
export async function scratch(prefix = "multiarch-") {
  const path = await mkdtemp(join(tmpdir(), prefix));
  return {
    path,
    join: (...names) => join(path, ...names),
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}
