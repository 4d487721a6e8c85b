// Edits of a large workspace: from the drop to the frame that shows it, and to the disk and back.

import { DISPATCH, tab, visit } from "./browser.js";
import { owner } from "./workspace.js";

const DROPS = 40;
const ADDITIONS = 8;

export async function edits(browser, url, file, held, sheet) {
  const objects = `${held.objects.toLocaleString("en")} objects`;
  const context = await owner(browser, url, file);
  for (const slower of [1, 4]) {
    const page = await tab(context, slower);
    await visit(page, `/w/${held.workspace}/rounds/${held.round}/stack`);
    await page.evaluate(() => {
      globalThis.rowOrder = () => [...document.querySelectorAll(".sortable-row")].map((row) => row.dataset.key).join();
      globalThis.rowPlaces = () => [...document.querySelectorAll(".sortable-row .sortable-place")].map((place) => place.textContent).join();
      globalThis.rowState = () => `${rowOrder()} ${rowPlaces()} ${document.querySelector(".sortable").className}`;
    });
    for (const [means, drop] of Object.entries({ "dropped by pointer": byPointer, "dropped by key": byKey, "moved by button": byButton })) {
      await drop(page, 0);
      const from = await page.evaluate(() => [bench.trips.length, bench.news.length]);
      const drops = [];
      for (let run = 0; run < DROPS; run += 1) {
        drops.push(await drop(page, run));
        await settled(page);
      }
      const what = `${means}, ${objects}, ${slower}× slower`;
      const changed = drops.filter((drop) => drop.changed).length;
      sheet.add(`${what}: event to frame`, drops.map((drop) => drop.painted), `in the first frame ${changed} of ${drops.length}`);
      sheet.add(`${what}: page kept by the event`, drops.map((drop) => drop.handled));
      const [trips, news] = await page.evaluate(
        ([[trips, news], dispatch]) => [
          bench.trips.slice(trips).filter((trip) => trip.kind === dispatch).map((trip) => trip.answered - trip.sent),
          bench.news.slice(news).map((one) => one.busy),
        ],
        [from, DISPATCH],
      );
      sheet.add(`${what}: edit to disk and back`, trips);
      sheet.add(`${what}: page kept by news of the engine`, news);
    }
    await page.close();
  }
  await list(context, held, objects, sheet);
  await context.close();
}

/** The longest page: every priority in one list, and one more. */
async function list(context, held, objects, sheet) {
  const page = await tab(context);
  const { content } = await visit(page, `/w/${held.workspace}/priorities`);
  sheet.add(`list of all priorities, ${objects}: content`, [content]);
  const shown = [];
  for (let run = 0; run < ADDITIONS; run += 1) {
    await page.locator("#new-priority").fill(`One more ${Date.now()} ${run}`);
    const rows = await page.locator(".priority-list > li").count();
    await page.evaluate((rows) => {
        globalThis.effect = new Promise((resolve) => {
          let start;
          addEventListener("keydown", (event) => (start = event.timeStamp), { capture: true, once: true });
          const list = document.querySelector(".priority-list");
          const observer = new MutationObserver(() => {
            if (list.children.length <= rows) return;
            observer.disconnect();
            bench.painted((time) => resolve(time - start));
          });
          observer.observe(list, { childList: true });
        });
    }, rows);
    await page.locator("#new-priority").press("Enter");
    shown.push(await page.evaluate(() => globalThis.effect));
    await settled(page);
  }
  sheet.add(`priority added to the list, ${objects}: key to frame`, shown);
  await page.close();
}

async function byPointer(page, run) {
  const rows = page.locator(".sortable-row");
  const first = run % 2;
  const [from, to] = [await rows.nth(first).boundingBox(), await rows.nth(first + 2).boundingBox()];
  const grip = await rows.nth(first).locator("[data-grip]").boundingBox();
  const [x, y] = [grip.x + grip.width / 2, grip.y + grip.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y + (to.y - from.y) / 2, { steps: 4 });
  await page.mouse.move(x, y + (to.y - from.y) + 8, { steps: 4 });
  return effect(page, "pointerup", () => page.mouse.up());
}

async function byKey(page, run) {
  const grip = page.locator(".sortable-row [data-grip]").nth(run % 4);
  await grip.focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  // A button is pressed when the key comes up again.
  return effect(page, "click", () => page.keyboard.press("Space"));
}

async function byButton(page, run) {
  const button = page.locator(".sortable-row [data-part=down]").nth(run % 4);
  return effect(page, "click", () => button.click());
}

/** Does it, and says what the event it makes did to the page. */
async function effect(page, type, act) {
  await page.evaluate((type) => void (globalThis.effect = bench.next(type, rowState)), type);
  await act();
  return page.evaluate(() => globalThis.effect);
}

/** Waits until every edit is on disk, the page is at rest and its rows have glided to their places. */
async function settled(page) {
  await page.waitForFunction((dispatch) => bench.trips.every((trip) => trip.kind !== dispatch || trip.answered), DISPATCH, {
    timeout: 60_000,
  });
  await page.evaluate(() => new Promise((resolve) => bench.painted(() => setTimeout(resolve, 250))));
}
