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

test("whoever does not want direct connections has none, and goes on through the relay", async ({ team }) => {
  const [ana, ben] = await connected(team);
  await ben.page.getByRole("checkbox", { name: /^Connect to other devices directly/ }).uncheck();
  for (const app of [ana, ben]) await expect(app.sharing.direct).toHaveText("None. Everything goes through the relay.");
  await ben.page.reload();
  await expect(ben.sharing.relay).toHaveText("Connected");
  await ben.shell.go("Priorities");
  await ana.shell.go("Priorities");
  await ana.priorities.put("Through the relay");
  await expect(ben.priorities.row("Through the relay")).toBeVisible();
  await ben.shell.go("Sharing");
  await expect(ben.sharing.direct).toHaveText("None. Everything goes through the relay.");
  await expect(ben.page.getByRole("checkbox", { name: /^Connect to other devices directly/ })).not.toBeChecked();
});

test("a device that turns to another workspace is not connected any more", async ({ team }) => {
  const [ana, ben] = await connected(team);
  await ben.openSample();
  await expect(ana.sharing.direct).toHaveText("None. Everything goes through the relay.", { timeout: 20_000 });
});

test("two devices without a relay are connected by codes that people carry", async ({ team }) => {
  const ana = await team.founder();
  const ben = await team.guest(await ana.sharing.invite("Ben"), "Ben Okafor");
  await ben.shell.go("Sharing");
  // The relay is gone before they have found each other again.
  await team.relay.kill();
  for (const app of [ana, ben]) await app.page.reload();
  await expect(ana.sharing.direct).toHaveText("None. Everything goes through the relay.");
  const code = await ana.sharing.showCode();
  const answer = await ben.sharing.useCode(code);
  await ana.sharing.useAnswer(answer);
  for (const app of [ana, ben]) {
    await expect(app.sharing.direct).toHaveText("One device. It goes on without the relay.", { timeout: 20_000 });
  }
  await ana.shell.go("Priorities");
  await ben.shell.go("Priorities");
  await ben.priorities.put("Over a hotspot");
  await expect(ana.priorities.row("Over a hotspot")).toBeVisible();
});

test("a code is opened by its address too, and one of another workspace is refused in words", async ({ team }) => {
  const ana = await team.founder();
  const ben = await team.guest(await ana.sharing.invite("Ben"), "Ben Okafor");
  await team.relay.kill();
  for (const app of [ana, ben]) await app.page.reload();
  await ben.page.goto(await ana.sharing.showCode());
  await expect(ben.sharing.answer).toBeVisible();
  expect(ben.page.url(), "the code leaves the address bar").not.toContain("#");
  await team.relay.up();
  const chiara = await team.founder();
  await chiara.sharing.enterCode(await ana.sharing.showCode());
  await expect(chiara.shell.warns("This code does not fit.").or(chiara.shell.says("This code does not fit."))).toBeVisible();
});

test("edits are carried in a file where nothing else goes", async ({ team }, info) => {
  const ana = await team.founder();
  const ben = await team.guest(await ana.sharing.invite("Ben"), "Ben Okafor");
  await team.relay.kill();
  for (const app of [ana, ben]) await app.page.reload();
  await ben.shell.go("Priorities");
  await ben.priorities.put("In a file");
  await ben.shell.go("Sharing");
  const file = info.outputPath("from-ben.plumbline-edits");
  await ben.sharing.saveEdits(file);
  await ana.shell.go("Sharing");
  await ana.sharing.takeEdits(file);
  await expect(ana.shell.says("The edits in the file are here now.")).toBeVisible();
  await ana.sharing.takeEdits(file);
  await expect(ana.shell.says("Everything in the file was here already.")).toBeVisible();
  await ana.sharing.takeEdits({ name: "x.plumbline-edits", mimeType: "application/octet-stream", buffer: Buffer.from("PLUMBENV") });
  await expect(ana.shell.warns("The end of the file is missing.").or(ana.shell.says("The end of the file is missing."))).toBeVisible();
  await ana.shell.go("Priorities");
  await expect(ana.priorities.row("In a file")).toBeVisible();
});
