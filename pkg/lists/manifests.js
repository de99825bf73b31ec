/** `docker manifest` over a client: create, annotate, inspect, push and rm of lists, and what docker lacks. */

import { runnerOf } from "../client/reading.js";
import { MultiarchError, optionInvalid } from "../core/errors.js";
import { optionalSignal } from "../client/call-host.js";
import { init } from "../core/load.js";
import { callStore, storeFailed } from "./call-store.js";
import { optionalDuplicate } from "./edit.js";
import { memoryStore } from "./stores/memory.js";
import { TYPES } from "./build.js";
import {
  asIs, flag, guarded, isNothing, listOf, optionalText, optionalTexts, optionsOf, platformOf, text, textsOf,
} from "../core/arguments.js";

const METHODS = ["list", "read", "write", "remove"];

const MANIFESTS = { client: asIs, store: asIs };
const CREATE = {
  amend: flag, replace: flag, refresh: flag, push: flag, dryRun: flag, tags: optionalTexts, type: typeOf,
  platforms: (value, name) => (isNothing(value) ? undefined : listOf(value, name, platformOf)),
  attestations: (value) => value !== false,
  onDuplicate: optionalText,
};
const PUSH = { purge: flag, dryRun: flag, tags: optionalTexts, type: typeOf };
const INSPECT = { list: optionalText, verbose: flag };
const EDIT = { dryRun: flag, ignoreMissing: flag, onDuplicate: optionalDuplicate, signal: optionalSignal };
const CHANGES = {
  os: optionalText, arch: optionalText, variant: optionalText, osVersion: optionalText, osFeatures: optionalTexts,
  unset: optionalTexts,
};

/** @param {{ client: object, store?: object }} options drafts live in `store`; without one, in memory */
export function createManifests(options) {
  const { client, store = memoryStore() } = optionsOf(options, "createManifests", MANIFESTS);
  const run = runnerOf(client);
  checkStore(store);

  /** A call of the core with the store among its arguments. */
  const asking = (name, given) => ({ ask, host, glue }) =>
    ask(name, { store: callStore(store, host, glue), ...given });

  return {
    /** Makes a draft of a list from images and indexes in a registry; with `push`, the list itself and no draft. */
    async create(list, images, call) {
      const name = text(list, "create(list)");
      const sources = textsOf(images, "create(list, images)");
      const wanted = optionsOf(call, "create", CREATE);
      const asked = { list: name, images: sources, options: wanted };
      const [created, entries] = await run(call, asking("createList", asked));
      const { refused, ...facts } = JSON.parse(created);
      return { ...facts, entries, ...(refused && { refused: new MultiarchError(refused) }) };
    },

    /** Changes the platform that a draft states for an image. */
    async annotate(list, image, changes) {
      const names = { list: text(list, "annotate(list)"), image: text(image, "annotate(list, image)") };
      const wanted = optionsOf(changes, "annotate", CHANGES);
      const asked = { ...names, changes: wanted };
      return run({}, asking("annotateList", asked));
    },

    /** Changes a draft by the operations that change an index. */
    edit: (list, change, call) => edit({ client, store }, list, change, call),

    /** Docker's own text for a draft, an image of a draft, or what a registry has. */
    async inspect(reference, call) {
      const given = text(reference, "inspect(reference)");
      const asked = { reference: given, ...optionsOf(call, "inspect", INSPECT) };
      return run(call, asking("inspect", asked));
    },

    /** Pushes a draft: images of other repositories first, then the list. */
    async push(list, call) {
      const name = text(list, "push(list)");
      const wanted = optionsOf(call, "push", PUSH);
      const asked = { list: name, options: wanted };
      return JSON.parse(await run(call, asking("pushList", asked)));
    },

    /** Removes drafts; nothing happens in a registry. */
    async rm(lists) {
      const names = textsOf(lists, "rm(lists)");
      await run({}, asking("removeLists", { lists: names }));
    },

    /** The references of all drafts. */
    ls: () => run({}, ({ host, glue }) => callStore(store, host, glue).list().catch((error) => {
      throw storeFailed(error);
    })),
  };
}

async function edit({ client, store }, list, change, call) {
  const name = text(list, "edit(list)");
  if (typeof change !== "function") throw optionInvalid("edit(list, change) takes a function");
  const options = optionsOf(call, "edit", EDIT);
  const { signal } = options;
  await init();
  const { editDraft } = await import("./draft-edit.js");
  // What `create` makes of a reference, apart from all drafts.
  const take = async (reference) => (await createManifests({ client }).create(name, [reference], { signal })).entries;
  return editDraft(name, change, { client, store, take, options });
}

/** The media type that a list is to have, by its short name. */
function typeOf(value, name) {
  if (isNothing(value)) return undefined;
  if (typeof value === "string" && Object.hasOwn(TYPES, value)) return TYPES[value];
  throw optionInvalid(`${name} takes "oci" or "docker"`);
}

/** OPTION_INVALID for what lacks a method of a store. */
function checkStore(store) {
  for (const method of METHODS) {
    const found = guarded("store", () => store?.[method]);
    if (typeof found !== "function") throw optionInvalid(`store takes an object with a method ${method}`);
  }
}
