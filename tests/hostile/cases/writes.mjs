/** Calls that write: where content and secrets go when a registry wants them elsewhere, and what its refusals are called. */

import { PROFILES } from "multiarch/testing";

import { foreign } from "../setting.mjs";
import { REFUSED } from "./addresses.mjs";

const isShown = (request) => request.headers.has("authorization");
const mirrored = { actors: ({ stranger }, { mirror }) => ({ [stranger]: mirror }) };
const reach = ({ stranger }) => [stranger];
const ACROSS = { copyAcross: { setting: mirrored, reach } };

const WRITES = ["pushDocument", "pushTags", "upload", "uploadChunks", "copy", "copyAcross", "referrers", "delete", "login"];

const across = (command, { setting, ...rest }) => ({
  ...rest,
  command,
  setting: { ...ACROSS[command]?.setting, ...setting },
  ...(command === "copyAcross" && !rest.reach && { reach }),
});

const honest = WRITES.flatMap((command) =>
  ["bearer", "basic", "none"].map((auth) =>
    across(command, { name: `an honest registry, ${auth}; ${command}`, setting: { auth }, expect: "ok" })));

/** What a profile cannot do. */
const UNABLE = {
  delete: ({ quirks }) =>
    ["deleteDisabled", "noTagDelete"].some((quirk) => quirks.includes(quirk)) ? "DELETE_UNSUPPORTED" : "ok",
};

const profiles = Object.entries(PROFILES).flatMap(([profile, facts]) =>
  WRITES.filter((command) => command !== "uploadChunks").map((command) =>
    across(command, {
      name: `${profile}: ${command}`,
      setting: { auth: facts.auth, quirks: [profile] },
      expect: UNABLE[command]?.(facts) ?? "ok",
    })));

const uploads = REFUSED.filter(([label]) => label !== "the registry without TLS").flatMap(([label, url], at) =>
  [["upload", "copyAcross"][at % 2]].map((command) =>
    across(command, {
      name: `an upload at: ${label}; ${command}`,
      setting: {
        fault: (request, origins) =>
          request.method === "POST" && request.path.includes("/uploads") && isShown(request)
            ? { headers: { location: url(origins) } }
            : undefined,
      },
      expect: "LOCATION_REFUSED",
    })));

/** The later steps name the place of the next one. */
const laterUploads = [
  ["a stranger", ({ stranger }) => `${stranger}/upload`],
  ["another port", ({ otherPort }) => `${otherPort}/upload`],
  ["plain http", ({ stranger }) => `${stranger.replace("https:", "http:")}/upload`],
  ["the metadata service", () => "http://169.254.169.254/upload"],
].map(([label, url]) => ({
  name: `an upload that moves on to: ${label}`,
  command: "uploadChunks",
  setting: {
    fault: (request, origins) =>
      request.method === "PATCH" && isShown(request) ? { headers: { location: url(origins) } } : undefined,
  },
  expect: "LOCATION_REFUSED",
}));

/** Where the user allows it, content goes elsewhere, and nothing secret with it. */
const allowedUploads = ["upload", "uploadChunks"].map((command) => ({
  name: `an upload that the user allows carries no secret; ${command}`,
  command,
  setting: {
    quirks: ["uploadsElsewhere"],
    actors: ({ uploads }, { perform }) => ({ [uploads]: perform }),
  },
  client: ({ origins }) => ({ uploadOrigins: [origins.uploads] }),
  reach: ({ uploads: origin }) => [origin],
  expect: "ok",
}));

const forbiddenUploads = ["upload", "uploadChunks"].map((command) => ({
  name: `an upload that nobody allows; ${command}`,
  command,
  setting: { quirks: ["uploadsElsewhere"] },
  expect: "LOCATION_REFUSED",
}));

const METHODS = { pushDocument: "PUT", upload: "POST", uploadChunks: "PATCH", delete: "DELETE", copy: "PUT" };

/** Large content takes its time: once for each kind is enough. */
const few = (command, many) => (command === "uploadChunks" ? many.slice(-1) : many);

const redirects = Object.entries(METHODS).flatMap(([command, method]) =>
  few(command, [301, 302, 303, 307, 308]).flatMap((status) =>
    [
      ["another owner", ({ stranger }) => stranger],
      ["another port", ({ otherPort }) => otherPort],
      ["plain http", ({ registry }) => registry.replace("https:", "http:")],
      ["the metadata service", () => "http://169.254.169.254"],
    ].map(([label, url]) => ({
      name: `a redirect ${status} of ${method} to: ${label}; ${command}`,
      command,
      setting: {
        fault: (request, origins) =>
          request.method === method && isShown(request)
            ? { status, headers: { location: `${url(origins)}/elsewhere` }, body: "" }
            : undefined,
      },
      expect: "REDIRECT_REFUSED",
    }))));

/** A referrers listing goes on in itself. */
const links = [
  ["a stranger", ({ stranger }) => `<${stranger}/v2/team/app/referrers/x?n=1>; rel="next"`],
  ["another port", ({ otherPort }) => `<${otherPort}/v2/team/app/referrers/x?n=1>; rel="next"`],
  ["the metadata service", () => '<http://169.254.169.254/?n=1>; rel="next"'],
  ["another repository", () => '</v2/team/secret/referrers/x?n=1>; rel="next"'],
].map(([label, link]) => ({
  name: `the next page of referrers at: ${label}`,
  command: "referrers",
  setting: {
    fault: (request, origins) =>
      request.path.includes("/referrers/") && isShown(request) ? { headers: { link: link(origins) } } : undefined,
  },
  expect: "LINK_REFUSED",
}));

const CODES = { 401: "UNAUTHORIZED", 403: "DENIED", 429: "TOO_MANY_REQUESTS", 500: "REGISTRY_UNAVAILABLE", 503: "REGISTRY_UNAVAILABLE", 507: "REGISTRY_UNAVAILABLE" };

const STEPS = { pushDocument: "PUT", upload: "PUT", uploadChunks: "PATCH", delete: "DELETE" };

const statuses = Object.entries(STEPS).flatMap(([command, method]) =>
  few(command, [400, 401, 403, 409, 413, 415, 422, 429, 451, 503, 507, 500]).map((status) => ({
    name: `status ${status} to ${method}; ${command}`,
    command,
    setting: {
      fault: (request) =>
        request.method === method && isShown(request) ? { status, body: { errors: [{ code: "SOMETHING", message: "no" }] } } : undefined,
    },
    expect: CODES[status] ?? (command === "delete" ? ["REGISTRY_ERROR", "DELETE_REFUSED"] : "REGISTRY_ERROR"),
  })));

const words = Object.entries(STEPS).flatMap(([command, method]) =>
  few(command, ["bidiErrors", "deepErrors", "hugeErrors", "escapeErrors", "echo"]).map((attack) => ({
    name: `${attack} in answer to ${method}; ${command}`,
    command,
    setting: { fault: (request) => (request.method === method && isShown(request) ? attack : undefined) },
    expect: command === "delete" ? ["DELETE_REFUSED", "DELETE_UNSUPPORTED"] : "REGISTRY_ERROR",
  })));

/** A registry that says it holds something else than was sent. */
const lies = ["pushDocument", "upload"].map((command) => ({
  name: `the digest that comes back is another; ${command}`,
  command,
  setting: {
    fault: (request) =>
      request.method === "PUT" && isShown(request) ? { headers: { "docker-content-digest": `sha256:${"1".repeat(64)}` } } : undefined,
  },
  expect: "DIGEST_MISMATCH",
}));

const copies = ["wrongBit", "otherDocument", "shorterBody", "emptyBody"].flatMap((attack) =>
  [["manifest", /\/manifests\/sha256:/], ["blob", /\/blobs\/sha256:/]].map(([what, path]) => ({
    name: `what is copied is not what was promised: ${attack} of a ${what}`,
    command: "copyAcross",
    setting: {
      actors: ({ stranger }, { mirrorWith }) => ({
        [stranger]: mirrorWith((request) => (request.method === "GET" && path.test(request.path) ? attack : undefined)),
      }),
    },
    reach,
    expect: ["DIGEST_MISMATCH", "SIZE_MISMATCH"],
  })));

const isTagged = ({ registry }) => registry.requests.some(({ method, url }) => method === "PUT" && url.endsWith("/manifests/copy"));

/** A layer that is said to be elsewhere may be absent from its registry, and nothing else may go wrong with it. */
const foreignLayers = [
  ["absent", { status: 404, body: { errors: [{ code: "BLOB_UNKNOWN", message: "gone" }] } }, "ok"],
  ["out of service", { status: 503, body: "{}" }, "REGISTRY_UNAVAILABLE"],
  ["not for us", { status: 403, body: "{}" }, "DENIED"],
  ["other bytes", "wrongBit", "DIGEST_MISMATCH"],
].map(([label, outcome, expect]) => ({
  name: `a layer with urls that is ${label}; copyForeign`,
  command: "copyForeign",
  setting: {
    actors: ({ stranger }, { mirrorWith }) => ({
      [stranger]: mirrorWith(({ path }) => (path.endsWith(foreign.blobs[1].digest) ? outcome : undefined)),
    }),
  },
  reach,
  expect,
  check: (_, setting) => {
    if (isTagged(setting) !== (expect === "ok")) throw new Error("the tag was set without the layer, or not with it");
  },
}));

/** A condition that cannot be kept fails before anything is written. */
const conditions = [["expectDigest", "OPTION_INVALID"], ["expectTags", "PRECONDITION_FAILED"]].map(([command, expect]) => ({
  name: `a condition that cannot be kept; ${command}`,
  command,
  expect,
  check: (_, { registry }) => {
    if (registry.requests.some(({ method }) => method === "PUT")) throw new Error("something was written");
  },
}));

export const WRITING = [
  ...foreignLayers, ...conditions,
  ...honest, ...profiles, ...uploads, ...laterUploads, ...allowedUploads, ...forbiddenUploads, ...redirects, ...links, ...statuses,
  ...words, ...lies, ...copies,
];
