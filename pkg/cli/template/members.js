/** Values whose members are read when a template names them. */

/**
 * An object whose members cost requests. `members` are functions, each called once at most; `read` gives the value itself, of
 * which, unless the members are all there are, a member is taken that `members` does not have.
 */
export class Lazy {
  #members;
  #readValue;
  #isClosed;
  #read = new Map();
  #all;

  /**
   * @param {Record<string, () => unknown>} members
   * @param {() => unknown} [read] default: all members
   * @param {{ isClosed?: boolean }} [options] whether the members are all there are
   */
  constructor(members, read, { isClosed = read === undefined } = {}) {
    this.#members = members;
    this.#readValue = read;
    this.#isClosed = isClosed;
  }

  /** @returns {Promise<{ found: boolean, value?: unknown, names?: string[] }>} with the names that there are, where it is not there */
  async member(name) {
    const own = keyOf(this.#members, name);
    if (own !== undefined) return { found: true, value: await this.#once(own, this.#members[own]) };
    if (this.#isClosed) return { found: false, names: Object.keys(this.#members) };
    const value = await this.value();
    const key = keyOf(value, name);
    return key === undefined ? { found: false, names: Object.keys(value) } : { found: true, value: value[key] };
  }

  /** The value as an object, its members read. */
  async value() {
    this.#all ??= this.#readValue ? Promise.resolve().then(this.#readValue) : this.#everyMember();
    return this.#all;
  }

  async #everyMember() {
    const entries = Object.entries(this.#members).map(async ([name, read]) => [name, await this.#once(name, read)]);
    return Object.fromEntries((await Promise.all(entries)).filter(([, value]) => value !== undefined));
  }

  #once(name, read) {
    if (!this.#read.has(name)) this.#read.set(name, Promise.resolve().then(read));
    return this.#read.get(name);
  }
}

/** A value of which no part is Lazy any more. */
export async function loaded(value) {
  if (value instanceof Lazy) return loaded(await value.value());
  if (Array.isArray(value)) return Promise.all(value.map(loaded));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([name, member]) => [name, await loaded(member)])));
}

/** The key of an object that a name means: Go's names begin with a capital, those of JSON do not. */
export function keyOf(value, name) {
  if (typeof value !== "object" || value === null) return undefined;
  if (Object.hasOwn(value, name)) return name;
  const lower = name.toLowerCase();
  return Object.keys(value).find((key) => key.toLowerCase() === lower);
}
