import { defineConfig } from "@playwright/test";

import base from "./playwright.config.ts";

// The stock browser, driven by WebDriver BiDi. Left out are tests that download, reach into a worker or put a full disk before the
// page, which this way of driving cannot do, and the one that tabs all around the page: in a window without a screen, focus
// does not come back from the browser's own controls. Not tried: axe, phones, updates, direct connections.
export default defineConfig({
  ...base,
  testMatch: /(delete|drag|first-run|import|injection|leaving|offline|parts|reload|sealed|sharing|tabs|theme|undo)\.spec\.ts$/,
  // Playwright takes pictures by a style of its own, which the page refuses: Firefox tells of that as of an error.
  use: { ...base.use, launchOptions: undefined, screenshot: "off", trace: "off" },
  projects: [
    {
      name: "firefox",
      use: {
        browserName: "firefox",
        channel: "moz-firefox",
        viewport: { width: 1280, height: 800 },
        launchOptions: { executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr" },
      },
    },
  ],
});
