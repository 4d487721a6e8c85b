// A workspace that two share: joining by a link, and from a key pressed on one side to the frame that shows it on the other, through
// a relay of its own and without one.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { tab } from "./browser.js";

const EDITS = 60;
const JOINS = 6;

/** The relay, serving the app. */
async function relayOf(program, app) {
  const data = mkdtempSync(join(tmpdir(), "plumbline-bench-"));
  const child = spawn(program, ["--data", data, "--listen", "127.0.0.1:0", "--app", app], { stdio: ["ignore", "pipe", "pipe"] });
  const url = await new Promise((ready, failed) => {
    let log = "";
    const hear = (text) => {
      log += text;
      const address = /listening on (http:\/\/\S+)/.exec(log)?.[1];
      if (address) ready(address);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => failed(new Error(`the relay ended with ${code}: ${log}`)));
  });
  const end = () =>
    new Promise((ended) => {
      child.once("exit", ended);
      child.kill("SIGKILL");
    });
  return { url, end, forget: () => rmSync(data, { recursive: true, force: true }) };
}

async function person(browser, url, direct) {
  const context = await browser.newContext({ baseURL: url, locale: "en-GB", viewport: { width: 1280, height: 800 } });
  if (!direct) await context.addInitScript(() => delete globalThis.RTCPeerConnection);
  return tab(context);
}

async function iAm(page, name, next) {
  await page.getByRole("heading", { level: 1, name: "Who are you?" }).waitFor();
  await page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
  await page.getByRole("heading", { level: 1, name: next }).waitFor();
}

async function invite(page, name) {
  await page.getByRole("textbox", { name: /^Who is it for/ }).fill(name);
  await page.getByRole("button", { name: "Make a link" }).click();
  const address = await page.getByRole("textbox", { name: "Address" }).inputValue();
  await page.keyboard.press("Escape");
  return address;
}

/** From a key on one page to the frame of the other. Both pages' clocks are the machine's. */
async function seen(from, to, title) {
  await from.locator("#new-priority").fill(title);
  const shown = to.evaluate(
    (title) =>
      new Promise((resolve) => {
        const look = () => {
          if (![...document.querySelectorAll(".priority-list > li")].some((row) => row.textContent.includes(title))) return;
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.timeOrigin + performance.now())));
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { childList: true, subtree: true });
      }),
    title,
  );
  await from.evaluate(() => {
    globalThis.pressed = new Promise((resolve) => {
      addEventListener("keydown", (event) => resolve(performance.timeOrigin + event.timeStamp), { capture: true, once: true });
    });
  });
  await from.locator("#new-priority").press("Enter");
  return (await shown) - (await from.evaluate(() => globalThis.pressed));
}

async function both(sheet, what, ana, ben) {
  const samples = [];
  for (let run = 0; run < EDITS; run += 1) {
    const [from, to] = run % 2 ? [ben, ana] : [ana, ben];
    samples.push(await seen(from, to, `${what} ${run}`));
  }
  sheet.add(`edit to the other side's frame, ${what}`, samples);
}

export async function sharing(browser, program, app, sheet) {
  for (const direct of [false, true]) {
    const relay = await relayOf(program, app);
    const ana = await person(browser, relay.url, direct);
    await ana.goto("/");
    await ana.getByRole("button", { name: /^Look around a sample team/ }).click();
    await ana.getByRole("link", { name: /^Sharing/ }).click();
    await ana.getByRole("button", { name: "Share this workspace" }).click();
    await iAm(ana, "Ana Ferreira", "Sharing");
    const link = await invite(ana, "Ben");
    if (!direct) {
      const joined = [];
      for (let run = 0; run < JOINS; run += 1) {
        const guest = await person(browser, relay.url, direct);
        const start = performance.now();
        await guest.goto(link);
        await guest.getByRole("heading", { level: 1, name: "Who are you?" }).waitFor();
        joined.push(performance.now() - start);
        await guest.context().close();
      }
      sheet.add("a link opened for the first time, to the question who one is", joined);
    }
    const ben = await person(browser, relay.url, direct);
    await ben.goto(link);
    await iAm(ben, "Ben Okafor", "Today");
    if (direct) {
      await ana.getByText("One device. It goes on without the relay.").waitFor();
      await relay.end();
    }
    for (const page of [ana, ben]) await page.getByRole("link", { name: /^Priorities/ }).click();
    await both(sheet, direct ? "straight, no relay" : "through the relay", ana, ben);
    await ana.context().close();
    await ben.context().close();
    if (!direct) await relay.end();
    relay.forget();
  }
}
