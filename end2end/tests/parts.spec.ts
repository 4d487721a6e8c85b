import { App, expect, test } from "../fixtures/test.ts";

const PAGES = /plumbline-part-pages/;

test("a page that could not be fetched says so, and comes once it can be", async ({ browser, baseURL }) => {
  // What a service worker keeps need not be fetched.
  const context = await browser.newContext({ baseURL, serviceWorkers: "block" });
  const page = await context.newPage();
  await page.route(PAGES, (route) => route.abort());
  const app = new App(page);
  await app.open();
  await app.start.ours.click();
  await expect(app.heading("This page could not be fetched")).toBeVisible();
  await expect(page.getByRole("main")).toHaveCount(1);

  await page.unroute(PAGES);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(app.heading("What is the team called?")).toBeVisible();
  await context.close();
});

test("a part that is not what was published is not run", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL, serviceWorkers: "block" });
  const page = await context.newPage();
  await page.route(PAGES, async (route) => {
    await route.fulfill({ contentType: "application/wasm", body: Buffer.from([0, 97, 115, 109, 1, 0, 0, 0]) });
  });
  const app = new App(page);
  await app.open();
  await app.start.ours.click();
  await expect(app.heading("This page could not be fetched")).toBeVisible();
  await context.close();
});
