/** `multiarch serve`: the inspector page on this machine, with a proxy that reads registries for it. */

import { formatPlatform, MultiarchError, parseReference } from "../../entry/command.js";
import { startInspector } from "../../node/inspector.js";
import { hostPlatform } from "../../node/platform.js";
import { clientOf, dockersOwn } from "../setup/connection.js";
import { announced, openBrowser } from "../setup/browser.js";
import { directOf, domainOf, withoutPage } from "../setup/page.js";
import { closeOffers, openOffers, pathIn } from "../setup/offers.js";
import { domainsOf, secret, writable } from "../setup/writing.js";

/** Registries of public images: they are read without a login. */
const PUBLIC = [
  "docker.io", "ghcr.io", "quay.io", "registry.k8s.io", "mcr.microsoft.com", "public.ecr.aws", "gcr.io", "registry.gitlab.com", "nvcr.io",
  "docker.elastic.co",
];

/** The largest layer that the page gets: a gigabyte. */
const LAYER_BUDGET = 1e9;

/** The page waits for nothing longer, and asks again by itself. */
const PATIENCE = { retry: { attempts: 1, maxDelayMs: 1_000 }, timeoutMs: 30_000 };

export async function execute(rest, flags, context) {
  const { io } = context;
  const places = await Promise.all(rest.map(pathIn));
  const references = rest.filter((_, at) => !places[at]);
  const repositories = writable(flags.write);
  const named = [...references.map((reference) => parseReference(reference).domain), ...domainsOf(repositories)];
  const direct = directOf(flags.direct);
  // What the page reads by itself is nothing that this server is asked for.
  const listed = new Set([...(flags.registry?.map((text) => domainOf(text)) ?? PUBLIC), ...named]);
  const registries = [...listed].filter((domain) => !direct.includes(domain));
  const credentials = flags.credentials ? dockersOwn({ config: flags.config, env: io.env, github: flags["github-token"] }) : undefined;
  const connect = (more) => clientOf(named, credentials, flags, context, { registries, privateAddresses: "listed", ...more });
  const client = await connect(PATIENCE);
  const write = repositories.length > 0 ? { client: await connect({ registries: [...listed] }), repositories, key: secret } : undefined;
  const ended = interrupted(io);
  const offered = await offersOf(places, io, ended);
  if (!offered) return INTERRUPTED;
  const isLocked = flags.credentials === true || offered.length > 0 || write !== undefined;
  const token = isLocked ? secret() : undefined;
  const settings = { registries, direct, insecure: flags.insecure ? direct : [], host: pageHost(hostPlatform()), offered, layerBudget: flags["layer-budget"] ?? LAYER_BUDGET };
  try {
    const server = await listen({ client, ...settings, port: flags.port, token, write });
    await announce(server, { ...settings, hash: hashOf(rest, places), token, write: repositories }, flags, context);
    await ended;
    await server.close();
  } finally {
    await closeOffers(offered);
  }
}

/** What a shell gives a program that ^C ended. */
const INTERRUPTED = 130;

/** The files that the page is offered; undefined where the user ended the wait for what is piped in. */
async function offersOf(places, io, ended) {
  let isOpening = true;
  let isOver = false;
  ended.then(() => {
    isOver = true;
    if (isOpening) io.stdin?.destroy?.();
  });
  try {
    return await openOffers(places.filter(Boolean), io);
  } catch (error) {
    if (isOver) return undefined;
    throw error;
  } finally {
    isOpening = false;
  }
}

/** Opens the browser, where there is one, and prints where the page is. */
async function announce({ url, port }, { hash, token, host, registries, direct, offered, write }, flags, { terminal, io }) {
  const address = `${url}/${token ? `open/${token}` : ""}${hash}`;
  const isOpened = !flags["no-open"] && (await openBrowser(address, { isSecret: token !== undefined, env: io.env }));
  const shown = token && isOpened ? `${url}/${hash}` : address;
  const withLogins = flags.credentials === true;
  if (flags.json) return terminal.printJson({ url: shown, host, registries, credentials: withLogins, files: offered.map(({ name }) => name), write, ...(direct.length > 0 && { direct }) });
  if (terminal.quiet) return terminal.print(`${shown}\n`);
  return terminal.print(announced({ url: shown, port, isOpened, isOnce: token !== undefined && !isOpened, host, registries, direct, offered, withLogins, write, env: io.env }));
}

/** Containers on a Mac are those of a Linux machine. */
const pageHost = (platform) => formatPlatform(platform.os === "darwin" ? { ...platform, os: "linux" } : platform);

/** What the page opens, in the form of its own addresses. It goes to a single file by itself. */
function hashOf(rest, places) {
  let count = 0;
  const [one, other] = rest.map((text, at) => (places[at] ? `archive-${(count += 1)}.invalid/image` : escaped(text)));
  if (other !== undefined) return `#a=${one}&b=${other}`;
  return one === undefined || count > 0 ? "" : `#ref=${one}`;
}

const escaped = (text) => encodeURIComponent(text).replace(/%(2F|3A|40|2C)/g, decodeURIComponent);

async function listen(options) {
  try {
    return await startInspector(options);
  } catch (error) {
    if (error.code === "ENOENT") throw withoutPage();
    if (error.code !== "EADDRINUSE" && error.code !== "EACCES") throw error;
    const message = `port ${options.port} cannot be opened: ${error.code === "EACCES" ? "permission denied" : "it is in use"}`;
    throw new MultiarchError({ code: "OPTION_INVALID", message, hint: "Name another one with --port, or none: the next free one is taken." });
  }
}

/** Settles at ^C, when the terminal is closed, or when the process is asked to end. */
function interrupted(io) {
  return new Promise((resolve) => {
    for (const name of ["SIGHUP", "SIGINT", "SIGTERM"]) io.on?.(name, resolve);
  });
}
