/** An archive as a place that a client reads, and writes where there is a writer: tags and digests of one repository. */

import { parsed } from "./documents.js";
import { failure } from "./failure.js";

/** How many manifests are looked through for what refers to one. */
const LOOKED_THROUGH = 1000;
/** The largest manifest that is looked into. */
const LOOKED_INTO = 4 << 20;
/** What a repository may call a tag (distribution-spec, "Pulling manifests"). */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** How many places there are: each has a domain of its own, which no registry can have (RFC 2606, `.invalid`). */
let count = 0;

/** The domain of a place in a URL; undefined for any other. */
export const placeDomain = (url) => /^https?:\/\/(archive-\d+\.invalid)\//.exec(url)?.[1];

export class Place {
  #contents;
  #writer;
  /** From tag to name, and from name to tag. A name without a tag of its own gets one that is made up. */
  #names = new Map();
  #tags = new Map();

  /**
   * @param {import("./contents.js").Contents} contents
   * @param {object} [writer] of the archive; see `pkg/node/archive/writer.js`
   */
  constructor(contents, writer) {
    count += 1;
    this.domain = `archive-${count}.invalid`;
    this.#contents = contents;
    this.#writer = writer;
    for (const { name } of contents.images) if (name !== undefined) this.tagOf(name);
  }

  get contents() {
    return this.#contents;
  }

  /** What writes; throws ARCHIVE_UNSUPPORTED where the archive was opened to be read. */
  writer() {
    if (this.#writer) return this.#writer;
    throw failure("ARCHIVE_UNSUPPORTED", "the archive is only read", { hint: "Copy it to another place." });
  }

  /** The tag that stands for a name here: its own where it is one or has one, unless another name has that. */
  tagOf(name) {
    const known = this.#tags.get(name);
    if (known !== undefined) return known;
    const own = name.slice(name.lastIndexOf(":") + 1);
    const tag = TAG.test(own) && !this.#names.has(own) && !own.startsWith(MADE_UP) ? own : `${MADE_UP}${count}-${this.#tags.size}`;
    this.#tags.set(name, tag);
    this.#names.set(tag, name);
    return tag;
  }

  /** The name that a tag stands for; undefined for a tag of no name. */
  nameOf(tag) {
    return this.#names.get(tag);
  }

  /** A reference to an image by its name, to the only image, or to a digest behind `@`. Throws ARCHIVE_IMAGE_UNKNOWN. */
  reference(name) {
    const [, digest] = /^@([a-z0-9]+:.+)$/.exec(name ?? "") ?? [];
    if (digest) return `${this.domain}/image@${digest}`;
    const image = this.#contents.image(name);
    if (image.name === undefined || this.tagOf(image.name).startsWith(MADE_UP)) return `${this.domain}/image@${image.descriptor.digest}`;
    return `${this.domain}/image:${this.tagOf(image.name)}`;
  }

  /** A reference to a name that is written. Without a name what is written has none. */
  target(name) {
    return `${this.domain}/image:${name ? this.tagOf(name) : UNNAMED}`;
  }

  tags() {
    return this.#contents.images.flatMap(({ name }) => (name === undefined ? [] : [this.tagOf(name)]));
  }

  /** What a tag points at; undefined where it points at nothing. */
  tagged(tag) {
    const written = this.#writer?.tagged(tag);
    if (written) return written;
    const name = this.#names.get(tag);
    return name === undefined ? undefined : this.#contents.images.findLast((image) => image.name === name)?.descriptor;
  }

  /** The type of a manifest, where it is stated outside of it. */
  typeOf(digest) {
    return this.#writer?.typeOf(digest) ?? this.#contents.typeOf(digest);
  }

  /** The content of a digest, unverified. */
  async content(digest) {
    return (await this.#writer?.content(digest)) ?? this.#contents.content(digest);
  }

  /** The manifests at the root that refer to a digest. */
  async referrers(digest) {
    const found = [];
    for (const { descriptor } of this.#contents.images.slice(0, LOOKED_THROUGH)) {
      const content = await this.content(descriptor.digest);
      if (!content || content.size > LOOKED_INTO) continue;
      const document = parsed(await content.bytes());
      if (document?.subject?.digest !== digest) continue;
      const { mediaType, artifactType = document.artifactType ?? document.config?.mediaType } = descriptor;
      const { annotations } = document;
      found.push({ mediaType, digest: descriptor.digest, size: descriptor.size, ...(artifactType && { artifactType }), ...(annotations && { annotations }) });
    }
    return found;
  }
}

/** What tags begin with that are made up for names that are none. */
const MADE_UP = "_name-";
/** The tag of what is written without a name. */
export const UNNAMED = "_unnamed";
