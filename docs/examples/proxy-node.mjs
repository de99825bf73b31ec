// Node, for an exported inspector: `PORT=8080 node proxy-node.mjs`. Layers of up to 500 MB are passed on, for their files.
import { nodeFetch, serve } from "multiarch/node";
import { createProxy } from "multiarch/proxy";

const registries = (process.env.REGISTRIES ?? "docker.io,ghcr.io").split(",");
const origins = ["https://proxy.example", "https://inspector.example"];
const proxy = createProxy({ registries, origins, layerBudget: 5e8, fetch: nodeFetch() });
const { url } = await serve(proxy, { port: Number(process.env.PORT ?? 8080) });
console.log(`listening at ${url}`);
