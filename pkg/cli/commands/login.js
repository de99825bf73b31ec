/** `multiarch login`: checks credentials at the registry and stores them where docker does. */

import { printable } from "../../entry/command.js";

import { dockerCredentials } from "../../node/credentials/docker.js";
import { keepCredentials } from "../../node/credentials/keep.js";
import { keyOf, registryNamed } from "../../node/credentials/registries.js";
import { clientOf } from "../setup/connection.js";
import { Prompt } from "../terminal/prompt.js";
import { UsageError } from "../flags/usage.js";

/** The most that is read of a password: none is longer. */
const PASSWORD_BYTES = 64 << 10;

export async function execute([given], flags, context) {
  const { terminal, io } = context;
  const registry = registryNamed(given);
  const options = { config: flags.config, env: io.env };
  const credentials = await stated(flags, context);
  const succeeded = () =>
    flags.json ? terminal.printJson({ registry: keyOf(registry) }) : terminal.print("Login Succeeded\n");
  if (!credentials && (await isStillGood(registry, options, flags, context))) return succeeded();
  const complete = await completed(credentials ?? {}, context);
  await verify(registry, complete, flags, context);

  const { file, plain } = await keepCredentials(registry, complete, options);
  if (plain) {
    await terminal.say(
      `\nWARNING! Your credentials are stored unencrypted in '${printable(file)}'.\n` +
      "Configure a credential helper to remove this warning.\n\n");
  }
  if (io.env.DOCKER_AUTH_CONFIG) await terminal.say("warning: what DOCKER_AUTH_CONFIG says comes first\n");
  await succeeded();
}

/** The credentials on the command line; undefined for none. */
async function stated(flags, { terminal, io }) {
  const { username, password } = flags;
  if (flags["password-stdin"]) {
    if (password) throw mistake("conflicting options: cannot specify both --password and --password-stdin");
    if (!username) throw mistake("the --password-stdin option requires --username to be set");
    const piped = await readPassword(io.stdin);
    if (!piped) throw mistake("--password-stdin found no password on stdin");
    return { username, password: piped };
  }
  if (password) await terminal.say("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n");
  return username || password ? { username, password } : undefined;
}

/** All of stdin, without the line end that `echo` adds: docker, too, removes one LF and one CR. */
async function readPassword(stdin) {
  const chunks = [];
  let length = 0;
  for await (const chunk of stdin) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > PASSWORD_BYTES) throw mistake(`--password-stdin found more than ${PASSWORD_BYTES} bytes on stdin`);
  }
  try {
    // A lenient decoder would send another password than the given one, which counts as a failed login.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
    return text.replace(/\n$/, "").replace(/\r$/, "");
  } catch {
    throw mistake("--password-stdin found bytes on stdin that are not UTF-8");
  }
}

/** Whether credentials are stored already and the registry accepts them. */
async function isStillGood(registry, options, flags, context) {
  const { terminal } = context;
  const known = await dockerCredentials(options)(registry);
  if (!known) return false;
  const user = known.username ? ` [Username: ${printable(known.username)}]` : "";
  await terminal.say(`Authenticating with existing credentials...${user}\n`);
  try {
    await verify(registry, known, flags, context);
    return true;
  } catch (error) {
    if (error.code !== "UNAUTHORIZED") throw error;
    await terminal.say(`Login did not succeed, error: ${printable(error.message)}\n`);
    return false;
  }
}

/** Asks the user for the missing parts. */
async function completed({ username, password }, { terminal, io }) {
  if (username && password) return { username, password };
  if (!io.stdin.isTTY) throw mistake("Error: Cannot perform an interactive login from a non TTY device");
  const prompt = new Prompt(io.stdin, terminal);
  const name = username || (await prompt.line("Username: ")).trim();
  if (!name) throw mistake("Error: Non-null Username Required");
  const secret = password || (await prompt.line("Password: ", { hidden: true }));
  if (!secret) throw mistake("Error: Password Required");
  return { username: name, password: secret };
}

async function verify(registry, credentials, flags, context) {
  const client = await clientOf([registry], () => credentials, flags, context);
  if (await client.login(registry)) return;
  await context.terminal.say(`warning: ${printable(registry)} asked for no credentials, so they were not checked\n`);
}

function mistake(message) {
  return new UsageError(message, 1);
}
