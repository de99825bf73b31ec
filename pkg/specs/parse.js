/** Specifications of lists: YAML or JSON, ours or manifest-tool's, as the lists that they describe. */

import { atMost, describe, optionalText, optionsOf } from "../core/arguments.js";
import { optionInvalid } from "../core/errors.js";
import { init } from "../core/load.js";
import { parsePlatform } from "../nouns/platform.js";
import { parseReference } from "../nouns/reference.js";
import { referenceOf, targetsOf } from "./references.js";
import { specInvalid } from "./refusals.js";
import { optionalTextMap } from "./shapes.js";
import { expanded } from "./variables.js";

/** More characters than any such file has. */
const LONGEST_FILE = 1 << 20;
const OPTIONS = { name: optionalText, variables: optionalTextMap };

const LIST = [
  "image", "tags", "sources", "manifests", "annotations", "platforms", "attestations", "type", "order", "onDuplicate",
  "artifactType", "ignoreMissing", "ignore_missing",
];
const SOURCE = ["image", "platform", "annotations"];
/** The spellings of manifest-tool, of the image specification and of this package. */
const PLATFORM = [
  "os", "architecture", "variant", "os.version", "osversion", "osVersion", "os.features", "osfeatures", "osFeatures", "features",
];
const CHOICES = { type: ["oci", "docker"], order: ["given", "platform"], onDuplicate: ["refuse", "replace", "keep"] };

/**
 * The lists that a text describes. Reads nothing but the text: sources are looked up when the lists are made.
 *
 * @param {string} text
 * @param {import("multiarch").SpecOptions} [options]
 * @returns {Promise<import("multiarch").Spec>}
 */
export async function parseSpec(text, options) {
  if (typeof text !== "string") throw optionInvalid(`parseSpec(text) takes a text, not ${describe(text)}`);
  atMost(text, LONGEST_FILE, "parseSpec(text)");
  const { name, variables = {} } = optionsOf(options, "parseSpec", OPTIONS);
  const [{ documentsOf }] = await Promise.all([import("./values.js"), init()]);
  const reading = new Reading(new Map(Object.entries(variables)));
  const documents = documentsOf(text, name);
  for (const document of documents) reading.document(document);
  if (reading.lists.length === 0) throw documents[0]?.wrong("image and sources, or lists") ?? empty(name);
  return { lists: reading.lists, ...(reading.notes.length > 0 && { notes: reading.notes }) };
}

const empty = (file) => specInvalid("the file takes image and sources, or lists, not nothing", { file, line: 1 });

class Reading {
  lists = [];
  notes = [];
  #variables;
  /** The places of the references that the lists are made under. */
  #targets = new Map();

  constructor(variables) {
    this.#variables = variables;
  }

  document(value) {
    // A text may end with the mark of a further document.
    if (value.isEmpty) return;
    const members = value.members("image and sources, or lists");
    if (!members.has("lists")) return void this.lists.push(this.#list(value));
    const { lists } = value.known(["lists"], "lists");
    const described = lists.items("a list of lists");
    if (described.length === 0) throw lists.error("lists takes at least one list");
    for (const one of described) this.lists.push(this.#list(one));
  }

  #list(value) {
    const given = value.known(LIST, "a mapping with image and sources");
    if (!given.image) throw value.error(`${value.path || "the file"} has no image, which names the list`);
    const { images, repository } = this.#images(given.image);
    const tags = given.tags?.items("a list of tags").map((tag) => this.#tag(tag, images[0]));
    const references = targetsOf(images, tags ?? []);
    for (const reference of references) this.#claim(reference, given.image);
    const sources = only(given, ["sources", "manifests"]) ?? value;
    const items = sources === value ? [] : sources.items("a list of images");
    if (items.length === 0) throw value.error(`${value.path || "the file"} has no sources, a list with at least one image`);
    const ignored = only(given, ["ignoreMissing", "ignore_missing"]);
    return defined({
      references,
      sources: items.map((item) => this.#source(item, repository)),
      annotations: this.#annotations(given.annotations),
      platforms: given.platforms?.items("a list of platforms").map((one) => this.#platform(one)),
      attestations: given.attestations?.truth(),
      type: this.#choice(given.type, CHOICES.type),
      order: this.#choice(given.order, CHOICES.order),
      onDuplicate: this.#choice(given.onDuplicate, CHOICES.onDuplicate),
      artifactType: given.artifactType && this.#text(given.artifactType, "a media type"),
      ignoreMissing: ignored?.truth(),
    });
  }

  /** What the list is made under, and the repository that sources without a name are of. */
  #images(value) {
    const images = (value.isList ? value.items("references") : [value]).map((one) => {
      const text = this.#text(one, "a reference, for example ghcr.io/ada/app:1.0");
      return { value: one, ...this.#checked(one, () => parseReference(text)) };
    });
    if (images.length === 0) throw value.wrong("a reference");
    for (const { digest, value: one } of images) {
      if (digest) throw one.error(`${one.path} takes a reference with a tag, not with a digest: the list's digest follows from its sources`);
    }
    return { images, repository: images[0].name };
  }

  #tag(value, image) {
    const tag = this.#text(value, "a tag");
    this.#checked(value, () => parseReference(`${image.name}:${tag}`));
    return tag;
  }

  #claim(reference, value) {
    const before = this.#targets.get(reference);
    if (before !== undefined) throw value.error(`${value.path}: ${reference} is named twice, first in line ${before}`);
    this.#targets.set(reference, value.line);
  }

  #source(value, repository) {
    if (value.isText) return { reference: this.#reference(value, repository) };
    const given = value.known(SOURCE, "a reference, or a mapping with image");
    if (!given.image) throw value.error(`${value.path} has no image, which names the source`);
    return defined({
      reference: this.#reference(given.image, repository),
      platform: given.platform && !given.platform.isEmpty ? this.#platform(given.platform) : undefined,
      annotations: this.#annotations(given.annotations),
    });
  }

  #reference(value, repository) {
    const text = this.#text(value, "a reference, :tag, or sha256:…");
    return this.#checked(value, () => referenceOf(text, repository));
  }

  #platform(value) {
    if (value.isText) {
      const text = this.#text(value, "a platform, for example linux/arm64");
      return this.#checked(value, () => parsePlatform(text));
    }
    const given = value.known(PLATFORM, "os and architecture, or a text as linux/arm64/v8");
    if (given.features) this.#note(given.features, "features of processors are not written: nothing chooses by them");
    const [version, features] = [["os.version", "osversion", "osVersion"], ["os.features", "osfeatures", "osFeatures"]]
      .map((names) => only(given, names));
    const platform = defined({
      os: this.#part(given.os, "an operating system"),
      architecture: this.#part(given.architecture, "an architecture"),
      variant: this.#part(given.variant, "a variant"),
      osVersion: this.#part(version, "a version"),
      osFeatures: this.#features(features),
    });
    if (!platform.os !== !platform.architecture) throw value.error(`${value.path} takes os and architecture, both or neither`);
    return Object.keys(platform).length > 0 ? platform : undefined;
  }

  #features(value) {
    const features = value && !value.isEmpty ? value.items("a list of features") : [];
    return features.length > 0 ? features.map((one) => this.#text(one, "a feature")) : undefined;
  }

  #part(value, belongs) {
    return value && !value.isEmpty ? this.#text(value, belongs) || undefined : undefined;
  }

  #annotations(value) {
    if (!value || value.isEmpty) return undefined;
    const pairs = [...value.members("a mapping of texts")].map(([key, one]) => [key, this.#text(one, "a text")]);
    return pairs.length > 0 ? Object.fromEntries(pairs) : undefined;
  }

  #choice(value, words) {
    if (!value) return undefined;
    const belongs = `one of ${words.map((word) => `"${word}"`).join(", ")}`;
    const text = this.#text(value, belongs);
    if (!words.includes(text)) throw value.wrong(belongs);
    return text;
  }

  #text(value, belongs) {
    return expanded(value.text(belongs), this.#variables, (message, details) => value.error(`${value.path}: ${message}`, details));
  }

  /** What a check of the core makes of a value; its complaint gets the place. */
  #checked(value, check) {
    try {
      return check();
    } catch (error) {
      if (error.code === "INTERNAL" || error.code === "LOAD_FAILED") throw error;
      throw value.error(`${value.path}: ${error.message}`);
    }
  }

  #note(value, message) {
    this.notes.push({ line: value.line, member: value.path, message });
  }
}

/** The one member of several spellings that stands there. */
function only(given, names) {
  const there = names.filter((name) => given[name]);
  if (there.length > 1) throw given[there[1]].error(`${there[0]} and ${there[1]} are two names of one member: write one of them`);
  return given[there[0]];
}

/** Members without those that are undefined. */
const defined = (members) => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
