/**
 * Archives as the command line names them, with skopeo's words: `oci:DIR[:name]`, `oci-archive:FILE[:name]`,
 * `docker-archive:FILE[:name]` and `dir:DIR`, which has one image and no name for it.
 */

/** What an archive of each word is. */
const WORDS = {
  oci: { isFolder: true, kind: "oci-layout" },
  "oci-archive": { isFolder: false, kind: "oci-layout" },
  "docker-archive": { isFolder: false, kind: "docker-archive" },
  dir: { isFolder: true, kind: "dir", isNameless: true },
};

/** Whether a text begins as an archive does. */
export const isArchive = (text) => typeof text === "string" && /^(oci|oci-archive|docker-archive|dir):/.test(text);

/**
 * The parts of an archive's name. As in skopeo the first colon ends the path, but for that of a drive. A digest may stand
 * at the end.
 *
 * @param {string} text
 * @returns {{ word: string, path: string, name?: string, digest?: string, isFolder: boolean, kind: string }}
 */
export function parseArchive(text) {
  const [, word, rest] = /^([a-z-]+):(.*)$/s.exec(text);
  const [, before, digest] = /^(.*?)@(sha(?:256|384|512):[0-9a-f]+)$/s.exec(rest) ?? [undefined, rest, undefined];
  const [, path, name] = WORDS[word].isNameless ? [undefined, before] : /^((?:[A-Za-z]:[\\/])?[^:]*)(?::(.*))?$/s.exec(before);
  return { ...WORDS[word], word, path, ...(name && { name }), ...(digest && { digest }) };
}
