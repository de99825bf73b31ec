import { registry, show } from "./show.js";

const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
worker.onmessage = ({ data }) => show(data);
worker.onerror = ({ message }) => show(`the worker failed: ${message}`);
worker.postMessage(registry);
