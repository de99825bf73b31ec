/**
 * `multiarch/node`: features that need Node. All of them are optional: the package works without them.
 */

// Configures the core for this host: the files here import the facade alone, which knows no host.
import "../entry/node.js";

export { dockerCredentials } from "./credentials/docker.js";
export { nodeFetch } from "./http/fetch.js";
export { hostPlatform } from "./platform.js";
export { serve } from "./serve.js";
export { dockerStore } from "./store/docker.js";
