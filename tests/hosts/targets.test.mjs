/** The executables of `cargo xtask binary --target`: for the processor and system that they are named after, with the program in them. */

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { run } from "../support/run.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** What Node looks for; the digit behind it says whether there is a program. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:";

/** The processor of an ELF file (e_machine), as its specification numbers them. */
const elf = (bytes) => [bytes.toString("latin1", 0, 4), bytes.readUInt16LE(18)];
/** The processor of a PE file, which stands behind its signature. */
const pe = (bytes) => {
  const at = bytes.readUInt32LE(0x3c);
  return [bytes.toString("latin1", at, at + 4), bytes.readUInt16LE(at + 4)];
};

const TARGETS = [
  { target: "linux-arm64", file: "multiarch", form: elf, expected: ["\x7fELF", 183] },
  { target: "linux-x64", file: "multiarch", form: elf, expected: ["\x7fELF", 62] },
  { target: "win-x64", file: "multiarch.exe", form: pe, expected: ["PE\0\0", 0x8664] },
];

for (const { target, file, form, expected } of TARGETS) {
  test(target, async () => {
    const { code, stdout, stderr } = await run("cargo", ["xtask", "binary", "--target", target], { cwd: ROOT });
    assert.equal(code, 0, stdout + stderr);
    const folder = `${ROOT}target/binary/${target}`;
    assert.deepEqual((await readdir(folder)).sort(), ["LICENSE-NODE", "THIRD-PARTY-NOTICES", file]);
    const bytes = await readFile(`${folder}/${file}`);
    assert.deepEqual(form(bytes), expected);
    assert.equal(bytes.toString("latin1", bytes.indexOf(FUSE) + FUSE.length)[0], "1", "the runtime is told that it has a program");
    assert.ok(bytes.includes("multiarch.cjs") && bytes.includes("DIGEST_MISMATCH"), "the program is there");
  });
}
