/** Gives an answer of `node:http` the shape of a fetch Response, without loading that class: it costs 30 ms at start. */

import { after } from "../../core/timers.js";
import { fetchFailed, failure } from "./failure.js";

/** How many bytes of a body are read ahead of the caller, so that small answers free their connection. */
const AHEAD = 64 * 1024;
/** How many content codings one body may have. One is usual; each more multiplies what a few bytes expand to. */
const CODINGS = 3;

/**
 * @param {import("node:http").IncomingMessage} message
 * @param {{ url: string, method: string, idleTimeoutMs: number, onEnd: () => void }} request
 * @returns {Promise<object>} status, ok, url, headers, body, arrayBuffer(), text(), json()
 */
export async function createResponse(message, { url, method, idleTimeoutMs, onEnd }) {
  const headers = new ResponseHeaders(message.rawHeaders);
  const status = message.statusCode;
  if (method === "HEAD" || status === 204 || status === 304) {
    message.resume();
    onEnd();
    return new NodeResponse(status, message.statusMessage, url, headers, null);
  }
  const { stream, refusal } = await decoded(message, headers);
  const body = new Body(stream, message, idleTimeoutMs, onEnd);
  // An error keeps its status, which matters more than a body that cannot be decoded.
  if (refusal && status < 300) body.fail(refusal);
  else if (refusal) body.cancel();
  return new NodeResponse(status, message.statusMessage, url, headers, body);
}

class NodeResponse {
  redirected = false;
  type = "basic";

  constructor(status, statusText, url, headers, body) {
    Object.assign(this, { status, statusText, url, headers, body });
  }

  get ok() {
    return this.status >= 200 && this.status < 300;
  }

  async arrayBuffer() {
    const bytes = await this.#bytes();
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  }

  async text() {
    return new TextDecoder().decode(await this.#bytes());
  }

  async json() {
    return JSON.parse(await this.text());
  }

  async #bytes() {
    const chunks = [];
    if (this.body) for await (const chunk of this.body) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
}

/** Headers from the raw list: Node's own object drops repeated ones, which a client must see. */
class ResponseHeaders {
  #values = new Map();

  constructor(raw) {
    for (let at = 0; at < raw.length; at += 2) {
      const name = raw[at].toLowerCase();
      const before = this.#values.get(name);
      this.#values.set(name, before === undefined ? raw[at + 1] : `${before}, ${raw[at + 1]}`);
    }
  }

  get(name) {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name) {
    return this.#values.has(name.toLowerCase());
  }

  delete(name) {
    this.#values.delete(name.toLowerCase());
  }

  forEach(visit) {
    this.#values.forEach((value, name) => visit(value, name, this));
  }

  entries() {
    return this.#values.entries();
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  /** As the host's own: names in lower case, each once. */
  get [Symbol.toStringTag]() {
    return "Headers";
  }
}

/**
 * Undoes Content-Encoding (RFC 9110, section 8.4), and removes the headers that describe the encoded body. Only identity
 * is asked for, but some servers compress JSON all the same. The reader limits how much is decoded: a decoder waits while
 * its output is not read.
 *
 * @returns {Promise<{ stream: import("node:stream").Readable, refusal?: TypeError }>} the error for codings that
 *   cannot be undone
 */
async function decoded(message, headers) {
  const named = (headers.get("content-encoding") ?? "").toLowerCase().split(",").map((coding) => coding.trim());
  const codings = named.filter((coding) => coding !== "" && coding !== "identity");
  if (codings.length === 0) return { stream: message };
  const [{ default: zlib }, { pipeline }] = await Promise.all([import("node:zlib"), import("node:stream")]);
  const decoders = {
    gzip: zlib.createGunzip, "x-gzip": zlib.createGunzip, deflate: zlib.createInflate, br: zlib.createBrotliDecompress,
    zstd: zlib.createZstdDecompress, // since Node 22.15
  };
  const unknown = codings.find((coding) => !decoders[coding]);
  if (unknown !== undefined || codings.length > CODINGS) {
    const what = unknown === undefined ? `in ${codings.length} codings` : `in the coding ${JSON.stringify(unknown)}`;
    return { stream: message, refusal: fetchFailed(failure("ERR_CONTENT_CODING", `the body comes ${what}`)) };
  }
  headers.delete("content-encoding");
  headers.delete("content-length");
  // The header lists them in the order in which they were applied.
  const stages = codings.reverse().map((coding) => decoders[coding]().on("error", (error) => explain(error, coding)));
  return { stream: pipeline(message, ...stages, () => {}) };
}

/** Gives a decoder's own errors one code; the connection's, which the pipeline forwards, keep theirs. */
function explain(error, coding) {
  if (!/^(Z_|ZSTD_|ERR_(?!STREAM_|CONTENT_CODING))/.test(error.code)) return;
  Object.assign(error, { message: `the body is not ${coding}: ${error.message}`, code: "ERR_CONTENT_CODING" });
}

/**
 * A readable body: `getReader()`, `cancel()` and async iteration, as much of a ReadableStream as is used.
 *
 * Its connection keeps the process alive only while a read waits for it. A complete message returns the connection to
 * the agent, which may give it to another request while a decoder still has output: the body then leaves it alone.
 */
class Body {
  locked = false;
  #stream;
  #message;
  #socket;
  #idleTimeoutMs;
  #onEnd;
  #chunks = [];
  #size = 0;
  #state = "open"; // then "ended" or "failed"
  #error;
  #waiting;

  constructor(stream, message, idleTimeoutMs, onEnd) {
    this.#stream = stream;
    this.#message = message;
    this.#socket = message.socket;
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#onEnd = onEnd;
    stream.on("data", (chunk) => this.#take(chunk));
    stream.once("end", () => this.#finish("ended"));
    stream.once("error", (error) => this.fail(fetchFailed(error)));
    stream.once("close", () => this.fail(fetchFailed(failure("ECONNRESET", "the answer was cut short"))));
    this.#hold(false);
  }

  #hold(isAwaited) {
    if (this.#message.complete) return;
    if (isAwaited) this.#socket.ref();
    else this.#socket.unref();
  }

  getReader() {
    if (this.locked) throw new TypeError("the body has a reader already");
    this.locked = true;
    return {
      read: () => this.#read(),
      cancel: () => this.cancel(),
      releaseLock: () => {
        this.locked = false;
      },
    };
  }

  async *[Symbol.asyncIterator]() {
    const reader = this.getReader();
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
    } finally {
      reader.cancel();
    }
  }

  /** Ends the body. The rest of a small answer is still read, so that its connection serves the next request. */
  async cancel() {
    if (this.#state !== "open") return;
    this.#chunks = [];
    this.#finish("ended");
    // A paused body was not small, however little of it is buffered here.
    if (this.#size > AHEAD || this.#stream.isPaused()) {
      this.#stream.destroy();
    } else if (!this.#message.complete) {
      after(this.#idleTimeoutMs, () => this.#stream.destroy())?.unref();
    }
  }

  /** Ends the body with an error, unless it has ended. */
  fail(error) {
    if (this.#state !== "open") return;
    this.#error = error;
    this.#finish("failed");
    this.#stream.destroy();
  }

  #take(chunk) {
    this.#size += chunk.length;
    if (this.#state !== "open") {
      if (this.#size > AHEAD) this.#stream.destroy();
      return;
    }
    this.#chunks.push(chunk);
    if (this.#waiting) this.#deliver();
    else if (this.#size > AHEAD) this.#stream.pause();
  }

  #finish(state) {
    if (this.#state !== "open") return;
    this.#state = state;
    this.#onEnd();
    if (this.#waiting) this.#deliver();
  }

  #deliver() {
    const { resolve, reject, timer } = this.#waiting;
    this.#waiting = undefined;
    clearTimeout(timer);
    this.#hold(false);
    const chunk = this.#chunks.shift();
    if (chunk) {
      this.#size -= chunk.length;
      resolve({ done: false, value: chunk });
    } else if (this.#state === "failed") reject(this.#error);
    else resolve({ done: true, value: undefined });
  }

  #read() {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      if (this.#chunks.length > 0 || this.#state !== "open") return this.#deliver();
      const late = () => this.fail(fetchFailed(failure("ETIMEDOUT", "the answer stopped half-way", "body")));
      this.#waiting.timer = after(this.#idleTimeoutMs, late);
      this.#hold(true);
      this.#stream.resume();
    });
  }
}
