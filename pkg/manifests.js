/** `docker manifest` over a client: create, annotate, inspect, push and rm of lists, and what docker lacks. */

import { runOn } from "./client.js";
import { MultiarchError, optionInvalid } from "./errors.js";
import { memoryStore } from "./stores/memory.js";
import { optionalText, optionsOf, text } from "./values.js";

const METHODS = ["list", "read", "write", "remove"];

/** @param {{ client: object, store?: object }} options drafts live in `store`; without one, in memory */
export function createManifests(options) {
  const { client, store = memoryStore() } = optionsOf(options, "createManifests");
  const run = runOn(client);
  for (const method of METHODS) {
    if (typeof store?.[method] !== "function") throw optionInvalid(`store takes an object with a method ${method}`);
  }

  return {
    /** Makes a draft of a list from images in a registry; with `push`, the list itself and no draft. */
    async create(list, images, call) {
      const name = text(list, "create(list)");
      const sources = textsOf(images, "create(list, images)");
      const given = optionsOf(call, "create");
      const wanted = { ...flags(given, ["amend", "replace", "refresh", "push", "dryRun"]), tags: tagsOf(given) };
      const asked = { store: lockable(store), list: name, images: sources, options: wanted };
      const [created, entries] = await run(call, (client, at) => client.call(at, "createList", asked));
      const { refused, ...facts } = JSON.parse(created);
      return { ...facts, entries, ...(refused && { refused: new MultiarchError(refused) }) };
    },

    /** Changes the platform that a draft states for an image. */
    async annotate(list, image, changes) {
      const names = { list: text(list, "annotate(list)"), image: text(image, "annotate(list, image)") };
      const { os, arch, variant, osVersion, osFeatures, unset } = optionsOf(changes, "annotate");
      const wanted = {
        os: optionalText(os, "os"),
        arch: optionalText(arch, "arch"),
        variant: optionalText(variant, "variant"),
        osVersion: optionalText(osVersion, "osVersion"),
        osFeatures: osFeatures && textsOf(osFeatures, "osFeatures"),
        unset: unset && textsOf(unset, "unset"),
      };
      const asked = { store: lockable(store), ...names, changes: wanted };
      return run({}, (client, at) => client.call(at, "annotateList", asked));
    },

    /** Docker's own text for a draft, an image of a draft, or what a registry has. */
    async inspect(reference, call) {
      const given = text(reference, "inspect(reference)");
      const { list, verbose = false } = optionsOf(call, "inspect");
      const within = optionalText(list, "list");
      const asked = { store: lockable(store), reference: given, list: within, verbose: Boolean(verbose) };
      return run(call, (client, at) => client.call(at, "inspect", asked));
    },

    /** Pushes a draft: images of other repositories first, then the list. */
    async push(list, call) {
      const name = text(list, "push(list)");
      const given = optionsOf(call, "push");
      const wanted = { ...flags(given, ["purge", "dryRun"]), tags: tagsOf(given) };
      const asked = { store: lockable(store), list: name, options: wanted };
      return JSON.parse(await run(call, (client, at) => client.call(at, "pushList", asked)));
    },

    /** Removes drafts; nothing happens in a registry. */
    async rm(lists) {
      const names = textsOf(lists, "rm(lists)");
      await run({}, (client, at) => client.call(at, "removeLists", { store: lockable(store), lists: names }));
    },

    /** The references of all drafts. */
    ls: async () => store.list(),
  };
}

/** The store as the core sees it: `lock(list, action)`, where there is one, as a pair of calls. */
function lockable(store) {
  const own = (method) => store[method] && ((...values) => store[method](...values));
  let held;
  return {
    list: own("list"),
    read: own("read"),
    write: own("write"),
    remove: own("remove"),
    readEntry: own("readEntry"),
    writeEntry: own("writeEntry"),
    enter: store.lock && ((list) => new Promise((entered, failed) => {
      const done = new Promise((settled, broken) => {
        const action = () => new Promise((leave) => {
          held = () => (leave(), done);
          entered();
        });
        Promise.resolve(store.lock(list, action)).then(settled, broken);
      });
      done.catch(failed);
    })),
    leave: store.lock && (() => held()),
  };
}

const flags = (given, names) => Object.fromEntries(names.map((name) => [name, Boolean(given[name])]));

const tagsOf = ({ tags }) => (tags === undefined ? [] : textsOf(tags, "tags"));

function textsOf(values, name) {
  if (!Array.isArray(values)) throw optionInvalid(`${name} takes a list of texts`);
  return values.map((value) => text(value, name));
}
