/** The files of the inspector page, as the build leaves them. */

import { readdir, readFile } from "node:fs/promises";
import { extname } from "node:path";

/** The folder that holds them. */
const PAGE = new URL("../inspector/", import.meta.url);

/** What a file of the page is served as, by how its name ends. */
export const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
};

/** A name with a hash of the content, which can be kept for good. */
export const HASHED = /-[A-Z0-9]{8}\.(?:js|css|wasm)$/;

let files = {
  names: async () => (await readdir(PAGE)).filter((name) => extname(name) in TYPES),
  read: (name) => readFile(new URL(name, PAGE)),
};

/** Takes the page from elsewhere than the package's folder. @param {typeof files} others */
export function readPageWith(others) {
  files = others;
}

/** @returns {Promise<string[]>} rejects with ENOENT where the page is no part of the program */
export const pageNames = () => files.names();

/** The bytes of one of them. @param {string} name one of `pageNames` */
export const pageFile = (name) => files.read(name);
