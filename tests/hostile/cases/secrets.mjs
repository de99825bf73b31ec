/** Users who have a token instead of a password: it stays where it belongs as well. */

import { REFUSED } from "./addresses.mjs";

const isShown = (request) => request.headers.has("authorization");
const SECRETS = ["identity", "registry"];
const everyThird = REFUSED.filter((_, at) => at % 3 === 0);

const COMMANDS = ["resolve", "manifest", "manifestPlatform", "config", "blob", "tags", "inspect", "create"];

const honest = SECRETS.flatMap((secret) =>
  COMMANDS.map((command) => ({ name: `an honest registry, ${secret} token; ${command}`, command, setting: { secret }, expect: "ok" })));

const realms = everyThird.flatMap(([label, realm]) => [{
  name: `a realm at: ${label}; identity token`,
  command: "manifest",
  setting: { secret: "identity", realm: (origins) => realm(origins).replace(/"/g, "") },
  expect: "REALM_REFUSED",
}]);

const strangersRealms = COMMANDS.map((command) => ({
  name: `a realm of another owner sees no identity token; ${command}`,
  command,
  setting: {
    secret: "identity",
    realm: ({ stranger }) => `${stranger}/token`,
    actors: ({ stranger, registry }, { canaries }) => ({
      [stranger]: () => Response.json({ token: canaries.make("foreign token", registry) }),
    }),
  },
  reach: ({ stranger }) => [stranger],
  expect: "REALM_REFUSED",
}));

/** With a body: hosts that follow 307 by themselves send it again. */
const tokenRedirects = [
  ["another owner", ({ stranger }) => `${stranger}/token`],
  ["another port", ({ tokens }) => `${tokens.replace(/\d+$/, "8443")}/token`],
  ["plain http", ({ tokens }) => `${tokens.replace("https:", "http:")}/token`],
  ["the registry", ({ registry }) => `${registry}/token`],
  ["the metadata service", () => "http://169.254.169.254/token"],
].flatMap(([label, url]) =>
  [301, 302, 303, 307, 308].map((status) => ({
    name: `a token service that redirects ${status} with an identity token to: ${label}`,
    command: "manifest",
    setting: {
      secret: "identity",
      fault: (request, origins) =>
        request.path === "/token" ? { status, headers: { location: url(origins) }, body: "" } : undefined,
    },
    expect: "REDIRECT_REFUSED",
  })));

const redirects = SECRETS.flatMap((secret) =>
  [301, 302, 303, 307, 308].flatMap((status) =>
    [["manifest", /\/manifests\//], ["blob", /\/blobs\//]].map(([command, path]) => ({
      name: `a redirect ${status} carries no ${secret} token; ${command}`,
      command,
      setting: {
        secret,
        fault: (request, { stranger }) =>
          path.test(request.path) && isShown(request)
            ? { status, headers: { location: `${stranger}${request.url.pathname}` }, body: "" }
            : undefined,
        actors: ({ stranger }, { mirror }) => ({ [stranger]: mirror }),
      },
      reach: ({ stranger }) => [stranger],
      expect: "ok",
    }))));

const echoes = SECRETS.flatMap((secret) =>
  COMMANDS.map((command) => ({
    name: `an echo of a ${secret} token; ${command}`,
    command,
    setting: { secret, fault: (request) => (isShown(request) && request.path.startsWith("/v2/") ? "echo" : undefined) },
    expect: "REGISTRY_ERROR",
  })));

/** A token service that repeats the form it was sent. */
const formEchoes = COMMANDS.map((command) => ({
  name: `a token service that repeats an identity token; ${command}`,
  command,
  setting: {
    secret: "identity",
    actors: ({ tokens }) => ({
      [tokens]: async (request) => {
        const form = request.method === "POST" ? await request.text() : "";
        const message = `${form} ${new URLSearchParams(form).get("refresh_token")}`;
        return Response.json({ error: "invalid_grant", message, errors: [{ code: "DENIED", message }] }, { status: 400 });
      },
    }),
  },
  expect: ["UNAUTHORIZED", "TOKEN_INVALID", "DENIED"],
}));

export const SECRET = [...honest, ...realms, ...strangersRealms, ...tokenRedirects, ...redirects, ...echoes, ...formEchoes];
