/** `multiarch/node`: what only Node has. Works in Deno and Bun too. */

import type { CredentialProvider, DraftEntry, Platform, Store } from "multiarch";

/**
 * The platform of this machine, in Go's vocabulary: `{ os: "linux", architecture: "arm", variant: "v7" }`. On Windows
 * with its `osVersion`.
 */
export function hostPlatform(): Platform;

export interface NodeFetchOptions {
  /** Further certificate authorities to trust, as PEM. SSL_CERT_FILE and NODE_EXTRA_CA_CERTS count as well. */
  ca?: string | Uint8Array | (string | Uint8Array)[];
  /** A client certificate for registries, as PEM, with its `key`. No other host sees it. */
  cert?: string | Uint8Array;
  /** The key of `cert`, as PEM. */
  key?: string | Uint8Array;
  /**
   * The folder in which docker keeps certificates of registries (`HOST[:PORT]/*.crt`, `*.cert` with `*.key`); `false` for
   * none. Default: `/etc/docker/certs.d`; with ROOTLESSKIT_STATE_DIR `$XDG_CONFIG_HOME/docker/certs.d`; on Windows
   * `%ProgramData%\docker\certs.d`. What cannot be used in it fails with CERTIFICATE_INVALID.
   */
  certificates?: string | false;
  /**
   * No verification of certificates: at all, or for these registries (`domain` or `domain:port`) and the token services
   * that get their credentials.
   */
  insecure?: boolean | string[];
  /** An http proxy; `false` for none. Default: HTTPS_PROXY, HTTP_PROXY and NO_PROXY by Go's rules. */
  proxy?: string | URL | false;
  /** Until a connection stands; default 10,000. A client's own `timeouts` go before these three. */
  connectTimeoutMs?: number;
  /** From there, and from the end of what is sent, until the answer begins; default 30,000. */
  headersTimeoutMs?: number;
  /** Between two parts of a body; default 30,000. */
  idleTimeoutMs?: number;
  /** In place of `dns.lookup`, with its signature. */
  lookup?: (hostname: string, options: object, done: (...found: any[]) => void) => void;
  /** Where the environment's variables are read from; default `process.env`. */
  env?: Record<string, string | undefined>;
}
/**
 * A fetch function over `node:http` and `node:https`: a tenth of the global one's start-up, with a say in certificates
 * and proxies. It never follows a redirect, and its answers only resemble a Response: status, ok, url, headers, body
 * (`getReader`, `cancel`, async iteration), `arrayBuffer()`, `text()`, `json()`. A failure is a TypeError whose `cause`
 * carries Node's code.
 *
 * It guards where a registry leads: a name that a realm, a redirect or an upload brings is not asked (ADDRESS_REFUSED)
 * where it resolves into a private network or to a cloud's metadata service. It does not guard which registry is asked:
 * a reference to `localhost:5000`, or to a name that resolves to 127.0.0.1, is read, so a server that takes references
 * from strangers checks their domains first.
 */
export function nodeFetch(options?: NodeFetchOptions): typeof fetch;

export interface DockerCredentialsOptions {
  /** Docker's folder, in place of all the files that are looked into otherwise. */
  config?: string;
  /** A file as podman's, in place of all the files that are looked into otherwise; before `config`. */
  authFile?: string;
  /** Whether GITHUB_TOKEN counts for ghcr.io when nothing else does; default false. */
  github?: boolean;
  /** How long a credential helper may take; default 15,000. */
  helperTimeoutMs?: number;
  /** Default `process.env`. */
  env?: Record<string, string | undefined>;
}
/**
 * The credentials that docker, podman and CI systems keep, for exactly the registry's domain. In this order, and the first
 * that has something counts:
 *
 * 1. DOCKER_AUTH_CONFIG, the text of a config.json in the environment (its `auths`);
 * 2. the files REGISTRY_AUTH_FILE, config.json in DOCKER_CONFIG or `~/.docker`, `$XDG_RUNTIME_DIR/containers/auth.json` and
 *    `~/.config/containers/auth.json`; in each the credential helper of `credHelpers` or else `credsStore`, then `auths` by
 *    the longest path (`domain/team/app`, `domain/team`, `domain`); when no file has anything, an entry of config.json for
 *    another path of the registry, as docker reads it;
 * 3. GITHUB_TOKEN for ghcr.io, with `github`.
 *
 * Read when a registry first asks, and again after five minutes or when the registry has refused them. Rejects with
 * CREDENTIALS_INVALID for a broken file, of which no part is repeated (`details`: path, line, column), with HELPER_INVALID
 * for a name that is no program's, HELPER_MISSING, HELPER_FAILED and HELPER_TIMEOUT: a credential helper that fails never
 * means that there is nothing.
 */
export function dockerCredentials(options?: DockerCredentialsOptions): CredentialProvider;

/**
 * A web-standard handler on a port of this machine. `port` 0, the default, takes a free one; `hostname` is 127.0.0.1
 * unless it is given. `onError` hears what the handler threw.
 */
export function serve(
  handler: (request: Request) => Response | Promise<Response>,
  options?: { port?: number; hostname?: string; onError?: (error: unknown) => void },
): Promise<{ url: string; port: number; close(): Promise<void> }>;

export interface DockerStoreOptions {
  /** Docker's folder; default: DOCKER_CONFIG, else `~/.docker`. */
  config?: string;
  /** Default `process.env`. */
  env?: Record<string, string | undefined>;
  /** What the disk is reached with; default the module `node:fs/promises`. */
  fs?: object;
}
export interface DockerStore extends Store {
  /** Names that docker gave to folders are not reversible: a list that only docker wrote to goes by the likeliest one. */
  list(): Promise<string[]>;
  readEntry(list: string, reference: string): Promise<DraftEntry | undefined>;
  writeEntry(list: string, entry: DraftEntry): Promise<void>;
  /**
   * Runs `action` while no other process changes the list; calls of this store on the list in the meantime belong to it.
   * Where the folder cannot be written to, `action` runs all the same, and the first change in it rejects.
   */
  lock<T>(list: string, action: () => Promise<T>): Promise<T>;
}
/**
 * Docker's own folder of manifest lists, `<config>/manifests`: docker and multiarch can work on one list in turn. A change
 * is there whole or not at all, whenever the process or the disk fails; what multiarch needs for that lies in a folder
 * `.multiarch` of its own. A dead process's lock holds nobody up.
 *
 * Rejects with DRAFT_CORRUPT for what is no draft file (`details.path`, below the folder; it stays as it is),
 * DRAFT_COLLISION for two references that docker gives one file name (both named), DRAFT_LOCKED when a living process
 * keeps the list for 30 seconds, DRAFT_UNAVAILABLE for what the disk refuses, in docker's words, and OPTION_INVALID for
 * names that are no canonical references.
 */
export function dockerStore(options?: DockerStoreOptions): DockerStore;
