import { expect, test } from "../fixtures/test.ts";

// The fixture fails the test if any dialog opens, any error is logged (a refused script is one) or any request leaves.
const IMAGE = `<img src=x onerror="alert(1)">`;
const SCRIPT = `<script>alert(2)</script>`;
const SVG = `"><svg onload=alert(3)>`;
const LINK = `javascript:alert(4)`;
const TEMPLATE = "{{ name }} ${alert(5)}";
const PLAIN = "Hire a CFO";

test("markup written into any field is shown as the text it is", async ({ app, page }) => {
  await app.makeTeam(IMAGE, [SCRIPT, SVG, TEMPLATE], [IMAGE, SCRIPT, SVG, LINK, TEMPLATE, PLAIN]);
  await app.openFirstRound(SVG);
  await expect(app.round.asked(SCRIPT)).toBeVisible();

  const ballot = [IMAGE, SCRIPT, SVG, LINK, TEMPLATE];
  await app.round.castBallots.click();
  for (const leader of [SCRIPT, SVG, TEMPLATE]) {
    await page.getByRole("list").getByRole("button").filter({ hasText: leader }).click();
    await app.ballot.iAm(leader).click();
    await app.ballot.rank(ballot);
    await app.ballot.cast.click();
    await expect(app.heading("Your ballot is in")).toBeVisible();
  }
  await app.ballot.backToRound.click();
  await app.round.revealNow();
  for (const title of ballot) await expect(app.results.consensus.getByRole("rowheader", { name: title })).toBeVisible();

  await app.results.agreeOneStack.click();
  await app.stack.up(SCRIPT).click();
  await app.stack.sign(SVG);
  await expect(app.shell.undo).toHaveAccessibleName(`Undo: signed for ${SVG}`);

  await app.shell.go("Team");
  await app.team.edit(SCRIPT).click();
  const dialog = app.team.dialog(`Edit ${SCRIPT}`);
  await dialog.getByLabel(/^Role/).fill(IMAGE);
  await dialog.getByLabel(/^Department/).fill(SVG);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(app.team.row(SCRIPT)).toContainText(IMAGE);
  await expect(app.team.row(SCRIPT)).toContainText(SVG);

  await app.shell.go("Priorities");
  await app.priorities.title.fill("Described");
  await app.priorities.description.fill(IMAGE);
  await app.priorities.add.click();
  await expect(app.priorities.row("Described")).toContainText(IMAGE);

  await app.shell.go("Settings");
  await app.settings.name.fill(SCRIPT);
  await app.settings.rename.click();
  await expect(page.getByRole("button", { name: `Workspace: ${SCRIPT}. Change workspace` })).toBeVisible();
  await app.shell.go("Today");
  await expect(page).toHaveTitle(`Today · ${SCRIPT} · Plumbline`);
});

test("markup in a spreadsheet is shown as the text it is", async ({ app, page }) => {
  await app.openSample();
  await app.shell.go("Rounds");
  await page.getByRole("link", { name: "Bring in ballots from a spreadsheet" }).click();
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const row = (leader: string) => [leader, IMAGE, SCRIPT, SVG, LINK, TEMPLATE].map(quoted).join(",");
  await app.import.choose(`${IMAGE.replaceAll("/", "")}.csv`, `leader,1,2,3,4,5\n${row(SCRIPT)}\n${row(SVG)}\n`);
  await expect(app.import.meaning(SCRIPT)).toHaveCount(2);
  await expect(app.import.ballots.getByRole("rowheader", { name: SVG })).toBeVisible();
  await expect(app.import.ballots.getByRole("cell", { name: IMAGE }).first()).toBeVisible();
  await app.import.submit.click();
  await expect(app.results.consensus.getByRole("rowheader", { name: IMAGE })).toBeVisible();
});
