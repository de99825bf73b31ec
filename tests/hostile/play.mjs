/** Plays one case end to end and judges it. */

import assert from "node:assert/strict";

import { createClient, MultiarchError } from "multiarch";

import { search, shownBy } from "./canaries.mjs";
import { COMMANDS } from "./commands.mjs";
import { createSetting } from "./setting.mjs";

/** What takes longer hangs, on a busy machine too. */
const DEADLINE_MS = 10_000;

const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff]/;

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} command a key of COMMANDS
 * @property {object} [setting] as createSetting takes it
 * @property {object} [client] further options of the client
 * @property {string | string[]} expect a code, several where any of them is right, or "ok"
 * @property {(origins: object) => string[]} [reach] origins that may be asked besides the registry, its token service
 *   and its store
 * @property {(result: any, setting: object) => void} [check] looks at what came out
 */

/** @returns {Promise<{ canaries: number, searched: number }>} rejects when the case fails */
export async function play(world, send, { name, command, setting: wanted, client: options, expect, reach, check }) {
  const setting = await createSetting(wanted);
  const stage = world.play(setting.actors);
  const events = [];
  const client = createClient({
    fetch: send,
    credentials: setting.credentials,
    onEvent: (event) => events.push(event),
    retry: { attempts: 1 },
    ...options?.(setting),
  });
  const call = { client, ...setting };
  const { prepare, run } = COMMANDS[command];
  if (prepare) call.prepared = await prepare(call);
  setting.arm();
  const result = await within(DEADLINE_MS, run(call).then((value) => ({ value }), (error) => ({ error })));

  const { searched, canaries } = judge(setting, stage, reach, [
    ...shownBy(result.error),
    ...events.map((event) => ({ where: `an event about ${event.url}`, content: JSON.stringify(event) })),
    { where: "the result", content: JSON.stringify(result.value, plain) ?? "" },
  ]);
  const outcome = result.error === undefined ? "ok" : String(result.error?.code ?? result.error?.stack);
  assert.ok([expect].flat().includes(outcome), `${outcome} instead of ${expect}: ${result.error?.message ?? ""}`);
  if (result.error) checkError(result.error);
  check?.(result.value ?? result.error, { ...setting, stage, events });
  return { canaries, searched, name };
}

/** Who was asked, and what was found where. */
export function judge(setting, stage, reach, places) {
  const { origins, canaries } = setting;
  const allowed = new Set([origins.registry, origins.tokens, origins.storage, ...(reach?.(origins) ?? [])]);
  for (const { origin, bytes } of stage.record) {
    assert.ok(allowed.has(origin), `${origin} was asked: ${bytes.toString("latin1").slice(0, 200)}`);
  }
  assert.deepEqual(stage.broken, [], "an actor broke");
  const received = stage.record.map(({ origin, bytes }) => ({ where: `what ${origin} received`, origin, content: bytes }));
  const secrets = canaries.all();
  const { leaks, searched } = search(secrets, [...received, ...places]);
  assert.deepEqual(leaks, []);
  return { canaries: secrets.length, searched };
}

function checkError(error) {
  assert.ok(error instanceof MultiarchError, `${error?.stack}`);
  assert.match(error.code, /^[A-Z][A-Z0-9_]+$/);
  assert.notEqual(error.code, "INTERNAL");
  assert.doesNotMatch(error.message, CONTROL);
  assert.doesNotMatch(error.hint, CONTROL);
  assert.ok(error.message.length < 2500, "the message is too long");
}

/** Streams and views are long; their bytes are the registry's own anyway. */
const plain = (_, value) => (ArrayBuffer.isView(value) ? undefined : value);

async function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it hangs: no end after ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
