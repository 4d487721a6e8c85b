import { trapInNextEdit } from "../fixtures/engine.ts";
import { expect, test } from "../fixtures/test.ts";

test.use({ expectedErrors: /recovery drill|RefCell already borrowed|unreachable/ });

test("an engine that traps mid-edit is back within two seconds with everything saved", async ({ app, page }) => {
  await app.openSample();
  await app.shell.go("Priorities");
  await app.priorities.put("Saved before the failure");

  await trapInNextEdit(page);
  const began = Date.now();
  await app.priorities.submit("Lost in the failure");
  await expect(app.shell.warns("Plumbline had to restart while it was doing this.")).toBeVisible();
  await expect(app.shell.warns("Everything saved before is safe.")).toBeVisible();

  // The screen stays up, with the words that were typed; the same edit again is saved.
  await expect(app.heading("Priorities")).toBeVisible();
  await expect(app.priorities.row("Saved before the failure")).toBeVisible();
  await expect(app.priorities.row("Lost in the failure")).toHaveCount(0);
  await expect(app.priorities.title).toHaveValue("Lost in the failure");
  await app.priorities.add.click();
  await expect(app.priorities.row("Lost in the failure")).toBeVisible();
  const took = Date.now() - began;
  console.log(`recovery, with the edit repeated and saved: ${took} ms`);
  expect(took).toBeLessThan(2_000);

  await expect(app.shell.warns("Restarting")).toHaveCount(0);
  await page.reload();
  await expect(app.priorities.row("Saved before the failure")).toBeVisible();
  await expect(app.priorities.row("Lost in the failure")).toHaveCount(1);
});
