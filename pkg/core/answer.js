/** Answers of a fetch function as the core reads them: plain values, and content that only the core reads. */

import { Body } from "./content.js";
import { RESPONSE_HEADERS } from "./facts.js";
import { fact } from "./foreign.js";

/** The longest header, and the longest URL. */
const LONGEST_HEADER = 1 << 16;
/** How many headers are gone through. */
const MOST_HEADERS = 1 << 10;

const NO_RESPONSE = "the fetch function did not return a response with status and headers";

const WANTED = new Set(RESPONSE_HEADERS);

export class Answer extends Body {
  /** The status as the answer states it, whatever that is worth. @type {number | undefined} */
  stated;
  /** What cannot be read of it. @type {string | undefined} */
  wrong;
  /** The headers that the core reads, a name and a value in a line each; undefined where each has to be asked for. */
  head;
  #response;
  #headers;

  /** @param {import("./content.js").Waits} waits */
  constructor(response, waits) {
    super(response, waits);
    this.#response = response;
    this.#headers = fact(response, "headers");
    const status = fact(response, "status");
    if (typeof status === "number") this.stated = status;
    if (this.stated === undefined || typeof fact(this.#headers, "get") !== "function") this.wrong = NO_RESPONSE;
    else this.head = this.#listed();
  }

  /** Of HTTP; 0 where there is none, and where the answer is `wrong`. */
  get status() {
    return !this.wrong && this.stated >= 100 && this.stated < 600 ? this.stated : 0;
  }

  /** Whether it is a redirect whose target the host hides. */
  get isHidden() {
    return fact(this.#response, "type") === "opaqueredirect";
  }

  /** Where it came from; empty where that is not known. */
  get url() {
    const url = fact(this.#response, "url");
    return typeof url === "string" && url.length <= LONGEST_HEADER ? url : "";
  }

  /** The headers, each to be asked for by its name. */
  get headers() {
    return { get: (name) => this.#named(name) };
  }

  /** The headers of the host's own kind, which are few: asking for each name takes many times as long. */
  #listed() {
    // By its tag: the global class is loaded when it is read, which takes Node longer than a request.
    if (Object.prototype.toString.call(this.#headers) !== "[object Headers]") return undefined;
    try {
      let head = "";
      let count = 0;
      for (const [name, value] of this.#headers) {
        if ((count += 1) > MOST_HEADERS) return undefined;
        // A line end is in no header of HTTP (RFC 9110 section 5.5).
        if (WANTED.has(name) && this.#isText(name, value)) head += `${name}\n${value.replace(/[\r\n]/g, " ")}\n`;
      }
      return head;
    } catch {
      this.wrong ??= NO_RESPONSE;
      return undefined;
    }
  }

  #named(name) {
    let value;
    try {
      value = this.#headers.get(name);
    } catch {
      this.wrong ??= NO_RESPONSE;
    }
    return value === undefined || value === null || !this.#isText(name, value) ? null : value;
  }

  #isText(name, value) {
    if (typeof value === "string" && value.length <= LONGEST_HEADER) return true;
    this.wrong ??= typeof value === "string" ? `the header ${name} of the answer is too long` : NO_RESPONSE;
    return false;
  }
}
