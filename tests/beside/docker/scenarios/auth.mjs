/** Commands on registries with logins: the scenarios. */

import { APP, LIST, create, differing, seed, steps } from "./names.mjs";

const two = seed("team/app", "amd64", "arm64");
const whole = steps(create("amd64", "arm64"), `inspect --insecure ${APP}:amd64`, `push --insecure ${LIST}`, `inspect --insecure -v ${LIST}`);
const encoded = (text) => Buffer.from(text).toString("base64");
const users = { ada: "se:cret" };
const reader = { ada: { password: "se:cret", actions: ["pull"] } };

export const AUTH = [
  { id: "auth: htpasswd with the right login", registry: "login", login: true, seed: two, memory: true, steps: whole },
  { id: "auth: htpasswd, the login as username and password", registry: "login", login: { username: "ada", password: "se:cret" }, seed: two, steps: whole.slice(0, 2), swap: false },
  { id: "auth: htpasswd without a login", registry: "login", seed: two, steps: whole.slice(0, 2), swap: false },
  { id: "auth: htpasswd with the wrong password", registry: "login", login: { auth: encoded("ada:nope") }, seed: two, steps: whole.slice(0, 2), swap: false },
  { id: "auth: htpasswd with an empty password", registry: "login", login: { auth: encoded("ada:") }, seed: two, swap: false,
    steps: whole.slice(0, 2).map((step) => differing(step, "login-unreadable", { stderr: /^the credentials need both a user name and a password\n$/ })) },
  { id: "auth: htpasswd with a login that cannot be read", registry: "login", login: { auth: "***" }, seed: two, swap: false,
    steps: steps(differing(whole[0], "login-unreadable", { stderr: /^"auth" of DOMAIN in FOLDER\/config\/config.json is not base64/ })) },
  { id: "auth: a configuration that is not JSON", seed: two, files: { "config.json": "{" }, swap: false,
    steps: steps(differing(create("amd64"), "login-unreadable", { stderr: "" }), differing(`rm ${LIST}`, "login-unreadable", { stderr: "" })) },
  { id: "auth: Bearer with the right login", registry: { auth: { type: "bearer", users } }, login: true, seed: two, steps: whole },
  { id: "auth: Bearer without a login", registry: { auth: { type: "bearer", users } }, seed: two, steps: whole.slice(0, 2), swap: false },
  { id: "auth: Bearer with the wrong password", registry: { auth: { type: "bearer", users } }, login: { auth: encoded("ada:nope") }, seed: two, steps: whole.slice(0, 2), swap: false },
  { id: "auth: Bearer, anonymous may pull but not push", registry: { auth: { type: "bearer", users, anonymous: ["pull"] } }, seed: two, steps: whole.slice(0, 3), swap: false },
  { id: "auth: Bearer, may pull but not push", registry: { auth: { type: "bearer", users: reader } }, login: true, seed: two, steps: whole.slice(0, 3), swap: false },
  { id: "auth: Bearer, may pull but not push, same repository", registry: { auth: { type: "bearer", users: reader } }, login: true, seed: two, steps: steps(`create --insecure ${APP}:list ${APP}:amd64`, `push --insecure ${APP}:list`), swap: false },
  { id: "auth: Basic, may pull but not push", registry: { auth: { type: "basic", users: reader } }, login: true, seed: two, steps: whole.slice(0, 3), swap: false },
  { id: "auth: Basic without a login", registry: { auth: { type: "basic", users } }, seed: two, steps: whole.slice(0, 2), swap: false },
  { id: "auth: the token endpoint answers 500", registry: { auth: { type: "bearer", users }, faults: [{ match: { path: "/token" }, answer: { status: 500, body: "oops" } }] }, login: true, seed: two, steps: whole.slice(0, 2), swap: false },
  { id: "auth: the token endpoint answers without a token", registry: { auth: { type: "bearer", users }, faults: [{ match: { path: "/token" }, answer: { status: 200, body: "{}" } }] }, login: true, seed: two, steps: whole.slice(0, 2), swap: false },
  { id: "auth: the token endpoint answers with words", registry: { auth: { type: "bearer", users }, faults: [{ match: { path: "/token" }, answer: { status: 403, body: { details: "not today" } } }] }, login: true, seed: two, steps: whole.slice(0, 2), swap: false },
];
