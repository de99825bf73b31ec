/** `multiarch inspect --format`: what a reference stands for, as a table, a tree, JSON, YAML or by a template. */

import { Contents } from "../overview/contents.js";
import { overviewOf } from "../overview/overview.js";
import { connect } from "../setup/connection.js";

/** The formats that are words; each prints an overview. */
const PRINTERS = {
  json: (overview, { terminal }) => terminal.printJson(overview),
  table: async (overview, { terminal, full }) =>
    terminal.print((await import("../reports/overview-table.js")).overviewTable(overview, { ...terminal.paper, full })),
  tree: async (overview, { terminal, full }) =>
    terminal.print((await import("../reports/overview-tree.js")).overviewTree(overview, { ...terminal.paper, full })),
  yaml: async (overview, { terminal }) => terminal.print((await import("../reports/yaml.js")).yamlText(overview)),
};

export async function execute([reference], flags, context) {
  const { terminal } = context;
  const wanted = flags.platform === undefined ? {} : (await import("../platform/wanted.js")).wantedPlatform(flags.platform);
  const client = await connect([reference], flags, context);
  const contents = new Contents(client, reference, wanted);
  if (!Object.hasOwn(PRINTERS, flags.format)) return printTemplate(contents, flags.format, terminal);
  const overview = await overviewOf(contents, flags.sizes);
  await PRINTERS[flags.format](overview, { terminal, full: flags["no-trunc"] === true });
  await notes(overview, terminal);
}

async function printTemplate(contents, template, terminal) {
  const [{ formatted }, { inspectValues }] = await Promise.all([import("../template/evaluate.js"), import("../overview/template-values.js")]);
  const text = await formatted(template, inspectValues(contents));
  return terminal.print(text.endsWith("\n") ? text : `${text}\n`);
}

/** Says on stderr what the overview does not have. */
async function notes({ images, unread }, terminal) {
  const { counted } = await import("../../core/counted.js");
  const broken = images.filter(({ problem }) => problem).length;
  if (broken > 0) await terminal.note(`note: ${counted(broken, "image")} could not be read\n`);
  if (unread && !unread.reason.includes("not asked for")) {
    await terminal.note(`note: ${counted(unread.images, "image")} not measured: ${unread.reason}; --sizes always reads all\n`);
  }
}
