import { expect, test } from "../fixtures/test.ts";

test("a second visit needs no network, and what is done offline is kept", async ({ app, page, context }) => {
  await app.openSample();
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await context.setOffline(true);
  await page.reload();
  await expect(app.heading("Today")).toBeVisible();
  await app.shell.go("Priorities");
  await app.priorities.put("Written on a plane");
  await page.reload();
  await expect(app.priorities.row("Written on a plane")).toBeVisible();

  // A new tab, straight to the front door.
  await page.goto("/");
  await expect(app.heading("Your workspaces")).toBeVisible();
});
