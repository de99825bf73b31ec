/**
 * An answer that says how far its work is: lines of JSON (https://github.com/ndjson/ndjson-spec). Each is an event, but for the last
 * one, which is `{ result }`, or the body of a refusal, `{ errors }`, whose status came too late to be sent. Where the caller goes
 * away, the signal of its request ends the work.
 */

import { answer } from "./answers.js";

const LINES = "application/x-ndjson";

/** How often a blob's progress is sent, in milliseconds. */
const SENT_EVERY = 100;

/** Whether the caller takes lines. */
export const isReported = ({ headers }) => headers.get("accept") === LINES;

/**
 * @param {(report: (event: object) => void) => Promise<object>} work
 * @param {(error: unknown) => Response} refusal the answer to what `work` rejects with
 */
export function reported(work, refusal) {
  const encoder = new TextEncoder();
  let isOpen = true;
  const body = new ReadableStream({
    start(controller) {
      const write = (text) => isOpen && controller.enqueue(encoder.encode(`${text}\n`));
      work(thinned((event) => write(JSON.stringify(event))))
        .then((result) => JSON.stringify({ result }), (error) => refusal(error).text())
        .then((last) => {
          write(last);
          if (isOpen) controller.close();
        });
    },
    cancel() {
      isOpen = false;
    },
  });
  return answer(200, { "content-type": LINES, "cache-control": "no-store" }, body);
}

/** Of the progress of a blob, some; its end, and every other event, always. */
function thinned(report) {
  const last = new Map();
  return (event) => {
    const { digest, done, total } = event;
    const now = Date.now();
    if (digest !== undefined && done < total && now - (last.get(digest) ?? 0) < SENT_EVERY) return;
    if (digest !== undefined) last.set(digest, now);
    report(event);
  };
}
