// Deno, for an exported inspector: `deno add npm:multiarch && PORT=8000 deno run --allow-net --allow-env=PORT proxy-deno.mjs`
import { createProxy } from "multiarch/proxy";

const port = Number(Deno.env.get("PORT") ?? 8000);
const origins = ["https://proxy.example", "https://inspector.example"];
Deno.serve({ port }, createProxy({ registries: ["docker.io", "ghcr.io"], origins }));
