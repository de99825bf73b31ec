/** `multiarch/proxy`: what lets a page read registries that send no CORS headers. */

import type { CredentialProvider, FetchFunction } from "multiarch";

export interface ProxyOptions {
  /** The domains that may be asked, as references spell them. Nothing else is, ever. */
  registries: string[];
  /** Where the proxy lives; default `/`. */
  path?: string;
  /** Beside loopback, the origins under which the proxy answers and those whose pages may use it. */
  origins?: string[];
  /** Default: none. Each caller of the proxy reads what they open. */
  credentials?: CredentialProvider;
  /** A Cache, for what is asked for by digest. */
  cache?: {
    match(url: string): Promise<Response | undefined>;
    put(url: string, response: Response): Promise<void>;
  };
  fetch?: FetchFunction;
  insecure?: boolean | string[];
  trustedRealms?: string[];
  /** Hears failures that are no MultiarchError. */
  onError?: (error: unknown) => void;
}

/** The handler never rejects, and serves any number of visitors at once. Throws OPTION_INVALID. */
export function createProxy(options: ProxyOptions): (request: Request) => Promise<Response>;
