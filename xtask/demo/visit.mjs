/** Fetches the demo's own page as a browser would, and says what came. */

/**
 * @param {string} url the page's address @param {string} reference something that its proxy must be able to read
 * @returns {Promise<[string, string][]>} what was asked for, and what was found; rejects when anything is missing
 */
export async function visit(url, reference) {
  const page = await get(url, "text/html");
  if (!page.headers.get("content-security-policy")?.includes("default-src 'none'"))
    throw new Error("the page came without its policy");
  const [name] = /proxied_bg-\w+\.wasm/.exec(await page.text()) ?? [];
  if (name === undefined) throw new Error("the page names no module");
  const wasm = await get(new URL(name, url), "application/wasm");
  const { length } = new Uint8Array(await wasm.arrayBuffer());
  const { via } = await (await get(new URL("config.json", url), "application/json")).json();
  const [, domain, path, tag] = /^([^/]+)\/(.+):([^:]+)$/.exec(reference);
  const manifest = await get(new URL(`${via}/${domain}/v2/${path}/manifests/${tag}`, url), "application/");
  return [
    ["the page", "under a strict content security policy"],
    ["the module", `${Math.round(length / 1024)} KiB of WebAssembly`],
    ["a manifest through the proxy", `${(await manifest.arrayBuffer()).byteLength} bytes`],
  ];
}

async function get(url, type) {
  const response = await fetch(url, { headers: { accept: "application/vnd.oci.image.index.v1+json, */*" } });
  if (!response.ok || !response.headers.get("content-type")?.startsWith(type)) {
    throw new Error(`${url} answered ${response.status} ${response.headers.get("content-type")}`);
  }
  return response;
}
