/** Command lines and lines of Dockerfiles and Compose files, out of which the reference is taken. */

/** Programs that take a reference, and the words that may stand before it. */
const PROGRAM = /^(?:sudo\s+)?(?:docker|podman|nerdctl|crane|skopeo|multiarch|buildah|oras|regctl|ctr|finch)\s+(.*)$/s;
const VERBS = new Set([
  "pull", "run", "create", "inspect", "image", "images", "manifest", "digest", "config", "export", "buildx", "imagetools",
  "container", "resolve", "tags", "check", "serve", "get", "discover", "scout", "quickview", "history", "save", "push", "from",
]);

/** The flags of these programs that take the next word. */
const WITH_VALUE = new Set([
  "-a", "-c", "-e", "-h", "-l", "-m", "-p", "-u", "-v", "-w", "--add-host", "--cap-add", "--cap-drop", "--cpus", "--device", "--entrypoint",
  "--env", "--env-file", "--format", "--gpus", "--hostname", "--label", "--memory", "--mount", "--name", "--net", "--network", "--policy",
  "--publish", "--pull", "--restart", "--security-opt", "--shm-size", "--ulimit", "--user", "--volume", "--workdir",
]);

/** @returns {{ ref: string, platform?: string } | undefined} nothing where this is no command line */
export function fromCommand(text) {
  const [, rest] = PROGRAM.exec(text.replace(/^[$#>]\s+/, "").replace(/\\\r?\n/g, " ")) ?? [];
  if (rest === undefined) return undefined;
  const words = rest.trim().split(/\s+/).map(unquoted);
  let platform;
  let isBehindVerbs = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    const [, inline] = /^--platform(?:=(.*))?$/.exec(word) ?? [null];
    if (word.startsWith("--platform")) platform = inline ?? words[(at += 1)];
    else if (WITH_VALUE.has(word)) at += 1;
    else if (!word.startsWith("-")) {
      if (!isBehindVerbs && VERBS.has(word)) continue;
      isBehindVerbs = true;
      return { ref: withoutTransport(word), ...(platform && { platform }) };
    }
  }
  return undefined;
}

/** `FROM --platform=linux/arm64 alpine:3.20 AS build`, and `image: alpine:3.20`. */
export function fromDockerfile(text) {
  const from = /^FROM\s+(?:--platform=(\S+)\s+)?(\S+)(?:\s+AS\s+\S+)?$/i.exec(text);
  if (from) return { ref: from[2], ...(from[1] && !from[1].startsWith("$") && { platform: from[1] }) };
  const image = /^(?:-\s+)?image:\s*(\S+)(?:\s+#.*)?$/.exec(text);
  return image ? { ref: unquoted(image[1]) } : undefined;
}

const unquoted = (word) => word.replace(/^(["'])(.*)\1$/, "$2");

/** skopeo's and podman's `docker://`, Helm's `oci://`. */
export const withoutTransport = (word) => word.replace(/^(?:docker|oci):\/\//, "");
