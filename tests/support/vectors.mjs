/** The vectors, as the Rust tests read them too, and the tables in which those say where they deviate. */

import { readFileSync } from "node:fs";

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** @param {string} name a file of tests/data/vectors, without `.json` */
export const vectors = (name) => JSON.parse(read(`data/vectors/${name}.json`));

/** The bytes of a file of tests/data/vectors. */
export const vectorBytes = (path) => readFileSync(new URL(`../data/vectors/${path}`, import.meta.url));

/** The rows of a table of tuples of texts in a Rust test: `const NAME: &[(&str, …)] = &[("a", "b"), …];` */
export function rustTable(file, name) {
  const source = read(`core/${file}`);
  const start = source.indexOf(`const ${name}: `);
  if (start < 0) throw new Error(`${file} has no table ${name}`);
  const body = source.slice(source.indexOf("= &[", start), source.indexOf("\n];", start));
  const rows = [...body.matchAll(/\(\s*("[^"]*"(?:,\s*"[^"]*")+),?\s*\)/g)];
  return rows.map(([, texts]) => JSON.parse(`[${texts}]`));
}

/** A platform under the names of the API, from one under those of the image specification or a specifier. */
export function platformOf(value) {
  if (typeof value === "string") return value;
  const { os = "", architecture = "", variant, "os.version": osVersion, "os.features": osFeatures } = value;
  const given = { variant, osVersion, osFeatures: osFeatures?.length ? osFeatures : undefined };
  return { os, architecture, ...Object.fromEntries(Object.entries(given).filter(([, part]) => part)) };
}

/** An index document that lists images for these platforms; undefined lists one without a platform. */
export function indexOf(platforms) {
  const entry = (platform, number) => ({
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    digest: `sha256:${number.toString(16).padStart(64, "0")}`,
    size: 2,
    ...(platform && { platform }),
  });
  const mediaType = "application/vnd.oci.image.index.v1+json";
  return JSON.stringify({ schemaVersion: 2, mediaType, manifests: platforms.map(entry) });
}

/** The code of the MultiarchError that `work` throws; undefined when it throws none. */
export function codeOf(work) {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error?.constructor?.name !== "MultiarchError") throw error;
    return error.code;
  }
}
