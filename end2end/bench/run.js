// Measures the built app in Chromium. `cargo xtask bench app` serves it, makes the workspaces and calls this:
//   node bench/run.js URL CHROMIUM DIRECTORY RELAY APP [start,opening,edits,sharing]
// DIRECTORY holds year.plumbline and large.plumbline with what is in them (.json), and gets app.json.

import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";

import { launch } from "./browser.js";
import { edits } from "./edits.js";
import { sharing } from "./sharing.js";
import { Sheet } from "./sheet.js";
import { start } from "./start.js";
import { opening } from "./workspace.js";

const [url, chromium, directory, relay, app, only = "start,opening,edits,sharing"] = process.argv.slice(2);
const parts = new Set(only.split(","));
const workspace = async (name) => [
  join(directory, `${name}.plumbline`),
  JSON.parse(await readFile(join(directory, `${name}.json`), "utf8")),
];

const browser = await launch(chromium);
const sheet = new Sheet();
// Figures can be compared with their like only: others at work on the machine make them worse.
const load = () => Math.round(loadavg()[0] * 10) / 10;
const made = { at: new Date().toISOString(), chromium: browser.version(), cores: cpus().length, cpu: cpus()[0]?.model, load: [load()] };
try {
  if (parts.has("start")) await start(browser, url, sheet);
  if (parts.has("opening")) await opening(browser, url, ...(await workspace("year")), sheet);
  if (parts.has("edits")) await edits(browser, url, ...(await workspace("large")), sheet);
  if (parts.has("sharing")) await sharing(browser, relay, app, sheet);
} finally {
  made.load.push(load());
  await writeFile(join(directory, "app.json"), `${JSON.stringify({ made, ...sheet.json() }, null, 2)}\n`);
  await browser.close();
}
