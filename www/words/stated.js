/** What a browser says of the machine that it runs on. */

/**
 * The host that a browser states about itself. Firefox and Safari state none, and on Apple silicon they claim Intel: then
 * there is no guess, and the page asks.
 *
 * @param {{ userAgentData?: object }} navigator
 * @returns {Promise<string | undefined>} containers of macOS and Windows machines are Linux's
 */
export async function statedHost({ userAgentData }) {
  try {
    const { architecture, bitness } = await userAgentData.getHighEntropyValues(["architecture", "bitness"]);
    const name = { arm: bitness === "64" ? "arm64" : "arm", x86: bitness === "64" ? "amd64" : "386" }[architecture];
    return name && `linux/${name}`;
  } catch {
    return undefined;
  }
}
