import { type Locator, type Page } from "@playwright/test";

import { expect, test } from "../fixtures/test.ts";

// Tall enough that the bar at the foot of the ballot covers nothing.
test.use({ viewport: { width: 1280, height: 1200 } });

/** Drags from the middle of one thing to the middle of another, in steps as a hand would. */
async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  await from.scrollIntoViewIfNeeded();
  const [start, end] = [await from.boundingBox(), await to.boundingBox()];
  if (!start || !end) throw new Error("nothing to drag, or nowhere to go");
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 12 });
  await page.mouse.up();
}

test("a ballot is ranked and put in order with the mouse", async ({ app, page }) => {
  await app.openSample();
  await app.shell.go("Rounds");
  await app.rounds.openRound.first().click();
  await app.newRound.open("Winter check");
  await app.round.castBallots.click();
  await app.ballot.take("Ana Ferreira");

  const [baltic, portal] = ["Enter the Baltic market", "Ship the self-service portal"];
  await drag(page, app.ballot.candidate(baltic), app.ballot.place(1));
  await expect(app.ballot.place(1)).toContainText(baltic);
  await drag(page, app.ballot.candidate(portal), app.ballot.place(1));
  await expect(app.ballot.place(1)).toContainText(portal);
  await expect(app.ballot.place(2)).toContainText(baltic);
  await drag(page, app.stack.grip(baltic), app.stack.grip(portal));
  await expect(app.ballot.place(1)).toContainText(baltic);
  await expect(app.ballot.place(2)).toContainText(portal);
});

test("a row of the agreed stack is dragged to another place, in one step that can be undone", async ({ app, page }) => {
  await app.openSample();
  await page.getByRole("main").getByRole("link", { name: "Open the agreed stack" }).click();
  await expect(app.heading("Agreed stack")).toBeVisible();
  const before = await app.stack.titles();
  const [first = "", second, third = "", ...rest] = before;
  await drag(page, app.stack.grip(third), app.stack.grip(first));
  await expect.poll(() => app.stack.titles()).toEqual([third, first, second, ...rest]);
  await app.shell.undo.click();
  await expect.poll(() => app.stack.titles()).toEqual(before);
});
