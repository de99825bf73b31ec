/** `node:fs/promises` with a say in every call: the n-th can fail, or be the last thing that the process does. */

import * as real from "node:fs/promises";

/** Calls that change a disk. `open` counts when it opens for writing. */
const WRITES = new Set([
  "mkdir", "rename", "rm", "rmdir", "unlink", "link", "copyFile", "chmod", "utimes", "handle.writeFile", "handle.sync", "handle.chmod",
]);

/**
 * @param {(call: { name: string, isWrite: boolean, path: string }) => void} before is called before each call; the call
 *   rejects with what it throws
 * @returns {typeof real}
 */
export function watchedFs(before) {
  const note = (name, isWrite, path) => before({ name, isWrite, path: String(path) });
  const fs = {};
  for (const [name, work] of Object.entries(real)) {
    if (typeof work !== "function") continue;
    fs[name] = async (...values) => {
      note(name, WRITES.has(name) || (name === "open" && /[wa+]/.test(values[1])), values[0]);
      const result = await work(...values);
      return name === "open" ? watchedHandle(result, values[0], note) : result;
    };
  }
  return fs;
}

function watchedHandle(handle, path, note) {
  return new Proxy(handle, {
    get(target, name) {
      const value = target[name];
      if (typeof value !== "function") return value;
      return async (...values) => {
        if (name !== "close") note(`handle.${String(name)}`, WRITES.has(`handle.${String(name)}`), path);
        return value.apply(target, values);
      };
    },
  });
}

/** As the system fails. */
export function systemError(code, call, path) {
  return Object.assign(new Error(`${code}: injected, ${call} '${path}'`), { code, syscall: call, path, errno: -1 });
}

/**
 * @param {{ at: number, code: string, writes?: boolean, lasting?: boolean }} fault the n-th call from 0 fails, or the n-th
 *   write; with `lasting` every write after it as well
 */
export function faultyFs({ at, code, writes = true, lasting = false }) {
  const seen = { count: 0, isHit: false };
  const fs = watchedFs(({ name, isWrite, path }) => {
    if (writes && !isWrite) return;
    const number = seen.count;
    seen.count += 1;
    if (number !== at && !(lasting && number > at && isWrite)) return;
    seen.isHit = true;
    throw systemError(code, name.replace("handle.writeFile", "write").replace("handle.sync", "fsync"), path);
  });
  return { fs, seen };
}
