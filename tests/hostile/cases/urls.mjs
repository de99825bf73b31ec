/** The channels by which a registry names a URL: realm, redirect, token service's redirect, next page, upload, `urls`. */

import { REPOSITORY, arm64 } from "../setting.mjs";
import { REFUSED } from "./addresses.mjs";

const under = (url, path) => (url.endsWith("/") ? url : `${url}/`) + path;

/** Realms that must not be asked at all. */
const realms = REFUSED.flatMap(([label, url]) =>
  ["resolve", "manifest", "tags", "create"].map((command) => ({
    name: `a realm at: ${label}; ${command}`,
    command,
    setting: { realm: (origins) => url(origins).replace(/"/g, "") },
    expect: "REALM_REFUSED",
  })));

/** A realm of another owner may be asked, but not with a password. */
const strangersRealms = ["resolve", "manifest", "manifestPlatform", "config", "blob", "tags", "inspect", "create"].map((command) => ({
  name: `a realm of another owner sees no password; ${command}`,
  command,
  setting: {
    realm: ({ stranger }) => `${stranger}/token`,
    actors: ({ stranger, registry }, { canaries }) => ({
      [stranger]: () => Response.json({ token: canaries.make("foreign token", registry) }),
    }),
  },
  reach: ({ stranger }) => [stranger],
  expect: "REALM_REFUSED",
}));

const trustedRealms = ["resolve", "config", "tags"].map((command) => ({
  name: `a realm that the user trusts gets the password; ${command}`,
  command,
  setting: {
    realm: ({ stranger }) => `${stranger}/token`,
    owners: { password: ({ stranger }) => [stranger] },
    actors: ({ stranger }, { perform }) => ({ [stranger]: perform }),
  },
  client: ({ origins }) => ({ trustedRealms: [origins.stranger] }),
  reach: ({ stranger }) => [stranger],
  expect: "ok",
}));

const PATHS = {
  manifest: /\/manifests\//, resolve: /\/manifests\//, config: /\/blobs\//, blob: /\/blobs\//, tags: /\/tags\//,
  inspect: /\/manifests\//, create: /\/manifests\//,
};

/** Only what has shown its token is sent on: the attack is worth most there. */
const once = (path, outcome) => (request, origins) =>
  path.test(request.path) && request.headers.has("authorization") ? outcome(request, origins) : undefined;

const redirect = (status, url) => (request, origins) => ({
  status,
  headers: { location: url(origins, request) },
  body: "",
});

const redirects = REFUSED.flatMap(([label, url], at) =>
  ["manifest", "blob", "tags"].map((command, next) => {
    const status = [301, 302, 303, 307, 308][(at + next) % 5];
    return {
      name: `a redirect ${status} to: ${label}; ${command}`,
      command,
      setting: { fault: once(PATHS[command], redirect(status, url)) },
      expect: "REDIRECT_REFUSED",
    };
  }));

const otherPort = (origins) => origins.otherPort;

/** Another origin on the internet may serve content, without seeing who asks. */

const elsewhere = [301, 302, 303, 307, 308].flatMap((status) =>
  ["resolve", "manifest", "config", "blob", "tags"].flatMap((command) =>
    [["another owner", "stranger"], ["another port", "otherPort"]].map(([label, name]) => ({
      name: `a redirect ${status} to ${label} carries no token; ${command}`,
      command,
      setting: {
        fault: once(PATHS[command], redirect(status, (origins, { url }) => origins[name] + url.pathname)),
        actors: (origins, { mirror }) => ({ [origins[name]]: mirror }),
      },
      reach: (origins) => [origins[name]],
      expect: "ok",
    }))));

const tokenRedirects = [
  ["another owner", ({ stranger }) => `${stranger}/token`],
  ["the registry", ({ registry }) => `${registry}/token`],
  ["plain http", ({ tokens }) => `${tokens.replace("https:", "http:")}/token`],
  ["another port", ({ tokens }) => `${tokens.replace(/\d+$/, "8443")}/token`],
  ["the metadata service", () => "http://169.254.169.254/latest/"],
  ["userinfo", ({ stranger }) => `${stranger.replace("https://", "https://a:b@")}/token`],
].flatMap(([label, url], at) =>
  ["resolve", "manifest", "blob", "tags", "create"].map((command, next) => ({
    name: `a token service that redirects to: ${label}; ${command}`,
    command,
    setting: {
      fault: (request, origins) =>
        request.path === "/token" ? redirect([301, 302, 303, 307, 308][(at + next) % 5], url)(request, origins) : undefined,
    },
    expect: "REDIRECT_REFUSED",
  })));

const LINKS = [
  ...REFUSED.filter(([label]) => label !== "the registry without TLS"),
  ["a stranger", ({ stranger }) => stranger],
];
/** Of these the query is taken, to the URL of the listing: nothing is asked of them. */
const PROXIED = [
  ["another port", otherPort],
  ["the registry without TLS", ({ registry }) => registry.replace("https:", "http:")],
];
const next = (url) => `<${under(url, `v2/${REPOSITORY}/tags/list?n=1&last=a`)}>; rel="next"`;

const links = [
  ...LINKS.map(([label, url]) => [label, (origins) => next(url(origins))]),
  ["another repository", () => '</v2/team/secret/tags/list?n=1&last=a>; rel="next"'],
  ["another endpoint", () => `</v2/${REPOSITORY}/manifests/1?last=a>; rel="next"`],
  ["the path with dots", () => `</v2/${REPOSITORY}/../secret/tags/list?last=a>; rel="next"`],
  ["a path without scheme", ({ stranger }) => `<//${stranger.slice(8)}/v2/${REPOSITORY}/tags/list?last=a>; rel="next"`],
  ["no end", () => `</v2/${REPOSITORY}/tags/list?last=a`],
].map(([label, link]) => ({
  name: `a next page at: ${label}`,
  command: "tags",
  setting: { fault: once(/\/tags\//, (_, origins) => ({ headers: { link: link(origins) } })) },
  expect: "LINK_REFUSED",
}));

const proxied = PROXIED.map(([label, url]) => ({
  name: `a next page as a proxy names it: ${label}`,
  command: "tags",
  setting: {
    fault: once(/\/tags\//, (request, origins) => (request.url.search ? undefined : { headers: { link: next(url(origins)) } })),
  },
  expect: "ok",
}));

const loops = [
  ["the same page again", (request) => `<${request.url.pathname}?n=1&last=a>; rel="next"`, "PAGE_LIMIT"],
  ["a page without a query", (request) => `<${request.url.pathname}>; rel="next"`, "PAGE_LIMIT"],
].map(([label, link, expect]) => ({
  name: `a next page that is: ${label}`,
  command: "tags",
  setting: { fault: once(/\/tags\//, (request) => ({ headers: { link: link(request) } })) },
  expect,
}));

/** A push has to upload where the registry mounts nothing: where to, the registry says. */
const uploads = [
  ...REFUSED.filter(([label]) => label !== "the registry without TLS"),
  ["a stranger", ({ stranger }) => `${stranger}/upload`],
  ["another port", (origins) => `${otherPort(origins)}/upload`],
].map(([label, url]) => ({
  name: `an upload at: ${label}`,
  command: "push",
  setting: {
    quirks: ["mountRefused"],
    fault: (request, origins) =>
      request.method === "POST" && request.path.includes("/blobs/uploads") && request.headers.has("authorization")
        ? { headers: { location: url(origins) } }
        : undefined,
  },
  expect: "LOCATION_REFUSED",
}));

/** A redirect of what writes: the body stays where it was meant to go. */
const writes = [301, 302, 303, 307, 308].flatMap((status) =>
  [["PUT", /\/manifests\//], ["POST", /\/uploads\//]].flatMap(([method, path]) =>
    [["another owner", ({ stranger }) => stranger], ["another port", otherPort], ["plain http", ({ registry }) => registry.replace("https:", "http:")],
      ["the metadata service", () => "http://169.254.169.254"]].map(([label, url]) => ({
      name: `a redirect ${status} of ${method} to: ${label}`,
      command: "push",
      setting: {
        fault: (request, origins) =>
          request.method === method && path.test(request.path) && request.headers.has("authorization")
            ? redirect(status, () => `${url(origins)}/elsewhere`)(request, origins)
            : undefined,
      },
      expect: "REDIRECT_REFUSED",
    }))));

const nowhere = ["resolve", "manifest", "config", "blob", "tags", "inspect", "create"].flatMap((command) => [
  { name: `redirects without end; ${command}`, command, setting: { fault: once(PATHS[command], () => "redirectLoop") }, expect: "REDIRECT_LIMIT" },
  { name: `a redirect to nowhere; ${command}`, command, setting: { fault: once(PATHS[command], () => "redirectNowhere") }, expect: "RESPONSE_INVALID" },
]);

/** The store that blobs are redirected to sees its signature and no token. */
const signed = ["config", "blob", "create"].map((command) => ({
  name: `a signed URL stays between the client and the store; ${command}`,
  command,
  setting: { quirks: ["redirectBlobs"] },
  expect: "ok",
  check: (_, { canaries }) => {
    if (!canaries.find("signature")) throw new Error("no signature was given out");
  },
}));

/** A 401 from where the registry sent us is no challenge. */
const strangersChallenges = ["manifest", "blob", "tags", "config"].flatMap((command) =>
  ["Basic realm=\"x\"", "Bearer realm=\"STRANGER/token\"", "Bearer realm=\"TOKENS/token\""].map((challenge) => ({
    name: `a challenge from a stranger is not answered: ${challenge.slice(0, 22)}; ${command}`,
    command,
    setting: {
      fault: once(PATHS[command], redirect(307, ({ stranger }) => `${stranger}/x`)),
      actors: ({ stranger, tokens }) => ({
        [stranger]: () => new Response("", {
          status: 401,
          headers: { "www-authenticate": challenge.replace("STRANGER", stranger).replace("TOKENS", tokens) },
        }),
      }),
    },
    reach: ({ stranger }) => [stranger],
    expect: "REGISTRY_ERROR",
  })));

/** `urls` of a descriptor are never fetched. */
const foreign = [
  ["config", "BLOB_UNKNOWN"],
  ["manifest", "ok"],
].map(([command, expect]) => ({
  name: `the urls of a descriptor are not asked; ${command}`,
  command,
  setting: {
    fault: (request, { stranger }) => {
      if (!request.headers.has("authorization")) return undefined;
      if (request.path.includes("/blobs/")) return { status: 404, body: { errors: [{ code: "BLOB_UNKNOWN", message: "gone" }] } };
      if (!request.path.includes("/manifests/")) return undefined;
      const document = JSON.parse(arm64.bytes);
      document.config.urls = [`${stranger}/config`];
      for (const layer of document.layers) layer.urls = [`${stranger}/layer`, "http://169.254.169.254/"];
      return { headers: { "docker-content-digest": null, "content-type": arm64.mediaType }, body: JSON.stringify(document) };
    },
  },
  expect,
}));

export const URLS = [
  ...realms, ...strangersRealms, ...trustedRealms, ...redirects, ...elsewhere, ...tokenRedirects, ...links, ...proxied, ...loops, ...uploads, ...writes,
  ...nowhere, ...signed, ...strangersChallenges, ...foreign,
];
