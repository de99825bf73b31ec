/** The command lines that make the same list. */

import { shellLine } from "../words/commands.js";

/**
 * @param {import("./recipe.js").Recipe} recipe @param {import("./result.js").Part[]} parts
 * @returns {{ lines?: { name: string, text: string }[], notes: string[] }} without lines where a source has no name that others can use
 */
export function linesOf({ type, annotations, target }, parts) {
  if (parts.length === 0) return { notes: [] };
  if (parts.some(({ source }) => source.name === undefined)) return { notes: ["A source is of this tab alone, so that no command can name it."] };
  const words = parts.map(({ source: { name, root }, rows: [row], isWhole }) => `${name}@${isWhole ? root.digest : row.descriptor.digest}`);
  const annotated = annotations.flatMap(([key, value]) => ["--annotation", `index:${key}=${value}`]);
  const named = ["-t", target || "NAME:TAG"];
  const lines = [
    { name: "multiarch", text: shellLine(["multiarch", "create", ...named, ...(type ? ["--type", type] : []), ...annotated, ...words]) },
    { name: "buildx", text: shellLine(["docker", "buildx", "imagetools", "create", ...named, ...annotated, ...words]) },
  ];
  return { lines, notes: notesOf(parts, type) };
}

function notesOf(parts, type) {
  const single = parts.filter(({ isWhole }) => !isWhole);
  return [
    single.some(({ rows: [row] }) => row.attestations > 0) && "Attestations come along here. A command that names one image of an index leaves them behind.",
    single.some(({ platform }) => platform) && "The lines do not say the platforms that you wrote.",
    type && "buildx takes the type from its sources.",
  ].filter(Boolean);
}
