/**
 * What a registry answered, and which credentials were found for it, kept for a second client: it hears the same again, and no
 * question is asked twice.
 */

import { fetchFailed, failure } from "../../node/http/failure.js";

export class Recording {
  #answers = new Kept();
  #credentials = new Kept();

  /** The type that the last answer states; empty for none. */
  contentType = "";

  /** A fetch function that keeps what `send` answers. */
  answering(send) {
    const kept = async (url, init) => {
      const response = await send(url, init);
      return { response, body: response.body && new KeptBody(response.body) };
    };
    return async (url, init) => {
      const { response, body } = await this.#answers.of(`${init.method} ${url}`, () => kept(url, init));
      const { status, type, headers } = response;
      this.contentType = headers.get("content-type") ?? "";
      return { status, type, url: response.url, headers, body: body && body.fromStart() };
    };
  }

  /** A provider of credentials that keeps what `find` finds. */
  finding(find) {
    return (registry, asked) => this.#credentials.of(registry, () => find(registry, asked));
  }

  /** From here on what was kept is given again, in its order, and then answers are new ones. */
  rewind() {
    this.#answers.rewind();
    this.#credentials.rewind();
  }
}

/** Outcomes in the order in which they were asked for. */
class Kept {
  #outcomes = [];
  #next = 0;

  /** The outcome of a question: the one that is kept where it is next, or that of `work`. */
  of(question, work) {
    const kept = this.#outcomes[this.#next];
    if (kept?.question === question) {
      this.#next += 1;
      return kept.outcome;
    }
    const outcome = work();
    this.#next = this.#outcomes.push({ question, outcome });
    return outcome;
  }

  rewind() {
    this.#next = 0;
  }
}

/** A body whose parts are kept as they are read. */
class KeptBody {
  #stream;
  #reader;
  #parts = [];
  #isCancelled = false;

  constructor(stream) {
    this.#stream = stream;
  }

  /** The body as a reader finds it who has read none of it. */
  fromStart() {
    let at = 0;
    const read = () => {
      const part = (this.#parts[at] ??= this.#next());
      at += 1;
      return part;
    };
    const cancel = () => this.#cancel();
    return { getReader: () => ({ read, cancel }), cancel };
  }

  async #next() {
    this.#reader ??= this.#stream.getReader();
    const part = await this.#reader.read();
    // A body that was given up has an end, too, which is not its own.
    if (part.done && this.#isCancelled) throw fetchFailed(failure("ETIMEDOUT", "the answer stopped half-way", "body"));
    return part;
  }

  #cancel() {
    this.#isCancelled = true;
    return this.#reader ? this.#reader.cancel() : this.#stream.cancel();
  }
}
