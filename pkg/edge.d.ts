/** `multiarch/edge`: a service that answers questions of strangers about images, over HTTP. */

import type { CredentialProvider, Digest, FetchFunction, SelectionPolicy } from "multiarch";

/** What the service answers for, and within which limits. */
export interface EdgeOptions {
  /** As for `createClient`: no other registry is asked, and visitors get 403 REGISTRY_REFUSED. */
  registries: string[] | ((domain: string) => boolean | Promise<boolean>);
  /** As for `createClient`; default `"listed"`. */
  privateAddresses?: boolean | "listed";
  /** How an entry is chosen for a platform; default "containerd". */
  policy?: SelectionPolicy;
  /**
   * Where answers are kept: by digest for good, by tag for a minute and for ten more while they are renewed. Default: the
   * host's `caches.default`, where there is one; `false` for none. One that fails, or takes more than a second, is as none.
   */
  cache?: EdgeCache | false;
  /**
   * Default: none. Every visitor reads with them. Answers for which they were used are `private, no-store` and not kept; the
   * proxy's are kept by no cache at all.
   */
  credentials?: CredentialProvider;
  budget?: {
    /** How many requests one visitor may cause; default 40. EDGE_BUDGET, or an answer with `partial`, where they do not do. */
    subrequests?: number;
    /** How long one visitor's answer may take in milliseconds; default 20,000. */
    ms?: number;
  };
  /** Origins whose pages may read answers, or `"*"`; and under which the proxy answers, beside loopback. Default: none. */
  origins?: string[];
  /** The path of the service's URL; default `/`. */
  path?: string;
  /** As for `createClient`. */
  fetch?: FetchFunction;
  /** As for `createClient`. */
  insecure?: boolean | string[];
  /** As for `createClient`. */
  trustedRealms?: string[];
  /** Gets errors that visitors do not see: faults of the options, the credentials, the host. */
  onError?: (error: unknown) => void;
}

/** The part of the Cache standard that is used. */
export interface EdgeCache {
  /** The stored response; undefined where there is none. */
  match(url: string): Promise<Response | undefined>;
  /** Stores a response as long as its Cache-Control allows. */
  put(url: string, response: Response): Promise<void>;
}

/**
 * Makes the handler, which never rejects and serves concurrent requests. What a host passes beside the request (`env`,
 * `context`) is searched for `waitUntil`. Throws OPTION_INVALID; lists are checked with the first request.
 */
export function createEdge(options: EdgeOptions): (request: Request, ...context: unknown[]) => Promise<Response>;

/** `resolve/<reference>?platform=` */
export interface EdgeResolution {
  reference: string;
  digest: Digest;
  /** The repository with the digest. */
  pinned: string;
  mediaType: string;
  size: number;
  /** Of the entry that was chosen, where a platform was asked for. */
  platform?: string;
}

/** What `platforms` and `inspect` say of a document. */
export interface EdgeDocument {
  reference: string;
  digest: Digest;
  /** The repository with the digest. */
  pinned: string;
  mediaType: string;
  size: number;
  kind: string;
  annotations?: Record<string, string>;
}

/** `platforms/<reference>` */
export interface EdgePlatforms extends EdgeDocument {
  platforms: EdgePlatform[];
  /** The answer is not whole: `leftOut` has digests of images that are missing. */
  partial?: true;
  leftOut?: Digest[];
}
/** An image of an index, as the service lists it. */
export interface EdgePlatform {
  /** `linux/arm64/v8`, or `unknown` */
  platform: string;
  digest: Digest;
  /** Of the manifest, in bytes. */
  size: number;
  attestations: number;
}

/** `inspect/<reference>?platform=`: of an index, its images; of one image, its content and config. */
export interface EdgeInspection extends EdgeDocument {
  platforms?: (EdgePlatform & { layers?: number; bytes?: number; problem?: string })[];
  /** How many layers the image has. */
  layers?: number;
  /** What is fetched for the image, in bytes, compressed. */
  bytes?: number;
  config?: {
    platform: string;
    created?: string;
    user?: string;
    workingDir?: string;
    entrypoint?: string[];
    cmd?: string[];
    labels?: Record<string, string>;
  };
  artifactType?: string;
  partial?: true;
  leftOut?: Digest[];
}

/** `diff?from=<reference>&to=<reference>&platform=`: the result of `diff`, in short. */
export interface EdgeDifference {
  from: { reference: string; digest: Digest };
  to: { reference: string; digest: Digest };
  /** Whether the two mean the same. */
  same: boolean;
  /** Whether the same entries stand in another order, and nothing else differs. */
  orderOnly: boolean;
  /** The bytes of configs and layers that `to` has and `from` has not; absent where something was not read. */
  fetchBytes?: number;
  /** Members of the index itself. */
  index?: EdgeChange[];
  platforms: EdgePlatformDifference[];
  /** The budget ended before what is in the images was compared, or there are more images. */
  partial?: true;
}
/** What changed for one platform. */
export interface EdgePlatformDifference {
  /** `linux/arm64/v8`, or `unknown` */
  platform: string;
  change: "added" | "removed" | "changed" | "same";
  /** The digests on both sides. */
  from?: Digest;
  to?: Digest;
  fetchBytes?: number;
  /** How many layers are the same, and how many are not. */
  layers?: { same: number; added: number; removed: number };
  config?: EdgeChange[];
  /** The attestations differ. */
  attestations?: true;
}
/** A member that differs; a long value is cut. */
export interface EdgeChange {
  path: string;
  from?: unknown;
  to?: unknown;
}

/** Every failure, with a fitting status. A badge's is a picture that says so. */
export interface EdgeError {
  code: string;
  message: string;
  hint: string;
}
