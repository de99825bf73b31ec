/** Archives of this tab, by the domain under which a client reads each: no registry can have it. */

/**
 * @typedef {object} Opened
 * @property {string} file its name
 * @property {object} client @property {object} archive
 * @property {{ name?: string, descriptor: object, ref: string }[]} images each with the reference by which it is opened
 * @property {string} [only] the reference of the image that is meant, or of the only one; absent where there are several
 * @property {(digest: string) => string | undefined} nameOf what an image is called there, where one is known
 */

/** @type {Map<string, Opened>} */
const archives = new Map();

/** Keeps an archive that was opened. @param {string} domain @param {Opened} opened */
export const keepArchive = (domain, opened) => archives.set(domain, opened);

/** The archive of a domain; undefined for a registry's, and for one of another tab. */
export const archiveAt = (domain) => archives.get(domain);

/** Whether a domain is that of an archive. */
export const isArchive = (domain) => /^archive-\d+\.invalid$/.test(domain);
