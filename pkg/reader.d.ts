/**
 * multiarch/reader: what reads, over a core of its own that is less than half as large. It has no state in common with
 * `multiarch`: a program may use both, each with its own client, and errors of the one are none of the other's
 * `MultiarchError`. Documents of the one are taken by the other.
 */

import type { ClientOptions, Reader } from "./index.js";

/** Makes a client that reads, with the options of that of `multiarch`. Throws OPTION_INVALID. */
export function createClient(options?: ClientOptions): Reader;

export {
  MultiarchError,
  attestationsOf,
  createDigester,
  describeAttestation,
  diff,
  digest,
  formatPlatform,
  imagesOf,
  init,
  isAttestation,
  isMultiarchError,
  normalizePlatform,
  parseDigest,
  parseImageConfig,
  parseManifest,
  parsePlatform,
  parseReference,
  printable,
  selectPlatform,
  verifyStream,
  version,
} from "./index.js";

export type {
  Algorithm,
  AttestationContent,
  AttestationNode,
  AttestationOptions,
  AttestationTree,
  BytesLike,
  CallOptions,
  CheckOptions,
  Checked,
  ClientEvent,
  ClientOptions,
  CredentialProvider,
  Credentials,
  Descriptor,
  DiffOptions,
  DiffSide,
  Difference,
  Digest,
  Document,
  DocumentKind,
  FetchFunction,
  ImageConfig,
  ImageEntry,
  ModuleSource,
  Platform,
  PlatformOptions,
  RateLimit,
  Reader,
  Reference,
  RequestOptions,
  ResponseLike,
  Selection,
  SelectionPolicy,
} from "./index.js";
