/** `multiarch/proxy`: a handler through which pages read registries that send no CORS headers. */

import type { CredentialProvider, FetchFunction } from "multiarch";

/** Which registries the proxy asks, and for which origins. */
export interface ProxyOptions {
  /** As for `createClient`: no other registry is asked. */
  registries: string[] | ((domain: string) => boolean | Promise<boolean>);
  /** As for `createClient`; default `"listed"`. */
  privateAddresses?: boolean | "listed";
  /** The path of the proxy's URL; default `/`. */
  path?: string;
  /** Beside loopback, the origins under which the proxy answers and those whose pages may use it. */
  origins?: string[];
  /**
   * The largest blob that is passed on, in bytes; default 4 MiB, which is enough for configs and statements. A larger one than
   * that is streamed, and breaks off before its end when it is not what its digest promises.
   */
  layerBudget?: number;
  /** Default: none. Every caller of the proxy reads with them. */
  credentials?: CredentialProvider;
  /** A Cache of answers to requests by digest, except what is streamed. One that fails, or takes more than a second, is as none. */
  cache?: {
    match(url: string): Promise<Response | undefined>;
    put(url: string, response: Response): Promise<void>;
  };
  /** As for `createClient`. */
  fetch?: FetchFunction;
  /** As for `createClient`. */
  insecure?: boolean | string[];
  /** As for `createClient`. */
  trustedRealms?: string[];
  /** Gets errors that are no MultiarchError. */
  onError?: (error: unknown) => void;
}

/** Makes the handler, which never rejects and serves concurrent requests. Throws OPTION_INVALID. */
export function createProxy(options: ProxyOptions): (request: Request) => Promise<Response>;
