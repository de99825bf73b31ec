/** `multiarch serve`: the inspector page on this machine, with a proxy that reads registries for it. */

import { randomBytes } from "node:crypto";

import { formatPlatform, MultiarchError, parseReference } from "../../entry/command.js";
import { startInspector } from "../../node/inspector.js";
import { hostPlatform } from "../../node/platform.js";
import { clientOf, dockersOwn } from "../setup/connection.js";
import { announced, openBrowser } from "../setup/browser.js";

/** Registries of public images: what is read without a login, and by anyone. */
const PUBLIC = [
  "docker.io", "ghcr.io", "quay.io", "registry.k8s.io", "mcr.microsoft.com", "public.ecr.aws", "gcr.io", "registry.gitlab.com", "nvcr.io",
  "docker.elastic.co",
];

/** The largest layer that the page gets: a gigabyte. */
const LAYER_BUDGET = 1e9;

/** The page waits for nothing longer, and asks again by itself. */
const PATIENCE = { retry: { attempts: 1, maxDelayMs: 1_000 }, timeoutMs: 30_000 };

export async function execute(references, flags, context) {
  const { terminal, io } = context;
  const named = references.map((reference) => parseReference(reference).domain);
  const registries = [...new Set([...(flags.registry?.map(domainOf) ?? PUBLIC), ...named])];
  const credentials = flags.credentials ? dockersOwn({ config: flags.config, env: io.env, github: flags["github-token"] }) : undefined;
  const client = await clientOf(named, credentials, flags, context, { registries, privateAddresses: "listed", ...PATIENCE });
  const token = flags.credentials ? randomBytes(16).toString("hex") : undefined;
  const host = pageHost(hostPlatform());
  const ended = interrupted(io);
  const layerBudget = flags["layer-budget"] ?? LAYER_BUDGET;
  const server = await listen({ client, registries, host, layerBudget, port: flags.port, token });
  try {
    const hash = hashOf(references);
    const address = `${server.url}/${token ? `open/${token}` : ""}${hash}`;
    const isOpened = !flags["no-open"] && (await openBrowser(address, { isSecret: token !== undefined, env: io.env }));
    const shown = token && isOpened ? `${server.url}/${hash}` : address;
    if (flags.json) await terminal.printJson({ url: shown, host, registries, credentials: flags.credentials === true });
    else if (terminal.quiet) await terminal.print(`${shown}\n`);
    else await terminal.print(announced({ url: shown, port: server.port, isOpened, host, registries, withLogins: flags.credentials === true, env: io.env }));
    await ended;
  } finally {
    await server.close();
  }
}

/** A registry as it is written on the line: a domain, or the name of a repository there. */
function domainOf(text) {
  const { domain } = parseReference(`${text}/name`);
  if (domain === text.toLowerCase()) return domain;
  throw new MultiarchError({ code: "OPTION_INVALID", message: `--registry takes a domain, for example ghcr.io: ${text} is none` });
}

/** Containers on a Mac are those of a Linux machine. */
const pageHost = (platform) => formatPlatform(platform.os === "darwin" ? { ...platform, os: "linux" } : platform);

/** What the page opens, in the form of its own addresses. */
function hashOf([one, other]) {
  const escaped = (text) => encodeURIComponent(text).replace(/%(2F|3A|40|2C)/g, decodeURIComponent);
  if (other !== undefined) return `#a=${escaped(one)}&b=${escaped(other)}`;
  return one === undefined ? "" : `#ref=${escaped(one)}`;
}

async function listen(options) {
  try {
    return await startInspector(options);
  } catch (error) {
    if (error.code === "ENOENT") throw new MultiarchError({ code: "LOAD_FAILED", message: "the page is no part of this program", hint: "Use the npm package: npx multiarch serve" });
    if (error.code !== "EADDRINUSE" && error.code !== "EACCES") throw error;
    const message = `port ${options.port} cannot be opened: ${error.code === "EACCES" ? "permission denied" : "it is in use"}`;
    throw new MultiarchError({ code: "OPTION_INVALID", message, hint: "Name another one with --port, or none: the next free one is taken." });
  }
}

/** Settles at ^C, or when the process is asked to end. */
function interrupted(io) {
  return new Promise((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"]) io.on?.(name, resolve);
  });
}
