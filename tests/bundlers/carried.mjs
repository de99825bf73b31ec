/** What a bundle carries of the package's WebAssembly module. */

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Files and texts, by the word of a combination. */
export const CARRIED = { file: { files: 1, texts: 0 }, text: { files: 0, texts: 1 }, both: { files: 1, texts: 1 } };

/** How often the files of a folder carry the module: as a file, and as text within others. */
export async function carried(out, installed) {
  const wasm = await readFile(installed.join("node_modules/multiarch/wasm/multiarch_bg.wasm"));
  const text = wasm.subarray(0, 3000).toString("base64");
  const found = { files: 0, texts: 0 };
  for (const entry of await readdir(out, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    if (bytes.equals(wasm)) found.files += 1;
    found.texts += bytes.toString("latin1").split(text).length - 1;
  }
  return found;
}
