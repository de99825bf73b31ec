/** What an image states of the image that it was built on (https://specs.opencontainers.org/image-spec/annotations/). */

import { signal } from "@preact/signals";

const BASE = "org.opencontainers.image.base.";

/** @type {import("@preact/signals").Signal<Map<string, number>>} by the digest of a manifest, how many of its layers are its base's */
export const baseEnds = signal(new Map());

/** @returns {{ name: string, digest?: string } | undefined} as the manifest, its entry or its labels state it, in this order */
export function baseOf({ document, descriptor }, config) {
  const stated = [document.annotations, descriptor?.annotations, config?.config?.Labels].find((one) => typeof one?.[`${BASE}name`] === "string");
  if (!stated) return undefined;
  const digest = stated[`${BASE}digest`];
  return { name: stated[`${BASE}name`], ...(typeof digest === "string" && { digest }) };
}
