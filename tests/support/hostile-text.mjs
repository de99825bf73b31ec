/** Texts that have broken pages, and whether a page is the same page after it showed them. */

import assert from "node:assert/strict";

export const SCRIPT = "<script>window.reached = 1</script>";
export const IMAGE = "<img src=x onerror='window.reached = 2'>";
export const BIDI = "safe\u202egpj.exe\u2066";
export const ESCAPE = "\u001b[2Jcleared\u0007";

/** Strings that have broken pages: markup, handlers, addresses, controls, directions, prototypes, endless words. */
export function strings() {
  const seeds = [SCRIPT, IMAGE, BIDI, ESCAPE, "\"><svg onload=window.reached=4>", "' onmouseover='window.reached=5", "javascript:window.reached=6", "data:text/html,<script>1</script>", "&lt;b&gt;", "${window.reached=7}", "{{constructor.constructor('window.reached=8')()}}", "__proto__", "constructor", "\u0000", "\u0085", "\u200b\u200f", "\ufeff", "\ud83d\udc68\u200d\ud83d\udc69", "a".repeat(4000), "</textarea></title></style>", "--><!--", "\\u{202e}", "%3Cscript%3E", "../../../etc/passwd", "`rm -rf /`"];
  return Array.from({ length: 500 }, (_, at) => `${seeds[at % seeds.length]}${at < seeds.length ? "" : ` ${at} ${seeds[(at * 7 + 3) % seeds.length].slice(0, 200)}`}`);
}

/** That no script ran, no element was made of a text, and no control is shown as it is. */
export async function assertInert(page) {
  assert.equal(await page.evaluate(() => window.reached), undefined, "nothing ran");
  const made = await page.evaluate(() => ({
    scripts: document.querySelectorAll("script").length,
    images: document.querySelectorAll("img, iframe, object, embed, svg[onload]").length,
    handlers: [...document.querySelectorAll("*")].some((one) => one.getAttributeNames().some((name) => name.startsWith("on"))),
    links: [...document.querySelectorAll("a")].map((link) => link.getAttribute("href")).filter((href) => !href.startsWith("#")),
    raw: /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(document.body.innerText + document.body.textContent),
    titles: [...document.querySelectorAll("[title]")].some((one) => /[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/.test(one.title)),
    reports: window.policyReports,
  }));
  assert.deepEqual(made, { scripts: 1, images: 0, handlers: false, links: [], raw: false, titles: false, reports: [] });
}
