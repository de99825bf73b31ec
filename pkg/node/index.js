/**
 * `multiarch/node`: what only Node has. Everything here is optional: the package itself works without it.
 */

// The entry of this host brings the core to life for the files here, which know the facade alone.
import "multiarch";

export { dockerCredentials } from "./credentials/docker.js";
export { nodeFetch } from "./http/fetch.js";
export { hostPlatform } from "./platform.js";
export { serve } from "./serve.js";
export { dockerStore } from "./store/docker.js";
