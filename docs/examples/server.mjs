// A server in Node: `PORT=8080 node server.mjs`. nodeFetch refuses names that lead into a private network, too.
import { createEdge } from "multiarch/edge";
import { nodeFetch, serve } from "multiarch/node";

const registries = (process.env.REGISTRIES ?? "docker.io,ghcr.io").split(",");
const edge = createEdge({ registries, fetch: nodeFetch() });
const { url } = await serve(edge, { port: Number(process.env.PORT ?? 8080) });
console.log(`listening at ${url}`);
