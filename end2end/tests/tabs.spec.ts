import { expect, secondTab, test } from "../fixtures/test.ts";

test("two tabs show each other's edits at once, and end up equal", async ({ app, page, context, watch }) => {
  await app.openSample();
  await app.shell.go("Priorities");
  const other = await secondTab(context, watch);
  await other.open(page.url());
  await expect(other.heading("Priorities")).toBeVisible();

  await app.priorities.put("From the first tab");
  await expect(other.priorities.row("From the first tab")).toBeVisible();
  await other.priorities.put("From the second tab");
  await expect(app.priorities.row("From the second tab")).toBeVisible();

  // Both at once, again and again.
  const names = Array.from({ length: 6 }, (_, at) => at + 1);
  await Promise.all([
    (async () => {
      for (const at of names) await app.priorities.put(`First ${at}`);
    })(),
    (async () => {
      for (const at of names) await other.priorities.put(`Second ${at}`);
    })(),
  ]);
  for (const at of names) {
    await expect(app.priorities.row(`Second ${at}`)).toBeVisible();
    await expect(other.priorities.row(`First ${at}`)).toBeVisible();
  }
  const agreed = await app.shell.fingerprint();
  expect(await other.shell.fingerprint()).toBe(agreed);

  // What is stored is the same once more.
  await page.reload();
  await expect(app.priorities.row("Second 6")).toBeVisible();
  expect(await app.shell.fingerprint()).toBe(agreed);
});

test("a workspace renamed in one tab has its new name in the other", async ({ app, page, context, watch }) => {
  await app.openSample();
  await app.shell.go("Settings");
  const other = await secondTab(context, watch);
  await other.open(page.url());
  await app.settings.name.fill("Nordwind board");
  await app.settings.rename.click();
  await expect(other.settings.name).toHaveValue("Nordwind board");
  await expect(other.page.getByRole("button", { name: "Workspace: Nordwind board. Change workspace" })).toBeVisible();
});
