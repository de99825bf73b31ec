/** Temporary folders that go away with the test. */

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * @param {string} [prefix]
 * @param {string} [parent] where it is made, default: the system's folder for that
 * @returns {Promise<{ path: string, join: (...names: string[]) => string, remove: () => Promise<void> }>}
 */
export async function scratch(prefix = "multiarch-", parent = tmpdir()) {
  await mkdir(parent, { recursive: true });
  const path = await mkdtemp(join(parent, prefix));
  return {
    path,
    join: (...names) => join(path, ...names),
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}
