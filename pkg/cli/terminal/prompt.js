/** Asks the user questions on the terminal. */

import { StringDecoder } from "node:string_decoder";

import { UsageError } from "../flags/usage.js";

const INTERRUPT = "\u0003";
const END = "\u0004";
const ERASE = ["\u0008", "\u007f"];
const ERASE_ALL = "\u0015";

export class Prompt {
  #stdin;
  #terminal;
  #decoder = new StringDecoder("utf8");
  /** Input that came before the next question. */
  #ahead = "";

  /**
   * @param {import("node:tty").ReadStream} stdin
   * @param {import("./terminal.js").Terminal} terminal prints the questions on stderr
   */
  constructor(stdin, terminal) {
    this.#stdin = stdin;
    this.#terminal = terminal;
  }

  /**
   * Asks for one line; empty when the input ends first. The answer to a `hidden` question is not echoed.
   *
   * @param {string} question
   * @param {{ hidden?: boolean }} [options]
   * @returns {Promise<string>}
   */
  async line(question, { hidden = false } = {}) {
    if (hidden) this.#stdin.setRawMode(true);
    try {
      await this.#terminal.say(question);
      return await this.#read();
    } finally {
      if (hidden) {
        this.#stdin.setRawMode(false);
        await this.#terminal.say("\n");
      }
    }
  }

  #read() {
    return new Promise((resolve, reject) => {
      let line = "";
      const settle = (how, value) => {
        this.#stdin.off("data", hear).off("end", close).off("error", fail);
        this.#stdin.pause();
        how(value);
      };
      const close = () => settle(resolve, line);
      const fail = (error) => settle(reject, error);
      /** True at the end of the line; further input is kept for the next question. */
      const take = (text) => {
        const characters = Array.from(text);
        for (const [at, character] of characters.entries()) {
          if (character === "\n" || character === "\r" || character === END) {
            this.#ahead = characters.slice(at + 1).join("");
            if (character === "\r" && this.#ahead.startsWith("\n")) this.#ahead = this.#ahead.slice(1);
            close();
            return true;
          }
          if (character === INTERRUPT) {
            fail(new UsageError("interrupted", 130));
            return true;
          }
          if (ERASE.includes(character)) line = Array.from(line).slice(0, -1).join("");
          else if (character === ERASE_ALL) line = "";
          else line += character;
        }
        return false;
      };
      const hear = (chunk) => take(typeof chunk === "string" ? chunk : this.#decoder.write(chunk));
      const ahead = this.#ahead;
      this.#ahead = "";
      if (take(ahead)) return;
      this.#stdin.on("data", hear).once("end", close).once("error", fail);
      this.#stdin.resume();
    });
  }
}
