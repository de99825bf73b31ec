/** What is wrong with an index by itself, as `multiarch check` finds it, without a request. */

import { checkEntries } from "../../pkg/check/entries.js?reader";
import { Report } from "../../pkg/check/report.js?reader";
import { leavesOf } from "../../pkg/lists/leaves.js?reader";

/** @returns {Promise<{ severity: string, code: string, message: string }[]>} none for what is no index */
export async function checked(document) {
  if (document.kind !== "index") return [];
  const report = new Report("LIST");
  checkEntries(await leavesOf(document, () => Promise.reject(new Error("no request"))), report);
  return report.findings.map(({ severity, code, message }) => ({ severity, code, message }));
}
