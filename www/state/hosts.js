/** What the list of hosts offers. */

import { formatPlatform } from "../multiarch.js";
import { MACHINES } from "../words/machines.js";
import { rows } from "./entries.js";
import { site } from "./inspector.js";

/** The machines that fit what is typed: this computer, those that people have words for, then those of the index. */
export function offered(typed) {
  const own = rows.value.filter(({ kind, descriptor }) => kind === "image" && descriptor.platform).map(({ descriptor }) => formatPlatform(descriptor.platform));
  const named = new Map(MACHINES.map(({ platform, text }) => [platform, text]));
  const all = [
    ...(site.value.host ? [{ platform: site.value.host, text: "this computer" }] : []),
    ...MACHINES,
    ...[...new Set(own)].filter((platform) => !named.has(platform) && platform !== site.value.host).map((platform) => ({ platform, text: "in this image" })),
  ];
  const wanted = typed.toLowerCase();
  return all.filter(({ platform, text }) => `${platform} ${text}`.toLowerCase().includes(wanted)).slice(0, 40);
}
