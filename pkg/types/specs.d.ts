/** Lists that a file describes, and the lock of what it came to. */

import type { Digest, Platform } from "./nouns.js";
import type { IndexOptions, Published } from "./lists.js";
import type { CallOptions, Client } from "./client.js";

/** What a file says about lists: what they are made under, and what of. Plain data; `parseSpec` makes it of YAML or JSON. */
export interface Spec {
  lists: SpecList[];
  /** What was read and is not followed, with its place in the text. */
  notes?: { line: number; member: string; message: string }[];
}

/** A list of a specification: its names, and what it is made of. */
export interface SpecList extends IndexOptions {
  /** Everything that the list is made under, canonical with a tag. */
  references: string[];
  sources: SpecSource[];
  /** Only the images for these platforms. */
  platforms?: (Platform | string)[];
  /** `false` leaves out BuildKit's attestations. */
  attestations?: boolean;
  artifactType?: string;
  /** Sources that do not exist are left out. */
  ignoreMissing?: boolean;
}

/** An image that a list of a specification is made of. */
export interface SpecSource {
  /** Canonical, with a tag or a digest. */
  reference: string;
  /** Laid over the platform that the source states itself. */
  platform?: Platform | string;
  /** Of the entry. */
  annotations?: Record<string, string>;
}

/** The name and the variables of a specification. */
export interface SpecOptions {
  /** The file's name, for messages. */
  name?: string;
  /** The values of `${NAME}`. One that has none here is refused, unless the text gives a default: `${NAME:-default}`. */
  variables?: Record<string, string>;
}

/**
 * The lists that a text describes, YAML or JSON, of this package or of manifest-tool; docs/specs.md lists the members. Sends no
 * request. Rejects with SPEC_INVALID, which names the line, the member and what belongs there, also for unknown members,
 * keys that stand twice and variables without a value; `details` has `file`, `line`, `member` and `variable`.
 */
export function parseSpec(text: string, options?: SpecOptions): Promise<Spec>;

/** A list of images whose names follow a template, as manifest-tool takes it. */
export interface TemplateOptions extends Pick<IndexOptions, "annotations" | "type"> {
  /** `os/architecture[/variant]`, each for one image. */
  platforms: string[];
  /** What the list is made under. */
  target: string;
  /** Further tags of the target's repository. */
  tags?: string[];
  ignoreMissing?: boolean;
}

/**
 * A specification of one list, of images whose names follow a template: OS, ARCH and VARIANT stand for the parts of the
 * platform as they are written, VARIANT for nothing where there is none. Rejects with OPTION_INVALID when two platforms give
 * one name, PLATFORM_INVALID and REFERENCE_INVALID.
 */
export function specFromTemplate(template: string, options: TemplateOptions): Promise<Spec>;

/**
 * Makes the lists of a specification. Tags become digests first, and when there are several lists or a lock, all of them are
 * worked out before the first is written: what fails of one leaves the tags of all as they are.
 *
 * With `lock`, sources are those of the lock, wherever their tags point by now, and each list gets the digest that the lock
 * has; LOCK_MISMATCH for a lock of another specification and for sources that make another digest. A lock is a specification
 * itself: `applySpec(lock, { client, lock })`. Rejects with MANIFEST_UNKNOWN when a source does not exist, and with
 * `ignoreMissing` when none does; with SPEC_INVALID for a list that is made of another one; with LOCK_INVALID; and as
 * `client.create` does, with the references that were written by then in `details.written`.
 */
export function applySpec(spec: Spec | SpecLock, options: ApplyOptions): Promise<Applied>;

/** How the lists of a specification are made. */
export interface ApplyOptions extends CallOptions {
  client: Client;
  lock?: SpecLock;
  /** Leaves out sources that do not exist, of every list. */
  ignoreMissing?: boolean;
  /** Writes nothing. */
  dryRun?: boolean;
}

/** What became of a specification. */
export interface Applied {
  /** In the order of the specification. */
  lists: AppliedList[];
  /** To be kept as JSON, for another run with the same digests. */
  lock: SpecLock;
}

/** A list that was made, and what it was made of. */
export interface AppliedList extends Published {
  /** What it was made of. */
  sources: { reference: string; digest: Digest }[];
  /** The references that do not exist and were left out. */
  missing: string[];
}

/** A specification with the digests that its sources and lists had. JSON.stringify writes it, JSON.parse reads it. */
export interface SpecLock {
  version: 1;
  lists: LockedList[];
}

/** A list in a lock, with the digests that it was made of. */
export interface LockedList extends Omit<SpecList, "sources"> {
  digest: Digest;
  mediaType: string;
  /** In bytes. */
  size: number;
  /** Each with its digest, or `missing`. */
  sources: (SpecSource & { digest?: Digest; missing?: true })[];
}

/**
 * What is no longer as a lock says, in its order, without reading a document: SPEC_CHANGED where `spec` is another one by now,
 * SOURCE_MOVED, SOURCE_MISSING, SOURCE_FOUND (one that the lock left out exists now), LIST_MOVED, LIST_MISSING. Rejects with
 * LOCK_INVALID.
 */
export function checkLock(lock: SpecLock, options: CheckLockOptions): Promise<LockFinding[]>;

/** What a lock is compared with. */
export interface CheckLockOptions extends CallOptions {
  client: Client;
  spec?: Spec;
}

/** Something that is no longer as the lock says. */
export interface LockFinding {
  code: "SPEC_CHANGED" | "SOURCE_MOVED" | "SOURCE_MISSING" | "SOURCE_FOUND" | "LIST_MOVED" | "LIST_MISSING";
  severity: "error";
  message: string;
  reference?: string;
  from?: Digest;
  to?: Digest;
}
