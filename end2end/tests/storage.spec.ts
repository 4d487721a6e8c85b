import { fillableDisk, noStorage } from "../fixtures/engine.ts";
import { expect, test } from "../fixtures/test.ts";

test("a full disk is told at once, and nothing is lost when there is space again", async ({ app, page }) => {
  const fill = await fillableDisk(page);
  await app.openSample();
  await app.shell.go("Priorities");
  await app.priorities.put("Before the disk was full");

  await fill(true);
  await app.priorities.submit("While the disk was full");
  await expect(app.shell.warns("The edit is not saved yet: it is only in this open tab.")).toBeVisible();
  await expect(app.shell.warns("The browser’s storage is full.")).toBeVisible();
  await expect(app.priorities.row("While the disk was full")).toBeVisible();
  await app.shell.notSaved.click();
  await expect(page.getByRole("group", { name: "Where your work is" })).toContainText(
    "One edit is only in this open tab. Keep the tab open.",
  );
  await page.keyboard.press("Escape");

  await fill(false);
  await expect(app.shell.saved).toBeVisible();
  await page.reload();
  await expect(app.priorities.row("Before the disk was full")).toBeVisible();
  await expect(app.priorities.row("While the disk was full")).toBeVisible();
});

test("a browser that stores nothing says so, and the workspace can still be saved as a file", async ({ app, page }) => {
  await noStorage(page);
  await app.open();
  await app.start.sample.click();
  await expect(app.heading("Today")).toBeVisible();
  await app.shell.notSaved.click();
  const panel = page.getByRole("group", { name: "Where your work is" });
  await expect(panel).toContainText("This browser does not let pages store anything (a private window, or a policy).");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    panel.getByRole("button", { name: "Save a copy as a file" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("nordwind-sample.plumbline");
});
