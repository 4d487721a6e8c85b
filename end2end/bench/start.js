// From the address to the first page: a first visit, and every later one.

import { kept, tab, visit, visitor } from "./browser.js";

const FIRST_VISITS = 8;
const LATER_VISITS = 10;

export async function start(browser, url, sheet) {
  for (const slower of [1, 4]) {
    const first = [];
    for (let run = 0; run < FIRST_VISITS; run += 1) {
      const context = await visitor(browser, url);
      first.push(await visit(await tab(context, slower), "/"));
      await context.close();
    }
    note(sheet, `first visit, ${slower}× slower`, first);

    const context = await visitor(browser, url);
    const page = await tab(context);
    await visit(page, "/");
    await kept(page);
    await page.close();
    const later = [];
    for (let run = 0; run < LATER_VISITS; run += 1) {
      const page = await tab(context, slower);
      later.push(await visit(page, "/"));
      await page.close();
    }
    await context.close();
    note(sheet, `later visit, ${slower}× slower`, later);
  }
}

function note(sheet, what, visits) {
  sheet.add(`${what}: first paint`, visits.map((visit) => visit.paint));
  sheet.add(`${what}: content`, visits.map((visit) => visit.content));
}
