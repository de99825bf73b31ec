/**
 * Names the owner of a lock, so that other processes can find out whether it still lives.
 *
 * The name is `PID.START.MACHINE.RANDOM`: process ids are reused, so the process's start time is added where the system
 * states it; and a process id means nothing in another container or on another machine.
 */

import { createHash, randomBytes } from "node:crypto";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";

/** Stands for a start time that the system does not state. */
const UNKNOWN = "0";

let self;

/** @returns {Promise<string>} a new owner's name for this process */
export async function newOwner() {
  self ??= Promise.all([startOf(process.pid), machine()]);
  const [process_, here] = await self;
  return [process.pid, process_?.start ?? UNKNOWN, here, randomBytes(6).toString("hex")].join(".");
}

/** The process id in an owner's name; undefined for another name. */
export function pidOf(owner) {
  return parse(owner)?.pid;
}

/**
 * @param {string} owner
 * @returns {Promise<"dead" | "alive" | "unknown">} unknown: it runs on another machine, or its process id may be reused
 */
export async function stateOf(owner) {
  const parsed = parse(owner);
  if (!parsed) return "dead";
  const { pid, start, here } = parsed;
  self ??= Promise.all([startOf(process.pid), machine()]);
  if (here !== (await self)[1]) return "unknown";
  const running = await startOf(pid);
  if (running) {
    if (running.isGone) return "dead";
    if (start === UNKNOWN) return "unknown";
    return running.start === start ? "alive" : "dead";
  }
  return isSignalled(pid) ? "unknown" : "dead";
}

function parse(owner) {
  const found = /^(\d+)\.(\d+)\.([0-9a-f]{12})\.[0-9a-f]{12}$/.exec(owner);
  return found ? { pid: Number(found[1]), start: found[2], here: found[3] } : undefined;
}

/** What Linux states about a process. A zombie counts as gone. */
async function startOf(pid) {
  let text;
  try {
    text = await readFile(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  // The program's name is in parentheses and may contain any character.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { isGone: ["Z", "X", "x"].includes(fields[0]), start: fields[19] };
}

function isSignalled(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code !== "ESRCH";
  }
}

/** Identifies where process ids are comparable: one boot of one kernel, and one pid namespace. */
async function machine() {
  const facts = await Promise.all([readFile("/proc/sys/kernel/random/boot_id", "latin1"), readlink("/proc/self/ns/pid")])
    .catch(() => [hostname()]);
  return createHash("sha256").update(facts.join("\n")).digest("hex").slice(0, 12);
}
