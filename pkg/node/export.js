/** The inspector as a folder for any web server: the page, its settings, and the headers for hosts that read them from a file. */

import { lstat, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { optionInvalid } from "../core/errors.js";
import { readRegular } from "./bounded-file.js";
import { makeFolders } from "./folders.js";
import { HASHED, pageFile, pageNames } from "./page-files.js";
import { connecting, originsOf, securityHeaders } from "./page-headers.js";

/** How the file of headers begins, by which a folder of ours is known. */
const MARK = "# Written by multiarch serve --export";
const HEADERS = "_headers";
const SETTINGS = "config.json";

/**
 * Writes the page into a folder, which is made where it is not there. A folder that holds anything but an earlier export is
 * left as it is.
 *
 * @param {string} folder
 * @param {{ via?: URL, registries: string[], direct?: string[] }} options the proxy that the page reads through, the registries that
 *   it may name, and those that it reads without the proxy
 * @returns {Promise<string[]>} the names of what was written. Rejects with OPTION_INVALID, and as the file system does
 */
export async function exportPage(folder, { via, registries, direct = [] }) {
  const names = await pageNames();
  const earlier = await ownFiles(folder);
  await makeFolders(folder);
  for (const name of earlier) await rm(join(folder, name));
  const sources = [...(via ? [via.origin] : []), ...originsOf(direct)];
  const settings = { via: via?.href, registries, ...(direct.length > 0 && { direct }) };
  const texts = { [HEADERS]: headersOf(names, sources), [SETTINGS]: `${JSON.stringify(settings)}\n` };
  for (const name of names) {
    const bytes = await pageFile(name);
    texts[name] = name === "index.html" ? connecting(new TextDecoder().decode(bytes), sources) : bytes;
  }
  // What has come in between, a link for instance, is not written through.
  for (const [name, content] of Object.entries(texts)) await writeFile(join(folder, name), content, { flag: "wx" });
  return Object.keys(texts).sort();
}

/** The files of an earlier export; throws OPTION_INVALID where there is anything else. */
async function ownFiles(folder) {
  const names = await readdir(folder).catch((error) => {
    if (error.code === "ENOENT") return [];
    throw error.code === "ENOTDIR" ? optionInvalid(`--export takes a folder: ${folder} is a file`) : error;
  });
  if (names.length === 0) return [];
  const isOurs = names.includes(HEADERS) && (await isMarked(join(folder, HEADERS)));
  const isKnown = (name) => ["index.html", SETTINGS, HEADERS].includes(name) || HASHED.test(name);
  const strange = isOurs ? names.find((name) => !isKnown(name)) : names[0];
  if (strange !== undefined) throw notOurs(folder, strange);
  for (const name of names) if (!(await lstat(join(folder, name))).isFile()) throw notOurs(folder, name);
  return names;
}

/** Whether a file is one of headers that an export has written; what is no file is none. */
async function isMarked(path) {
  const bytes = await readRegular(path).catch((error) => {
    if (["EISDIR", "ENOTSUP"].includes(error.code)) return undefined;
    throw error;
  });
  return bytes?.toString("utf8").startsWith(MARK) === true;
}

const notOurs = (folder, name) => optionInvalid(`${folder} holds ${name}, which is not of an export: name a new or an empty folder`);

/** As Cloudflare Pages and Netlify read it. A name with a hash can be kept for good. */
function headersOf(names, sources) {
  const rule = (path, headers) => [path, ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`)];
  const kept = names.filter((name) => HASHED.test(name)).map((name) => rule(`/${name}`, { "cache-control": "public, max-age=31536000, immutable" }));
  const asked = ["/", "/index.html", `/${SETTINGS}`].map((path) => rule(path, { "cache-control": "no-cache" }));
  return [MARK, ...rule("/*", securityHeaders(sources)), ...[...asked, ...kept].flat(), ""].join("\n");
}
