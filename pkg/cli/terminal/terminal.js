/**
 * Writes results to stdout and messages to stderr.
 *
 * A registry chooses the characters of a document. On a terminal the dangerous ones are printed as JSON escapes
 * (`\u001b`), which changes no JSON value; to a file or a pipe documents are written byte for byte.
 */

import { jsonEscaped } from "./json-text.js";

/** The reader of stdout has closed it, as `head` does: the program ends, without an error. */
export class ClosedPipe extends Error {}

export class Terminal {
  #io;
  /** How many lines are drawn at the foot of the terminal. */
  #foot = 0;

  /** Whether notes are left out. */
  quiet = false;

  /** Puts the user's words in the place of internal ones in every text but documents. */
  spoken = (text) => text;

  /** What is done before a result is printed, so that what it says is true. */
  beforeResult = async () => {};

  /** @param {{ stdout: object, stderr: object, env: object }} io */
  constructor(io) {
    this.#io = io;
    // Node makes a stream when it is first asked for, which takes so long that it happens while a registry is waited for.
    setImmediate(() => void io.stdout);
  }

  get columns() {
    return this.#io.stdout.columns ?? 80;
  }

  /** What results are written on: its width, endless where it is no terminal, and how headings are made bold. */
  get paper() {
    const { stdout, env } = this.#io;
    const isColored = stdout.isTTY && !env.NO_COLOR && env.TERM !== "dumb";
    return { width: stdout.isTTY ? this.columns : Infinity, bold: (text) => (isColored ? `\u001b[1m${text}\u001b[22m` : text) };
  }

  /** Whether a person reads the messages. */
  get isInteractive() {
    return this.#io.stderr.isTTY === true;
  }

  /** Whether stderr is a terminal on which lines can be drawn and erased. */
  get draws() {
    return this.#io.stderr.isTTY === true && this.#io.env.TERM !== "dumb";
  }

  /** The size of stderr's terminal, in characters. */
  get messageSize() {
    const { columns = 80, rows = 24 } = this.#io.stderr;
    return { columns, rows };
  }

  /** Prints a result unchanged: a text that this program made itself. */
  async print(text) {
    await this.beforeResult();
    this.foot([]);
    return write(this.#io.stdout, typeof text === "string" ? this.spoken(text) : text);
  }

  /** Prints a document, text or bytes: exact for a program, escaped for a person. */
  async printDocument(document) {
    await this.beforeResult();
    this.foot([]);
    if (!this.#io.stdout.isTTY) return write(this.#io.stdout, document);
    const text = typeof document === "string" ? document : new TextDecoder().decode(document);
    const safe = await jsonEscaped(text.replaceAll("\r\n", "\n"));
    return write(this.#io.stdout, safe.endsWith("\n") ? safe : `${safe}\n`);
  }

  /** Prints a value as JSON, escaped on every output. */
  async printJson(value) {
    return this.print(`${await jsonEscaped(JSON.stringify(value, this.#asSpoken, 2))}\n`);
  }

  /** Prints a message as one line of JSON. */
  async sayJson(value) {
    return this.say(`${await jsonEscaped(JSON.stringify(value, this.#asSpoken))}\n`);
  }

  /** Prints a message. A closed stderr is ignored. */
  say(text) {
    this.foot([]);
    return write(this.#io.stderr, this.spoken(text)).catch(() => {});
  }

  /** The user's words in a JSON text that docker lays out so. */
  spokenJson(text) {
    return text.replace(/"(?:[^"\\]|\\.)*"/g, (literal) => {
      const said = this.spoken(literal);
      return said === literal ? literal : JSON.stringify(this.spoken(JSON.parse(literal)));
    });
  }

  /** For `JSON.stringify`: a word may hold what JSON escapes. */
  #asSpoken = (_, value) => (typeof value === "string" ? this.spoken(value) : value);

  /** Prints a message about a success; not with `quiet`. */
  async note(text) {
    if (!this.quiet) await this.say(text);
  }

  /** Prints a message for people: only on a terminal. */
  async hint(text) {
    if (this.#io.stderr.isTTY) await this.note(text);
  }

  /**
   * Draws lines at the foot of the terminal in place of the last ones; every other output erases them.
   *
   * @param {string[]} lines none wider than the terminal
   */
  foot(lines) {
    if (lines.length === 0 && this.#foot === 0) return;
    // The cursor may have left the first column: a terminal shows ^C.
    const erase = this.#foot > 0 ? `\r\u001b[${this.#foot}A\u001b[J` : "";
    this.#foot = lines.length;
    write(this.#io.stderr, erase + lines.map((line) => `${this.spoken(line)}\n`).join("")).catch(() => {});
  }

  /** The text of a message in bold, where the terminal and NO_COLOR allow it. */
  bold(text) {
    const { stderr, env } = this.#io;
    return stderr.isTTY && !env.NO_COLOR && env.TERM !== "dumb" ? `\u001b[1m${text}\u001b[22m` : text;
  }
}

/** The streams that have a listener. */
const HEARD = new WeakSet();

function write(stream, chunk) {
  // A write reports its own failure; without a listener the event would end the process with a stack trace.
  if (!HEARD.has(stream)) stream.on?.("error", () => {});
  HEARD.add(stream);
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => {
      if (!error) resolve();
      else reject(error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED" ? new ClosedPipe() : error);
    });
  });
}
