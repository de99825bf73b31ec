/** URLs as they may be shown: a query may hold a signature, a token or the state of an upload. */

/** A URL without the values of its query; a part without a name is all value. */
export function withoutValues(url) {
  const [path, query] = url.split("?", 2);
  if (query === undefined) return path;
  return `${path}?${query.split("&").map((part) => (part.includes("=") ? part.replace(/=.*/s, "=…") : "…")).join("&")}`;
}

/** A URL without its query, whose names may be secret too. */
export function withoutQuery(url) {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname}${search && "?…"}`;
}
