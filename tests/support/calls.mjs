/** What calls of the package give, for comparisons. */

import { parseManifest } from "multiarch";

/** The items of an async iterable. */
export async function collected(items) {
  const list = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The code of the error that a call fails with; undefined when it succeeds. */
export const failed = (promise) => promise.then(() => undefined, (error) => error.code);

/** The package's document of an image of images.mjs. */
export const documentOf = ({ bytes, mediaType }) => parseManifest(bytes, { mediaType });
