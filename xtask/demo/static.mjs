/**
 * The page and the package as files. What may be served is a list made when the server starts, by walking the two
 * folders; a path that is not on it does not exist, so no path can lead anywhere else.
 */

import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDERS = ["www", "pkg"];

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

export const SECURITY_HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "cache-control": "no-store",
};

/** @returns {Promise<(path: string) => Promise<Response | undefined>>} the file at a URL path, if it is one of ours */
export async function createStatic() {
  const files = new Map();
  for (const folder of FOLDERS) {
    for (const path of await walk(folder)) files.set(`/${path}`, join(ROOT, path));
  }
  return async (path) => {
    const file = files.get(path.endsWith("/") ? `${path}index.html` : path);
    if (!file) return undefined;
    return new Response(await readFile(file), {
      headers: { ...SECURITY_HEADERS, "content-type": TYPES[extname(file)] },
    });
  };
}

/** Plain files of known types; links and installed packages are not followed. */
async function walk(folder) {
  const entries = await readdir(join(ROOT, folder), { withFileTypes: true });
  const paths = await Promise.all(
    entries.map((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory())
        return entry.name === "node_modules" || entry.name.startsWith(".") ? [] : walk(path);
      return entry.isFile() && extname(entry.name) in TYPES ? [path] : [];
    }),
  );
  return paths.flat();
}
