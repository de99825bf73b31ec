/** `multiarch files`: the files of an image as a container sees them, what each layer changes, or one layer as it is. */

import { layerError } from "../../layers/failures.js";
import { openImage } from "../../layers/image.js";
import { sorted } from "../../layers/tree.js";
import { wantedPlatform } from "../platform/wanted.js";
import { changeLine, entryLine, fileNode, layerHead } from "../reports/files-text.js";
import { treeLines } from "../reports/tree.js";
import { connect } from "../setup/connection.js";

export async function execute([reference, path = ""], flags, context) {
  const { terminal } = context;
  const client = await connect([reference], flags, context);
  const image = await openImage(client, reference, wantedPlatform(flags.platform ?? "local"));
  if (flags.layer !== undefined) return oneLayer(image, path, flags, terminal);
  if (flags.changes) return changes(image, path, flags, terminal);
  const files = await image.files();
  await noteUnread(files, terminal);
  const node = files.find(path, { follow: !isListedItself(path) });
  if (!node) throw layerError("PATH_UNKNOWN", `the image has no file ${path}`);
  const shown = node.isFolder ? (flags.recursive || flags.tree ? [...files.below(node)] : sorted(node)) : [node];
  if (flags.json) return terminal.printJson(shown.map((one) => asJson(one)));
  if (flags.tree) return terminal.print(`${treeLines(treeOf(node), terminal.paper.width).join("\n")}\n`);
  const lines = shown.map((one) => entryLine(one.entry ?? UNSTATED, { name: flags.recursive || !node.isFolder ? one.path : nameIn(one), layer: one.layer }));
  return terminal.print(lines.join(""));
}

const treeOf = (node) => fileNode(node, node.isFolder ? sorted(node).map(treeOf) : []);

/** A link is followed where its path ends with a slash, as ls does. */
const isListedItself = (path) => path !== "" && !path.endsWith("/");

/** A folder that no layer states. */
const UNSTATED = { type: "folder", mode: 0o755, uid: 0, gid: 0, size: 0, mtime: undefined };

const nameIn = ({ path }) => path.slice(path.lastIndexOf("/") + 1);

const asJson = ({ path, entry, layer }) => ({ ...(entry ?? { type: "folder" }), path, layer });

async function oneLayer(image, path, flags, terminal) {
  const below = belowOf(path);
  const found = [];
  for await (const entry of image.listLayer(flags.layer)) {
    if (!below(entry.path)) continue;
    if (flags.json) found.push(entry);
    else await terminal.print(entryLine(entry));
  }
  if (flags.json) await terminal.printJson(found);
}

async function changes(image, path, flags, terminal) {
  const below = belowOf(path);
  const found = image.layers.map(({ index, digest }) => ({ layer: index, digest, changes: [] }));
  const files = await image.files({
    onChange: (change, entry, layer) => below(entry.path) && found[layer].changes.push({ change, type: entry.type, path: entry.path, size: entry.size }),
  });
  await noteUnread(files, terminal);
  const layers = found.map((one) => ({ ...one, ...countsOf(files.layers[one.layer]) }));
  if (flags.json) return terminal.printJson({ wastedBytes: files.wastedBytes, layers });
  const text = layers.map((layer) => layerHead(layer) + layer.changes.map(changeLine).join("")).join("");
  return terminal.print(text);
}

const countsOf = ({ added, replaced, removed, ignored, bytes, wastedBytes }) => ({ added, replaced, removed, ignored, bytes, wastedBytes });

/** Whether a path is one, or below it. */
function belowOf(path) {
  const folder = path.replace(/^(\.?\/)+|\/+$/g, "");
  return (other) => folder === "" || other === folder || other.startsWith(`${folder}/`);
}

async function noteUnread({ unread }, terminal) {
  for (const { error } of unread) await terminal.note(`note: left out: ${error.message}\n`);
}
