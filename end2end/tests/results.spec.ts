import { readFile } from "node:fs/promises";

import { type App, expect, test } from "../fixtures/test.ts";

async function openResults(app: App): Promise<void> {
  await app.openSample();
  await app.shell.go("Rounds");
  await app.rounds.revealed("Autumn offsite").click();
  await expect(app.heading("Autumn offsite")).toBeVisible();
}

test("the ballots of a revealed round become a spreadsheet that can be brought in again", async ({ app, page }) => {
  await openResults(app);
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Ballots, as CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("autumn-offsite-ballots.csv");
  const text = await readFile(await download.path(), "utf8");
  expect(text.trim().split("\n")).toHaveLength(8);

  await app.shell.go("Rounds");
  await page.getByRole("link", { name: "Bring in ballots from a spreadsheet" }).click();
  await app.import.choose("autumn-offsite-ballots.csv", text);
  await expect(app.import.submit).toHaveAccessibleName("Import 7 ballots");
  await expect(app.import.problems).toHaveCount(0);
});

test("every figure has its definition one click away", async ({ app, page }) => {
  await openResults(app);
  await app.results.agreement.getByRole("button", { name: /^What is this\?.*Agreement/ }).first().click();
  const definition = page.getByRole("dialog", { name: "Agreement" });
  await expect(definition).toContainText("How it is computed");
  await definition.getByRole("button", { name: "Close" }).click();
  await expect(definition).toBeHidden();
});
