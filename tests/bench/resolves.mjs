// Resolving a tag for a platform over an in-memory fetch, beside the least that JavaScript could do; and what remains.

import { createClient } from "multiarch";

import { indexOf } from "./documents.mjs";
import { core, heap } from "./memory.mjs";
import { amount, duration, race, ratio } from "./measure.mjs";

export const REFERENCE = "registry.example/a/b:1";
export const wanted = { platform: "linux/arm64" };
const ROUND = 20;
const AT_ONCE = 100;
export const TYPE = "application/vnd.oci.image.index.v1+json";
/** What a heap may differ by from one collection to the next. */
const NOISE_MIB = 0.5;

export async function resolves() {
  const bytes = indexOf(10);
  const fetch = async () => new Response(bytes, { headers: { "content-type": TYPE } });
  const client = createClient({ fetch });
  const ours = () => client.resolve(REFERENCE, wanted);
  const byHand = () => resolvedByHand(fetch);
  if ((await ours()).digest !== (await byHand()).digest) throw new Error("the contestants disagree");
  const each = (work) => async () => {
    for (let call = 0; call < ROUND; call++) await work();
  };
  const together = (work) => () => Promise.all(Array.from({ length: AT_ONCE }, work));
  // 10,000 in all: the first thousand, and the rest beside the other contestant.
  for (let call = 0; call < 1_000; call++) await ours();
  const before = { heap: await heap(), core: core() };
  const serial = await race({ ours: each(ours), byHand: each(byHand) }, { rounds: 9_000 / ROUND - 1 });
  const after = { heap: await heap(), core: core() };
  const parallel = await race({ ours: together(ours), byHand: together(byHand) }, { rounds: 40 });
  const line = (what, { ours: mine, byHand: theirs }, calls, most) =>
    `resolve over an in-memory fetch, ${what}: ${duration(mine / calls)} each; ` +
    `fetch + subtle.digest + JSON.parse ${duration(theirs / calls)}; ${ratio(mine / theirs, { most })}`;
  return [
    line("one after the other", serial, ROUND, 1.3),
    line(`${AT_ONCE} at once`, parallel, AT_ONCE, 3),
    `growth between the 1,000th and the 10,000th: heap ${amount(after.heap - before.heap, NOISE_MIB, "MiB")}, ` +
      `core ${amount(after.core - before.core, 0, "MiB")}`,
  ];
}

export async function resolvedByHand(fetch) {
  const response = await fetch("https://registry.example/v2/a/b/manifests/1", { headers: { accept: TYPE } });
  const bytes = await response.arrayBuffer();
  const sum = Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
  const { manifests } = JSON.parse(new TextDecoder().decode(bytes));
  const chosen = manifests.find(({ platform }) => platform.os === "linux" && platform.architecture === "arm64");
  return { ...chosen, index: `sha256:${sum}` };
}
