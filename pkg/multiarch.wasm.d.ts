/**
 * The module of the core, as hosts and bundlers that import WebAssembly give it: what `init(module)` takes. Bundlers that
 * give its address instead (`?url`) give a text; `init(fetch(address))` takes that.
 */
declare const module: WebAssembly.Module;
export default module;
