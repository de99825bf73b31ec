/**
 * The two ways out: results on stdout, talk on stderr.
 *
 * A registry chooses the characters of what is printed here. On a terminal the dangerous ones appear as JSON
 * escapes (`\u001b`), which changes no JSON value; into a file or a pipe documents go byte for byte.
 */

/** Whoever read stdout has gone, `head` for instance: nothing is left to do, and nothing is wrong. */
export class ClosedPipe extends Error {}

export class Terminal {
  #io;
  /** How many lines stand at the foot. */
  #foot = 0;

  /** Whether notes are left out. */
  quiet = false;

  /** @param {{ stdout: object, stderr: object, env: object }} io */
  constructor(io) {
    this.#io = io;
    // A write reports its own failure; the event of the same failure would end the process with a stack trace.
    for (const stream of [io.stdout, io.stderr]) stream.on?.("error", () => {});
  }

  get columns() {
    return this.#io.stdout.columns ?? 80;
  }

  /** Whether talk can be drawn, and taken away again. */
  get draws() {
    return this.#io.stderr.isTTY === true && this.#io.env.TERM !== "dumb";
  }

  /** What room there is for talk. */
  get talkSize() {
    const { columns = 80, rows = 24 } = this.#io.stderr;
    return { columns, rows };
  }

  /** A result as it is: text that this program made itself. */
  print(text) {
    this.foot([]);
    return write(this.#io.stdout, text);
  }

  /** A document, text or bytes, whose exact bytes matter to a program but not to a person. */
  async printDocument(document) {
    if (!this.#io.stdout.isTTY) return this.print(document);
    const text = typeof document === "string" ? document : new TextDecoder().decode(document);
    const safe = await jsonEscaped(text.replaceAll("\r\n", "\n"));
    return this.print(safe.endsWith("\n") ? safe : `${safe}\n`);
  }

  /** A value as JSON of our own, safe wherever it goes. */
  async printJson(value) {
    return this.print(`${await jsonEscaped(JSON.stringify(value, null, 2))}\n`);
  }

  /** Talk. A closed stderr is nobody's problem. */
  say(text) {
    this.foot([]);
    return write(this.#io.stderr, text).catch(() => {});
  }

  /** Talk about what went well. */
  async note(text) {
    if (!this.quiet) await this.say(text);
  }

  /** Talk that helps people and would be in a program's way. */
  async hint(text) {
    if (this.#io.stderr.isTTY) await this.note(text);
  }

  /**
   * Draws lines at the foot, in place of those that stand there; whatever else is written takes them away.
   *
   * @param {string[]} lines none of them wider than the terminal
   */
  foot(lines) {
    if (lines.length === 0 && this.#foot === 0) return;
    // The terminal itself may have shown a ^C meanwhile, so the cursor need not stand in the first column.
    const away = this.#foot > 0 ? `\r\u001b[${this.#foot}A\u001b[J` : "";
    this.#foot = lines.length;
    write(this.#io.stderr, away + lines.map((line) => `${line}\n`).join("")).catch(() => {});
  }

  /** How to write talk in bold, where that is wanted. */
  bold(text) {
    const { stderr, env } = this.#io;
    return stderr.isTTY && !env.NO_COLOR && env.TERM !== "dumb" ? `\u001b[1m${text}\u001b[22m` : text;
  }
}

function write(stream, chunk) {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => {
      if (!error) resolve();
      else reject(error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED" ? new ClosedPipe() : error);
    });
  });
}

/** Which characters are dangerous is the core's rule; here they only get JSON's spelling. Layout stays. */
async function jsonEscaped(text) {
  const suspects = /[^\n\t\x20-\x7e]/gu;
  if (!suspects.test(text)) return text;
  const { printable } = await import("../../entry/command.js");
  const spelled = new Map();
  return text.replace(suspects, (character) => {
    if (!spelled.has(character)) {
      spelled.set(character, printable(character) === character ? character : escapes(character));
    }
    return spelled.get(character);
  });
}

function escapes(character) {
  return Array.from({ length: character.length }, (_, at) =>
    `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
}
