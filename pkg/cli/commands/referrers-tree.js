/** `multiarch referrers --tree`: what refers to a manifest and to everything that it lists, and what that states. */

import { are, counted } from "../../core/counted.js";
import { attestationsOf, formatPlatform } from "../../entry/command.js";
import { pullsRefused } from "../overview/pulls.js";
import { referrersTree } from "../reports/referrers-tree.js";
import { connect } from "../setup/connection.js";

export async function execute([reference], flags, context) {
  const { terminal } = context;
  const client = await connect([reference], flags, context);
  let refused;
  const contents = !flags["no-contents"] && (async (count) => {
    const reason = await pullsRefused(client, reference, count);
    if (reason) refused = { count, reason };
    return !reason;
  });
  const tree = await attestationsOf(reference, { client, artifactType: flags["artifact-type"], contents });
  if (flags.json) await terminal.printJson(asJson(tree, flags.packages));
  else await terminal.print(referrersTree(tree, { ...terminal.paper, full: flags["no-trunc"] === true, packages: flags.packages }));
  if (refused) await terminal.note(`note: ${counted(refused.count, "attestation")} ${are(refused.count)} not read: ${refused.reason}\n`);
  if (tree.unread) await terminal.note(`note: ${counted(tree.unread, "more manifest")} ${are(tree.unread)} not looked at\n`);
}

/** The tree with platforms as texts, and with the packages that are asked for only: there may be many thousands. */
function asJson({ root, ...facts }, packages) {
  return { ...facts, root: jsonNode(root, packages) };
}

function jsonNode({ descriptor, nodes, contents, ...facts }, packages) {
  const { platform, ...members } = descriptor;
  return {
    ...facts,
    descriptor: { ...members, ...(platform && { platform: formatPlatform(platform) }) },
    ...(contents && { contents: contents.map((content) => jsonContent(content, packages)) }),
    nodes: nodes.map((node) => jsonNode(node, packages)),
  };
}

function jsonContent({ sbom, ...facts }, matches) {
  if (!sbom) return facts;
  const { packages, ...bill } = sbom;
  return { ...facts, sbom: { ...bill, ...(matches && { packages: packages.filter(({ name }) => matches(name)) }) } };
}
