import { expect, test } from "../fixtures/test.ts";
import { BALLOTS, LEADERS, PRIORITIES } from "../fixtures/team.ts";

test("a reload in the middle of a round loses nothing that was cast", async ({ app, page }) => {
  await app.makeTeam("Northwind leadership", LEADERS, PRIORITIES);
  await app.openFirstRound("Q3 2026");
  await app.round.castBallots.click();
  await app.ballot.castAs("Ana Duarte", BALLOTS["Ana Duarte"]);
  await app.ballot.castAs("Bo Larsen", BALLOTS["Bo Larsen"]);
  await app.ballot.backToRound.click();
  const before = await app.shell.fingerprint();

  await page.reload();
  await expect(app.heading("Q3 2026")).toBeVisible();
  await expect(app.round.ballotsIn(2, 3)).toBeVisible();
  await expect(app.round.asked("Ana Duarte")).toContainText("Ballot in");
  await expect(app.round.asked("Bo Larsen")).toContainText("Ballot in");
  await expect(app.round.asked("Chidi Obi")).toContainText("Not yet");
  expect(await app.shell.fingerprint()).toBe(before);
});

test("an edit is kept when the tab goes the moment after it was saved", async ({ app, page }) => {
  await app.openSample();
  await app.shell.go("Priorities");
  await app.priorities.put("Write the annual letter");
  await page.reload();
  await expect(app.priorities.row("Write the annual letter")).toBeVisible();
});
