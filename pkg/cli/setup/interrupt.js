/** Handles ^C and a closed terminal during writes: uploads are cancelled, the tag is not put, and of a file nothing stays. */

/** Signals, with the exit code that shells give to a program that they end. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** The command was interrupted; `exitCode` is that of the signal. */
export class Interrupted extends Error {
  constructor(name) {
    super("interrupted");
    this.name = "Interrupted";
    this.exitCode = EXIT_CODES[name];
  }
}

/**
 * Runs `work` with a signal that the first interrupt fires; a second one ends the process, as without a listener.
 *
 * @template T
 * @param {{ on?: Function, off?: Function }} io the process, or a test's stand-in
 * @param {(signal: AbortSignal) => Promise<T>} work
 * @returns {Promise<T>} rejects with Interrupted when the interrupt ended the work
 */
export async function interruptible(io, work) {
  const controller = new AbortController();
  const { signal } = controller;
  const abort = (name) => {
    leave();
    controller.abort(new Interrupted(name));
  };
  const leave = () => Object.keys(EXIT_CODES).forEach((name) => io.off?.(name, abort));
  for (const name of Object.keys(EXIT_CODES)) io.on?.(name, abort);
  try {
    return await work(signal);
  } catch (error) {
    throw signal.aborted && error.code === "ABORTED" ? signal.reason : error;
  } finally {
    leave();
  }
}
