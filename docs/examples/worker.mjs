// A Cloudflare Worker: `npm install multiarch && npx wrangler deploy worker.mjs`
import { createEdge } from "multiarch/edge";

export default { fetch: createEdge({ registries: ["docker.io", "ghcr.io"] }) };
