// Opening a workspace that is on this device already, as after a year of use.

import { kept, tab, visit, visitor } from "./browser.js";

const OPENINGS = 10;

/** Somebody whose device holds the workspace of `file`, brought in through the page. */
export async function owner(browser, url, file) {
  const context = await visitor(browser, url);
  const page = await tab(context);
  await visit(page, "/");
  await kept(page);
  await page.locator('input[type="file"][accept*=".plumbline"]').first().setInputFiles(file);
  await page.locator("dialog[open] .btn-primary").click();
  await page.waitForURL(/\/w\//, { timeout: 120_000 });
  await page.waitForFunction(() => document.querySelector("#main h1") && !document.querySelector("#main .waiting"));
  // The file is answered when it is open; storing it takes a moment more.
  await page.waitForTimeout(2_000);
  await page.close();
  return context;
}

export async function opening(browser, url, file, held, sheet) {
  const context = await owner(browser, url, file);
  const pages = { Today: `/w/${held.workspace}`, Stack: `/w/${held.workspace}/rounds/${held.round}/stack` };
  for (const [name, path] of Object.entries(pages)) {
    for (const slower of [1, 4]) {
      const visits = [];
      for (let run = 0; run < OPENINGS; run += 1) {
        const page = await tab(context, slower);
        visits.push(await visit(page, path));
        await page.waitForTimeout(300);
        await page.close();
      }
      const what = `open ${held.changes.toLocaleString("en")} changes, ${name}, ${slower}× slower`;
      sheet.add(`${what}: first paint`, visits.map((visit) => visit.paint));
      sheet.add(`${what}: content`, visits.map((visit) => visit.content));
      sheet.add(`${what}: editable`, visits.map((visit) => visit.editable));
    }
  }
  await context.close();
}
