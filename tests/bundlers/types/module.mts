/** A program of a user that is an ES module, and names every entry. */

import { createClient } from "multiarch";
import type * as asset from "multiarch/asset";
import type * as edge from "multiarch/edge";
import type * as inline from "multiarch/inline";
import type wasm from "multiarch/multiarch.wasm";
import type * as node from "multiarch/node";
import type * as proxy from "multiarch/proxy";
import type * as testing from "multiarch/testing";

export type Entries = [typeof asset, typeof edge, typeof inline, typeof wasm, typeof node, typeof proxy, typeof testing];

declare const process: { argv: string[] };

const domain: string = process.argv[2] ?? "";
const client = createClient();
const index = await client.manifest(`${domain}/demo/app:1.0`);
const { digest } = await client.resolve(`${domain}/demo/app:1.0`, { platform: "linux/arm64" });
const answer: string = `${index.digest} ${digest}`;
console.log(answer);
