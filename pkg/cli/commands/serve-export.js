/** `multiarch serve --export`: the inspector page as a folder for any web server. */

import { MultiarchError } from "../../entry/command.js";
import { VIEW_ERRORS } from "../../core/facts.js";
import { exportPage } from "../../node/export.js";
import { pageNames } from "../../node/page-files.js";
import { directOf, domainOf, withoutPage } from "../setup/page.js";

export async function execute(_, { export: folder, via, registry = [], direct: named, json }, { terminal }) {
  const registries = registry.map((text) => domainOf(text));
  const direct = directOf(named);
  await pageNames().catch(() => {
    throw withoutPage();
  });
  const files = await exportPage(folder, { via, registries, direct }).catch((error) => {
    throw error instanceof MultiarchError ? error : unwritable(folder, error);
  });
  if (json) return terminal.printJson({ folder, files, via: via?.href ?? null, registries, ...(direct.length > 0 && { direct }) });
  if (terminal.quiet) return terminal.print(`${folder}\n`);
  const proxied = via && `${registries.join(", ") || "registries"} through ${via.href}`;
  const own = direct.length > 0 && `${direct.join(", ")} by itself`;
  const reads = [proxied, own].filter(Boolean).join("; ") || "what is pasted and dropped, but no registries (--via)";
  return terminal.print(`${folder}   ${files.length} files for any web server\n  reads   ${reads}\n`);
}

function unwritable(folder, cause) {
  const message = `cannot write ${folder}: ${cause.code ?? cause.message}`;
  return new MultiarchError({ code: "FILE_UNWRITABLE", message, ...VIEW_ERRORS.FILE_UNWRITABLE, cause });
}
