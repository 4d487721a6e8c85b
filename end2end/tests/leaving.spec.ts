import { expect, test } from "../fixtures/test.ts";

test.beforeEach(async ({ app }) => {
  await app.openSample();
  await app.shell.go("Rounds");
  await app.rounds.openRound.first().click();
  await app.newRound.open("Winter check");
  await app.round.castBallots.click();
  await app.ballot.take("Ana Ferreira");
  await app.ballot.rank(["Enter the Baltic market"]);
});

test("leaving a ballot that was begun asks first, and staying keeps it", async ({ app, page }) => {
  await app.shell.link("Today").click();
  const asking = page.getByRole("dialog", { name: "Leave without casting?" });
  await asking.getByRole("button", { name: "Stay" }).click();
  await expect(app.ballot.place(1)).toContainText("Enter the Baltic market");
  await app.shell.link("Today").click();
  await asking.getByRole("button", { name: "Leave without casting" }).click();
  await expect(app.heading("Today")).toBeVisible();
});

test("the back button asks as a link does, and leads where it would have led", async ({ app, page }) => {
  const asking = page.getByRole("dialog", { name: "Leave without casting?" });
  for (let twice = 0; twice < 2; twice += 1) {
    await page.goBack();
    await asking.getByRole("button", { name: "Stay" }).click();
    await expect(app.ballot.place(1)).toContainText("Enter the Baltic market");
  }
  await page.goBack();
  await asking.getByRole("button", { name: "Leave without casting" }).click();
  await expect(app.heading("Winter check")).toBeVisible();

  // Where nothing is begun any more, going back asks nothing.
  await app.round.castBallots.click();
  await app.ballot.take("Ana Ferreira");
  await app.ballot.rank(["Enter the Baltic market"]);
  await app.ballot.candidate("Enter the Baltic market").click();
  await expect(app.ballot.candidate("Enter the Baltic market")).toHaveAttribute("aria-pressed", "false");
  await page.goBack();
  await expect(app.heading("Winter check")).toBeVisible();
});

test("a ballot can be covered, and nothing of it stays on the screen", async ({ app, page }) => {
  await page.getByRole("button", { name: "Hide", exact: true }).click();
  await expect(app.heading("Ana Ferreira’s ballot is hidden")).toBeVisible();
  await expect(page.getByText("Enter the Baltic market").filter({ visible: true })).toHaveCount(0);
  await expect(app.ballot.ranking).toHaveCount(0);
  await page.getByRole("button", { name: "I am Ana Ferreira: show it" }).click();
  await expect(app.ballot.place(1)).toContainText("Enter the Baltic market");
});
