import { expect, test } from "../fixtures/test.ts";
import { BALLOTS, LEADERS, PRIORITIES } from "../fixtures/team.ts";

test("a team goes from nothing to a stack that everyone has signed", async ({ app, page }) => {
  await app.makeTeam("Northwind leadership", LEADERS, PRIORITIES);
  await app.openFirstRound("Q3 2026");
  await expect(app.round.ballotsIn(0, 3)).toBeVisible();

  await app.round.castBallots.click();
  for (const leader of LEADERS) await app.ballot.castAs(leader, BALLOTS[leader]);
  await app.ballot.backToRound.click();
  await expect(app.round.ballotsIn(3, 3)).toBeVisible();

  await app.round.revealNow();
  // By hand: rank sums 3, 9, 7, 12, 17, 15 give S = 135.5, W = 12 S / (9 × 210) = 0.86, (3 W − 1) / 2 = 0.79.
  await expect(app.results.agreement.getByText("0.79", { exact: true })).toBeVisible();
  await app.results.agreement.getByText("More figures").click();
  await expect(app.results.agreement.getByRole("definition").filter({ hasText: /^0\.86$/ })).toBeVisible();
  await expect(app.results.consensus.getByRole("row").nth(1)).toContainText("Hire a CFO");
  await expect(app.results.stacks.getByRole("row")).toHaveCount(PRIORITIES.length + 1);
  await expect(app.results.apart).toContainText(/0\.\d\d/);

  await app.results.agreeOneStack.click();
  await expect(app.heading("Agreed stack")).toBeVisible();
  await app.stack.up("Rebuild billing").click();
  await expect.poll(() => app.stack.titles()).toEqual([
    "Hire a CFO",
    "Cut churn in half",
    "Rebuild billing",
    "Enter Spain",
    "Win two lighthouse customers",
    "Open the Berlin office",
  ]);
  for (const leader of LEADERS) await app.stack.sign(leader);
  await expect(app.shell.says("Everyone has signed")).toBeVisible();

  await app.shell.go("Today");
  await expect(page.getByRole("main")).toContainText("Signed by everyone");
});
