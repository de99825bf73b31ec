/**
 * Where the frames of zstd begin and end. The decoders of hosts are given one at a time: those of Node and Deno end silently
 * behind the first, and some where their input is cut off. Layers of podman have a frame for every file, and tables in
 * frames that are skipped.
 */

const MAGIC = 0xfd2fb528;
const MAGIC_BYTES = 4;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
const SKIPPED_HEADER_BYTES = 8;
/** The kind of a block that is one byte, repeated. */
const RUN = 1;

/** Why zstd cannot be decompressed. */
export class ZstdFault extends Error {
  /** @param {"cut" | "damaged" | "dictionary" | "memory"} kind */
  constructor(kind, cause) {
    super(`zstd: ${kind}`, { cause });
    this.kind = kind;
  }
}

/** Walks over compressed bytes. */
export class ZstdFrames {
  /** The header that is being read, how long it is as far as it is known, and what is done when it is there. */
  #held = [];
  #wanted = MAGIC_BYTES;
  #then = this.#magic;
  /** How many bytes are passed over before the next header. */
  #passing = 0;
  #isInFrame = false;
  #hasChecksum = false;

  /** Whether the bytes may end here. */
  get isBetween() {
    return !this.#isInFrame && this.#held.length === 0 && this.#passing === 0;
  }

  /**
   * The parts of the next bytes that are of frames with content, and whether a frame ends with a part.
   *
   * @param {Uint8Array} chunk
   * @returns {Generator<{ bytes: Uint8Array, isEnd: boolean }>} throws a `ZstdFault`
   */
  *parts(chunk) {
    let from = 0;
    for (let at = 0; at < chunk.length; ) {
      const wasInFrame = this.#isInFrame;
      at += this.#passing > 0 ? this.#pass(chunk.length - at) : this.#hold(chunk, at);
      if (wasInFrame === this.#isInFrame) continue;
      if (wasInFrame) {
        yield { bytes: chunk.subarray(from, at), isEnd: true };
      } else {
        // The magic may have begun in an earlier chunk.
        from = at - MAGIC_BYTES;
        if (from < 0) yield { bytes: MAGIC_START, isEnd: false };
        from = from < 0 ? at : from;
      }
    }
    if (this.#isInFrame) yield { bytes: chunk.subarray(from), isEnd: false };
  }

  #pass(available) {
    const passed = Math.min(this.#passing, available);
    this.#passing -= passed;
    if (this.#passing === 0) this.#then();
    return passed;
  }

  #hold(chunk, at) {
    const part = chunk.subarray(at, at + this.#wanted - this.#held.length);
    this.#held.push(...part);
    if (this.#held.length === this.#wanted) this.#then();
    return part.length;
  }

  /** Reads the next header, or that one on. */
  #read(wanted, then, held = []) {
    [this.#held, this.#wanted, this.#then] = [held, wanted, then];
  }

  #magic() {
    const magic = little(this.#held);
    if (magic === MAGIC) {
      this.#isInFrame = true;
      this.#read(MAGIC_BYTES + 1, this.#descriptor, this.#held);
    } else if (magic >>> 4 === 0x184d2a5) {
      this.#read(SKIPPED_HEADER_BYTES, this.#skipped, this.#held);
    } else {
      throw new ZstdFault("damaged");
    }
  }

  #skipped() {
    this.#passOver(little(this.#held.slice(MAGIC_BYTES)), this.#begin);
  }

  #descriptor() {
    const descriptor = this.#held[MAGIC_BYTES];
    const isSingle = (descriptor >> 5) & 1;
    this.#hasChecksum = ((descriptor >> 2) & 1) === 1;
    const sizeBytes = [isSingle, 2, 4, 8][descriptor >> 6];
    this.#passOver((isSingle ? 0 : 1) + [0, 1, 2, 4][descriptor & 3] + sizeBytes, this.#beforeBlock);
  }

  #beforeBlock() {
    this.#read(BLOCK_HEADER_BYTES, this.#block);
  }

  #block() {
    const header = little(this.#held);
    const [isLast, kind, size] = [(header & 1) === 1, (header >> 1) & 3, header >>> 3];
    const content = kind === RUN ? 1 : size;
    if (!isLast) this.#passOver(content, this.#beforeBlock);
    else this.#passOver(content + (this.#hasChecksum ? CHECKSUM_BYTES : 0), this.#end);
  }

  #end() {
    this.#isInFrame = false;
    this.#begin();
  }

  #begin() {
    this.#read(MAGIC_BYTES, this.#magic);
  }

  #passOver(count, then) {
    [this.#held, this.#passing, this.#then] = [[], count, then];
    if (count === 0) then.call(this);
  }
}

const MAGIC_START = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd);

/** A number of at most four bytes, the lowest first. */
const little = (bytes) => bytes.reduceRight((number, byte) => number * 256 + byte, 0);
