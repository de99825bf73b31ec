/** What two images say otherwise, part by part. */

/** The parts of a comparison, in the order of their buttons. */
export const PARTS = ["layers", "config", "environment", "labels", "files"];

/** Those that hold what `diff` finds. */
const SAID = ["config", "environment", "labels"];

/** Labels and annotations are both what is said about an image. */
const PLACES = { Env: "environment", Labels: "labels", annotations: "labels" };

/**
 * @typedef {{ platforms: object[] }} Found what `diff` found in one image
 * @param {Found} found @param {string} part "config", "environment" or "labels"
 * @returns {{ name: string, from?: unknown, to?: unknown }[]}
 */
export function changesIn({ platforms: [row] }, part) {
  const annotations = (row?.annotations ?? []).map(({ key, ...change }) => ({ path: `annotations.${key}`, ...change }));
  return [...(row?.config ?? []), ...(row?.manifest ?? []), ...annotations].flatMap(({ path, from, to }) => {
    const [, place, name] = /^(?:config[.])?(?:(Env|Labels|annotations)(?:[.]|$))?(.*)$/s.exec(path);
    return (PLACES[place] ?? "config") === part ? [{ name: name || place, from, to }] : [];
  });
}

/** What is shown where the reader has not chosen: the first part that says something, else the layers. @param {Found} [found] */
export const firstPart = (found) => (found ? (SAID.find((part) => changesIn(found, part).length > 0) ?? "layers") : SAID[0]);

export const isSaid = (part) => SAID.includes(part);
