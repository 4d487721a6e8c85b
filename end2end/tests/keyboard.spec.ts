import { type Page } from "@playwright/test";

import { expect, test } from "../fixtures/test.ts";
import { BALLOTS, LEADERS, PRIORITIES } from "../fixtures/team.ts";

/** Presses Tab until the control of this role and name has the focus, as a person would. */
async function tabTo(page: Page, role: "button" | "link" | "textbox", name: string | RegExp): Promise<void> {
  const control = page.getByRole(role, { name, exact: true });
  await expect(control).toBeVisible();
  for (let presses = 0; presses < 120; presses += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches the ${role} ${name}`);
}

async function press(page: Page, role: "button" | "link", name: string | RegExp, key = "Enter"): Promise<void> {
  await tabTo(page, role, name);
  await page.keyboard.press(key);
}

test("the whole way from nothing to a signed stack works by keyboard alone", async ({ app, page }) => {
  test.slow();
  await app.open();
  await press(page, "link", /^Start ours/);
  await expect(app.newWorkspace.name).toBeFocused();
  await page.keyboard.type("Northwind leadership");
  await page.keyboard.press("Enter");

  // The guide: Enter adds and starts the next.
  await tabTo(page, "textbox", "Name");
  for (const leader of LEADERS) {
    await page.keyboard.type(leader);
    await page.keyboard.press("Enter");
    await expect(app.newWorkspace.leaders.getByRole("listitem").filter({ hasText: leader })).toBeVisible();
    await expect(app.newWorkspace.leaderName).toBeFocused();
  }
  await press(page, "button", "Next: priorities");
  await tabTo(page, "textbox", "Priority");
  for (const title of PRIORITIES) {
    await page.keyboard.type(title);
    await page.keyboard.press("Enter");
    await expect(app.newWorkspace.priorities.getByRole("listitem").filter({ hasText: title })).toBeVisible();
  }
  await press(page, "link", "Open the first round");

  // Each page begins at its heading.
  await expect(app.heading("New round")).toBeFocused();
  await tabTo(page, "textbox", "Name of the round");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("Q3 2026");
  await page.keyboard.press("Enter");
  await expect(app.heading("Q3 2026")).toBeFocused();

  await press(page, "link", "Cast ballots");
  for (const [at, leader] of LEADERS.entries()) {
    await press(page, "button", new RegExp(`^${leader}`));
    await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
    await press(page, "button", `I am ${leader}`);
    await expect(app.heading(`${leader}’s ballot`)).toBeFocused();
    const ranking = BALLOTS[leader];
    if (at === 0) {
      // In the wrong order first, then put right by grabbing, moving and dropping, each step said aloud.
      const [first = "", second = "", ...rest] = ranking;
      for (const title of [second, first, ...rest]) await press(page, "button", `Rank ${title}`, "Space");
      await tabBackTo(page, `Move ${second}`);
      await page.keyboard.press("ArrowDown");
      await expect(app.stack.grip(first)).toBeFocused();
      await page.keyboard.press("Space");
      await expect(app.shell.says(`Grabbed ${first}, 2 of 5.`)).toBeAttached();
      await page.keyboard.press("ArrowUp");
      await expect(app.shell.says(`${first}, 1 of 5.`)).toBeAttached();
      await page.keyboard.press("Space");
      await expect(app.shell.says(`Dropped. ${first} is 1 of 5.`)).toBeAttached();
      await expect(app.ballot.place(1)).toContainText(first);
    } else {
      // A number sends a candidate straight to its place.
      for (const [place, title] of ranking.entries()) {
        await tabTo(page, "button", `Rank ${title}`);
        await page.keyboard.press(String(place + 1));
      }
    }
    for (const [place, title] of ranking.entries()) await expect(app.ballot.place(place + 1)).toContainText(title);
    await press(page, "button", "Cast ballot");
    await expect(app.heading("Your ballot is in")).toBeFocused();
  }
  await press(page, "link", "Back to the round");
  await press(page, "button", "Reveal the ballots");
  await expect(page.getByRole("button", { name: "Reveal now" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(app.heading("Q3 2026")).toBeFocused();

  await press(page, "link", "Agree one stack");
  await expect(app.heading("Agreed stack")).toBeFocused();
  const before = await app.stack.titles();
  const third = before[2] ?? "";
  await tabTo(page, "button", `Move ${before[0]}`);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(app.stack.grip(third)).toBeFocused();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Space");
  await expect.poll(() => app.stack.titles()).toEqual([before[0], third, before[1], ...before.slice(3)]);
  await expect(app.stack.grip(third)).toBeFocused();

  for (const leader of LEADERS) {
    await press(page, "button", `Sign as ${leader}`);
    await expect(page.getByRole("button", { name: `I am ${leader}, and I sign` })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: `Withdraw ${leader}’s signature` })).toBeVisible();
  }
  await expect(app.shell.says("Everyone has signed")).toBeVisible();

  // The same edit is taken back and done again by the usual keys.
  await page.keyboard.press("ControlOrMeta+z");
  await expect(app.shell.says("Taken back: signed for Chidi Obi")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await expect(app.shell.says("Done again: signed for Chidi Obi")).toBeVisible();
});

async function tabBackTo(page: Page, name: string): Promise<void> {
  const control = page.getByRole("button", { name, exact: true });
  for (let presses = 0; presses < 120; presses += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Shift+Tab");
  }
  throw new Error(`Shift and Tab never reach the button ${name}`);
}

test("Escape puts a grabbed priority back, and nothing is undone by it", async ({ app, page }) => {
  await app.openSample();
  await page.getByRole("main").getByRole("link", { name: "Open the agreed stack" }).click();
  await expect(app.heading("Agreed stack")).toBeVisible();
  const before = await app.stack.titles();
  await app.stack.grip(before[0] ?? "").focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("End");
  await expect(app.shell.says(`${before[0]}, ${before.length} of ${before.length}.`)).toBeAttached();
  await page.keyboard.press("Escape");
  await expect(app.shell.says(`Cancelled. ${before[0]} is back at 1 of ${before.length}.`)).toBeAttached();
  await expect.poll(() => app.stack.titles()).toEqual(before);
  await expect(app.shell.undo).toHaveAccessibleName("Nothing to undo");
});
