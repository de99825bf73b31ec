/**
 * `multiarch/node`: what only Node has. Everything here is optional: the package itself works without it.
 */

export { dockerCredentials } from "./credentials.js";
export { nodeFetch } from "./fetch.js";
export { hostPlatform } from "./platform.js";
export { serve } from "./serve.js";
export { dockerStore } from "./store/docker.js";
