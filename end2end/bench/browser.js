// Chromium for measuring: one browser, a fresh profile per visitor, a processor as slow as asked for.

import { chromium } from "@playwright/test";

import { probe } from "./probe.js";

/** Kinds of requests by their place in `Request` (core/src/bridge.rs). */
export const OPEN = 3;
export const DISPATCH = 9;

export async function launch(executablePath) {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // The browser's own address bar is a page that Chromium 156 loads anew for every tab; it would take one of two cores.
      "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,OmniboxAimPopup,OmniboxFullPopup,AiModeOmniboxEntryPoint",
    ],
  });
}

/** Somebody who has never been here. */
export async function visitor(browser, url) {
  const context = await browser.newContext({ baseURL: url, locale: "en-GB", viewport: { width: 1280, height: 800 } });
  await context.addInitScript(probe);
  return context;
}

/** A new tab whose main thread runs `slower` times slower. The engine's worker is not slowed: Chromium cannot. */
export async function tab(context, slower = 1) {
  const page = await context.newPage();
  if (slower > 1) {
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: slower });
  }
  return page;
}

/** Goes there and says when it was painted, when it had its content, and when the engine had opened the workspace. */
export async function visit(page, path) {
  const opens = path.startsWith("/w/");
  await page.goto(path);
  await page.waitForFunction(
    ([opens, open]) =>
      bench.marks.content && (!opens || bench.trips.some((trip) => trip.kind === open && trip.answered)),
    [opens, OPEN],
    { timeout: 120_000 },
  );
  return page.evaluate((open) => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0] ?? performance.getEntriesByName("first-paint")[0];
    const opened = bench.trips.find((trip) => trip.kind === open)?.answered;
    return { paint: paint?.startTime, content: bench.marks.content, editable: opened };
  }, OPEN);
}

/** Waits until the service worker, if there is one, keeps the whole app. */
export async function kept(page) {
  await page.evaluate(async () => {
    if (document.querySelector('meta[name="service-worker"]')) await navigator.serviceWorker.ready;
  });
}
