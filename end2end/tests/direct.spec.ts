import type { Browser } from "@playwright/test";

import { type App, People, expect, test } from "../fixtures/people.ts";

/** Two members connected to each other: the page of sharing says so on both sides. */
async function connected(team: People): Promise<[App, App]> {
  const ana = await team.founder();
  const ben = await team.guest(await ana.sharing.invite("Ben"), "Ben Okafor");
  await ben.shell.go("Sharing");
  for (const app of [ana, ben]) {
    await expect(app.sharing.direct).toHaveText("One device. It goes on without the relay.", { timeout: 20_000 });
  }
  return [ana, ben];
}

async function goesOnWithoutRelay(team: People): Promise<void> {
  const [ana, ben] = await connected(team);
  await ana.shell.go("Priorities");
  await ben.shell.go("Priorities");
  await team.relay.kill();
  await ana.priorities.put("Said when the relay was gone");
  await expect(ben.priorities.row("Said when the relay was gone")).toBeVisible();
  await ben.priorities.put("And answered");
  await expect(ana.priorities.row("And answered")).toBeVisible();
  await expect(ana.page.getByRole("button", { name: "Saved · on one other device" })).toBeVisible();
  await expect(ana.page.getByText("Here now: Ben Okafor")).toBeAttached();
  await expect(async () => expect(await ben.shell.fingerprint()).toBe(await ana.shell.fingerprint())).toPass();
  await team.relay.up();
  for (const app of [ana, ben]) {
    await expect(app.page.getByRole("button", { name: "Saved and shared" })).toBeVisible({ timeout: 20_000 });
  }
}

test("a room goes on when the relay is gone", async ({ team }) => {
  await goesOnWithoutRelay(team);
});

test("and also where the browser shows its address to others", async ({ playwright, launchOptions, team }) => {
  // Without names of the local network in place of addresses.
  const args = [...(launchOptions.args ?? []), "--disable-features=WebRtcHideLocalIpsWithMdns"];
  const browser: Browser = await playwright.chromium.launch({ ...launchOptions, args });
  const others = new People(team.relay, browser);
  await goesOnWithoutRelay(others);
  await browser.close();
});
