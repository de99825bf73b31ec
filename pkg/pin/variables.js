/** Variables in a reference, as Dockerfiles and Compose write them. */

/** `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}` and other forms with an operator; `$$` or `\$` is a dollar. */
const VARIABLE = /\\\$|\$\$|\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?#%/])([^{}]*))?\})/g;

/**
 * A word with its variables replaced.
 *
 * @param {{ text: string, at: number }} word what is written, and where it starts in the file
 * @param {(name: string) => { text: string, tail: number, uses?: string[] } | undefined} lookup the value of a variable and
 *   where that ends in the file
 * @returns {{ text: string, tail: number, uses: string[], problem?: string }} `tail` is where the last piece of the result
 *   ends; `uses` names the variables that it ends with
 */
export function expanded({ text, at }, lookup) {
  let result = "";
  let end = 0;
  let last;
  const others = [];
  for (const match of text.matchAll(VARIABLE)) {
    const [written, plain, braced, operator, fallback] = match;
    result += text.slice(end, match.index);
    end = match.index + written.length;
    last = undefined;
    if (written === "$$" || written === "\\$") {
      result += "$";
      continue;
    }
    const value = valueOf({ name: plain ?? braced, operator, fallback, at: at + end - 1 }, lookup);
    if (value.problem) return { text, tail: at + text.length, uses: [], problem: value.problem };
    result += value.text;
    last = value;
    others.push(...(value.uses ?? []));
  }
  if (last && end === text.length) {
    return { text: result, tail: last.tail, uses: last.uses ?? [], inner: others.slice(0, others.length - (last.uses ?? []).length) };
  }
  return { text: result + text.slice(end), tail: at + text.length, uses: [], inner: others };
}

function valueOf({ name, operator, fallback, at }, lookup) {
  const value = lookup(name);
  if (operator === undefined || operator === "?" || operator === ":?") {
    return value ? { ...value, uses: [...(value.uses ?? []), name] } : { problem: `${name} has no value here` };
  }
  if (operator !== "-" && operator !== ":-") return { problem: `\${${name}${operator}…} is not followed` };
  const isSet = value !== undefined && (operator === "-" || value.text !== "");
  if (isSet) return { ...value, uses: [...(value.uses ?? []), name] };
  if (fallback.includes("$")) return { problem: `the default of ${name} holds a variable` };
  return { text: fallback, tail: at, uses: [] };
}
