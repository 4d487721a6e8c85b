import { App, expect, test } from "../fixtures/people.ts";

test("a link opens the workspace elsewhere, and edits go both ways", async ({ team }) => {
  const ana = await team.founder();
  const link = await ana.sharing.invite("Ben");
  const ben = await team.guest(link, "Ben Okafor");
  expect(ben.page.url(), "the key leaves the address bar").not.toContain("#");
  await ben.shell.go("Priorities");
  await ben.priorities.put("From Ben's laptop");
  await expect(ana.sharing.line("Ben")).toContainText("Device of Ben Okafor");
  await expect(ana.sharing.here("Ben Okafor")).toContainText("at the priorities");
  await ana.shell.go("Priorities");
  await expect(ana.priorities.row("From Ben's laptop")).toBeVisible();
  await ana.priorities.put("From Ana's laptop");
  await expect(ben.priorities.row("From Ana's laptop")).toBeVisible();
  await expect(async () => expect(await ben.shell.fingerprint()).toBe(await ana.shell.fingerprint())).toPass();
  // Each sees the other.
  await expect(ana.page.getByText("Here now: Ben Okafor")).toBeAttached();
  // Nothing of it can be read where it was passed on.
  const kept = team.relay.everything();
  for (const secret of ["From Ben", "From Ana", "Nordwind", "Okafor", link.split("#")[1]]) expect(kept).not.toContain(secret);
});

test("what was done apart comes together", async ({ team }) => {
  const ana = await team.founder();
  const ben = await team.guest(await ana.sharing.invite("Ben"), "Ben Okafor");
  await ana.shell.go("Priorities");
  await ben.shell.go("Priorities");
  await ben.page.context().setOffline(true);
  await ana.page.context().setOffline(true);
  await team.relay.kill();
  await ana.priorities.put("Ana, on a plane");
  await ben.priorities.put("Ben, on a train");
  await expect(ben.page.getByRole("button", { name: /^Saved/ })).toContainText(/hand over|offline/);
  // Both laptops are closed and opened again before there is a network.
  await team.relay.up();
  await ana.page.context().setOffline(false);
  await ben.page.context().setOffline(false);
  await Promise.all([ana.page.reload(), ben.page.reload()]);
  await expect(ana.priorities.row("Ben, on a train")).toBeVisible();
  await expect(ben.priorities.row("Ana, on a plane")).toBeVisible();
  await expect(async () => expect(await ben.shell.fingerprint()).toBe(await ana.shell.fingerprint())).toPass();
});

test("a relay that is killed and started again loses nothing, and nobody has to do anything", async ({ team }) => {
  const ana = await team.founder();
  const ben = await team.guest(await ana.sharing.invite("Ben"), "Ben Okafor");
  await ana.shell.go("Priorities");
  await ben.shell.go("Priorities");
  await ana.priorities.put("Written before");
  await expect(ben.priorities.row("Written before")).toBeVisible();
  await team.relay.kill();
  await ana.priorities.put("While it was gone");
  await team.relay.up();
  await expect(ben.priorities.row("While it was gone")).toBeVisible({ timeout: 20_000 });
});

test("who may look may not change", async ({ team }) => {
  const ana = await team.founder();
  const reader = await team.guest(await ana.sharing.invite("The board", "Can look"), "Chiara Russo");
  await expect(reader.page.getByText("This device can look and not change.")).toBeVisible();
  await reader.shell.go("Priorities");
  await reader.priorities.submit("Not allowed");
  await expect(reader.shell.warns("This device can look and not change.").or(reader.shell.says("This device can look"))).toBeVisible();
  await expect(reader.priorities.row("Not allowed")).toHaveCount(0);
});

test("a closed link lets nobody in, and who came by it is out", async ({ team }) => {
  const ana = await team.founder();
  const link = await ana.sharing.invite("Ben");
  const ben = await team.guest(link, "Ben Okafor");
  await ben.shell.go("Priorities");
  await ana.sharing.close("Ben");
  await expect(ben.page.getByText("This device was removed from the workspace.").first()).toBeVisible({ timeout: 20_000 });
  const late = await team.person();
  await late.page.goto(link);
  await expect(late.page.getByRole("alert").filter({ hasText: "This link was closed." })).toBeVisible();
});

test("a link that is no link says so, and what to do", async ({ team }) => {
  const someone = await team.person();
  await someone.page.goto("/join");
  await someone.sharing.joinLink.fill("https://example.com/");
  await someone.sharing.join.click();
  await expect(someone.page.getByRole("alert").filter({ hasText: "This is not a link to a workspace." })).toBeVisible();
  await someone.sharing.joinLink.fill(`${team.relay.url}/#w1.AAAA`);
  await someone.sharing.join.click();
  await expect(someone.page.getByRole("alert").filter({ hasText: "The link is not complete" })).toBeVisible();
  await someone.sharing.joinLink.fill(`${team.relay.url}/#w1.${"A".repeat(64)}`);
  await someone.sharing.join.click();
  await expect(someone.page.getByRole("alert").filter({ hasText: "The relay does not know this link." })).toBeVisible();
});

test("two tabs of a shared workspace stay together, and a reload has it all", async ({ team }) => {
  const ana = await team.founder();
  const ben = await team.guest(await ana.sharing.invite("Ben"), "Ben Okafor");
  await ana.shell.go("Priorities");
  const other = new App(await ana.page.context().newPage());
  await other.page.goto(ana.page.url());
  await ben.shell.go("Priorities");
  await other.priorities.put("Second tab");
  await ana.priorities.put("First tab");
  for (const app of [ana, other, ben]) {
    await expect(app.priorities.row("First tab")).toBeVisible();
    await expect(app.priorities.row("Second tab")).toBeVisible();
  }
  await ana.page.reload();
  await ana.priorities.put("After a reload");
  await expect(ben.priorities.row("After a reload")).toBeVisible();
});

test("a tab that was open when another began to share takes part", async ({ team }) => {
  const ana = await team.person();
  await ana.openSample();
  const other = new App(await ana.page.context().newPage());
  await other.page.goto(ana.page.url());
  await expect(other.heading("Today")).toBeVisible();
  await other.shell.go("Priorities");
  await team.share(ana, "Ana Ferreira");
  const ben = await team.guest(await ana.sharing.invite("Ben"), "Ben Okafor");
  await ben.shell.go("Priorities");
  await other.priorities.put("From the tab that was open");
  await expect(ben.priorities.row("From the tab that was open")).toBeVisible();
});

test("what somebody moves in the stack is seen by the others, and where it lands", async ({ team }) => {
  const ana = await team.founder();
  const ben = await team.guest(await ana.sharing.invite("Ben"), "Ben Okafor");
  for (const app of [ana, ben]) {
    await app.shell.go("Rounds");
    await app.page.getByRole("link", { name: /Autumn offsite/ }).first().click();
    await expect(app.heading("Autumn offsite")).toBeVisible();
    await app.page.goto(`${app.page.url()}/stack`);
    await expect(app.heading("Agreed stack")).toBeVisible();
  }
  const rows = (app: App) => app.stack.rows();
  const title = (await rows(ben).first().textContent()) ?? "";
  await rows(ben).first().getByRole("button").first().focus();
  await ben.page.keyboard.press("Space");
  await expect(rows(ana).filter({ hasText: "Ben Okafor is moving this" })).toHaveCount(1);
  await ben.page.keyboard.press("ArrowDown");
  await ben.page.keyboard.press("Space");
  await expect(ana.page.getByText("Ben Okafor is moving this")).toHaveCount(0);
  await expect(async () => {
    expect(await rows(ana).allTextContents()).toEqual(await rows(ben).allTextContents());
    expect((await rows(ana).first().textContent()) === title).toBe(false);
  }).toPass();
});
