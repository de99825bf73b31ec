// A registry in memory with the images of the README, for as long as it runs: `node registry.mjs`, or another PORT.
import { createClient, digest, parseManifest } from "multiarch";
import { serve } from "multiarch/node";
import { createMemoryRegistry } from "multiarch/testing";

const registry = createMemoryRegistry();
const client = createClient({ fetch: registry.fetch });

// An image without layers is enough for everything that is not run.
async function push(repository, architecture) {
  const config = new TextEncoder().encode(JSON.stringify({ os: "linux", architecture, rootfs: { type: "layers", diff_ids: [] } }));
  const described = { mediaType: "application/vnd.oci.image.config.v1+json", digest: digest(config), size: config.length };
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  await client.upload(repository, config, described);
  await client.push(parseManifest(JSON.stringify({ schemaVersion: 2, mediaType, config: described, layers: [] })), `${repository}:2.0-${architecture}`);
}

for (const repository of ["localhost:5000/demo/app", "localhost:5000/demo/web"]) {
  for (const architecture of ["amd64", "arm64"]) await push(repository, architecture);
}
await client.create(["localhost:5000/demo/app:1.0"], [":2.0-amd64", ":2.0-arm64"]);

const { url } = await serve(registry.fetch, { port: Number(process.env.PORT ?? 5000) });
console.log(`listening at ${url}`);
