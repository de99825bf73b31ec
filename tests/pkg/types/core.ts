/** The core's types in a program that has no DOM library, only what every host declares in some way. */

import { createClient, parseManifest, selectPlatform } from "multiarch";
import type { FetchFunction } from "multiarch";

const fetch: FetchFunction = async (_url, { method, headers, signal }) => ({
  status: method === "GET" && headers["accept"] && !signal?.aborted ? 200 : 404,
  headers: { get: () => null },
  arrayBuffer: async () => new ArrayBuffer(0),
});

export async function platforms(reference: string): Promise<string[]> {
  const index = await createClient({ fetch }).manifest(reference);
  const { descriptor } = selectPlatform(parseManifest(index.bytes), "linux/arm64");
  return index.manifests.filter((entry) => entry.digest !== descriptor?.digest).map((entry) => entry.digest);
}
