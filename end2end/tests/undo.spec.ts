import { expect, test } from "../fixtures/test.ts";

test("a move in the agreed stack is undone and redone by buttons that name it", async ({ app, page }) => {
  await app.openSample();
  await page.getByRole("main").getByRole("link", { name: "Open the agreed stack" }).click();
  await expect(app.heading("Agreed stack")).toBeVisible();
  const before = await app.stack.titles();
  const moved = before[2] ?? "";
  const after = [before[0], moved, before[1], ...before.slice(3)];

  await app.stack.up(moved).click();
  await expect.poll(() => app.stack.titles()).toEqual(after);
  await expect(app.shell.undo).toHaveAccessibleName(`Undo: moved ${moved} to 2`);

  await app.shell.undo.click();
  await expect(app.shell.says(`Taken back: moved ${moved} to 2`)).toBeVisible();
  await expect.poll(() => app.stack.titles()).toEqual(before);
  await expect(app.shell.redo).toHaveAccessibleName(`Redo: moved ${moved} to 2`);

  await app.shell.redo.click();
  await expect.poll(() => app.stack.titles()).toEqual(after);
  await expect(app.shell.redo).toHaveAccessibleName("Nothing to redo");
});
