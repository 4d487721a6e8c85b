import { recordEngine } from "../fixtures/engine.ts";
import { expect, test } from "../fixtures/test.ts";
import { BALLOTS, LEADERS, PRIORITIES } from "../fixtures/team.ts";

test("nothing of a ballot reaches the next leader before the reveal", async ({ app, page }) => {
  const said = await recordEngine(page);
  await app.makeTeam("Northwind leadership", LEADERS, PRIORITIES);
  await app.openFirstRound("Q3 2026");
  await app.round.castBallots.click();
  await app.ballot.castAs("Ana Duarte", BALLOTS["Ana Duarte"]);

  // The next leader finds an empty ballot, all candidates in the order of the list, none marked.
  await app.ballot.take("Bo Larsen");
  for (let place = 1; place <= 5; place += 1) await expect(app.ballot.place(place)).toHaveText(new RegExp(`Place ${place}$`));
  const candidates = page.getByRole("region", { name: "Candidates" }).getByRole("button");
  await expect(candidates).toHaveCount(PRIORITIES.length);
  for (const title of PRIORITIES) await expect(app.ballot.candidate(title)).toHaveAttribute("aria-pressed", "false");

  // Undo would name what was done and bring it back.
  await expect(app.shell.undo).toHaveAccessibleName("Nothing to undo");

  // Ana herself is told that hers is in, and not what it says.
  await page.getByRole("button", { name: "Hand the laptop on" }).click();
  await app.ballot.take("Ana Duarte");
  await expect(page.getByText("A ballot of yours is in already. It is not shown")).toBeVisible();
  for (const title of PRIORITIES) await expect(app.ballot.candidate(title)).toHaveAttribute("aria-pressed", "false");

  // Nor does the engine tell the page: no message lists Ana's ranking.
  const order = new RegExp(BALLOTS["Ana Duarte"].join("[^]*?"));
  const words = await said();
  expect(words).toContain("Ana Duarte");
  expect(words.split("\n").filter((message) => order.test(message))).toEqual([]);
});
