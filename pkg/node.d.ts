/** `multiarch/node`: features that need Node. They work in Deno and Bun too. */

import type { CredentialProvider, DraftEntry, Platform, Store } from "multiarch";

/**
 * The platform of this machine, in Go's vocabulary: `{ os: "linux", architecture: "arm", variant: "v7" }`; on Windows
 * with its `osVersion`. Never throws.
 */
export function hostPlatform(): Platform;

/** How requests reach hosts: proxies, certificates, addresses. */
export interface NodeFetchOptions {
  /** Further certificate authorities to trust, as PEM. SSL_CERT_FILE and NODE_EXTRA_CA_CERTS are trusted as well. */
  ca?: string | Uint8Array | (string | Uint8Array)[];
  /** A client certificate for registries, as PEM, with its `key`. No other host gets it. */
  cert?: string | Uint8Array;
  /** The key of `cert`, as PEM. */
  key?: string | Uint8Array;
  /**
   * The folder in which docker keeps certificates of registries (`HOST[:PORT]/*.crt`, `*.cert` with `*.key`); `false` for
   * none. Default: `/etc/docker/certs.d`; with ROOTLESSKIT_STATE_DIR `$XDG_CONFIG_HOME/docker/certs.d`; on Windows
   * `%ProgramData%\docker\certs.d`. A file in it that cannot be used fails with CERTIFICATE_INVALID.
   */
  certificates?: string | false;
  /**
   * Skips verification of certificates: for all hosts, or for these registries (`domain` or `domain:port`) and the token
   * services that get their credentials.
   */
  insecure?: boolean | string[];
  /** An http proxy; `false` for none. Default: HTTPS_PROXY, HTTP_PROXY and NO_PROXY by Go's rules. */
  proxy?: string | URL | false;
  /** Milliseconds until the connection is open; default 10,000. A client's own `timeouts` override these three. */
  connectTimeoutMs?: number;
  /** Milliseconds from there, and from the end of the request's body, until the answer begins; default 30,000. */
  headersTimeoutMs?: number;
  /** Milliseconds between two parts of a body; default 30,000. */
  idleTimeoutMs?: number;
  /** Replaces `dns.lookup`, with its signature. */
  lookup?: (hostname: string, options: object, done: (...found: any[]) => void) => void;
  /** The environment's variables; default `process.env`. */
  env?: Record<string, string | undefined>;
}
/**
 * A fetch function over `node:http` and `node:https`: a tenth of the global one's start-up time, with options for
 * certificates and proxies. It never follows a redirect, and its answers only resemble a Response: status, ok, url, headers,
 * body (`getReader`, `cancel`, async iteration), `arrayBuffer()`, `text()`, `json()`. Throws a TypeError for a proxy that is
 * no URL and for `cert` without `key`; a failed request rejects with a TypeError whose `cause` has Node's code.
 *
 * It refuses the addresses that a registry may not name: a host of a realm, a redirect or an upload is not asked
 * (ADDRESS_REFUSED) when it resolves into a private network or to a cloud's metadata service. It does not limit which
 * registry is asked: a reference to `localhost:5000`, or to a name that resolves to 127.0.0.1, is read, so a server that
 * takes references from strangers checks their domains first.
 */
export function nodeFetch(options?: NodeFetchOptions): typeof fetch;

/** Where credentials are looked for, besides docker's and podman's places. */
export interface DockerCredentialsOptions {
  /** Docker's folder; replaces all default files. */
  config?: string;
  /** A file in podman's format; replaces all default files, and is read before `config`. */
  authFile?: string;
  /** Whether GITHUB_TOKEN is used for ghcr.io where there are no other credentials; default false. */
  github?: boolean;
  /** The time limit of a credential helper in milliseconds; default 15,000. */
  helperTimeoutMs?: number;
  /** The environment's variables; default `process.env`. */
  env?: Record<string, string | undefined>;
}
/**
 * A provider of the credentials that docker, podman and CI systems store, for exactly the registry's domain. The first of
 * these that has credentials counts:
 *
 * 1. DOCKER_AUTH_CONFIG, the text of a config.json in the environment (its `auths`);
 * 2. the files REGISTRY_AUTH_FILE, config.json in DOCKER_CONFIG or `~/.docker`, `$XDG_RUNTIME_DIR/containers/auth.json` and
 *    `~/.config/containers/auth.json`; in each the credential helper of `credHelpers` or else `credsStore`, then `auths` by
 *    the longest path (`domain/team/app`, `domain/team`, `domain`); when no file has anything, an entry of config.json for
 *    another path of the registry, as docker reads it;
 * 3. GITHUB_TOKEN for ghcr.io, with `github`.
 *
 * They are read when a registry first asks, and again after five minutes or when the registry has refused them. Rejects with
 * CREDENTIALS_INVALID for a broken file, of which no part is repeated (`details`: path, line, column), with HELPER_INVALID
 * for an invalid name of a program, HELPER_MISSING, HELPER_FAILED and HELPER_TIMEOUT: a failed credential helper never
 * counts as no credentials.
 */
export function dockerCredentials(options?: DockerCredentialsOptions): CredentialProvider;

/**
 * Runs a web-standard handler on a port of this machine. `port` 0, the default, takes a free one; the default `hostname` is
 * 127.0.0.1. `onError` gets what the handler threw; the client gets 500 then. Resolves to the server's `url`, without a slash
 * at its end, its port, and `close`, which also ends open connections. Rejects with Node's error when the port cannot be
 * opened.
 */
export function serve(
  handler: (request: Request) => Response | Promise<Response>,
  options?: { port?: number; hostname?: string; onError?: (error: unknown) => void },
): Promise<{ url: string; port: number; close(): Promise<void> }>;

/** Where docker keeps its drafts. */
export interface DockerStoreOptions {
  /** Docker's folder; default: DOCKER_CONFIG, else `~/.docker`. */
  config?: string;
  /** The environment's variables; default `process.env`. */
  env?: Record<string, string | undefined>;
  /** The module for access to the disk; default `node:fs/promises`. */
  fs?: object;
}
/** A store of drafts in docker's own folder, which `docker manifest` reads and writes too. */
export interface DockerStore extends Store {
  /**
   * The names of all lists, sorted. Docker's folder names are not reversible: a list that only docker has written is listed
   * under its likeliest name.
   */
  list(): Promise<string[]>;
  /** One entry, even when others of the list are damaged; undefined when the list or the entry is missing. */
  readEntry(list: string, reference: string): Promise<DraftEntry | undefined>;
  /** Adds or replaces one entry, and leaves the others alone. */
  writeEntry(list: string, entry: DraftEntry): Promise<void>;
  /**
   * Runs `action` while no other process changes the list; calls of this store on the list in the meantime belong to it.
   * Where the folder cannot be written to, `action` runs all the same, and the first change in it rejects.
   */
  lock<T>(list: string, action: () => Promise<T>): Promise<T>;
}
/**
 * Docker's own folder of manifest lists, `<config>/manifests`, as a store: docker and multiarch can both work on one list.
 * Changes are atomic, whenever the process or the disk fails; the files for that are in multiarch's own folder `.multiarch`.
 * A dead process's lock blocks no other process.
 *
 * Rejects with DRAFT_CORRUPT for a file that is no draft (`details.path`, below the folder; the file stays unchanged),
 * DRAFT_COLLISION for two references with one file name of docker's (both named), DRAFT_LOCKED when a live process keeps the
 * list for 30 seconds, DRAFT_UNAVAILABLE for an error of the file system, in docker's words, and OPTION_INVALID for names
 * that are no canonical references.
 */
export function dockerStore(options?: DockerStoreOptions): DockerStore;
