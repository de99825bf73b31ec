/** Reports an error on stderr: what failed, where, and what to do next. */

import { Interrupted } from "../setup/interrupt.js";
import { UsageError } from "../flags/usage.js";
import { meantBy } from "./meant.js";

/** Hints that name a flag of the command line in place of the library's option. */
const HINTS = {
  DRAFT_EXISTS: () => "Add to it with --amend, start over with --replace, or remove it first.",
  // Of several images the library's own hint says what to do.
  DRAFT_UNKNOWN: ({ details }) => !details?.entries &&
    "Drafts are local to one docker folder: create the list first, under the same name and with the same DOCKER_CONFIG.",
  PLATFORM_INVALID: ({ details }) =>
    details?.platform && "Its config does not state them: set them with annotate --os and --arch.",
  MEDIA_TYPE_UNSUPPORTED: ({ details }) => {
    if (details?.lost) return "Make it an OCI index with --type oci: a Docker list has no place for it.";
    return details?.mediaType && "Read its bytes as they are instead: inspect --raw writes them.";
  },
  NOT_AN_INDEX: ({ hint }) =>
    hint?.includes("`wrap`") && "Only an index has entries to edit; with --wrap it begins with this image as its only entry.",
  PLATFORM_DUPLICATE: ({ details }) =>
    details?.digests && "Put one in the place of the other with --on-duplicate replace, or keep both with --on-duplicate keep.",
  PRECONDITION_FAILED: ({ hint }) =>
    (hint?.includes("`merge`")
      ? "Look at what it points at now, and decide again; without --no-merge the two changes are merged."
      : "Look at what the tag points at now, and name that with --expect."),
  PLAIN_HTTP: ({ details }) => !details?.origin &&
    "The registry speaks plain http where https was expected; if you trust the network, add --insecure.",
  // --insecure does not cover another host, and no hint advises a flag that was given.
  TLS_FAILED: ({ details }) => {
    if (details?.cause === "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED") {
      return "Give the client certificate with --cert FILE and --key FILE, or keep both in docker's certs.d.";
    }
    if (details?.insecure) return undefined;
    if (details?.origin) return `The certificate of ${details.origin} is not trusted: name its authority with --ca FILE.`;
    return "The registry's certificate is not trusted: name its authority with --ca FILE, or add --insecure.";
  },
  TIMEOUT: ({ details }) => {
    if (details?.origin) return undefined;
    // A request that timed out has a phase; a command that reached its deadline has none.
    return details?.phase
      ? "The registry did not answer in time; try again, or allow more with --timeout."
      : "Try again, or allow the whole command more with --deadline.";
  },
  REALM_REFUSED: ({ hint, details }) => {
    if (!hint?.includes("trustedRealms")) return undefined;
    const realm = details?.origin?.replace(/^https:\/\//, "") ?? "HOST";
    return "The registry wants the credentials sent to a host that is not known to belong to it. If you trust that host, " +
      `add --trusted-realm ${realm}.`;
  },
  LOCATION_REFUSED: () =>
    "The registry wants the upload at another host, which is not safe to send it to. If that host may have " +
    "the content, add --upload-origin HOST.",
  REDIRECT_REFUSED: ({ details }) => details?.uploadOrigin &&
    `If ${details.uploadOrigin} may have what is written, add --upload-origin ${details.uploadOrigin}.`,
  MANIFEST_UNKNOWN: ({ details }) => details?.attestationOf &&
    "The image itself does not need it: leave attestations out with --no-attestations.",
  SPEC_INVALID: ({ details }) => details?.variable &&
    `Give it a value: --set ${details.variable}=VALUE, or export ${details.variable} in the environment.`,
  // No help text explains credentials.
  OPTION_INVALID: ({ details }) => {
    if (details?.annotation || details?.folder) return undefined;
    if (details?.plan) return "Look at the plan with --dry-run, then follow it with --yes.";
    if (details?.template) return "Templates are those of Go: {{.Digest}}, {{json .Manifest}}, {{range .Images}}{{println .Platform .Digest}}{{end}}.";
    if (details?.most) return `Narrow them down with --filter or --semver, or look up all of them: --most ${details.most}`;
    if (details?.repository) return `Name the repository alone: ${details.repository}`;
    return details?.credentials ? undefined : "Run `multiarch help COMMAND` for what it takes.";
  },
  // Without a reference a login failed, or the password was refused: the core's own hint covers both.
  UNAUTHORIZED: ({ registry, reference, details }) => reference && details?.credentials !== "refused" &&
    "The repository does not exist or is private: check the name, and run " +
    `\`multiarch login${login(registry)}\` if it is private.`,
};

/**
 * @param {any} error any thrown value
 * @param {import("./terminal.js").Terminal} terminal
 * @param {object} [about]
 * @param {boolean} [about.plain] whether a script may compare the message with docker's: it is printed alone then, with a
 *   hint only on a terminal
 * @param {boolean} [about.json] whether the error is printed as one line of JSON
 * @param {Map<string, () => Promise<string | undefined>>} [about.withoutLogin] registries without a login, each with a
 *   function that finds another name of the same registry that has one
 * @param {Function} [about.tagsOf] lists the tags of a repository, of which one may have been meant; called for a person only
 * @param {object} [about.places] the archives of the command
 * @param {boolean} [about.several] whether the command was given more than one reference: the one that failed is named then
 * @returns {Promise<number>} the exit code
 */
export async function report(error, terminal, { plain = false, json = false, withoutLogin, tagsOf, places, several = false } = {}) {
  if (json) return reportJson(error, terminal, withoutLogin);
  const safe = await cleaner();
  const lines = (text) => text.split("\n").map(safe).join("\n");
  if (error instanceof UsageError) {
    await terminal.say(`${lines(error.message)}\n`);
    return error.exitCode;
  }
  if (error instanceof Interrupted) {
    await terminal.say(`${error.message}\n`);
    // Of an archive that is written nothing stays.
    if (!places) await terminal.hint("hint: What has arrived stays; the same command again sends the rest.\n");
    return error.exitCode;
  }
  const { code, message } = factsOf(error);
  const bare = plain && code !== "INTERNAL";
  const subject = several ? subjectOf(error) : "";
  await terminal.say(bare ? `${lines(message)}\n` : `multiarch: ${safe(subject + message)} [${safe(code)}]\n`);
  // A message names a few of many platforms; to choose, the user needs all of them.
  const available = error?.details?.available ?? [];
  const named = new Set(String(message).split(/[\s,]+/));
  if (available.some((platform) => !named.has(platform))) {
    const short = (text) => (text.length > NAMED ? `${safe(text.slice(0, NAMED))}…` : safe(text));
    await terminal.say(`available: ${available.map(short).join(", ")}\n`);
  }
  for (const line of error?.details?.conflicts?.slice(1) ?? []) await terminal.say(`conflict: ${safe(line)}\n`);
  const known = await loginHint(error, withoutLogin);
  // Another request is for a person: a script may ask again and again until a tag is there.
  const meant = await meantBy(error ?? {}, terminal.isInteractive ? tagsOf : undefined);
  const hint = known ?? meant ?? hintOf(error);
  // A login exists and was not sent, which docker's message does not say.
  const isOwn = known !== undefined || code === "REALM_REFUSED";
  if (hint) await terminal[bare && !isOwn ? "hint" : "say"](`hint: ${safe(hint)}\n`);
  return 1;
}

/** What an error is about, in front of its message; nothing where that says it, or where it is not known. */
function subjectOf({ reference, message }) {
  if (typeof reference !== "string") return "";
  const name = reference.replace(/^docker\.io\/(?:library\/)?/, "");
  return message.includes(name) ? "" : `${name}: `;
}

/** The error as one line of JSON: its facts, and the hint in the command line's words. */
async function reportJson(error, terminal, withoutLogin) {
  const { code, message } = factsOf(error);
  const { retryable, status, registry, reference, details } = error ?? {};
  const hint = (await loginHint(error ?? {}, withoutLogin)) ?? hintOf(error);
  const facts = { code, message, hint, retryable, status, registry, reference, details };
  await terminal.sayJson({ error: facts });
  return error?.exitCode ?? 1;
}

/** The code and the message of anything that was thrown. A mistake in the command line has no code of the library's. */
function factsOf(error) {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError) return { code: "USAGE", message };
  if (error instanceof Interrupted) return { code: "ABORTED", message };
  return { code: typeof error?.code === "string" ? error.code : "INTERNAL", message };
}

/** What to do next, in the command line's own words where it has them; undefined for nothing. */
export const hintOf = (error) => digestHint(error ?? {}) ?? (HINTS[error?.code]?.(error) || error?.hint);

/** A digest alone is the name of a repository and its tag, for docker too. */
function digestHint({ code, reference }) {
  const [, encoded] = /^docker\.io\/library\/sha256:([0-9a-f]{64})$/.exec(reference ?? "") ?? [];
  if (encoded === undefined || !UNKNOWN.has(code)) return undefined;
  return `A digest alone is read as docker.io/library/sha256:${encoded.slice(0, 12)}…: write NAME@sha256:${encoded} for an image by its digest.`;
}

/** What registries answer of repositories that they do not have. */
const UNKNOWN = new Set(["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "UNAUTHORIZED", "DENIED"]);

/** A hint for a login under another name: docker and this program treat HOST and HOST:443 as two registries. */
async function loginHint({ code, registry }, withoutLogin) {
  if (code !== "UNAUTHORIZED") return undefined;
  const other = await withoutLogin?.get(registry)?.();
  return other && `There is a login for ${other}, which is the same place by another name: write ${other} in the ` +
    `reference, or run \`multiarch login ${registry}\`.`;
}

function login(registry) {
  return !registry || registry === "docker.io" ? "" : ` ${registry}`;
}

/** How many characters of an available platform are shown: enough to choose one. */
const NAMED = 128;

/** The core's `printable`; where the core itself fails, a filter that keeps ASCII only. */
async function cleaner() {
  try {
    const { printable } = await import("../../entry/command.js");
    printable("");
    return printable;
  } catch {
    return (text) => text.replace(/[^\x20-\x7e]/g, "?");
  }
}
