/** The table of commands as a chapter of docs/command-line.md and as a man page. */

const flagName = ({ name, short, value }) => [...(short ? [`-${short}`] : []), `--${name}${value ? ` ${value}` : ""}`];
const about = ({ summary, default: value }) => (value === undefined ? summary : `${summary} (default "${value}")`);

/** @param {{ commands: object[], globals: object[] }} table @returns {string} Markdown */
export function referenceMarkdown({ commands, globals }) {
  const cell = (text) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
  const rows = (flags) => flags.map((flag) => `| ${flagName(flag).map((name) => `\`${name.replaceAll("|", "\\|")}\``).join(", ")} | ${cell(about(flag))} |`);
  const table = (flags) => (flags.length === 0 ? [] : ["| option | |", "|---|---|", ...rows(flags), ""]);
  return [
    ...commands.flatMap(({ name, usage, summary, flags, examples }) => [
      `### multiarch ${name}`, "", `${summary}.`, "", "```text", `multiarch ${name} ${usage}`, ...examples.map((example) => `multiarch ${example}`), "```", "", ...table(flags),
    ]),
    "### Options of every command", "", ...table(globals),
  ].join("\n").trimEnd();
}

/** A text of roff: no line begins a request, and hyphens can be copied. */
function roff(text) {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("~", "\\(ti").replaceAll("^", "\\(ha").replace(/^[.']/gm, "\\&$&");
}

const quoted = (text) => `"${roff(text).replaceAll('"', "\\(dq")}"`;

function flagLines(flag) {
  const { name, short, value } = flag;
  const shown = `${short ? `\\fB\\-${short}\\fR, ` : ""}\\fB\\-\\-${roff(name)}\\fR${value ? ` \\fI${roff(value)}\\fR` : ""}`;
  return [".TP", shown, roff(about(flag))];
}

/**
 * @param {{ commands: object[], globals: object[] }} table
 * @param {[string, string][]} exitCodes codes, and what each means
 * @returns {string} for man(1); source: man-pages(7)
 */
export function manPage({ commands, globals }, exitCodes) {
  return `${[
    '.\\" Made from the table of commands by tests/pkg/cli/reference.test.mjs.',
    '.TH MULTIARCH 1 "" multiarch "User commands"',
    ".SH NAME", roff("multiarch - everything docker manifest does, without Docker"),
    ".SH SYNOPSIS", ".B multiarch", ".RI [ OPTIONS ]", ".I COMMAND", ".RI [ ARGUMENT ...]",
    ".SH DESCRIPTION",
    roff("Inspects, resolves, creates, edits, copies, checks and compares multi-platform images in registries, in place of docker manifest and of docker buildx imagetools, and with commands of its own."),
    "Answers are written to standard output, messages to standard error.",
    roff("What a registry chose never reaches a terminal as it is."),
    ".SH COMMANDS",
    ...commands.flatMap(({ name, usage, summary, flags, examples }) => [
      `.SS ${quoted(`multiarch ${name} ${usage}`)}`, roff(`${summary}.`), ...flags.flatMap(flagLines),
      ".PP", "Examples:", ".PP", ".EX", ...examples.map((example) => `    ${roff(`multiarch ${example}`)}`), ".EE",
    ]),
    ".SH OPTIONS", "Every command takes these, before or behind its name.", ...globals.flatMap(flagLines),
    ".SH EXIT STATUS", ...exitCodes.flatMap(([code, text]) => [".TP", `\\fB${roff(code)}\\fR`, roff(text)]),
    ".SH ENVIRONMENT",
    ...[
      ["DOCKER_CONFIG", "The folder of docker's client config files: logins, credential helpers, local lists."],
      ["GITHUB_TOKEN", "With --github-token: the login for ghcr.io, where there is no other."],
      ["HTTP_PROXY, HTTPS_PROXY, NO_PROXY", "The proxies for requests to registries, and the hosts that need none."],
      ["NO_COLOR", "Where it is not empty, nothing is printed in bold."],
    ].flatMap(([name, text]) => [".TP", `\\fB${name}\\fR`, roff(text)]),
    ".SH FILES", ".TP", roff("~/.docker/config.json"), "Logins and credential helpers.", ".TP", roff("~/.docker/manifests"), "Local lists that are not pushed yet.",
    ".SH SEE ALSO", ".BR docker (1),", ".BR skopeo (1)",
  ].join("\n")}\n`;
}
