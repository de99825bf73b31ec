/** The inspector over the demo's registry. */

import { createClient } from "../../pkg/entry/node.js";
import { startInspector } from "../../pkg/node/inspector.js";

/**
 * @param {{ registries: string[], host?: string, examples?: { reference: string, text: string, platform?: string }[], port?: number }} options
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startDemoServer({ registries, host, examples = [], port = 0 }) {
  const client = createClient({ registries, privateAddresses: "listed", retry: { attempts: 1 }, timeoutMs: 30_000 });
  const server = await startInspector({ client, registries, host, examples, port });
  return { url: `${server.url}/`, close: server.close };
}
