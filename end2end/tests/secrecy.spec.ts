import { recordEngine } from "../fixtures/engine.ts";
import { expect, test } from "../fixtures/test.ts";

// Nine places of ten: that a shuffled list of candidates comes out in this order by itself is out of the question.
const SECRET = [
  "Win back trust after the outage",
  "Win the Nordic retail segment",
  "Ship the self-service portal",
  "Replace the warehouse system",
  "Raise customer retention to 92 %",
  "Hire and settle a new sales lead",
  "Halve the time to a first decision",
  "Enter the Baltic market",
  "Cut delivery time to two days",
];

/** The identifier of a priority: the ten bytes that stand before its title, which postcard begins with its length. */
function identifier(messages: readonly Buffer[], title: string): Buffer {
  const written = Buffer.from([title.length, ...Buffer.from(title)]);
  for (const message of messages) {
    const at = message.indexOf(written);
    if (at >= 10) return message.subarray(at - 10, at);
  }
  throw new Error(`no message names ${title}`);
}

/** Whether some message holds all of these one after the other. */
function inOrder(messages: readonly Buffer[], parts: readonly Buffer[]): boolean {
  return messages.some((message) => {
    let from = 0;
    return parts.every((part) => {
      const at = message.indexOf(part, from);
      from = at + part.length;
      return at >= 0;
    });
  });
}

test("nothing of a ballot reaches the page before the reveal", async ({ app, page }) => {
  const said = await recordEngine(page);
  const told = async () => {
    const messages = await said();
    const titles = SECRET.map((title) => Buffer.from(title));
    const identifiers = SECRET.map((title) => identifier(messages, title));
    return inOrder(messages, titles) || inOrder(messages, identifiers);
  };
  await app.openSample();
  await app.shell.go("Rounds");
  await app.rounds.openRound.first().click();
  await app.newRound.top.selectOption("9");
  for (const name of ["Chiara Russo", "David Lindqvist", "Elif Demir", "Farid Haddad", "Grace Mbeki"]) {
    await app.newRound.leader(name).uncheck();
  }
  await app.newRound.open("Winter check");
  await app.round.castBallots.click();
  await app.ballot.castAs("Ana Ferreira", SECRET);

  // The next leader finds an empty ballot, and nothing that tells Ana's choice.
  await app.ballot.take("Ben Okafor");
  for (let place = 1; place <= 9; place += 1) {
    await expect(app.ballot.place(place)).toHaveText(new RegExp(`Place ${place}$`));
  }
  for (const title of SECRET) await expect(app.ballot.candidate(title)).toHaveAttribute("aria-pressed", "false");
  // Undo would name what was done, and bring it back.
  await expect(app.shell.undo).toHaveAccessibleName("Nothing to undo");

  // Whoever says to be Ana is told that a ballot is in, and not what it says.
  await page.getByRole("button", { name: "Hand the laptop on" }).click();
  await app.ballot.take("Ana Ferreira");
  await expect(page.getByText("A ballot of yours is in already. It is not shown")).toBeVisible();
  for (const title of SECRET) await expect(app.ballot.candidate(title)).toHaveAttribute("aria-pressed", "false");
  await page.getByRole("button", { name: "Hand the laptop on" }).click();

  await app.ballot.castAs("Ben Okafor", SECRET);
  await app.ballot.backToRound.click();
  await page.reload();
  await expect(app.round.ballotsIn(2, 2)).toBeVisible();
  expect(await told()).toBe(false);

  // The reveal tells it, so the search would have found it before.
  await app.round.revealNow();
  await expect(app.results.stacks).toBeVisible();
  expect(await told()).toBe(true);
});
