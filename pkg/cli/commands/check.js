/** `multiarch check`: whether references have the platforms that they should, and all that they list. */

import { FINDINGS, exitCodeOf } from "../../check/codes.js";
import { inParallel } from "../../core/parallel.js";
import { formatPlatform } from "../../entry/command.js";
import { connect } from "../setup/connection.js";
import { checkText } from "../reports/check-text.js";
import { hintOf } from "../terminal/report.js";

/** How many references are checked at once. */
const AT_ONCE = 4;

export async function execute(references, flags, context) {
  const { terminal, io, usage } = context;
  if (flags.json && flags.junit === "-") throw usage.flagError("--json and --junit - exclude each other", usage.find(["check"]));
  if (flags.junit !== undefined && flags.junit !== "-") {
    const { refuseUnwritable } = await import("../setup/files.js");
    await refuseUnwritable(flags.junit);
  }
  const client = await connect(references, flags, context);
  const { platform: platforms, exact, attestations, configs, blobs } = flags;
  const all = [];
  await inParallel([...references.entries()], AT_ONCE, async ([at, reference]) => {
    all[at] = await client.check(reference, { platforms, exact, attestations, configs, blobs }).catch((error) => failed(reference, error));
  });
  const findings = all.flatMap((one) => one.findings);
  await print(all, flags, terminal);
  if (flags.github || io.env.GITHUB_ACTIONS === "true") {
    const { workflowLines } = await import("../reports/workflow.js");
    for (const line of workflowLines(all)) await terminal.say(line);
  }
  return exitCodeOf(findings, flags.strict);
}

/** What stands for a reference that could not be checked at all. What is wrong with the command line is thrown. */
function failed(reference, error) {
  const { code, message } = error;
  if (["OPTION_INVALID", "PLATFORM_INVALID", "REFERENCE_INVALID", "ABORTED", "INTERNAL", undefined].includes(code)) throw error;
  const hint = hintOf(error);
  const kind = ["MANIFEST_UNKNOWN", "NAME_UNKNOWN"].includes(code) ? "REFERENCE_MISSING" : "NOT_CHECKED";
  const finding = { code: kind, severity: FINDINGS[kind].severity, message, ...(hint && { hint }), error: code };
  return { ok: false, reference, images: [], findings: [finding] };
}

async function print(all, flags, terminal) {
  if (flags.junit !== undefined) {
    const { junit } = await import("../reports/junit.js");
    const text = junit(all, (finding) => exitCodeOf([finding], flags.strict) !== 0);
    if (flags.junit === "-") return terminal.print(text);
    const { replaceFile } = await import("../setup/files.js");
    await replaceFile(flags.junit, text);
  }
  if (flags.json) return terminal.printJson(all.map(asJson));
  for (const checked of all) await terminal.print(checkText(checked, terminal.quiet));
}

function asJson({ images, findings, ...checked }) {
  const written = ({ platform, ...one }) => ({ ...(platform && { platform: formatPlatform(platform) }), ...one });
  return { ...checked, images: images.map(written), findings: findings.map(written) };
}
