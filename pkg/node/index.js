/**
 * `multiarch/node`: features that need Node. All of them are optional: the package works without them.
 */

// This host's entry loads the core for the files here, which import the facade alone.
import "multiarch";

export { dockerCredentials } from "./credentials/docker.js";
export { nodeFetch } from "./http/fetch.js";
export { hostPlatform } from "./platform.js";
export { serve } from "./serve.js";
export { dockerStore } from "./store/docker.js";
