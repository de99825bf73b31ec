/**
 * Who owns a lock: a name that says which process it is, and whether that process still lives.
 *
 * `PID.START.MACHINE.RANDOM`: a process id alone is given away again, so the time at which the process started goes
 * with it where the system tells; and it means nothing in another container or on another machine.
 */

import { createHash, randomBytes } from "node:crypto";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";

/** A start time that the system does not tell. */
const UNKNOWN = "0";

let self;

/** @returns {Promise<string>} a new name for something that this process owns */
export async function newOwner() {
  self ??= Promise.all([startOf(process.pid), machine()]);
  const [process_, here] = await self;
  return [process.pid, process_?.start ?? UNKNOWN, here, randomBytes(6).toString("hex")].join(".");
}

/** The process id in an owner's name; undefined for a name that is none. */
export function pidOf(owner) {
  return parse(owner)?.pid;
}

/**
 * @param {string} owner
 * @returns {Promise<"dead" | "alive" | "unknown">} unknown: it runs elsewhere, or its process id may be another's by now
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

/** What Linux says about a process. One that was killed and not yet waited for is gone as well. */
async function startOf(pid) {
  let text;
  try {
    text = await readFile(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  // The program's name stands in parentheses and may hold any character.
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

/** Where process ids are comparable: one boot of one kernel and one namespace of processes. */
async function machine() {
  const facts = await Promise.all([readFile("/proc/sys/kernel/random/boot_id", "latin1"), readlink("/proc/self/ns/pid")])
    .catch(() => [hostname()]);
  return createHash("sha256").update(facts.join("\n")).digest("hex").slice(0, 12);
}
