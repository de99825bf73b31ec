/**
 * One spelling for what differs between two runs by nature: ports, the space that keeps the repositories of two runs
 * apart in one registry, folders, times. Scenarios are written in that spelling too:
 *
 * `REGISTRY` the registry with the run's space, `OTHER` the same registry under another domain (so that it counts as
 * another registry), `NOWHERE` a port of loopback without a listener.
 */

/** What a name becomes as a file's name in docker's folder. */
export const fileName = (name) => name.replaceAll(":", "-").replaceAll("/", "_");

/**
 * @param {{ domain: string, space: string, nowhere: string, folder: string }} place
 * @returns {{ fill: (text: string) => string, canonical: (text: string) => string }}
 */
export function spelling({ domain, space, nowhere, folder }) {
  const other = domain.replace("127.0.0.1", "localhost");
  const pairs = [
    ["REGISTRY", `${domain}/${space}`],
    ["OTHER", `${other}/${space}`],
    ["NOWHERE", nowhere],
  ];
  const fill = (text) => pairs.reduce((filled, [name, value]) =>
    // In a file's name the part that follows is joined by an underscore.
    filled.replaceAll(new RegExp(`${name}(?=_)`, "g"), fileName(value)).replaceAll(name, value), text);

  const back = [
    ...pairs.slice(0, 2).flatMap(([name, value]) => [[value, name], [fileName(value), name]]),
    [folder, "FOLDER"],
    [`${space}%2F`, ""],
    [`${space}/`, ""],
    [domain, "DOMAIN"],
    [other, "OTHERDOMAIN"],
    [nowhere, "NOWHERE"],
    [fileName(nowhere), "NOWHERE"],
  ];
  const canonical = (text) => back
    .reduce((spelled, [value, name]) => spelled.replaceAll(value, name), text)
    .replaceAll(/time="[^"]*"/g, 'time="TIME"')
    .replaceAll(/0x[0-9a-f]{6,}/g, "0xADDRESS")
    // Behind the first line of a Go panic come addresses.
    .replace(/^(panic: [^\n]*\n)[^]*$/, "$1");
  return { fill, canonical };
}

/** Docker's words as they are when the program is called multiarch. */
export const renamed = (text) => text.replaceAll("docker manifest", "multiarch").replace(/^docker: /, "multiarch: ");
