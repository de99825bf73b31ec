/** `multiarch delete`: deletes tags or manifests by their digests from a registry, alone or with what only they need. */

import { counted } from "../../core/counted.js";
import { MultiarchError, parseReference, printable } from "../../entry/command.js";

import { connect } from "../setup/connection.js";
import { Prompt } from "../terminal/prompt.js";
import { report } from "../terminal/report.js";

export async function execute(references, flags, context) {
  const { terminal } = context;
  // An invalid reference fails before the first deletion.
  references.forEach(parseReference);
  const client = await connect(references, flags, context);
  const one = flags["with-children"] ? deleteWithChildren : deleteOne;
  const failures = [];
  const deleted = [];
  for (const reference of references) {
    try {
      deleted.push(await one(client, reference, flags, context));
    } catch (error) {
      if (flags["ignore-missing"] && error.code === "MANIFEST_UNKNOWN") continue;
      failures.push(error);
    }
  }
  if (flags.json) await terminal.printJson(deleted);
  const last = failures.pop();
  for (const failure of failures) await report(failure, terminal, { ...context, json: flags.json });
  if (last) throw last;
}

async function deleteOne(client, reference, flags, { terminal }) {
  if (flags["dry-run"]) await client.resolve(reference);
  else await client.delete(reference);
  if (!flags.json) await terminal.print(`${flags["dry-run"] ? "Would delete" : "Deleted"} ${printable(reference)}\n`);
  return { reference };
}

async function deleteWithChildren(client, reference, flags, context) {
  const { terminal } = context;
  const plan = await client.planDeletion(reference);
  const { deletes, tags, keeps } = plan;
  if (!flags.json) await terminal.print(linesOf(plan));
  const hasSteps = deletes.length > 0 || tags.length > 0;
  if (!flags["dry-run"] && hasSteps) {
    if (!flags.yes) await confirm(plan, context);
    await client.delete(plan);
    if (!flags.json) await terminal.print(`Deleted ${printable(reference)}\n`);
  }
  return { reference, deletes, tags, keeps };
}

function linesOf({ reference, deletes, tags, keeps }) {
  const named = (list) => list.map(printable).join(", ");
  const lines = [
    ...deletes.map(({ digest, kind }) => `delete  ${digest}  ${kind}`),
    ...(tags.length > 0 ? [`untag   ${named(tags)}`] : []),
    ...keeps.map(({ digest, tags: by }) => `keep    ${digest}  needed by ${named(by)}`),
  ];
  return [printable(reference), ...lines.map((line) => `  ${line}`), ""].join("\n");
}

/** Asks on the terminal. Without one, nothing is deleted that was not confirmed by the flag. */
async function confirm({ reference, deletes, tags }, { terminal, io }) {
  if (!io.stdin.isTTY) {
    const message = `nothing was deleted of ${reference}: there is no terminal to confirm the plan on`;
    throw new MultiarchError({ code: "OPTION_INVALID", message, details: { plan: true } });
  }
  const what = deletes.length > 0 ? counted(deletes.length, "manifest") : `the tag ${tags.join(", ")}`;
  const answer = await new Prompt(io.stdin, terminal).line(`Delete ${printable(what)}? [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new MultiarchError({ code: "ABORTED", message: `nothing was deleted of ${reference}` });
}
