/** The kinds of files that name images, how a file's name or text says which it is, and what finds the references. */

import { optionInvalid } from "../core/errors.js";

/** What finds the references of a kind; those that read YAML load its parser only then. */
const SCANNERS = {
  dockerfile: async () => (await import("./dockerfile.js")).dockerfile,
  compose: async () => (await import("./yaml.js")).compose,
  kubernetes: async () => (await import("./yaml.js")).kubernetes,
  workflow: async () => (await import("./yaml.js")).workflow,
  gitlab: async () => (await import("./yaml.js")).gitlab,
  devcontainer: async () => (await import("./devcontainer.js")).devcontainer,
};

export const KINDS = Object.keys(SCANNERS);

/** By a file's own name, in lower-case letters and with `/` between folders. The first that matches counts. */
const NAMES = [
  [/(^|\/|\.)(dockerfile|containerfile)(\.[^/]*)?$/, "dockerfile"],
  [/(^|\/)(docker-)?compose[^/]*\.ya?ml$/, "compose"],
  [/(^|\/)kustomization(\.ya?ml)?$/, "kubernetes"],
  [/(^|\/)\.(github|gitea|forgejo)\/workflows\/[^/]*\.ya?ml$/, "workflow"],
  [/(^|\/)action\.ya?ml$/, "workflow"],
  [/(^|\/)[^/]*\.gitlab-ci[^/]*\.ya?ml$/, "gitlab"],
  [/(^|\/)\.?devcontainer\.json$/, "devcontainer"],
];

/** By the keys at the start of a line, for YAML files of any name. */
const KEYS = [
  [["apiVersion", "kind"], "kubernetes"],
  [["on", "jobs"], "workflow"],
  [["runs", "name"], "workflow"],
  [["services"], "compose"],
  [["stages"], "gitlab"],
];

/** The kind that is named, or that a file's name or text tells. */
export function kindOf({ name, kind, text }) {
  if (kind !== undefined) {
    if (KINDS.includes(kind)) return kind;
    throw optionInvalid(`kind takes ${KINDS.map((one) => `"${one}"`).join(", ")}`);
  }
  const path = (name ?? "").replaceAll("\\", "/").toLowerCase();
  const named = NAMES.find(([pattern]) => pattern.test(path))?.[1];
  if (named) return named;
  const isYaml = name === undefined || /\.ya?ml$/.test(path);
  const written = isYaml && KEYS.find(([keys]) => keys.every((key) => new RegExp(`^["']?${key}["']?\\s*:`, "m").test(text)))?.[1];
  if (written) return written;
  if (name === undefined && /^\s*from\s/im.test(text)) return "dockerfile";
  throw optionInvalid(`${name ? `nothing tells the kind of ${name}` : "nothing tells the kind of the text"}: name it, as one of ${KINDS.join(", ")}`);
}

/** @returns {Promise<(text: string) => import("./places.js").Places>} */
export const scannerOf = (kind) => SCANNERS[kind]();
