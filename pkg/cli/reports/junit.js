/** A check as JUnit's XML, which CI systems show as tests. */

import { formatPlatform, printable } from "../../entry/command.js";

/** What XML 1.0 has no place for, not even escaped. */
const NO_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/**
 * A suite for each reference, with a test for each image and for each finding that is about none.
 *
 * @param {object[]} all what `client.check` returned
 * @param {(finding: object) => boolean} counts whether a finding is a failure
 */
export function junit(all, counts) {
  const suites = all.map((checked) => suite(checked, counts));
  const total = (name) => suites.reduce((count, one) => count + one[name], 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="multiarch check" tests="${total("tests")}" failures="${total("failures")}">`,
    ...suites.map(({ xml }) => xml), "</testsuites>", "",
  ].join("\n");
}

function suite({ reference, images, findings }, counts) {
  const cases = images.map(({ platform, digest }) => ({
    name: `${platform ? formatPlatform(platform) : "image"} ${digest}`, findings: findings.filter((finding) => finding.digest === digest),
  }));
  const named = new Set(cases.flatMap((one) => one.findings));
  for (const finding of findings.filter((one) => !named.has(one))) {
    const about = finding.platform ? formatPlatform(finding.platform) : finding.digest;
    cases.push({ name: [finding.code, about].filter(Boolean).join(" "), findings: [finding] });
  }
  if (cases.length === 0) cases.push({ name: "check", findings: [] });
  const failures = cases.filter((one) => one.findings.some(counts)).length;
  const xml = [
    `  <testsuite name="${escaped(reference)}" tests="${cases.length}" failures="${failures}">`,
    ...cases.map((one) => testCase(reference, one, counts)), "  </testsuite>",
  ].join("\n");
  return { tests: cases.length, failures, xml };
}

function testCase(reference, { name, findings }, counts) {
  const opening = `    <testcase classname="${escaped(reference)}" name="${escaped(name)}"`;
  const inner = findings.map((finding) => {
    const { code, message, hint } = finding;
    const text = escaped([message, ...(hint ? [`hint: ${hint}`] : [])].join("\n"));
    return counts(finding)
      ? `      <failure type="${code}" message="${escaped(message)}">${text}</failure>`
      : `      <system-out>${code}: ${text}</system-out>`;
  });
  return inner.length === 0 ? `${opening}/>` : [`${opening}>`, ...inner, "    </testcase>"].join("\n");
}

const escaped = (text) =>
  text.split("\n").map((line) => printable(line)).join("\n").replace(NO_XML, "?").replace(/[&<>"]/g, (character) => ENTITIES[character]);
