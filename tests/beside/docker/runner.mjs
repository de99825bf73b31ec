/**
 * Runs a scenario once: seeds its space in a registry, then does its steps one after the other with one configuration
 * folder, and records what is visible after each.
 *
 * @typedef {object} Scenario
 * @property {string} id unique
 * @property {undefined | "login" | object} registry docker-registry, the same with htpasswd, or the options of a memory
 *   registry
 * @property {Record<string, string>} [seed] image by `path:tag`
 * @property {Record<string, string>} [files] content by path below the configuration folder
 * @property {object | true} [login] what config.json says under `auths` for the registry; `true` for the right login
 * @property {Step[]} steps
 * @property {boolean} [memory] whether multiarch is run against the memory registry as well
 * @property {boolean} [swap] false where the programs cannot alternate
 *
 * @typedef {object} Step a command, or a change of the configuration folder in between
 * @property {string | string[]} [args] a text is split at spaces
 * @property {string[]} [before] global flags, which stand before the command
 * @property {object} [env]
 * @property {{ signal?: string, write?: object }} [meanwhile] what happens to the program or the folder as soon as the
 *   registry, one in memory, is asked for something
 * @property {Record<string, object>} [differs] by the id of a listed difference: the fields where multiarch's outcome is
 *   another, as in compare.mjs
 * @property {boolean} [own] whether the outcome tells of a folder that multiarch keeps for itself
 * @property {Record<string, string | { link: string } | null>} [write] content by path below the configuration folder;
 *   null removes
 *
 * @typedef {object} Outcome of a command
 * @property {number | string} code or the signal that ended it
 * @property {string} stdout
 * @property {string} stderr
 * @property {Record<string, string>} drafts
 * @property {boolean} [own] whether multiarch's own folder is there
 * @property {object} [registry] what `push` left there: by repository and tag what differs from the seed
 */

import { existsSync } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { multiarch, multiarchHere, run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";
import { spelling } from "./canonical.mjs";
import { OWN, applyChange, changeOf, readDrafts } from "./drafts.mjs";
import { IMAGES } from "./images.mjs";
import { LOGIN } from "./places.mjs";

export const isCommand = ({ args }) => args !== undefined;

const PROGRAMS = {
  docker: (args, { before, ...options }) => run("docker", [...before, "manifest", ...args], options),
  multiarch: (args, { before, ...options }) => multiarch([...before, ...args], options),
  here: (args, { before, env }) => multiarchHere([...before, ...args], { env: { ...process.env, ...env } }),
};

/**
 * @param {Scenario} scenario
 * @param {import("./places.mjs").Place} place is closed afterwards
 * @param {(at: number) => "docker" | "multiarch" | "here"} who `here` is multiarch without a process of its own
 * @param {Outcome[]} [recorded] what docker did, to play where there is no docker
 * @returns {Promise<Outcome[]>} one for each command
 */
export async function play(scenario, place, who, recorded) {
  const folder = await scratch("differential-");
  try {
    const world = await prepare(scenario, place, folder);
    const outcomes = [];
    for (const step of scenario.steps) {
      if (!isCommand(step)) {
        await change(world, step.write);
        continue;
      }
      const at = outcomes.length;
      const program = who(at);
      const played = program === "docker" && recorded
        ? await replay(world, recorded[at])
        : await command(world, step, program);
      outcomes.push({ ...played, ...(await visible(world, step)) });
    }
    return outcomes;
  } finally {
    await place.close();
    await folder.remove();
  }
}

async function prepare(scenario, place, folder) {
  const config = folder.join("config");
  await mkdir(config, { recursive: true });
  const spell = spelling({ ...place, folder: folder.path });
  const world = { scenario, place, config, ...spell, drafts: `${config}/manifests` };
  if (scenario.login) {
    const right = { auth: Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString("base64") };
    const auths = { [place.domain]: scenario.login === true ? right : scenario.login };
    await writeFile(`${config}/config.json`, JSON.stringify({ auths }));
  }
  await change(world, scenario.files ?? {});
  for (const [name, image] of Object.entries(scenario.seed ?? {})) await place.seed(name, image);
  return world;
}

async function change({ config, fill }, files) {
  for (const [name, content] of Object.entries(files)) {
    const path = `${config}/${fill(name)}`;
    if (content === null) await rm(path, { recursive: true });
    else if (name.endsWith("/")) await mkdir(path, { recursive: true });
    else {
      await mkdir(dirname(path), { recursive: true });
      // Every text has a method of that name.
      if (typeof content.link === "string") await symlink(fill(content.link), path);
      else await writeFile(path, typeof content === "string" ? fill(content) : content);
    }
  }
}

async function command(world, { args, before = [], env = {}, meanwhile }, program) {
  const { config, fill, canonical } = world;
  const words = (typeof args === "string" ? args.split(" ").filter(Boolean) : args).map(fill);
  const placed = (text) => text.replaceAll("CONFIG", config);
  const own = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, placed(value)]));
  const clean = { DOCKER_CONFIG: config, HOME: config, DOCKER_AUTH_CONFIG: "", LANG: "C.UTF-8" };
  const options = { before: before.map(placed), env: { ...clean, ...own } };
  const running = { ended: false };
  options.started = (child) => (running.child = child);
  const ended = PROGRAMS[program](words, options).finally(() => (running.ended = true));
  if (meanwhile) await interfere(world, meanwhile, running);
  const { code, signal, stdout, stderr } = await ended;
  return { code: code ?? signal, stdout: canonical(stdout), stderr: canonical(stderr) };
}

async function interfere(world, { signal, write }, running) {
  const before = world.place.arrived();
  while (world.place.arrived() === before && !running.ended) await delay(5);
  if (write) await change(world, write);
  if (signal) running.child.kill(signal);
}

/** Does to the folder and the registry what docker did to them when it was recorded. */
async function replay({ drafts: root, fill, canonical, place }, { code, stdout, stderr, drafts, registry = {} }) {
  await applyChange(root, changeOf(await readDrafts(root, canonical), drafts) ?? {}, fill);
  for (const [path, tags] of Object.entries(registry)) {
    for (const [tag, { mediaType, body, children }] of Object.entries(tags)) {
      for (const digest of Object.keys(children ?? {})) {
        const image = Object.keys(IMAGES).find((name) => IMAGES[name].digest === digest);
        if (image) await place.seed(path, image);
      }
      await place.put(path, tag, { mediaType, bytes: Buffer.from(body) });
    }
  }
  return { code, stdout, stderr };
}

async function visible(world, { args, own }) {
  const drafts = await readDrafts(world.drafts, world.canonical);
  const words = typeof args === "string" ? args.split(" ") : args;
  return {
    drafts,
    ...(own && { own: existsSync(`${world.drafts}/${OWN}`) }),
    ...(words[0] === "push" && { registry: await pushed(world) }),
  };
}

/** Every tag of the repositories that the scenario speaks of, unless it is as it was seeded. */
async function pushed({ scenario, place }) {
  const found = {};
  for (const path of repositories(scenario)) {
    for (const [tag, { mediaType, bytes }] of Object.entries(await place.tags(path))) {
      const seeded = IMAGES[scenario.seed?.[`${path}:${tag}`]];
      if (seeded?.bytes.equals(bytes)) continue;
      const children = {};
      for (const { digest } of JSON.parse(bytes.toString()).manifests ?? []) {
        children[digest] = await place.holds(path, digest);
      }
      (found[path] ??= {})[tag] = { mediaType, body: bytes.toString(), children };
    }
  }
  return found;
}

function repositories({ seed = {}, steps }) {
  const words = steps.filter(isCommand).flatMap(({ args }) => (typeof args === "string" ? args.split(" ") : args));
  const named = words.flatMap((word) => /^(?:REGISTRY|OTHER)\/([a-z0-9/_.-]+)/.exec(word)?.[1] ?? []);
  return [...new Set([...named, ...Object.keys(seed).map((name) => name.split(/[:@]/)[0])])].sort();
}
