import { expect, test } from "../fixtures/test.ts";

const SAMPLE = "Nordwind (sample)";

test("a deleted workspace comes back with Undo", async ({ app, page }) => {
  await app.makeTeam("Northwind leadership", ["Ana Duarte"], []);
  await app.newWorkspace.later.click();
  await app.shell.go("Settings");
  await app.settings.remove.click();
  await expect(app.shell.says("“Northwind leadership” is in the bin.")).toBeVisible();
  await expect(app.start.workspace("Northwind leadership")).toHaveCount(0);

  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await app.start.workspace("Northwind leadership").click();
  await app.shell.go("Team");
  await expect(app.team.row("Ana Duarte")).toBeVisible();
});

test("the sample team is gone in one step", async ({ app, page }) => {
  await app.openSample();
  await page.getByRole("button", { name: "Remove the sample" }).click();
  await expect(app.shell.says("The sample team is gone.")).toBeVisible();
  await expect(app.start.workspace(SAMPLE)).toHaveCount(0);
  await expect(app.heading("See whether your leadership team really agrees.")).toBeVisible();
});
