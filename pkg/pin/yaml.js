/** Image references of YAML files. The parser knows where each value stands, so that only those bytes change. */

import { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from "../vendor/yaml.js";
import { optionInvalid } from "../core/errors.js";
import { lineFinder } from "./places.js";
import { expanded } from "./variables.js";

/**
 * Compose: the image of each service that is not built here, and images that a build takes as contexts. Source: the
 * Compose specification, "services" and "build".
 */
export const compose = scanner((document, images) => {
  for (const [, service] of document.entries("services")) {
    if (service.get("build")) images.skip(service.get("image"), "it is what this service builds");
    else images.add(service.get("image"), { variables: true });
    const contexts = service.get("build")?.get("additional_contexts");
    for (const value of contexts?.values() ?? []) images.add(value, { behind: "docker-image://", variables: true });
  }
});

/**
 * Kubernetes: the images of containers wherever they stand, of image volumes, and those that a kustomization replaces.
 * Source: the Kubernetes API, Container.image and ImageVolumeSource; kustomize, "images".
 */
export const kubernetes = scanner((document, images) => {
  const isKustomization = document.get("images")?.isList && !document.get("metadata")?.get("namespace");
  if (isKustomization) for (const image of document.get("images").values()) images.addKustomized(image);
  document.walk((key, value) => {
    const containers = CONTAINER_LISTS.has(key) ? value.values() : [];
    for (const container of CONTAINERS.has(key) ? [value] : containers) images.add(container.get("image"));
    if (key === "volumes") for (const volume of value.values()) images.add(volume.get("image")?.get("reference"));
  });
});

const CONTAINER_LISTS = new Set(["containers", "initContainers", "ephemeralContainers", "steps", "sidecars"]);
/** Of Argo's templates and Tekton's. */
const CONTAINERS = new Set(["container", "script", "stepTemplate"]);

/**
 * Workflows of GitHub and its kin: containers and services of jobs, and `uses: docker://…`. Source: GitHub's "Workflow
 * syntax" and "Metadata syntax".
 */
export const workflow = scanner((document, images) => {
  for (const [, job] of document.entries("jobs")) {
    const container = job.get("container");
    images.add(container?.get("image") ?? container);
    for (const [, service] of job.entries("services")) images.add(service.get("image"));
    for (const step of job.get("steps")?.values() ?? []) images.add(step.get("uses"), { behind: "docker://" });
  }
  const runs = document.get("runs");
  images.add(runs?.get("image"), { behind: "docker://" });
  for (const step of runs?.get("steps")?.values() ?? []) images.add(step.get("uses"), { behind: "docker://" });
});

/** GitLab CI: `image` and `services` of the file, of `default` and of each job. Source: GitLab's "CI/CD YAML syntax". */
export const gitlab = scanner((document, images) => {
  for (const job of [document, ...[...document.entries()].map(([, value]) => value)]) {
    const image = job.get("image");
    images.add(image?.get("name") ?? image);
    for (const service of job.get("services")?.values() ?? []) images.add(service.get("name") ?? service);
  }
});

/** A scanner of a text: `visit` sees each document, and names the values that are references. */
function scanner(visit) {
  return (text) => {
    // The parser counts from behind a byte order mark.
    const mark = text.startsWith("\uFEFF") ? 1 : 0;
    const images = new Images(text, mark);
    for (const document of parsed(text.slice(mark))) visit(new Value(document.contents, document), images);
    return images;
  };
}

function parsed(text) {
  let documents;
  try {
    documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: "silent" });
  } catch (cause) {
    // The parser descends into what is nested by calls of its own.
    if (cause instanceof RangeError) throw optionInvalid("the text is nested too deeply");
    throw cause;
  }
  const error = documents.flatMap(({ errors }) => errors)[0];
  if (error) throw optionInvalid(`the text is no YAML: ${error.message.split("\n")[0].replace(/:$/, "")}`);
  return documents;
}

/** A value of a document: one that is not there, or of another type, has nothing in it. */
class Value {
  #document;

  constructor(node, document) {
    this.node = isAlias(node) ? node.resolve(document) : node;
    this.#document = document;
  }

  get isList() {
    return isSeq(this.node);
  }

  /** The value of a key, through merged mappings too; undefined without one. */
  get(key, above = new Set()) {
    // A mapping can be merged into itself.
    if (!isMap(this.node) || above.has(this.node)) return undefined;
    above.add(this.node);
    const own = this.node.items.find((pair) => keyOf(pair) === key);
    if (own) return this.#of(own.value);
    for (const pair of this.node.items.filter((one) => keyOf(one) === "<<")) {
      const merged = this.#of(pair.value);
      const from = merged.isList ? [...merged.values()] : [merged];
      const found = from.map((one) => one.get(key, above)).find((value) => value !== undefined);
      if (found) return found;
    }
    return undefined;
  }

  /** Keys and values of a mapping, or of the mapping under a key. */
  *entries(key) {
    if (key !== undefined) yield* this.get(key)?.entries() ?? [];
    else if (isMap(this.node)) for (const pair of this.node.items) yield [keyOf(pair), this.#of(pair.value)];
  }

  /** The items of a list, or the values of a mapping. */
  *values() {
    if (isSeq(this.node)) for (const item of this.node.items) yield this.#of(item);
    else for (const [, value] of this.entries()) yield value;
  }

  /** Every value under a key, at any depth. What has several names is looked into once. */
  walk(visit, seen = new Set()) {
    if (seen.has(this.node)) return;
    seen.add(this.node);
    for (const [key, value] of this.entries()) {
      visit(key, value);
      value.walk(visit, seen);
    }
    if (this.isList) for (const item of this.values()) item.walk(visit, seen);
  }

  #of(node) {
    return new Value(node, this.#document);
  }
}

const keyOf = ({ key }) => (isScalar(key) ? String(key.value) : undefined);

/** What a scanner has found. */
class Images {
  found = [];
  skipped = [];
  #text;
  #mark;
  #lineOf;
  /** A value that several services share stands in the text once. */
  #seen = new Set();

  constructor(text, mark) {
    this.#text = text;
    this.#mark = mark;
    this.#lineOf = lineFinder(text);
  }

  /** A value as a reference. With `behind`, only one that starts with that is; `variables` replaces `${NAME:-default}`. */
  add(value, { behind = "", variables = false } = {}) {
    const node = value?.node;
    if (!isScalar(node) || typeof node.value !== "string" || this.#seen.has(node)) return;
    const start = node.value.indexOf(behind);
    // A list of contexts has the context's name first.
    if (start < 0 || (start > 0 && node.value[start - 1] !== "=")) return;
    this.#seen.add(node);
    const reference = node.value.slice(start + behind.length);
    const tail = this.#tailOf(node);
    if (tail === undefined) return void this.skip(value, "it is written with escapes or over several lines");
    const place = variables ? expanded({ text: reference, at: tail - reference.length }, () => undefined) : { text: reference, tail };
    if (place.problem) this.skip(value, place.problem);
    else if (/\$|\{\{/.test(place.text)) this.skip(value, "it holds a variable");
    else this.found.push({ reference: place.text, line: this.#lineOf(tail), tail: place.tail });
  }

  skip(value, reason) {
    const node = value?.node;
    if (!isScalar(node)) return;
    this.skipped.push({ line: this.#lineOf(this.#mark + node.range[0]), reference: String(node.value), reason });
  }

  /** An image of a kustomization: its digest is a key of its own, which wins over the tag. */
  addKustomized(image) {
    const node = (image.get("newName") ?? image.get("name"))?.node;
    if (!isScalar(node) || typeof node.value !== "string" || this.#seen.has(node)) return;
    this.#seen.add(node);
    const tag = image.get("newTag")?.node;
    const digest = image.get("digest")?.node;
    const isFlow = image.node.flow === true;
    if (!tag) return void (digest || this.skip(image.get("newName") ?? image.get("name"), "it names no newTag"));
    if (isFlow && digest && digest.range[0] < tag.range[0]) return void this.skip(image.get("name"), "its digest stands before its newTag");
    const reference = `${node.value}:${tag.source ?? tag.value}${digest ? `@${digest.value}` : ""}`;
    const tail = this.#mark + (digest ?? tag).range[1];
    const write = (text) => this.#kustomizedEdit({ tag, digest, isFlow, text });
    this.found.push({ reference, line: this.#lineOf(tail), tail, write });
  }

  /** Writes the digest behind the tag, in a line of its own where the tag has one; or takes it away. */
  #kustomizedEdit({ tag, digest, isFlow, text }) {
    const [source, mark] = [this.#text, this.#mark];
    const last = digest ?? tag;
    const end = mark + last.range[1];
    if (digest && text) return { start: mark + digest.range[0], end, text };
    if (isFlow) return digest ? { start: mark + tag.range[1], end, text: "" } : { start: end, end, text: `, digest: ${text}` };
    const lineEnd = /\r?\n|$/.exec(source.slice(end)).index + end;
    if (!digest) {
      const lineStart = source.lastIndexOf("\n", mark + tag.range[0]) + 1;
      const indent = /^[\s-]*/.exec(source.slice(lineStart))[0].replaceAll("-", " ");
      return { start: lineEnd, end: lineEnd, text: `${source.includes("\r\n") ? "\r\n" : "\n"}${indent}digest: ${text}` };
    }
    const before = source.lastIndexOf("\n", mark + digest.range[0]);
    return { start: source[before - 1] === "\r" ? before - 1 : before, end: lineEnd, text: "" };
  }

  /** Where the text of a value ends; undefined where it is not written as it is read. */
  #tailOf(node) {
    const quotes = node.type === "PLAIN" ? 0 : 1;
    const tail = this.#mark + node.range[1] - quotes;
    return this.#text.slice(tail - node.value.length, tail) === node.value ? tail : undefined;
  }
}
