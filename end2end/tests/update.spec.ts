import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { App, expect, test } from "../fixtures/test.ts";

/** The app's server, able to publish another version: the same files under another name. */
async function publisher(home: string): Promise<{ server: Server; url: string; publish: (version: string) => void }> {
  let version: string | undefined;
  const server = createServer((request, response) => {
    void (async () => {
      const answer = await fetch(new URL(request.url ?? "/", home), { headers: { "accept-encoding": "identity" } });
      const headers = Object.fromEntries(
        [...answer.headers].filter(([name]) => !["content-length", "content-encoding", "transfer-encoding"].includes(name)),
      );
      let body = Buffer.from(await answer.arrayBuffer());
      if (request.url === "/sw.js" && version) {
        body = Buffer.from(body.toString().replace(/\bVERSION ?= ?"[^"]*"/, `VERSION="${version}"`));
      }
      response.writeHead(answer.status, headers).end(body);
    })();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, url, publish: (name) => (version = name) };
}

test("a new version is offered, waits until it is wanted, and leaves the earlier one to other tabs", async ({ browser, baseURL }) => {
  const { server, url, publish } = await publisher(baseURL ?? "");
  const context = await browser.newContext({ baseURL: url });
  try {
    const page = await context.newPage();
    const app = new App(page);
    await app.openSample();
    const versions = () => page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith("plumbline-")));
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    const [first] = await versions();
    await page.evaluate(() => Object.assign(globalThis, { notReloaded: true }));
    const other = new App(await context.newPage());
    await other.page.goto(page.url());
    await expect(other.heading("Today")).toBeVisible();

    publish("the-next-one");
    await page.evaluate(async () => {
      await (await navigator.serviceWorker.getRegistration())?.update();
    });
    const offer = page.getByRole("button", { name: "Reload to use it" });
    await expect(offer).toBeVisible();
    // Offered, not forced: the page goes on as it is, and so does work in it.
    await app.shell.go("Priorities");
    await app.priorities.put("Written before the update");
    expect(await page.evaluate(() => "notReloaded" in globalThis)).toBe(true);

    await offer.click();
    await page.waitForFunction(() => !("notReloaded" in globalThis));
    await expect(app.priorities.row("Written before the update")).toBeVisible();
    await expect(offer).toBeHidden();
    // The other tab may want to start its engine again: its version is still on the device.
    expect(await versions()).toEqual(expect.arrayContaining([first, "plumbline-the-next-one"]));
    await expect(other.heading("Today")).toBeVisible();

    await other.page.close();
    await page.close();
    const later = await context.newPage();
    await later.goto(url);
    await expect(new App(later).heading("Your workspaces")).toBeVisible();
    await expect
      .poll(() => later.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith("plumbline-"))))
      .toContain("plumbline-the-next-one");
  } finally {
    await context.close();
    server.close();
  }
});
