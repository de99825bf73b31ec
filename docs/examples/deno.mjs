// Deno: `deno add npm:multiarch && PORT=8000 deno run --allow-net --allow-env=PORT deno.mjs`
import { createEdge } from "multiarch/edge";

const port = Number(Deno.env.get("PORT") ?? 8000);
Deno.serve({ port }, createEdge({ registries: ["docker.io", "ghcr.io"] }));
