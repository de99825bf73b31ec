/** `--debug`: prints a line for each answer, each failure and each retry, without headers, bodies and queries. */

import { withoutQuery } from "../../core/urls.js";
import { printable } from "../../entry/command.js";

/**
 * @param {(url: string, init?: object) => Promise<object>} send
 * @param {import("./terminal.js").Terminal} terminal
 * @returns {{ send: Function, onEvent: Function }} the fetch function, which reports requests without an answer, and a
 *   listener for the client's events
 */
export function traced(send, terminal) {
  const log = ({ method, url }, what) => terminal.say(`${printable(`${method} ${withoutQuery(url)} ${what}`)}\n`);
  return {
    async send(url, init) {
      try {
        return await send(url, init);
      } catch (error) {
        const why = String(error?.cause?.message ?? error?.message ?? error);
        await log({ method: init?.method ?? "GET", url }, `failed: ${why}`);
        throw error;
      }
    },
    async onEvent(event) {
      if (event.type === "response") await log(event, `${event.status} ${Math.round(event.ms)} ms`);
      if (event.type === "retry") {
        const { attempt, reason, delayMs } = event;
        await log(event, `again in ${delayMs} ms, after attempt ${attempt}: ${reason}`);
      }
    },
  };
}
