// A Cloudflare Worker through which an exported inspector reads registries: `npm install multiarch && npx wrangler deploy proxy-worker.mjs`
import { createProxy } from "multiarch/proxy";

// Docker Hub limits the addresses that all Workers share: name it only in a Worker of your own, for yourself.
const registries = ["ghcr.io", "quay.io", "registry.k8s.io", "mcr.microsoft.com"];
// Where the Worker itself stands, and where the page does.
const origins = ["https://proxy.example", "https://inspector.example"];

export default { fetch: createProxy({ registries, origins, cache: caches.default }) };
