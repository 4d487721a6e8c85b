import { type App, type People, expect, test } from "../fixtures/people.ts";
import { BALLOTS, LEADERS, PRIORITIES } from "../fixtures/team.ts";

const [ANA, BO, CHIDI] = LEADERS;

/** Three leaders, each at a browser of their own. */
async function together(team: People): Promise<[App, App, App]> {
  const ana = await team.person();
  await ana.makeTeam("Northwind leadership", LEADERS, PRIORITIES);
  await ana.newWorkspace.later.click();
  await team.share(ana, ANA);
  const bo = await team.guest(await ana.sharing.invite("Bo"), BO);
  const chidi = await team.guest(await ana.sharing.invite("Chidi"), CHIDI);
  // Each is known from the moment they said who they are.
  await expect(ana.sharing.line("Bo")).toContainText(`Device of ${BO}`);
  await expect(ana.sharing.line("Chidi")).toContainText(`Device of ${CHIDI}`);
  await ana.shell.go("Rounds");
  await ana.rounds.openRound.click();
  return [ana, bo, chidi];
}

async function goToRound(app: App, label: string): Promise<void> {
  await app.shell.go("Rounds");
  await app.page.getByRole("link", { name: label }).first().click();
  await expect(app.heading(label)).toBeVisible();
}

async function castOwn(app: App, name: (typeof LEADERS)[number], label: string): Promise<void> {
  await goToRound(app, label);
  await app.round.castBallots.click();
  await expect(app.heading(`${name}’s ballot`)).toBeVisible();
  await app.ballot.rank(BALLOTS[name]);
  await app.ballot.cast.click();
  await expect(app.heading("Your ballot is in")).toBeVisible();
}

test("ballots are sealed until a keeper of the key closes the round, and whoever has cast may be gone by then", async ({ team }) => {
  const [ana, bo, chidi] = await together(team);
  // Either may hold the other key, and whoever opens the round chooses.
  for (const name of [CHIDI, BO]) {
    await ana.newRound.second.selectOption(`${name}’s device`);
    await expect(ana.newRound.sealing).toContainText(`This device and ${name}’s device will hold the key`);
  }
  await ana.newRound.open("Q3 2026");
  await expect(ana.page.getByText(new RegExp(`The key is held by .*${BO}’s device`))).toBeVisible();
  await castOwn(bo, BO, "Q3 2026");
  await expect(ana.round.asked(BO)).toContainText("Ballot in");
  // Bo boards a plane, and changes his mind there.
  await bo.page.context().setOffline(true);
  await castOwn(chidi, CHIDI, "Q3 2026");
  await castOwn(ana, ANA, "Q3 2026");
  await ana.ballot.backToRound.click();
  await expect(ana.round.ballotsIn(3, 3)).toBeVisible();
  await ana.round.revealNow();
  for (const app of [ana, chidi]) {
    if (app === chidi) await goToRound(app, "Q3 2026");
    await expect(app.results.agreement.getByText("0.79", { exact: true })).toBeVisible();
  }
  await bo.page.context().setOffline(false);
  await goToRound(bo, "Q3 2026");
  await expect(bo.results.agreement.getByText("0.79", { exact: true })).toBeVisible();
});

test("in a strong round neither keeper of a key can look alone: both close it", async ({ team }) => {
  const [ana, bo, chidi] = await together(team);
  await ana.newRound.second.selectOption(`${CHIDI}’s device`);
  await ana.newRound.strong.check();
  const [second, other] = [chidi, bo];
  await ana.newRound.open("Budget");
  await castOwn(second, CHIDI, "Budget");
  await castOwn(other, BO, "Budget");
  await castOwn(ana, ANA, "Budget");
  await ana.ballot.backToRound.click();
  await expect(ana.page.getByText(/Sealed twice until the close/)).toBeVisible();
  await ana.round.closeFirst();
  await expect(ana.results.agreement).toHaveCount(0);
  await goToRound(other, "Budget");
  await expect(other.round.reveal).toHaveAttribute("aria-disabled", "true");
  await goToRound(second, "Budget");
  await second.round.revealNow();
  for (const app of [ana, second, other]) {
    await expect(app.results.agreement.getByText("0.79", { exact: true })).toBeVisible();
  }
});
