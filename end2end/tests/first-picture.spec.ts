import { App, expect, test } from "../fixtures/test.ts";

test("somebody who was never here reads what this is before the app has loaded", async ({ page, watch }) => {
  watch(page);
  let load = () => {};
  const wanted = new Promise<void>((loading) => (load = loading));
  await page.route(/plumbline_bg/, async (route) => {
    await wanted;
    await route.continue();
  });
  await page.goto("/");
  const promise = page.getByRole("heading", { name: "See whether your leadership team really agrees." });
  await expect(promise).toBeVisible();
  const before = await promise.boundingBox();
  await expect(page.getByRole("link", { name: /Start ours/ })).toHaveCount(0);

  load();
  await expect(page.getByRole("link", { name: /Start ours/ })).toBeVisible();
  await expect(promise).toHaveCount(1);
  // The app draws it where it stood.
  expect(await promise.boundingBox()).toEqual(before);
});

test("somebody who was here sees no introduction while the app loads", async ({ browser, baseURL }) => {
  // A kept app loads past what a test can hold up.
  const context = await browser.newContext({ baseURL, serviceWorkers: "block" });
  const page = await context.newPage();
  await new App(page).openSample();
  await page.waitForFunction(() => localStorage.getItem("plumbline.last-workspace"));
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Your workspaces" })).toBeVisible();
  await page.route(/plumbline_bg/, () => {});
  await page.goto("/", { waitUntil: "commit" });
  await expect(page.locator("#skeleton")).toBeAttached();
  await expect(page.getByText("Opening Plumbline…")).toBeVisible();
  await expect(page.getByRole("heading", { name: /leadership team/ })).toBeHidden();
  await context.close();
});
