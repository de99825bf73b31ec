/** A Dockerfile that would read like an image: a reconstruction, for what was copied and where from is not known. */

/** @param {ReturnType<typeof import("./history.js").joinSteps>} rows */
export function dockerfileOf(rows) {
  const steps = rows.flatMap((row) => row.settings ?? (row.step ? [row.step] : []));
  return `# Reconstructed from the image's history; what was copied is not known.\n${steps.map(lineOf).join("\n")}\n`;
}

function lineOf({ instruction, lines }) {
  if (instruction === "") return lines.map((line) => (line.startsWith("#") ? line : `# ${line}`)).join("\n");
  return `${instruction} ${written(instruction, lines.join(" \\\n    "))}`;
}

/** The old builder wrote what Go prints of its values: `map[80/tcp:{}]`, and lists without commas. */
function written(instruction, text) {
  if (instruction === "EXPOSE") return text.replace(/^map\[(.*)\]$/, (_, ports) => ports.replaceAll(":{}", ""));
  return /^\[".*"\]$/.test(text) ? text.replaceAll('" "', '", "') : text;
}
