/** The table of a check: a line for each image, and below it what was found. */

import { counted } from "../../core/counted.js";
import { formatPlatform } from "../../entry/command.js";
import { brief } from "../terminal/brief.js";
import { aligned, shortDigest } from "./table.js";

const MARKS = { error: "ERROR", warning: "WARN", note: "note" };
const INDENT = "  ";

/**
 * @param {object} checked what `client.check` returned, or stands for its failure
 * @param {boolean} quiet whether only what was found is printed
 */
export function checkText({ reference, digest, images, findings }, quiet) {
  const rows = rowsOf(images, findings).filter((row) => !quiet || row.findings.length > 0);
  if (rows.length === 0 && quiet) return "";
  const attestations = images.reduce((total, image) => total + image.attestations, 0);
  const found = attestations > 0 ? `, ${counted(attestations, "attestation")}` : "";
  const heading = digest ? `${reference}  ${digest}  ${counted(images.length, "image")}${found}` : reference;
  const lines = aligned(rows.map(({ mark, platform, digest: own, attestations: count }) => [
    mark, platform, own ? shortDigest(own) : "-", count ? counted(count, "attestation") : "",
  ]));
  return [
    heading,
    ...rows.flatMap((row, at) => [INDENT + lines[at], ...row.findings.flatMap(findingLines)]),
    INDENT + conclusion(findings), "",
  ].join("\n");
}

/** The images, each with what is about it; then what is about none of them. */
function rowsOf(images, findings) {
  const rest = new Set(findings);
  const take = (matches) => {
    const own = [...rest].filter(matches);
    own.forEach((finding) => rest.delete(finding));
    return own;
  };
  const rows = images.map(({ platform, digest, attestations }) => {
    const own = take((finding) => finding.digest === digest || (platform && finding.digest && finding.platform === platform));
    return { platform: nameOf(platform), digest, attestations, findings: own };
  });
  for (const finding of findings.filter((one) => rest.has(one))) rows.push({ platform: nameOf(finding.platform), digest: finding.digest, findings: [finding] });
  return rows.map((row) => ({ ...row, mark: markOf(row.findings) }));
}

const nameOf = (platform) => (platform ? brief(formatPlatform(platform)) : "-");

function markOf(findings) {
  const worst = ["error", "warning", "note"].find((severity) => findings.some((finding) => finding.severity === severity));
  return worst ? MARKS[worst] : "ok";
}

function findingLines({ code, message, hint }) {
  return [`${code}: ${brief(message, LONGEST)}`, ...(hint ? [`hint: ${brief(hint, LONGEST)}`] : [])].map((line) => `${INDENT}       ${line}`);
}

/** How much of a sentence is shown: with two digests and a few platforms in it. */
const LONGEST = 1000;

function conclusion(findings) {
  const count = (severity) => findings.filter((finding) => finding.severity === severity).length;
  const parts = [["error", "error"], ["warning", "warning"], ["note", "note"]]
    .filter(([severity]) => count(severity) > 0).map(([severity, thing]) => counted(count(severity), thing));
  return parts.length > 0 ? parts.join(", ") : "all is well";
}
