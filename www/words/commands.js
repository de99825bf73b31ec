/** Command lines that say the same as the page. */

/** One word of a command line, quoted where a POSIX shell needs it. */
export const shellWord = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/**
 * The pull by docker first, then by others.
 * @returns {{ name: string, label: string, text: string }[]}
 */
export function pullLines({ reference, specifier, descriptor, document }) {
  const { familiar, name } = reference;
  const word = shellWord(familiar);
  const platform = specifier ? ` --platform ${shellWord(specifier)}` : "";
  const digest = descriptor?.digest ?? document.digest;
  return [
    { name: "docker", label: "docker", text: `docker pull${platform} ${word}` },
    { name: "podman", label: "podman", text: `podman pull${platform} ${word}` },
    { name: "crane", label: "crane", text: `crane pull${platform} ${word} image.tar` },
    { name: "multiarch", label: "multiarch", text: `multiarch resolve${platform} --explain ${word}` },
    { name: "pinned", label: "@digest", text: `${name}@${digest}` },
  ];
}

/** A command as a shell would take it. */
export const shellLine = (argv) => argv.map((one) => shellWord(String(one))).join(" ");
