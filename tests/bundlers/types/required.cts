/** A program of a user that is a CommonJS module. */

import multiarch = require("multiarch");

declare const process: { argv: string[] };

async function main(domain: string): Promise<void> {
  const { createClient } = multiarch;
  const client = createClient();
  const index = await client.manifest(`${domain}/demo/app:1.0`);
  const { digest } = await client.resolve(`${domain}/demo/app:1.0`, { platform: "linux/arm64" });
  const answer: string = `${index.digest} ${digest}`;
  console.log(answer);
}

void main(process.argv[2] ?? "");
