import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

import { App, type People, expect, test } from "../fixtures/people.ts";

const HOUR = 60 * 60 * 1000;

/** Puts the clock of a tab wrong: of its page, and of the engine, which dates what is written. */
async function shiftClock(app: App, by: number): Promise<void> {
  const shift = (milliseconds: number) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + milliseconds;
  };
  await app.page.evaluate(shift, by);
  for (const worker of app.page.workers()) await worker.evaluate(shift, by);
}

async function pair(team: People): Promise<[App, App]> {
  const ana = await team.founder();
  const ben = await team.guest(await ana.sharing.invite("Ben"), "Ben Okafor");
  for (const app of [ana, ben]) {
    await app.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await app.shell.go("Priorities");
  }
  return [ana, ben];
}

async function reworded(app: App, title: string, to: string): Promise<void> {
  await app.priorities.edit(title).click();
  const dialog = app.page.getByRole("dialog");
  await dialog.getByRole("textbox").first().fill(to);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(app.priorities.row(to)).toBeVisible();
}

test("two weeks offline on both sides, with clocks that differ, come together whole", async ({ team }) => {
  test.slow();
  const [ana, ben] = await pair(team);
  const away = [
    { app: ana, name: "Ana", clock: 5 * HOUR },
    { app: ben, name: "Ben", clock: -3 * HOUR },
  ];
  await team.relay.kill();
  for (const { app } of away) await app.page.context().setOffline(true);
  // The connection between the two ends with the tabs.
  for (const { app } of away) await app.page.reload();
  for (const day of [0, 7, 14]) {
    for (const { app, name, clock } of away) {
      await expect(app.priorities.title).toBeVisible();
      await shiftClock(app, clock + day * 24 * HOUR);
      for (const number of [1, 2, 3]) await app.priorities.put(`${name}, day ${day}, number ${number}`);
      if (day === 7) await reworded(app, "Enter the Baltic market", `${name} says Baltics`);
      if (day === 14) await app.priorities.takeOff(`${name}, day 0, number 2`).click();
      if (day < 14) await app.page.reload();
    }
  }
  await team.relay.up();
  for (const { app } of away) await app.page.context().setOffline(false);
  for (const { app } of away) {
    for (const { name } of away) {
      await expect(app.priorities.row(`${name}, day 14, number 3`)).toBeVisible({ timeout: 30_000 });
      await expect(app.priorities.row(`${name}, day 0, number 1`)).toBeVisible();
      await expect(app.priorities.row(`${name}, day 0, number 2`)).toHaveCount(0);
    }
  }
  await expect(async () => expect(await ben.shell.fingerprint()).toBe(await ana.shell.fingerprint())).toPass();
  // Both reworded the same priority: neither wins in silence.
  for (const { app } of away) {
    await expect(app.page.getByText("One value was written twice at the same time.")).toBeVisible();
  }
});

test("a relay that was put back to an older copy is made whole by its members", async ({ team }) => {
  const [ana, ben] = await pair(team);
  await ana.priorities.put("Before the copy");
  await expect(ben.priorities.row("Before the copy")).toBeVisible();
  await expect(ana.page.getByRole("button", { name: "Saved and shared" })).toBeVisible();
  await team.relay.kill();
  const putBack = team.relay.backup();
  await team.relay.up();
  await ana.priorities.put("After the copy");
  await expect(ana.page.getByRole("button", { name: "Saved and shared" })).toBeVisible({ timeout: 20_000 });
  await expect(ben.priorities.row("After the copy")).toBeVisible();
  await team.relay.kill();
  putBack();
  await team.relay.up();
  // Whoever is back first finds out, and makes it whole; the other one may find everything in its place.
  await Promise.all([ana, ben].map((app) => app.shell.go("Sharing")));
  const told = (app: App) => app.page.getByRole("alert").filter({ hasText: /older copy|old copy|backup/ }).isVisible();
  await expect.poll(async () => (await told(ana)) || (await told(ben)), { timeout: 30_000 }).toBe(true);
  const chiara = await team.guest(await ana.sharing.invite("Chiara"), "Chiara Russo");
  await chiara.shell.go("Priorities");
  await expect(chiara.priorities.row("Before the copy")).toBeVisible();
  await expect(chiara.priorities.row("After the copy")).toBeVisible({ timeout: 20_000 });
});

/** The processes that have this in their command line. */
function processesOf(text: string): number[] {
  const isOurs = (id: string) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, "utf8").includes(text);
    } catch {
      return false;
    }
  };
  return readdirSync("/proc").filter((id) => /^\d+$/.test(id) && isOurs(id)).map(Number);
}

test("a browser that is killed loses nothing that was said to be saved", async ({ team, playwright, launchOptions }, info) => {
  test.skip(process.platform !== "linux", "its processes are found in /proc");
  const profile = info.outputPath("profile");
  const open = async () => {
    const context = await playwright.chromium.launchPersistentContext(profile, { ...launchOptions, baseURL: team.relay.url });
    return new App(context.pages()[0] ?? (await context.newPage()));
  };
  let ana = await open();
  await ana.openSample();
  await team.share(ana, "Ana Ferreira");
  await ana.shell.go("Priorities");
  const page = ana.page.url();
  for (const number of [1, 2, 3]) {
    await ana.priorities.put(`Saved before kill ${number}`);
    await expect(ana.shell.saved).toBeVisible();
    const processes = processesOf(profile);
    expect(processes.length).toBeGreaterThan(0);
    execFileSync("kill", ["-9", ...processes.map(String)]);
    await expect.poll(() => processesOf(profile)).toEqual([]);
    ana = await open();
    await ana.page.goto(page);
    for (let saved = 1; saved <= number; saved++) await expect(ana.priorities.row(`Saved before kill ${saved}`)).toBeVisible();
  }
  // What was saved before the kills reaches others too.
  await ana.shell.go("Sharing");
  const ben = await team.guest(await ana.sharing.invite("Ben"), "Ben Okafor");
  await ben.shell.go("Priorities");
  await expect(ben.priorities.row("Saved before kill 3")).toBeVisible();
  await ana.page.context().close();
});
