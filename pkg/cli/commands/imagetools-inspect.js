/** `multiarch imagetools inspect`: what a reference stands for, in buildx's layout. */

import { MultiarchError, formatPlatform, parseReference, printable } from "../../entry/command.js";

import { connect } from "../setup/connection.js";

export async function execute([reference], flags, context) {
  const { terminal } = context;
  const client = await connect([reference], flags, context);
  if (flags.raw) return terminal.printDocument(await client.raw(reference));
  const document = await client.manifest(reference);
  const name = parseReference(reference).canonical;
  if (flags.format !== undefined) return terminal.print(await formatted(flags.format, { client, reference, document, name }));
  return terminal.print(text(name, document));
}

/** The default output. */
function text(name, { mediaType, digest, kind, manifests }) {
  const head = [["Name:", name], ["MediaType:", mediaType], ["Digest:", digest]];
  if (kind !== "index") return aligned(head);
  const blocks = [aligned([...head, ["", ""], ["Manifests:", ""]])];
  let rows = [];
  manifests.forEach((entry, at) => {
    if (at > 0) rows.push(["", ""]);
    rows.push(["  Name:", entry.problem ? name : `${name}@${entry.digest}`], ["  MediaType:", entry.mediaType]);
    const { platform, annotations = {} } = entry;
    if (!platform) return;
    rows.push(["  Platform:", formatPlatform({ ...platform, osVersion: undefined, osFeatures: undefined })]);
    if (platform.osVersion) rows.push(["  OSVersion:", platform.osVersion]);
    if (platform.osFeatures?.length) rows.push(["  OSFeatures:", platform.osFeatures.join(", ")]);
    const pairs = Object.entries(annotations).sort();
    if (pairs.length === 0) return;
    blocks.push(aligned([...rows, ["  Annotations:", ""]]), aligned(pairs.map(([key, value]) => [`    ${key}:`, value])));
    rows = [];
  });
  return [...blocks, aligned(rows)].join("");
}

/** Two columns, as Go's tabwriter sets them. */
function aligned(rows) {
  const width = Math.max(0, ...rows.map(([label]) => label.length)) + 1;
  return rows.map(([label, value]) => `${printable(label.padEnd(width))}${printable(value)}\n`).join("");
}

/** The templates that are known: a member of the manifest or the image, as it is or as JSON. */
async function formatted(template, { client, reference, document, name }) {
  const values = {
    Name: () => name,
    Manifest: () => manifest(document),
    Image: () => images(client, reference, document),
  };
  const parts = [];
  let at = 0;
  for (const found of template.matchAll(/\{\{\s*(json\s+)?\.(\w*)((?:\.\w+)*)\s*\}\}/g)) {
    parts.push(template.slice(at, found.index), await value(found, values));
    at = found.index + found[0].length;
  }
  parts.push(template.slice(at));
  if (parts.some((part, index) => index % 2 === 0 && part.includes("{{"))) throw unknown(template);
  return parts.join("");
}

async function value([whole, asJson, root, path], values) {
  if (root === "" && asJson) {
    const [name, manifest, image] = await Promise.all([values.Name(), values.Manifest(), values.Image()]);
    return printableJson({ name, manifest, image });
  }
  if (!Object.hasOwn(values, root)) throw unknown(whole);
  let found = await values[root]();
  for (const name of path.split(".").filter(Boolean)) {
    const key = Object.keys(found ?? {}).find((known) => known.toLowerCase() === name.toLowerCase());
    if (key === undefined) throw unknown(whole);
    found = found[key];
  }
  if (asJson) return printableJson(found);
  return typeof found === "object" ? printableJson(found) : printable(String(found));
}

const printableJson = (value) => JSON.stringify(value, undefined, 2).split("\n").map(printable).join("\n");

/** The descriptor of a document, with the members of an index. */
function manifest({ kind, mediaType, digest, size, json }) {
  const { schemaVersion, mediaType: _, ...members } = kind === "index" ? json : {};
  return { ...(schemaVersion !== undefined && { schemaVersion }), mediaType, digest, size, ...members };
}

/** The config of an image, or those of an index by their platforms. */
async function images(client, reference, document) {
  if (document.kind !== "index") return (await client.config(reference)).json;
  const { name } = parseReference(reference);
  const entries = document.manifests.filter(({ problem, platform }) => !problem && platform && platform.os !== "unknown");
  const configs = await Promise.all(entries.map(async ({ digest, platform }) =>
    [formatPlatform(platform), (await client.config(`${name}@${digest}`)).json]));
  return Object.fromEntries(configs.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function unknown(template) {
  return new MultiarchError({
    code: "OPTION_INVALID",
    message: `the template ${template} is not known`,
    details: { template },
  });
}
