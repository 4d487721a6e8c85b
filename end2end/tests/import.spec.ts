import { expect, test } from "../fixtures/test.ts";
import { LEADERS, PRIORITIES } from "../fixtures/team.ts";

const SHEET = [
  "leader;1;2;3;4;5",
  "Ana Duarte;Hire a CFO;Enter Spain;Cut churn in half;Rebuild billing;Open the Berlin office",
  "Bo Larsen;Hire a CFO;Hire a CFO;Enter Spain;Rebuild billing;Open the Berlin office",
  "Chidi Obi;Enter Spain;Hire a CFO;Cut churn in half;Rebuild billing;Open the Berlin ofice",
  ";Enter Spain;Hire a CFO;Cut churn in half;Rebuild billing;Open the Berlin office",
  "Ana Duarte;Enter Spain;Hire a CFO;Cut churn in half;Rebuild billing;Open the Berlin office",
  "",
].join("\r\n");

test("a spreadsheet's problems are told by row, and nothing comes in before it is confirmed", async ({ app, page }) => {
  await app.makeTeam("Northwind leadership", LEADERS, PRIORITIES);
  await app.newWorkspace.later.click();
  const before = await app.shell.fingerprint();
  await app.shell.go("Rounds");
  await page.getByRole("link", { name: "Bring in ballots from a spreadsheet" }).click();
  await app.import.choose("ballots.csv", `\uFEFF${SHEET}`);

  await expect(app.import.problem("Row 3, cell C3")).toContainText(
    "“Hire a CFO” is at places 1 and 2, so this ballot is not counted",
  );
  await expect(app.import.problem("Row 5, cell A5")).toContainText("no leader is named, so this row is not counted");
  await expect(app.import.problem("Row 6, cell A6")).toContainText(
    "Ana Duarte already has a ballot in row 2. The last one counts: row 2 is left out.",
  );
  await expect(app.import.problem(/Row/)).toHaveCount(3);

  // The misspelt name in row 4 was matched with the likely one; that can be changed, and changed back.
  const misspelt = app.import.meaning("Open the Berlin ofice");
  const likely = "The same as Open the Berlin office (likely)";
  await expect(misspelt.getByRole("option", { selected: true })).toHaveText(likely);
  await misspelt.selectOption({ label: "Leave out ballots that rank it" });
  await expect(app.import.submit).toHaveAccessibleName("Import 1 ballot");
  await misspelt.selectOption({ label: likely });
  await expect(app.import.submit).toHaveAccessibleName("Import 2 ballots");
  await expect(app.import.ballots.getByRole("rowheader")).toHaveText([/Chidi Obi/, /Ana Duarte/]);
  expect(await app.shell.fingerprint()).toBe(before);

  await app.import.label.fill("On paper");
  await app.import.submit.click();
  await expect(app.heading("On paper")).toBeVisible();
  await expect(page.getByRole("main")).toContainText("2 ballots counted");
  await expect(page.getByRole("main")).toContainText("from a spreadsheet");
  expect(await app.shell.fingerprint()).not.toBe(before);

  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(app.heading("Diagnose")).toBeVisible();
  await expect(app.rounds.revealed("On paper")).toHaveCount(0);
});

test("a file that is no spreadsheet is refused in words", async ({ app, page }) => {
  await app.openSample();
  await app.shell.go("Rounds");
  await page.getByRole("link", { name: "Bring in ballots from a spreadsheet" }).click();
  await app.import.file.setInputFiles({
    name: "ballots.xlsx",
    mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    buffer: Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x14, 0, 0, 0, 8, 0]),
  });
  await expect(app.shell.warns("This is a spreadsheet workbook, not CSV.")).toBeVisible();
});
