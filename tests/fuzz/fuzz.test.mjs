/**
 * The fuzzer for the parsers that are written in JavaScript: `cargo xtask fuzz [TARGET] [--seconds N] [--seed S]`. What
 * main.rs says of the others holds here too.
 */

import { readdirSync } from "node:fs";
import { test } from "node:test";

import { fuzz } from "./run.mjs";

const only = process.env.MULTIARCH_FUZZ_TARGET;
const files = readdirSync(new URL("targets/", import.meta.url)).filter((file) => file.endsWith(".mjs")).sort();
const names = files.map((file) => file.replace(".mjs", ""));

for (const name of names.filter((known) => !only || known === only)) {
  test(name, async () => {
    const { seeds, words, round } = await import(`./targets/${name}.mjs`);
    console.log(await fuzz({ name, seeds, words, round }));
  });
}
