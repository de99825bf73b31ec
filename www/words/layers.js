/** What is wrong with a layer, in few words. */

/** Without what the place says already: which layer it is, and all of a digest. */
export function briefly({ message, details }) {
  if (details?.reason === "foreign") return "foreign: the registry does not have it";
  return message.replace(/^layer \d+ \([^)]*\):? /, "").replace(/\b(sha\d+:[0-9a-f]{12})[0-9a-f]{20,}/g, "$1…");
}
