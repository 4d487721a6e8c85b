import { stored } from "../fixtures/engine.ts";
import { expect, test } from "../fixtures/test.ts";

const SAMPLE = "Nordwind (sample)";

test("a workspace saved to a file, wiped and opened again has the same fingerprint", async ({ app, page }) => {
  await app.openSample();
  await app.shell.go("Priorities");
  await app.priorities.put("Only in this workspace");
  const before = await app.shell.fingerprint();

  await app.shell.go("Settings");
  const [download] = await Promise.all([page.waitForEvent("download"), app.settings.saveFile.click()]);
  expect(download.suggestedFilename()).toBe("nordwind-sample.plumbline");
  const path = await download.path();
  expect(await stored(page)).not.toEqual([]);
  await app.settings.remove.click();
  await expect(app.start.bin).toBeVisible();
  await app.start.eraseForGood(SAMPLE);
  await expect.poll(() => stored(page)).toEqual([]);

  const holds = await app.start.choose(path);
  await expect(holds).toContainText(SAMPLE);
  await expect(holds.getByRole("code")).toHaveText(before);
  await expect(holds).toContainText("It becomes a new workspace on this device.");
  await holds.getByRole("button", { name: "Open it" }).click();
  await expect(app.heading("Today")).toBeVisible();
  expect(await app.shell.fingerprint()).toBe(before);
  await app.shell.go("Priorities");
  await expect(app.priorities.row("Only in this workspace")).toBeVisible();
});

test("a damaged workspace file is refused in words, and nothing changes", async ({ app }) => {
  await app.open();
  const buffer = Buffer.from("not ours");
  await app.start.choose({ name: "notes.plumbline", mimeType: "application/octet-stream", buffer });
  await expect(app.shell.warns("This workspace file was not opened.")).toContainText("not a Plumbline workspace file");
  await expect(app.heading("See whether your leadership team really agrees.")).toBeVisible();
});
