import { type Page } from "@playwright/test";

import { everyPage } from "../fixtures/pages.ts";
import { expect, test } from "../fixtures/test.ts";
import { BALLOTS, LEADERS, PRIORITIES } from "../fixtures/team.ts";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

const overhang = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test("the main job is done on a phone by tapping", async ({ app, page }) => {
  await app.open();
  await app.start.ours.tap();
  await app.newWorkspace.giveName("Northwind leadership");
  await app.newWorkspace.addLeaders(LEADERS);
  await app.newWorkspace.toPriorities();
  await app.newWorkspace.addPriorities(PRIORITIES);
  await app.newWorkspace.openFirstRound.tap();
  await app.newRound.label.fill("Q3 2026");
  await app.newRound.submit.tap();
  await app.round.castBallots.tap();
  for (const leader of LEADERS) {
    await app.ballot.person(leader).tap();
    await app.ballot.iAm(leader).tap();
    for (const [at, title] of BALLOTS[leader].entries()) {
      await app.ballot.candidate(title).tap();
      await expect(app.ballot.place(at + 1)).toContainText(title);
    }
    await app.ballot.cast.tap();
    await expect(app.heading("Your ballot is in")).toBeVisible();
  }
  await app.ballot.backToRound.tap();
  await app.round.reveal.tap();
  await page.getByRole("button", { name: "Reveal now" }).tap();
  await expect(app.results.agreement).toBeVisible();
  await app.results.agreeOneStack.tap();
  await app.stack.up("Rebuild billing").tap();
  for (const leader of LEADERS) {
    await page.getByRole("button", { name: `Sign as ${leader}` }).tap();
    await page.getByRole("button", { name: `I am ${leader}, and I sign` }).tap();
    await expect(page.getByRole("button", { name: `Withdraw ${leader}’s signature` })).toBeVisible();
  }
  await expect(app.shell.says("Everyone has signed")).toBeVisible();
});

test("no page scrolls sideways on a phone", async ({ app, page }) => {
  const found: string[] = [];
  await everyPage(app, async (name) => {
    const pixels = await overhang(page);
    if (pixels > 0) found.push(`${name}: ${pixels} px too wide`);
  });
  expect(found).toEqual([]);
});
