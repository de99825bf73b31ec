/** `multiarch imagetools inspect`: what a reference stands for, in buildx's layout. */

import { formatPlatform, parseReference, printable } from "../../entry/command.js";

import { Contents } from "../overview/contents.js";
import { connect } from "../setup/connection.js";

export async function execute([reference], flags, context) {
  const { terminal } = context;
  const client = await connect([reference], flags, context);
  if (flags.raw) return terminal.printDocument(await client.raw(reference));
  if (flags.format !== undefined) return printTemplate(new Contents(client, reference), flags.format, terminal);
  return terminal.print(text(parseReference(reference).canonical, await client.manifest(reference)));
}

async function printTemplate(contents, template, terminal) {
  const [{ formatted }, { buildxValues }] = await Promise.all([import("../template/evaluate.js"), import("../overview/template-values.js")]);
  return terminal.print(await formatted(template, buildxValues(contents)));
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
