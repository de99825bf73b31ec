/** The images that the demo shows: one of each shape that people meet. They are built where the tests build theirs. */

import { pushAll, samples as images } from "../../tests/support/images.mjs";

/** What to say about each, and the host that is worth asking about. */
const SHOWN = [
  {
    image: "attested",
    path: "demo/app",
    text: "an OCI index: two platforms, each with an attestation",
    platform: "linux/arm64",
  },
  {
    image: "list",
    path: "demo/list",
    text: "a Docker manifest list with eight platforms",
    platform: "linux/arm/v7",
  },
  { image: "nested", path: "demo/nested", text: "an index inside an index", platform: "linux/amd64" },
  {
    image: "windows",
    path: "demo/windows",
    text: "Windows entries, told apart by their os version",
    platform: "windows(10.0.20348)/amd64",
  },
  { image: "single", path: "demo/single", text: "one image, without an index", platform: undefined },
];

const TAG = "1.0";

/**
 * Pushes every sample to a registry.
 * @param {typeof fetch} fetch how to reach it @param {string} baseUrl where, without a slash at its end
 * @returns {Promise<{ reference: string, text: string, platform?: string }[]>}
 */
export async function pushSamples(fetch, baseUrl) {
  const built = images();
  const { host } = new URL(baseUrl);
  const pushed = [];
  for (const { image, path, text, platform } of SHOWN) {
    await pushAll(fetch, baseUrl, path, TAG, built[image]);
    pushed.push({ reference: `${host}/${path}:${TAG}`, text, platform });
  }
  return pushed;
}
