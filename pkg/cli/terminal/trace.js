/** `--debug`: a line for each answer, each failure and each retry. No header, no body and no query is shown. */

import { withoutQuery } from "../../core/urls.js";
import { printable } from "../../entry/command.js";

/**
 * @param {(url: string, init?: object) => Promise<object>} send
 * @param {import("./terminal.js").Terminal} terminal
 * @returns the fetch function, which tells of what gets no answer, and a listener for the client's events
 */
export function traced(send, terminal) {
  const tell = ({ method, url }, what) => terminal.say(`${printable(`${method} ${withoutQuery(url)} ${what}`)}\n`);
  return {
    async send(url, init) {
      try {
        return await send(url, init);
      } catch (error) {
        const why = String(error?.cause?.message ?? error?.message ?? error);
        await tell({ method: init?.method ?? "GET", url }, `failed: ${why}`);
        throw error;
      }
    },
    async onEvent(event) {
      if (event.type === "response") await tell(event, `${event.status} ${Math.round(event.ms)} ms`);
      if (event.type === "retry") {
        const { attempt, reason, delayMs } = event;
        await tell(event, `again in ${delayMs} ms, after attempt ${attempt}: ${reason}`);
      }
    },
  };
}
