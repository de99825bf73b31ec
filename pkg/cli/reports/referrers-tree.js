/** What refers to a manifest, as a tree, with what attestations state. */

import { counted } from "../../core/counted.js";
import { formatPlatform } from "../../entry/command.js";
import { brief } from "../terminal/brief.js";
import { digestText, problemText, wordOf } from "./overview-cells.js";
import { treeLines } from "./tree.js";

const COSIGN = { sig: "cosign signature", att: "cosign attestation", sbom: "cosign bill of materials" };
const TYPES = [[/^application\/vnd\.dev\.sigstore\.bundle\./, "Sigstore bundle"], [/^application\/vnd\.cncf\.notary\.signature$/, "Notation signature"]];
/** Stands below every tree, in one line of the terminal. */
const NOT_CHECKED = ["Signatures are not checked: this is what the documents state.", "Signatures are not checked."];

/**
 * @param {import("multiarch").AttestationTree} tree
 * @param {object} paper
 * @param {number} paper.width
 * @param {(text: string) => string} paper.bold
 * @param {boolean} paper.full digests and times are not shortened, and lines are not cut
 * @param {((name: string) => boolean) | undefined} paper.packages which packages are listed
 */
export function referrersTree({ reference, root }, { width, bold, full, packages }) {
  const showing = { full, packages };
  const text = [brief(reference), wordOf(root.descriptor.mediaType), digestText(root.descriptor.digest, { full })].join("  ");
  const nodes = below(root, showing);
  const [first, ...lines] = treeLines({ text, nodes: nodes.length > 0 ? nodes : [{ text: "nothing refers to it" }] }, full ? Infinity : width);
  const note = NOT_CHECKED.find((sentence) => sentence.length <= width) ?? NOT_CHECKED.at(-1);
  return [bold(first), ...lines, "", note, ""].join("\n");
}

function below({ nodes, contents = [], problem }, showing) {
  return [
    ...(problem ? [{ text: problemText(problem) }] : []),
    ...contents.map((content) => contentNode(content, showing)),
    ...nodes.map((node) => ({ text: [titleOf(node), digestText(node.descriptor.digest, showing)].filter(Boolean).join("  "), nodes: below(node, showing) })),
  ];
}

function titleOf({ relation, descriptor: { platform, artifactType, mediaType, problem }, tag = "" }) {
  if (problem) return brief(problem);
  if (relation === "attestation") return "BuildKit attestation";
  if (relation === "cosign") return COSIGN[tag.slice(tag.lastIndexOf(".") + 1)];
  const type = TYPES.find(([pattern]) => pattern.test(artifactType ?? ""))?.[1] ?? brief(artifactType || wordOf(mediaType));
  return relation === "child" && platform && platform.os !== "unknown" ? brief(formatPlatform(platform)) : type;
}

function contentNode(content, showing) {
  const { kind, signatures, isAboutSubject, problem, subjects = [] } = content;
  const title = TITLES[kind](content);
  const signed = signatures > 0 ? [`${counted(signatures, "signature")}, not checked`] : [];
  return {
    text: [title, ...signed].join(", "),
    nodes: [
      ...(problem ? [{ text: problemText(problem) }] : []),
      ...(isAboutSubject === false ? [{ text: `states another subject: ${subjectOf(subjects[0])}` }] : []),
      ...(content.provenance ? provenanceNodes(content.provenance, showing) : []),
      ...(content.sbom && showing.packages ? packageNodes(content.sbom, showing.packages) : []),
    ],
  };
}

const TITLES = {
  provenance: ({ provenance }) => `SLSA provenance v${brief(provenance.version)}`,
  sbom: ({ sbom }) => `${FORMATS[sbom.format]}${sbom.version ? ` ${brief(sbom.version)}` : ""}, ${counted(sbom.packageCount, "package")}`,
  signature: () => "signature, not checked",
  statement: ({ predicateType }) => `in-toto statement ${brief(predicateType)}`,
  unknown: ({ predicateType, payloadType, mediaType = "unknown content" }) => brief(predicateType ?? payloadType ?? mediaType),
};
const FORMATS = { spdx: "SPDX", cyclonedx: "CycloneDX" };

function subjectOf({ digest }) {
  const [[algorithm, encoded] = ["", "none"]] = Object.entries(digest);
  return digestText(`${algorithm}:${encoded}`);
}

function provenanceNodes({ builder, source, commit, finishedOn, startedOn, materials }, { full }) {
  const time = finishedOn ?? startedOn;
  const facts = [
    ["builder", builder], ["source", source], ["commit", commit], ["built", full ? time : time?.replace(/\.\d+/, "")],
    ["materials", materials > 0 ? String(materials) : undefined],
  ];
  return facts.filter(([, value]) => value).map(([name, value]) => ({ text: `${name.padEnd("materials".length)}  ${brief(value)}` }));
}

/** How many packages are listed. */
const MOST = 1000;

function packageNodes({ packages }, matches) {
  const found = packages.filter(({ name }) => matches(name));
  const nodes = found.slice(0, MOST).map(({ name, version, license }) => ({ text: [brief(name), version && brief(version), license && brief(license)].filter(Boolean).join("  ") }));
  return found.length > MOST ? [...nodes, { text: `and ${found.length - MOST} more` }] : nodes;
}
