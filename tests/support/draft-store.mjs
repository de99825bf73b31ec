/** Stores in docker's folder, each in a folder of its own, and the lists that tests keep in them. */

import assert from "node:assert/strict";
import { after } from "node:test";

import { dockerStore } from "multiarch/node";

import { entry, quickFolder } from "./draft-lists.mjs";

export const LIST = "127.0.0.1:5000/team/list:1";
export const APP = "127.0.0.1:5000/team/app";

/** Entries of images of `APP`. */
export const files = (...tags) => tags.map((tag) => entry(`${APP}:${tag}`));

const places = [];
after(() => Promise.all(places.map((place) => place.remove())));

/** A store with a folder that is gone after the tests of the file. */
export async function openStore(options) {
  const place = await quickFolder();
  places.push(place);
  const at = (...names) => place.join("manifests", ...names);
  return { config: place.path, at, store: dockerStore({ config: place.path, ...options }) };
}

/** That something fails with these facts, and with a hint. */
export const rejects = (promise, facts) => assert.rejects(promise, (error) => {
  for (const [name, value] of Object.entries(facts)) {
    if (value instanceof RegExp) assert.match(error[name], value);
    else assert.deepEqual(error[name], value, `${name} of ${error.stack}`);
  }
  assert.ok(error.hint, "a hint");
  return true;
});
