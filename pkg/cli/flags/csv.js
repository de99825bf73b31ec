/** Parses comma-separated values with the rules and messages of Go's encoding/csv, as pflag reads a list. */

/**
 * @param {string} text
 * @returns {string[]} the fields of the first line that is not empty; none for an empty text
 * @throws {RangeError} with Go's message
 */
export function parseCsv(text) {
  if (text === "") return [];
  const lines = linesOf(text);
  const start = lines.findIndex((line) => line !== "\n");
  if (start < 0) throw new RangeError("EOF");
  return new Record(lines, start).fields();
}

/** Lines with their ends as one line feed; a carriage return at the very end is dropped. */
function linesOf(text) {
  const lines = text.split(/(?<=\n)/).map((line) => line.replace(/\r\n$/, "\n"));
  const last = lines.pop().replace(/\r$/, "");
  return last === "" ? lines : [...lines, last];
}

/** A reader whose errors state the position: lines from 1, columns in bytes from 1. */
class Record {
  #lines;
  #start;
  #line;
  #at = 0;

  constructor(lines, start) {
    this.#lines = lines;
    this.#start = start;
    this.#line = start;
  }

  fields() {
    const fields = [];
    do fields.push(this.#next() === '"' ? this.#quoted() : this.#plain());
    while (this.#take(","));
    return fields;
  }

  #plain() {
    const field = /^[^,\n]*/.exec(this.#rest())[0];
    const quote = field.indexOf('"');
    if (quote >= 0) throw this.#error(quote, 'bare " in non-quoted-field');
    this.#at += field.length;
    return field;
  }

  #quoted() {
    this.#at += 1;
    let field = "";
    for (;;) {
      const part = /^[^"]*/.exec(this.#rest())[0];
      field += part;
      this.#at += part.length;
      if (this.#take('"')) {
        if (this.#take('"')) field += '"';
        else if ([",", "\n", undefined].includes(this.#next())) return field;
        else throw this.#error(-1, 'extraneous or missing " in quoted-field');
      } else if (this.#line + 1 < this.#lines.length) {
        this.#line += 1;
        this.#at = 0;
      } else throw this.#error(0, 'extraneous or missing " in quoted-field');
    }
  }

  #rest() {
    return this.#lines[this.#line].slice(this.#at);
  }

  #next() {
    return this.#lines[this.#line][this.#at];
  }

  #take(character) {
    const is = this.#next() === character;
    if (is) this.#at += 1;
    return is;
  }

  #error(offset, what) {
    const column = Buffer.byteLength(this.#lines[this.#line].slice(0, this.#at + offset)) + 1;
    const started = this.#line === this.#start ? "" : `record on line ${this.#start + 1}; `;
    return new RangeError(`${started}parse error on line ${this.#line + 1}, column ${column}: ${what}`);
  }
}
