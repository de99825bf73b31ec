/**
 * The flags of `multiarch edit`, and what converts their arguments.
 *
 * An entry is named by its digest, by its platform, or by a reference with a domain or a digest. Digests, references and
 * platforms with a version hold colons, and keys may hold equals signs never: so the value begins behind the first `=`, and
 * the key behind the last `:` before it.
 */

import { nearest } from "../../core/nearest.js";
import { DRY_RUN, INSECURE, JSON_OUTPUT, UPLOAD_ORIGIN } from "./shared-flags.js";
import { oneOf, quoted } from "./values.js";

/** The members of a platform: the flag's word and the library's. */
const MEMBERS = { architecture: "architecture", os: "os", "os.features": "osFeatures", "os.version": "osVersion", variant: "variant" };

const DUPLICATES = ["refuse", "replace", "keep"];
const DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-zA-Z=_-]{32,}$/;

/** `TARGET:KEY`, as the two. */
function targetAndKey(text, form) {
  const colon = text.lastIndexOf(":");
  if (colon > 0 && colon < text.length - 1) return [text.slice(0, colon), text.slice(colon + 1)];
  throw new RangeError(`must be ${form}`);
}

/** `LEFT=VALUE`, as the two. */
function leftAndValue(text, form) {
  const equals = text.indexOf("=");
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new RangeError(`must be ${form}`);
}

const memberOf = (word) => MEMBERS[oneOf(Object.keys(MEMBERS))(word)];

function replacement(text) {
  const [selector, reference] = leftAndValue(text, "ENTRY=REFERENCE, for example linux/arm64=ghcr.io/ada/app:1-arm64");
  if (reference === "") throw new RangeError("names no image to put in the place");
  return { selector, reference };
}

function setting(text) {
  const form = "ENTRY:MEMBER=VALUE, for example linux/arm64:variant=v8";
  const [left, value] = leftAndValue(text, form);
  const [selector, word] = targetAndKey(left, form);
  const member = memberOf(word);
  if (value === "") throw new RangeError("sets nothing: --unset takes a member away");
  return { selector, platform: { [member]: member === "osFeatures" ? value.split(",") : value } };
}

function unsetting(text) {
  const [selector, word] = targetAndKey(text, "ENTRY:MEMBER, for example linux/arm64:variant");
  const member = memberOf(word);
  return { selector, platform: { [member]: member === "osFeatures" ? [] : "" } };
}

/** What is annotated: the index, where nothing else is said. `manifest-descriptor[PLATFORM]` is buildx's word for an entry. */
function annotated(target) {
  const [, platform] = /^manifest-descriptor\[(.+)\]$/.exec(target) ?? [];
  if (platform) return platform;
  if (/^manifest(?:$|\[)/.test(target) || target === "index-descriptor" || target === "manifest-descriptor") {
    throw new RangeError(`cannot annotate ${target}: an index holds annotations of its own (index) and of its entries (linux/arm64)`);
  }
  const meant = target === "index" ? undefined : nearest(target, ["index"]);
  if (meant) throw new RangeError(`there is no place ${target}: did you mean ${meant}?`);
  return target;
}

function annotation(text) {
  const [left, value] = leftAndValue(text, "index:KEY=VALUE or ENTRY:KEY=VALUE, for example linux/arm64:note=text");
  const [target, key] = left.includes(":") ? targetAndKey(left, "index:KEY=VALUE or ENTRY:KEY=VALUE") : ["index", left];
  return { target: annotated(target), annotations: { [key]: value } };
}

function unannotation(text) {
  const [target, key] = text.includes(":") ? targetAndKey(text, "index:KEY or ENTRY:KEY") : ["index", text];
  return { target: annotated(target), annotations: { [key]: null } };
}

const orNone = (text) => (text === "none" ? null : text);

function expected(text) {
  if (text === "none" || DIGEST.test(text)) return orNone(text);
  throw new RangeError('must be a digest, or "none" for a tag that does not exist');
}

export const EDIT_FLAGS = [
  { name: "add", value: "reference", operation: true, summary: "Add an image, or all images of an index, with their attestations" },
  {
    name: "annotate", value: "string", operation: true, parse: annotation,
    summary: "Set an annotation of the index (index:KEY=VALUE) or of an entry (linux/arm64:KEY=VALUE)",
  },
  { name: "artifact-type", value: "type", operation: true, parse: orNone, summary: 'Set the type of artifact ("none" takes it away)' },
  { name: "draft", summary: "Edit the local list of this name, which is not pushed yet" },
  { ...DRY_RUN, summary: "Write nothing: print what an edit would do, and the digest that it would give" },
  {
    name: "expect", value: "digest", parse: expected,
    summary: 'Begin with this digest, or with "none" for a new tag; what others wrote since then is merged',
  },
  { name: "ignore-missing", summary: "Go on where an entry to remove is not there" },
  INSECURE,
  JSON_OUTPUT,
  { name: "no-merge", summary: "Fail where the tag has been written since, in place of a merge" },
  {
    name: "on-duplicate", value: "string", parse: oneOf(DUPLICATES),
    summary: `What an added image does to one of the same platform (${quoted(DUPLICATES)}; default "refuse")`,
  },
  { name: "order", value: "string", parse: oneOf(["platform"]), summary: 'Sort the entries ("platform")' },
  { name: "remove", value: "entry", operation: true, summary: "Remove an entry and its attestations, by platform, digest or reference" },
  {
    name: "replace", value: "entry=reference", operation: true, parse: replacement,
    summary: "Put another image, with its attestations, in the place of an entry",
  },
  {
    name: "set", value: "entry:member=value", operation: true, parse: setting,
    summary: `Set a member of an entry's platform (${quoted(Object.keys(MEMBERS))})`,
  },
  { name: "subject", value: "reference", operation: true, parse: orNone, summary: 'Set the manifest that the index is about ("none" takes it away)' },
  { name: "to", value: "tag", summary: "Put the result under this tag or reference, and leave the edited one alone" },
  { name: "type", value: "string", parse: oneOf(["oci", "docker"]), summary: 'Make it an OCI index or a Docker list ("oci", "docker")' },
  { name: "unset", value: "entry:member", operation: true, parse: unsetting, summary: "Take a member of an entry's platform away" },
  {
    name: "unset-annotation", value: "string", operation: true, parse: unannotation,
    summary: "Take an annotation away (index:KEY or linux/arm64:KEY)",
  },
  UPLOAD_ORIGIN,
  { name: "wrap", summary: "Where the reference is a single image, begin with an index of it" },
];
