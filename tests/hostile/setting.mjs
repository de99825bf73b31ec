/**
 * What most cases share: a registry with an index, its token service, the store that it redirects blobs to, a stranger,
 * and a client that has credentials for the registry.
 */

import { createMemoryRegistry } from "multiarch/testing";

import { artifact, indexWithAttestations, ociImage, sha256 } from "../support/images.mjs";
import { createCanaries } from "./canaries.mjs";

export const REPOSITORY = "team/app";
const OTHER_REPOSITORY = "team/base";

export const amd64 = ociImage();
export const arm64 = ociImage({ architecture: "arm64", variant: "v8" });
export const index = indexWithAttestations(amd64, arm64);
const base = ociImage({ architecture: "riscv64", text: "of another repository" });
/** An image whose layer is said to be elsewhere. */
export const foreign = withUrls(ociImage({ text: "with a layer from elsewhere" }));

function withUrls(image) {
  const document = JSON.parse(image.bytes);
  for (const layer of document.layers) layer.urls = ["https://layers.evil.example/"];
  const bytes = Buffer.from(JSON.stringify(document));
  return { ...image, bytes, digest: sha256(bytes), size: bytes.length };
}

/**
 * Ports go round: connections stay open for the next case but sixteen, by which time a broken one is known to be so.
 * Handshakes would take longer than all the rest.
 */
const PORTS = 16;
let cases = 0;

/**
 * @param {object} [options]
 * @param {"bearer" | "basic" | "none"} [options.auth] default bearer
 * @param {"password" | "identity" | "registry"} [options.secret] what the user has
 * @param {string[]} [options.quirks]
 * @param {(origins: object) => string} [options.realm] what challenges name; default the registry's own token service
 * @param {(request: object, origins: object) => object | string | undefined} [options.fault] what goes wrong; asked only
 *   once the setting is armed
 * @param {() => Function} [options.makeFault] makes `fault` for this case, where it remembers something
 * @param {(origins: object) => Record<string, Function>} [options.actors] further or other players
 */
export async function createSetting({ auth = "bearer", quirks = [], realm, makeFault, fault = makeFault?.(), actors, owners = {}, wrongPassword, secret = "password" } = {}) {
  cases += 1;
  const origins = originsAt(1000 + (cases % PORTS));
  const domain = origins.registry.slice("https://".length);
  const canaries = createCanaries();
  const passwordOwner = { bearer: [origins.tokens], basic: [origins.registry], none: [] }[auth];
  const password = canaries.make("password", ...passwordOwner, ...(owners.password?.(origins) ?? []));
  const elsewhere = canaries.make("elsewhere");
  const users = { ada: wrongPassword ? "another password" : password };
  const session = { isOpen: true };
  let armed = false;

  const registry = createMemoryRegistry({
    quirks,
    auth: auth === "none" ? undefined : { type: auth, users, realm: realm?.(origins) ?? `${origins.tokens}/token` },
    faults: (request) => (armed ? fault?.(request, origins) : undefined),
  });
  /** The same content, readable without a login. */
  let mirrorFault;
  const mirror = createMemoryRegistry({ faults: (request) => mirrorFault?.(request) });
  const mirrorWith = (outcome) => {
    mirrorFault = outcome;
    return mirror.fetch;
  };
  for (const one of [registry, mirror]) {
    await seed(one, REPOSITORY, index, "1");
    await seed(one, REPOSITORY, amd64, "single");
    await seed(one, REPOSITORY, foreign, "foreign");
    await seed(one, OTHER_REPOSITORY, base, "1");
    await seed(one, REPOSITORY, artifact({ subject: index }), undefined);
  }

  /** The registry as one of its origins plays it: secrets that it gives away are noted. */
  async function perform(request) {
    const response = await registry.fetch(request);
    const location = response.headers.get("location") ?? "";
    const [, signature] = /[?&]signature=([^&]+)/.exec(location) ?? [];
    if (signature) canaries.keep("signature", signature, origins.storage);
    const { pathname } = new URL(request.url);
    if (pathname === "/token" && response.status === 200) await noteTokens(response);
    return response;
  }

  /** Tokens that the registry itself made; what an attack answers may be anything, and without end. */
  async function noteTokens(response) {
    if (!(Number(response.headers.get("content-length") ?? NaN) < 1000)) return undefined;
    const issued = await response.clone().json().catch(() => undefined);
    for (const [name, owner] of [["token", origins.registry], ["access_token", origins.registry], ["refresh_token", origins.tokens]]) {
      if (/^[\w-]{32}$/.test(issued?.[name])) canaries.keep(name, issued[name], owner);
    }
  }

  /** A token as the user may have got it before: one to get others with, or one for the registry itself. */
  async function earned() {
    const scope = `repository:${REPOSITORY}:pull,push`;
    const answer = await registry.fetch(`${origins.tokens}/token?offline_token=true&scope=${scope}`, {
      headers: { authorization: `Basic ${btoa(`ada:${password}`)}` },
    });
    const { token, refresh_token: identity } = await answer.json();
    return {
      identity: { identityToken: canaries.keep("identity token", identity, origins.tokens) },
      registry: { registryToken: canaries.keep("registry token", token, origins.registry) },
    }[secret];
  }
  const given = secret === "password" ? { username: "ada", password } : await earned();

  return {
    origins,
    domain,
    canaries,
    registry,
    reference: `${domain}/${REPOSITORY}`,
    other: `${domain}/${OTHER_REPOSITORY}:1`,
    password,
    actors: {
      [origins.registry]: perform,
      [origins.tokens]: perform,
      [origins.storage]: perform,
      ...actors?.(origins, { perform, canaries, mirror: mirror.fetch, mirrorWith }),
    },
    /** Whether there is a user; who comes after them has no credentials. */
    session,
    /** For this registry the password; any other name gets one that belongs nowhere. */
    credentials: (asked) =>
      auth === "none" || !session.isOpen ? undefined : asked === domain ? given : { username: "ada", password: elsewhere },
    arm() {
      armed = true;
    },
  };
}

const originsAt = (port) => ({
  registry: `https://registry.good.example:${port}`,
  otherPort: `https://registry.good.example:${port + 20_000}`,
  tokens: `https://tokens.good.example:${port}`,
  storage: `https://storage.registry.good.example:${port}`,
  uploads: `https://uploads.registry.good.example:${port}`,
  stranger: `https://stranger.evil.example:${port}`,
});

async function seed(registry, repository, image, reference) {
  for (const blob of image.blobs) await registry.putBlob(repository, blob.bytes);
  for (const child of image.children) await seed(registry, repository, child);
  await registry.putManifest(repository, reference, image.bytes, { mediaType: image.mediaType });
}
