// Layers with gzip and zstd, listed beside `tar`, which is a program that has to start; ours runs in one that is warm. Skopeo lists
// no layer: it copies one and decompresses it, so it also hashes and writes.

import { createHash } from "node:crypto";
import { link, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { run } from "../support/run.mjs";
import { scratch } from "../support/scratch.mjs";
import { duration, race, ratio } from "./measure.mjs";

const NODE_24 = fileURLToPath(new URL("../node_modules/node24/bin/node", import.meta.url));
const PROGRAM = fileURLToPath(new URL("list-layer.mjs", import.meta.url));
/** Some hundred megabytes in thousands of files, which every machine has that runs this. */
const SAMPLE = fileURLToPath(new URL("../node_modules/", import.meta.url));
const FOLDERS = ["miniflare", "node22", "typescript", "undici"];
const ROUNDS = 5;

async function done(command, args) {
  const { code, stdout, stderr } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

export async function layers() {
  const folder = await scratch();
  try {
    const tar = folder.join("layer.tar");
    await done("tar", ["-C", SAMPLE, "-cf", tar, ...FOLDERS]);
    await done("gzip", ["-6", "-k", tar]);
    await done("zstd", ["-q", "-3", "-k", tar]);
    const mebibytes = (await stat(tar)).size / 2 ** 20;
    const lines = [];
    for (const [name, node, file, flag] of [["gzip", process.execPath, `${tar}.gz`, "-tzf"], ["zstd", NODE_24, `${tar}.zst`, "--zstd"]]) {
      const { ms, entries } = JSON.parse(await done(node, [PROGRAM, file, String(ROUNDS)]));
      const args = flag === "-tzf" ? [flag, file] : [flag, "-tf", file];
      const source = await directoryOf(file, folder.join(`image-${name}`), `application/vnd.oci.image.layer.v1.tar+${name}`);
      const copy = () => done("skopeo", ["copy", "-q", "--dest-decompress", source, `dir:${folder.join(`copy-${name}`)}`]);
      const { peer, skopeo } = await race({ peer: () => done("tar", args), skopeo: copy }, { rounds: ROUNDS });
      const rate = (took) => `${(mebibytes / (took / 1000)).toFixed(0)} MiB/s`;
      lines.push(`a layer of ${mebibytes.toFixed(0)} MiB, ${entries} entries, with ${name}: listed in ${duration(ms)} (${rate(ms)}); tar ${duration(peer)} (${rate(peer)}); ${ratio(ms / peer, { most: 2 })}; skopeo copies and decompresses it in ${duration(skopeo)} (${rate(skopeo)})`);
    }
    return lines;
  } finally {
    await folder.remove();
  }
}

/** An image of one layer as the folder that skopeo calls `dir:`. */
async function directoryOf(layer, folder, mediaType) {
  await mkdir(folder);
  const part = (type, bytes) => ({ mediaType: type, digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`, size: bytes.length });
  const config = Buffer.from(JSON.stringify({ os: "linux", architecture: "amd64", rootfs: { type: "layers", diff_ids: [`sha256:${"0".repeat(64)}`] } }));
  const own = part("application/vnd.oci.image.config.v1+json", config);
  const content = part(mediaType, await readFile(layer));
  await writeFile(`${folder}/${own.digest.slice(7)}`, config);
  await link(layer, `${folder}/${content.digest.slice(7)}`);
  await writeFile(`${folder}/manifest.json`, JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config: own, layers: [content] }));
  await writeFile(`${folder}/version`, "Directory Transport Version: 1.1\n");
  return `dir:${folder}`;
}
