/** The body of a request as JSON, of a bounded size. */

import { Refusal } from "./answers.js";

/** An index of 4 MiB as a JSON text, and what stands beside it. */
const BODY_BYTES = 9 << 20;

/** @returns {Promise<any>} Throws PROXY_BODY, and PROXY_LIMIT for a body that is too long */
export async function jsonOf({ headers, body }) {
  // A form of another page cannot send this type without asking first.
  if (!/^application\/json(?:;|$)/i.test(headers.get("content-type") ?? "")) throw new Refusal("PROXY_BODY", "the body is JSON, and its Content-Type says so");
  const bytes = await readAll(body);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal("PROXY_BODY", "the body is not JSON");
  }
}

async function readAll(body) {
  const parts = [];
  let size = 0;
  const reader = body?.getReader();
  for (let part = await reader?.read(); part?.done === false; part = await reader.read()) {
    size += part.value.length;
    if (size > BODY_BYTES) {
      reader.cancel().catch(() => {});
      throw new Refusal("PROXY_LIMIT", "the body is longer than that of an index");
    }
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
