import { defineConfig } from "@playwright/test";

// `cargo xtask test` serves the release and names it here; by itself the suite starts that server.
const url = process.env.PLUMBLINE_URL;
const alone = "http://127.0.0.1:8123";

export default defineConfig({
  testDir: "tests",
  outputDir: "../test-results",
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  // A test that passes only sometimes is a failure to be looked into.
  retries: 0,
  reporter: [["list"]],
  use: {
    baseURL: url ?? alone,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [{ name: "chromium", use: { browserName: "chromium", viewport: { width: 1280, height: 800 } } }],
  webServer: url
    ? undefined
    : { command: "cargo xtask serve --port 8123", cwd: "..", url: alone, reuseExistingServer: !process.env.CI },
});
