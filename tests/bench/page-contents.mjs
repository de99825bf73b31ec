// The inspector with much in it: a layer of 100,000 files that is scrolled, and an archive of 2 GB that is opened.

import { readFile, writeFile } from "node:fs/promises";

import { openPage, startServe, startBrowser } from "../support/browser.mjs";
import { layoutMembers, tarOf } from "../support/archives.mjs";
import { crowdedImage } from "../support/file-images.mjs";
import { scratch } from "../support/scratch.mjs";
import { LAYER, writeArchive } from "./archives.mjs";
import { amount, duration } from "./measure.mjs";

const FILES = 100_000;
const [MOST_LIST_S, MOST_TAB_MB, MOST_LATE] = [1, 200, 0.05];
/** A screen that shows 60 frames in a second waits so long for each. */
const FRAME_MS = 1000 / 60;
/** So many pixels a frame, for so many frames: a wheel that is turned fast. */
const [STEP, FRAMES] = [300, 240];
const ROUNDS = 3;

/** Milliseconds from the click that opens a file until its image is shown. */
async function opened(page, path) {
  await page.keyboard.press("o");
  await page.setInputFiles("dialog.open input[type=file]", path);
  const start = performance.now();
  await page.click("dialog.open button[type=submit]");
  await page.waitForSelector(".platforms .row, .hero .answer, .tags li");
  return performance.now() - start;
}

/** Runs in the page: scrolls the list of files a step a frame, and gives how long each frame took. */
async function scroll([step, frames]) {
  const list = document.querySelector("#file-list");
  const times = [];
  const longTasks = [];
  new PerformanceObserver((all) => longTasks.push(...all.getEntries().map(({ duration: ms }) => ms))).observe({ type: "longtask" });
  let last = await new Promise(requestAnimationFrame);
  for (let frame = 0; frame < frames; frame++) {
    list.scrollTop += step;
    const now = await new Promise(requestAnimationFrame);
    times.push(now - last);
    last = now;
  }
  return { times, longTasks, rows: list.querySelectorAll(".file-row").length };
}

/** Which part of the frames came late. */
const lateOf = ({ times }) => times.filter((ms) => ms > 1.5 * FRAME_MS).length / times.length;

async function scrolled(browser, server, folder) {
  const path = folder.join("crowded.tar");
  await writeFile(path, tarOf(layoutMembers({ "crowded:1.0": crowdedImage(FILES) })));
  const page = await openPage(browser, server.url);
  await opened(page, path);
  const start = performance.now();
  await page.click("#tab-files");
  await page.waitForSelector("#file-list .file-row", { timeout: 60_000 });
  const listed = performance.now() - start;
  await page.click(".switches button:has-text('By size')");
  await page.waitForSelector("#file-list .file-row");
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await page.evaluate(scroll, [STEP, FRAMES]));
  await page.context().close();
  const [{ times, longTasks, rows }] = rounds.toSorted((a, b) => lateOf(a) - lateOf(b));
  const late = lateOf({ times });
  const median = times.toSorted((a, b) => a - b)[times.length >> 1];
  return `a layer of ${FILES.toLocaleString("en-US")} files in the page: listed after ${duration(listed)}; scrolled over ${STEP * FRAMES} pixels, ` +
    `a frame takes ${duration(median)}, ${amount(100 * late, 100 * MOST_LATE, "%")} of them come late, ${longTasks.length} long tasks, ${rows} rows drawn`;
}

/** Megabytes of a process that it shares with no other. */
async function megabytesOf(id) {
  const text = await readFile(`/proc/${id}/smaps_rollup`, "utf8");
  const kilobytes = [...text.matchAll(/^Private_\w+:\s+(\d+) kB/gm)].reduce((sum, [, number]) => sum + Number(number), 0);
  return kilobytes / 1000;
}

/** The largest process of a tab. */
async function tabOf(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const sizes = await Promise.all(processInfo.filter(({ type }) => type === "renderer").map(({ id }) => megabytesOf(id)));
  return Math.max(...sizes);
}

async function archiveOpened(browser, server, folder) {
  const path = folder.join("saved.tar");
  await writeArchive(path);
  const page = await openPage(browser, server.url);
  await page.waitForLoadState("networkidle");
  const before = await tabOf(browser);
  const ms = await opened(page, path);
  const [after, heap] = [await tabOf(browser), await page.evaluate(() => performance.memory.usedJSHeapSize / 1e6)];
  await page.context().close();
  return `an archive of docker save of ${LAYER / 1e9} GB in the page: listed after ${amount(ms / 1000, MOST_LIST_S, "s")}; ` +
    `the tab has ${amount(after, MOST_TAB_MB, "MB")}, ${before.toFixed(1)} MB before, ${heap.toFixed(1)} MB of it JavaScript's`;
}

export async function pageContents() {
  const [folder, server, browser] = [await scratch(), await startServe(["--registry", "localhost:1"]), await startBrowser()];
  try {
    return [await scrolled(browser, server, folder), await archiveOpened(browser, server, folder)];
  } finally {
    await browser.close();
    await server.close();
    await folder.remove();
  }
}
